//! What there is to show of a laboratory, as plain data.

use crate::c::Excerpt;
use crate::fast::FastPath;
use crate::ladder::{Graph, Now, now};
use crate::state::Assumption;
use crate::steps::{Found, Step, What};
use crate::{Blob, DistilledBase, Run, State, Strings, Units, label, sentence, spell};
use btf::{Btf, TypeId};
use dedup::Via;
use serde::{Deserialize, Serialize};

/// All of a laboratory but its steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The setup as part of an address.
    pub link: String,
    /// Each text, read: that of the base, if there is one, then those of the units.
    pub panes: Vec<Pane>,
    /// Why the engine refused units that could be read.
    pub refused: Option<String>,
    /// The types of the base; none without one.
    pub base: Vec<Row>,
    /// The types of all units; their ids continue those of the base.
    pub before: Vec<Row>,
    /// The types of the units that are left.
    pub after: Vec<Row>,
    /// For each id before, from 0, its id after.
    pub becomes: Vec<u32>,
    /// The types of all units and what they refer to, for the drawing.
    pub graph: Graph,
    /// Number of steps.
    pub steps: u32,
    /// Events of the engine that were too many to be recorded.
    pub left_out: u64,
    /// The step at which each of the seven passes begins, from 1.
    pub passes: Vec<u32>,
    /// The steps at which something is settled.
    pub decisions: Vec<u32>,
    /// The steps at which a difference is found.
    pub differences: Vec<u32>,
    /// How much the engine had to do.
    pub work: Work,
    /// With every hash equal: how much it would have had to do otherwise.
    pub usual: Option<Work>,
    /// Bytes of the types, before and after.
    pub bytes: (u64, u64),
    /// Bytes of the strings, before and after.
    pub strings: (u64, u64),
    /// The strings before and after the first pass; none where there are too many.
    pub names: Option<Strings>,
    /// What the fast path does with the same units.
    pub fast: Option<FastPath>,
    /// The distilled base of a module, or why there is none.
    pub distilled: Option<Result<DistilledBase, String>>,
    /// The result byte by byte, when it is short.
    pub blob: Option<Blob>,
}

impl Overview {
    /// The type with this id before dedup.
    pub fn row(&self, id: u32) -> Option<&Row> {
        let at = (id as usize).checked_sub(1)?;
        let own = at.checked_sub(self.base.len());
        own.map_or_else(|| self.base.get(at), |own| self.before.get(own))
    }

    /// Whether a type belongs to the base.
    pub fn is_of_base(&self, id: u32) -> bool {
        id > 0 && id as usize <= self.base.len()
    }
}

/// What the engine did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Types compared with a canonical one of the same hash.
    pub held: u64,
    /// Walks begun over two graphs.
    pub comparisons: u64,
    /// Pairs visited on them.
    pub visits: u64,
}

/// A unit's text, read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pane {
    /// Whether it was read as printed types and not as C.
    pub raw: bool,
    /// Types in it.
    pub types: u32,
    /// Bytes of them.
    pub bytes: u64,
    /// Why it could not be read.
    pub error: Option<PaneError>,
    /// What was accepted and changes no type, in the order of the text.
    pub notes: Vec<PaneNote>,
}

/// Something in a text that changes no type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaneNote {
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What, without a full stop; names stand in backticks.
    pub text: String,
}

/// What is wrong in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaneError {
    /// From 1.
    pub line: u32,
    /// From 1, where it is known.
    pub column: Option<u32>,
    /// What, without a full stop; names stand in backticks.
    pub cause: String,
    /// The line of a text in C, with a mark.
    pub excerpt: Option<Excerpt>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its id.
    pub id: u32,
    /// Its unit, from 0; none after dedup, and for a type of the base.
    pub unit: Option<u32>,
    /// Its kind, as in the format.
    pub kind: String,
    /// What stands in its box.
    pub label: String,
    /// As people write it: `*struct list`.
    pub name: String,
    /// As bpftool prints it; members are lines of their own.
    pub lines: String,
}

/// A step of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Steps taken; 0 before the first.
    pub step: u32,
    /// The pass, from 0.
    pub pass: Option<u32>,
    /// What happens and why; types stand in backticks.
    pub sentence: String,
    /// What kind of step it is.
    pub tone: Tone,
    /// The type that is looked at.
    pub candidate: Option<u32>,
    /// The canonical type that it is compared with.
    pub canonical: Option<u32>,
    /// The pair that the walk under way began with.
    pub walk: Option<(u32, u32)>,
    /// The hash of what is sought, and the types that were entered under it, newest first. Those that were replaced
    /// since are in it too.
    pub bucket: Option<(u64, Vec<u32>)>,
    /// The hypothetical map: canonical type, the candidate it is assumed to equal, the step at which that was assumed.
    pub hypotheses: Vec<(u32, u32, u32)>,
    /// What this very step dropped because the walk found a difference.
    pub dropped: Vec<(u32, u32, u32)>,
    /// What this very step accepted because the walk found none.
    pub held: Vec<(u32, u32, u32)>,
    /// The pairs from the walk's start down to here, candidate first, each with its way from the one above.
    pub path: Vec<(u32, u32, String)>,
    /// For each id before, from 0, the id that it is replaced by up to here, or itself.
    pub becomes: Vec<u32>,
    /// Types that have their new id already.
    pub numbered: u32,
    /// Canonical types whose new id is known and another than before: the id before, and the new one.
    pub renumbered: Vec<(u32, u32)>,
    /// Types whose references are rewritten, in order.
    pub remapped: Vec<u32>,
    /// The line of the algorithm, from 1.
    pub line: Option<u32>,
    /// What the step says about its pair.
    pub now: Now,
    /// Pairs that walks without a difference assumed: canonical type, candidate.
    pub holds: Vec<(u32, u32)>,
    /// Types that a step up to here was about, in order.
    pub reached: Vec<u32>,
}

/// What kind of step it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tone {
    /// A look at something.
    #[default]
    Look,
    /// Something is assumed.
    Assume,
    /// Two types are found equal, or one.
    Equal,
    /// Two types are found different.
    Different,
}

pub(crate) fn types(btf: &Btf, unit: impl Fn(TypeId) -> Option<usize>) -> Vec<Row> {
    let row = |(id, ty): (TypeId, btf::Type<'_>)| {
        let mut lines = String::new();
        // Writing into a string does not fail.
        let _ = btf::print::raw::write_type(&mut lines, btf, id);
        Row {
            id: id.0,
            unit: unit(id).and_then(|unit| u32::try_from(unit).ok()),
            kind: ty.kind().name().to_owned(),
            label: label::label(btf, id),
            name: spell(btf, id),
            lines: lines.trim_end().to_owned(),
        }
    };
    btf.types().map(row).collect()
}

/// What there is to show of a step: `state` is that before it, and afterwards that behind it. Without a step, what there
/// is before the first.
pub(crate) fn moment(units: &Units, run: &Run, step: Option<&Step>, state: &mut State) -> Moment {
    let triples = |list: &[Assumption]| {
        let triple = |one: &Assumption| (one.canonical.0, one.candidate.0, one.step);
        list.iter().map(triple).collect()
    };
    let begins = match units.base() {
        Some(_) => {
            "The base is deduplicated already. Every unit of the module has its own copy of each type that it uses."
        }
        None => "Every unit has its own copy of each type that it uses.",
    };
    let mut moment = Moment {
        sentence: begins.to_owned(),
        ..Moment::default()
    };
    if let Some(step) = step {
        moment.sentence = sentence(&units.btf, step, state);
        moment.tone = tone(&step.what);
        moment.line = crate::algorithm::line(step);
        moment.now = now(&units.btf, &step.what);
        let (candidate, canonical) = pair(&step.what);
        moment.candidate = candidate.map(|id| id.0);
        moment.canonical = canonical.map(|id| id.0);
        match step.what {
            What::Holds { .. } => moment.held = triples(&state.hypotheses),
            What::Dropped { .. } | What::HoldsOffBase { .. } => {
                moment.dropped = triples(&state.hypotheses);
            }
            _ => {}
        }
        step.apply(&run.events, state);
    }
    let pass = match step.map(|step| &step.what) {
        Some(What::Skipped(pass)) => Some(*pass),
        _ => state.pass,
    };
    moment.step = state.step;
    moment.pass = pass.and_then(|pass| {
        u32::try_from(crate::pass::number(pass))
            .ok()?
            .checked_sub(1)
    });
    moment.walk = state
        .path
        .first()
        .map(|&(candidate, canonical, _)| (candidate.0, canonical.0));
    moment.bucket = state.sought.map(|(_, hash)| {
        let ids = state.bucket().map(|id| id.0);
        (hash, ids.collect())
    });
    moment.hypotheses = triples(&state.hypotheses);
    moment.path = state
        .path
        .iter()
        .map(|&(candidate, canonical, via)| (candidate.0, canonical.0, way(via)))
        .collect();
    // The base does not change, wherever its forwards lead the units.
    moment.becomes = (0..units.btf.end_id().0)
        .map(|id| match state.is_of_base(TypeId(id)) {
            true => id,
            false => state.resolved(TypeId(id)).0,
        })
        .collect();
    let own = state.new.iter().skip(units.btf.first_id().index());
    moment.numbered = u32::try_from(own.flatten().count()).unwrap_or(u32::MAX);
    let kept = units.btf.types().map(|(id, _)| id);
    let kept = kept.filter(|&id| state.is_kept(id));
    moment.renumbered = kept
        .filter_map(|id| Some((id.0, state.new_id(id).filter(|new| *new != id)?.0)))
        .collect();
    moment.remapped = state.remapped.iter().map(|id| id.0).collect();
    let holds = state.holds.iter();
    moment.holds = holds
        .map(|one| (one.canonical.0, one.candidate.0))
        .collect();
    moment.reached = (0..units.btf.end_id().0)
        .filter(|&id| state.reached.get(id as usize) == Some(&true))
        .collect();
    moment
}

fn way(via: Via) -> String {
    match via {
        Via::Root => String::new(),
        Via::Target => "→".to_owned(),
        Via::Index => "index".to_owned(),
        Via::Element => "element".to_owned(),
        Via::Member(number) => format!("member {number}"),
        Via::Result => "returns".to_owned(),
        Via::Param(number) => format!("parameter {number}"),
    }
}

/// The type that a step looks at, and the canonical one.
pub(crate) fn pair(what: &What) -> (Option<TypeId>, Option<TypeId>) {
    match *what {
        What::Shared { .. }
        | What::Pass(_)
        | What::Skipped(_)
        | What::BaseEntered { .. }
        | What::Done => (None, None),
        What::Canonical { id, .. } => (Some(id), None),
        What::Renumbered { old, .. } | What::Remapped { old } => (None, Some(old)),
        What::Found { id, canonical, .. }
        | What::Equal { id, canonical }
        | What::RecordsDiffer { id, canonical, .. }
        | What::Walk { id, canonical }
        | What::Visit { id, canonical, .. }
        | What::Differ { id, canonical, .. }
        | What::Holds { id, canonical, .. }
        | What::HoldsOffBase { id, canonical, .. }
        | What::Dropped { id, canonical, .. } => (Some(id), Some(canonical)),
        What::EnumDefined { id, forward, .. } => (Some(forward), Some(id)),
        What::ForwardResolved { forward, to } => (Some(forward), Some(to)),
        What::ForwardStays { forward, .. } => (Some(forward), None),
    }
}

fn tone(what: &What) -> Tone {
    match what {
        What::Walk { .. }
        | What::Visit {
            found: Found::Assumed | Found::AssumedFalsely | Found::Forward,
            ..
        } => Tone::Assume,
        What::Visit {
            found:
                Found::Same
                | Found::Known
                | Found::Contradiction {
                    identical: true, ..
                },
            ..
        }
        | What::Shared { .. }
        | What::Equal { .. }
        | What::EnumDefined { .. }
        | What::Holds { .. }
        | What::ForwardResolved { .. } => Tone::Equal,
        What::Visit {
            found: Found::Contradiction {
                identical: false, ..
            },
            ..
        }
        | What::RecordsDiffer { .. }
        | What::Differ { .. }
        | What::HoldsOffBase { .. }
        | What::Dropped { .. } => Tone::Different,
        _ => Tone::Look,
    }
}
