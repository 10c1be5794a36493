//! A laboratory at work: a setup, what the engine made of it, and the step that is looked at.

use crate::compare::{Algorithm, fast_run};
use crate::fast::{self, FastPath, fast_path};
use crate::ladder::Graph;
use crate::view::{self, Moment, Overview, Pane, PaneError, PaneNote};
use crate::{
    DistilledBase, Event, Relocated, Run, Section, Setup, State, Step, StepName, Units, What, blob,
    c, raw, run, steps,
};
use btf::Btf;
use dedup::Options;
use serde::{Deserialize, Serialize};

/// Where to go among the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seek {
    /// After so many steps; 0 is before the first.
    To(u32),
    /// One on.
    Next,
    /// One back.
    Back,
    /// To the next decision: a type becomes canonical or is replaced, a walk ends, a declaration stays.
    NextDecision,
    /// To the decision before.
    LastDecision,
    /// To where the next pass begins.
    NextPass,
    /// To where this pass began, or the one before.
    LastPass,
    /// To where the pass of this number, from 0, begins.
    Pass(u32),
    /// Before the first step.
    Start,
    /// After the last one.
    End,
    /// To the step of this name; before the first where no step has it.
    Named(StepName),
}

/// A setup and its run.
#[derive(Clone, Debug)]
pub struct Lab {
    /// What it was set up with.
    pub setup: Setup,
    panes: Vec<Pane>,
    /// All units, and what the engine told of them; none while a text has an error.
    ran: Option<Ran>,
    /// Why there is no run though all texts are units.
    refused: Option<String>,
    /// The algorithm, unless the switches of the setup say what it does.
    algorithm: Option<Algorithm>,
}

#[derive(Clone, Debug)]
struct Ran {
    units: Units,
    run: Run,
    steps: Vec<Step>,
    /// That after the steps taken so far.
    state: State,
}

impl Lab {
    /// Reads the texts and runs the engine.
    pub fn new(setup: Setup) -> Lab {
        Lab::read(setup, None)
    }

    /// Reads the texts and runs an algorithm over them.
    pub fn by(setup: Setup, algorithm: Algorithm) -> Lab {
        Lab::read(setup, Some(algorithm))
    }

    fn read(setup: Setup, algorithm: Option<Algorithm>) -> Lab {
        let mut panes = Vec::new();
        let mut parts: Vec<Btf> = Vec::new();
        for text in setup.texts() {
            let (pane, btf) = pane(text, &setup);
            panes.push(pane);
            parts.extend(btf);
        }
        let mut lab = Lab {
            setup,
            panes,
            ran: None,
            refused: None,
            algorithm,
        };
        if lab.panes.iter().all(|pane| pane.error.is_none()) {
            match lab.run(&parts) {
                Ok(ran) => lab.ran = Some(ran),
                Err(cause) => lab.refused = Some(cause),
            }
        }
        lab
    }

    fn run(&self, parts: &[Btf]) -> Result<Ran, String> {
        let units = self.units(parts)?;
        let run = match self.algorithm {
            Some(Algorithm::FastPath) => fast_run(&units, self.setup.many_shards, &self.options())?,
            _ => run(&units, &self.options()).map_err(|error| error.to_string())?,
        };
        Ok(Ran {
            steps: steps(&units.btf, &run),
            state: State::new(&units.btf),
            units,
            run,
        })
    }

    /// The units side by side, on the base if there is one.
    fn units(&self, parts: &[Btf]) -> Result<Units, String> {
        let units = match (&self.setup.base, parts.split_first()) {
            (Some(_), Some((base, units))) => {
                let base = Units::deduplicated(base.clone(), &self.options());
                let base = base.map_err(|error| format!("of the base, {error}"))?;
                Units::on_base(&base, units)
            }
            _ => Units::of(parts),
        };
        units.map_err(|error| error.to_string())
    }

    /// How the engine runs.
    pub fn options(&self) -> Options {
        let options = match self.algorithm {
            Some(algorithm) => algorithm.options(),
            None => Options::default()
                .resolve_forwards(!self.setup.keep_forwards)
                .match_forwards(!self.setup.keep_forwards),
        };
        options.force_collisions(self.setup.same_hash)
    }

    /// The units and the run; none while a text has an error.
    pub fn result(&self) -> Option<(&Units, &Run)> {
        self.ran.as_ref().map(|ran| (&ran.units, &ran.run))
    }

    /// The steps of these names, from 1; none where the run has no such step.
    pub fn find(&self, names: &[StepName]) -> Vec<Option<u32>> {
        let steps = self.steps().unwrap_or_default();
        let found = names.iter().map(|name| name.resolve(steps).ok());
        found.collect()
    }

    /// The steps of the run; none while a text has an error.
    pub fn steps(&self) -> Option<&[Step]> {
        self.ran.as_ref().map(|ran| ran.steps.as_slice())
    }

    /// For each id of the units, from 0, the type that replaces it in the end, or itself.
    pub(crate) fn ends(&self) -> Option<Vec<btf::TypeId>> {
        let Ran {
            units, run, steps, ..
        } = self.ran.as_ref()?;
        let mut state = State::new(&units.btf);
        for step in steps {
            step.apply(&run.events, &mut state);
        }
        let all = (0..units.btf.end_id().0).map(btf::TypeId);
        let end = |id| match state.is_of_base(id) {
            true => id,
            false => state.resolved(id),
        };
        Some(all.map(end).collect())
    }

    /// Why there is no run: the engine refuses the units, or a text has an error.
    pub fn refusal(&self) -> Option<String> {
        let error = |(unit, pane): (usize, &Pane)| {
            let error = pane.error.as_ref()?;
            let title = self.setup.title(unit).to_lowercase();
            Some(format!("{title} has an error in line {}", error.line))
        };
        let unread = || self.panes.iter().enumerate().find_map(error);
        self.refused.clone().or_else(unread)
    }

    /// The sections that can be saved: the result; of a module its split BTF, the base, and both with a distilled base.
    pub fn sections(&self) -> Vec<Section> {
        let Some((_, run)) = self.result() else {
            return Vec::new();
        };
        let result = &run.deduped.btf;
        let Some(base) = result.base() else {
            return Section::of("Result", "lab.btf", result)
                .into_iter()
                .collect();
        };
        let mut all = vec![
            Section::of("Base", "base.btf", base),
            Section::of("Module", "module.btf", result),
        ];
        if let Ok(distilled) = btf::distill::distill(result) {
            all.extend([
                Section::of("Distilled base", "module.base.btf", &distilled.base),
                Section::of("Module on it", "module.distilled.btf", &distilled.split),
            ]);
        }
        all.into_iter().flatten().collect()
    }

    /// The module on another build of its base, whose text this is.
    ///
    /// # Errors
    ///
    /// Why it does not fit, or the first error in the text, as a sentence without a full stop.
    pub fn relocate(&self, text: &str) -> Result<Relocated, String> {
        let (other, btf) = pane(text, &self.setup);
        let (Some((_, run)), Some(btf)) = (self.result(), btf) else {
            return Err(match other.error {
                Some(error) => format!("line {}: {}", error.line, error.cause),
                None => "the module cannot be read".to_owned(),
            });
        };
        let other = Units::deduplicated(btf, &self.options()).map_err(|error| error.to_string())?;
        Relocated::of(&run.deduped.btf, &other)
    }

    /// What the fast path makes of the same units.
    pub fn fast_path(&self) -> Option<FastPath> {
        let ran = self.ran.as_ref()?;
        fast_path(&ran.units, self.setup.many_shards, &self.options())
    }

    /// Everything but the steps.
    pub fn overview(&self) -> Overview {
        let mut overview = Overview {
            link: self.setup.to_link(),
            panes: self.panes.clone(),
            refused: self.refused.clone(),
            ..Overview::default()
        };
        let Some(Ran {
            units, run, steps, ..
        }) = &self.ran
        else {
            return overview;
        };
        let after = &run.deduped.btf;
        if let Some(base) = units.base() {
            overview.base = view::types(base, |_| None);
            overview.distilled = Some(DistilledBase::of(after));
        }
        overview.before = view::types(&units.btf, |id| units.unit_of(id));
        overview.after = view::types(after, |_| None);
        overview.becomes = (0..units.btf.end_id().0)
            .map(|id| run.deduped.new_id(btf::TypeId(id)).0)
            .collect();
        overview.graph = Graph::of(units, run);
        overview.steps = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        overview.left_out = run.left_out;
        overview.passes = passes(steps);
        overview.decisions = decisions(steps);
        overview.differences = of(steps, Step::is_difference);
        overview.work = work(run);
        if self.setup.same_hash {
            let options = self.options().force_collisions(false);
            overview.usual = crate::run(units, &options).ok().map(|run| work(&run));
        }
        overview.bytes = (units.btf.type_bytes() as u64, after.type_bytes() as u64);
        overview.strings = (
            units.btf.strings().as_bytes().len() as u64,
            after.strings().as_bytes().len() as u64,
        );
        overview.names = crate::Strings::of(units);
        overview.fast = self.fast_path();
        overview.blob = blob(after);
        overview
    }

    /// The sentences of all steps, in order.
    pub fn told(&self) -> Vec<String> {
        let ran = self.ran.as_ref();
        ran.map_or_else(Vec::new, |ran| {
            crate::sentences(&ran.units.btf, &ran.run, &ran.steps)
        })
    }

    /// The step that is looked at.
    pub fn step(&self) -> u32 {
        self.ran.as_ref().map_or(0, |ran| ran.state.step)
    }

    /// Goes to another step; what is there.
    pub fn seek(&mut self, seek: Seek) -> Moment {
        let Some(Ran {
            units,
            run,
            steps,
            state,
        }) = &mut self.ran
        else {
            return Moment::default();
        };
        let last = u32::try_from(steps.len()).unwrap_or(u32::MAX);
        let at = state.step;
        let after = |places: Vec<u32>| places.into_iter().find(|&it| it > at).unwrap_or(last);
        let before = |places: Vec<u32>| places.into_iter().rfind(|&it| it < at).unwrap_or(0);
        let to = match seek {
            Seek::To(step) => step.min(last),
            Seek::Next => at.saturating_add(1).min(last),
            Seek::Back => at.saturating_sub(1),
            Seek::NextDecision => after(decisions(steps)),
            Seek::LastDecision => before(decisions(steps)),
            Seek::NextPass => after(passes(steps)),
            Seek::LastPass => before(passes(steps)),
            Seek::Pass(number) => passes(steps).get(number as usize).map_or(last, |&it| it),
            Seek::Start => 0,
            Seek::End => last,
            Seek::Named(name) => name.resolve(steps).unwrap_or(0),
        };
        // The last step is taken from the state before it, which its sentence is about.
        let until = to.saturating_sub(1);
        if until < at {
            *state = State::new(&units.btf);
        }
        let taken = steps.get(state.step as usize..until as usize);
        for step in taken.unwrap_or_default() {
            step.apply(&run.events, state);
        }
        let now = steps.get(until as usize).filter(|_| to > 0);
        view::moment(units, run, now, state)
    }
}

/// For each pass the step, from 1, at which it begins.
fn passes(steps: &[Step]) -> Vec<u32> {
    of(steps, |step| {
        matches!(step.what, What::Pass(_) | What::Skipped(_))
    })
}

/// The steps, from 1, at which something is settled.
fn decisions(steps: &[Step]) -> Vec<u32> {
    of(steps, Step::is_decision)
}

fn of(steps: &[Step], wanted: impl Fn(&Step) -> bool) -> Vec<u32> {
    let found = (1u32..).zip(steps).filter(|(_, step)| wanted(step));
    found.map(|(number, _)| number).collect()
}

fn work(run: &Run) -> view::Work {
    view::Work {
        visits: fast::visits(run),
        comparisons: count(run, |event| matches!(event, Event::CompareStart { .. })),
        held: count(run, |event| matches!(event, Event::Candidate { .. })),
    }
}

fn count(run: &Run, wanted: impl Fn(&Event) -> bool) -> u64 {
    run.events.iter().filter(|event| wanted(event)).count() as u64
}

/// A unit's text, read.
fn pane(text: &str, setup: &Setup) -> (Pane, Option<Btf>) {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let is_raw = raw::is_raw(text);
    let read = match is_raw {
        true => match raw::unit(text) {
            Ok(btf) => Ok((btf, Vec::new())),
            Err(error) => Err(PaneError {
                line: number(error.line),
                column: None,
                cause: error.cause.to_string(),
                excerpt: None,
            }),
        },
        false => match c::read(text, setup.abi, setup.prelude) {
            Ok(read) => Ok((read.btf, read.notes)),
            Err(error) => Err(PaneError {
                line: number(error.at.line),
                column: Some(number(error.at.column)),
                cause: error.cause.to_string(),
                excerpt: Some(c::Excerpt::of(text, &error)),
            }),
        },
    };
    let (btf, notes, error) = match read {
        Ok((btf, notes)) => (Some(btf), notes, None),
        Err(error) => (None, Vec::new(), Some(error)),
    };
    let note = |note: c::Note| PaneNote {
        line: number(note.at.line),
        column: number(note.at.column),
        text: note.text,
    };
    let pane = Pane {
        raw: is_raw,
        types: number(btf.as_ref().map_or(0, Btf::len)),
        bytes: btf.as_ref().map_or(0, |btf| btf.type_bytes() as u64),
        error,
        notes: notes.into_iter().map(note).collect(),
    };
    (pane, btf)
}
