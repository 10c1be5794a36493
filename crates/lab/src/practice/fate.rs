//! What becomes of each type, and why two types are not one: read off the engine's steps.

use crate::difference::difference;
use crate::steps::{Found, Step, What};
use crate::{Run, Setup, State, Units, pass, run, sentences, spell, steps};
use btf::TypeId;
use dedup::{Options, Pass};
use serde::{Deserialize, Serialize};

/// What becomes of a type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// Its id before dedup.
    pub id: u32,
    /// Its unit, from 0.
    pub unit: u32,
    /// As people write it.
    pub name: String,
    /// The id, before dedup, of the type that replaces it in the end; none if it stays.
    pub becomes: Option<u32>,
    /// The number of the pass that replaces it, from 1; 0 if it stays.
    pub pass: u32,
    /// The step, from 1, that settles it.
    pub step: u32,
}

/// A run with its steps in words.
pub struct Watched {
    pub units: Units,
    pub run: Run,
    steps: Vec<Step>,
    told: Vec<String>,
    /// For each step the pass that it belongs to.
    passes: Vec<Option<Pass>>,
    /// For each id the type that it is in the end.
    ends: Vec<TypeId>,
}

impl Watched {
    /// The steps of a run.
    pub fn new(units: Units, run: Run) -> Watched {
        let steps = steps(&units.btf, &run);
        let told = sentences(&units.btf, &run, &steps);
        let mut state = State::new(&units.btf);
        let mut passes = Vec::new();
        for step in &steps {
            step.apply(&run.events, &mut state);
            passes.push(state.pass);
        }
        let ends = (0..units.btf.end_id().0).map(|id| state.resolved(TypeId(id)));
        Watched {
            ends: ends.collect(),
            units,
            run,
            steps,
            told,
            passes,
        }
    }

    /// The types of all units.
    pub fn ids(&self) -> impl Iterator<Item = TypeId> + use<> {
        (1..self.units.btf.end_id().0).map(TypeId)
    }

    /// The type that a type is in the end.
    pub fn end(&self, id: TypeId) -> TypeId {
        self.ends.get(id.index()).copied().unwrap_or(id)
    }

    /// The unit of a type, from 0.
    pub fn unit(&self, id: TypeId) -> usize {
        self.units.unit_of(id).unwrap_or(0)
    }

    /// The type as people write it, whether it is declared or defined.
    pub fn name(&self, id: TypeId) -> String {
        let name = spell(&self.units.btf, id);
        match name.strip_prefix("forward ") {
            Some(declared) => declared.to_owned(),
            None => name,
        }
    }

    /// What a step says, by its number from 1.
    pub fn says(&self, step: u32) -> String {
        let at = (step as usize).checked_sub(1);
        let said = at.and_then(|at| self.told.get(at));
        said.cloned().unwrap_or_default()
    }

    /// What becomes of a type. None if two passes replace it, one after the other.
    pub fn fate(&self, id: TypeId) -> Option<Fate> {
        let mut replaced = self.at(|what| replaces(what, id));
        let first = replaced.next();
        let of = |at: usize| self.passes.get(at).copied().flatten();
        if let Some(first) = first
            && replaced.any(|at| of(at) != of(first))
        {
            return None;
        }
        let settled = match first {
            Some(at) => Some(at),
            None => self.stays(id),
        };
        let step = settled.map_or(0, number);
        Some(Fate {
            id: id.0,
            unit: u32::try_from(self.unit(id)).unwrap_or_default(),
            name: spell(&self.units.btf, id),
            becomes: first.map(|_| self.end(id).0),
            pass: first
                .and_then(of)
                .map_or(0, |pass| u32::try_from(pass::number(pass)).unwrap_or(0)),
            step,
        })
    }

    /// The step that lets a type stay: the last one, since a declaration may stay twice.
    fn stays(&self, id: TypeId) -> Option<usize> {
        let stays = |step: &Step| {
            step.entered() == Some(id)
                || matches!(step.what, What::ForwardStays { forward, .. } if forward == id)
        };
        self.steps.iter().rposition(stays)
    }

    /// Steps that are about something, from the first.
    fn at<'w>(&'w self, about: impl Fn(&What) -> bool + 'w) -> impl Iterator<Item = usize> + 'w {
        let steps = self.steps.iter().enumerate();
        steps.filter_map(move |(at, step)| about(&step.what).then_some(at))
    }

    /// The step that makes two types one: the later of those that replace them.
    pub fn joined(&self, one: TypeId, other: TypeId) -> u32 {
        let replaced = self.at(|what| replaces(what, one) || replaces(what, other));
        replaced.last().map_or(0, number)
    }

    /// The step that decides that two types are not one, and why.
    pub fn apart(&self, one: TypeId, other: TypeId) -> (u32, String) {
        let (one, other) = (self.end(one), self.end(other));
        let (canonical, id) = (one.min(other), one.max(other));
        let stays = self.stays(id).map_or(0, number);
        if let Some(at) = self.difference(id, canonical) {
            return (number(at), self.says(number(at)));
        }
        match self.unlike_in_words(id, canonical) {
            Some(says) => (stays, says),
            None => (stays, self.says(stays)),
        }
    }

    /// The last difference that a comparison of two types found.
    fn difference(&self, id: TypeId, canonical: TypeId) -> Option<usize> {
        let pair = |a: TypeId, b: TypeId| {
            self.end(a) == self.end(id) && self.end(b) == self.end(canonical)
        };
        let mut inside = false;
        let mut found = None;
        for (at, step) in self.steps.iter().enumerate() {
            match &step.what {
                What::Walk { id, canonical } => inside = pair(*id, *canonical),
                What::Visit {
                    id,
                    canonical,
                    depth: 0,
                    ..
                } => inside = pair(*id, *canonical),
                What::RecordsDiffer { id, canonical, .. } if pair(*id, *canonical) => {
                    found = Some(at);
                }
                What::Differ { .. }
                | What::Visit {
                    found:
                        Found::Contradiction {
                            identical: false, ..
                        },
                    ..
                } if inside => found = Some(at),
                What::Holds { .. } | What::Dropped { .. } => inside = false,
                _ => {}
            }
        }
        found
    }

    /// Why the engine never compares two types: what it would find if all types had the same hash.
    fn unlike_in_words(&self, id: TypeId, canonical: TypeId) -> Option<String> {
        let btf = &self.units.btf;
        let options = Options::default().force_collisions(true);
        let run = run(&self.units, &options).ok()?;
        let steps = steps(btf, &run);
        let mut state = State::new(btf);
        for step in &steps {
            match step.what {
                What::RecordsDiffer {
                    id: a,
                    canonical: b,
                    reason,
                    ..
                }
                | What::Differ {
                    id: a,
                    canonical: b,
                    reason,
                } if (a, b) == (id, canonical) => {
                    return Some(difference(btf, &state, a, b, reason));
                }
                _ => {}
            }
            step.apply(&run.events, &mut state);
        }
        None
    }
}

/// The number of a step, from 1.
fn number(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

/// Whether a step replaces a type.
fn replaces(what: &What, own: TypeId) -> bool {
    match what {
        What::Equal { id, .. } => *id == own,
        What::EnumDefined { forward, .. } | What::ForwardResolved { forward, .. } => {
            *forward == own
        }
        What::Holds { replaced, .. } => replaced.iter().any(|(from, _)| *from == own),
        _ => false,
    }
}

/// Units that are read, and the engine's run over them.
pub fn watch(units: &[String]) -> Option<Watched> {
    let texts: Vec<&str> = units.iter().map(String::as_str).collect();
    let lab = crate::Lab::new(Setup::of(&texts));
    let (units, run) = lab.result()?;
    Some(Watched::new(units.clone(), run.clone()))
}
