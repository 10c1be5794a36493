//! What there is to show of a laboratory, as plain data.

use crate::fast::FastPath;
use crate::ladder::{Graph, Now, now};
use crate::state::Assumption;
use crate::{Blob, Drawing, Event, Run, State, Units, label, sentence, spell};
use btf::{Btf, TypeId};
use dedup::{Pass, Via};
use serde::{Deserialize, Serialize};

/// All of a laboratory but its steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The setup as part of an address.
    pub link: String,
    /// Each unit's text, read.
    pub panes: Vec<Pane>,
    /// Why the engine refused units that could be read.
    pub refused: Option<String>,
    /// The types of all units.
    pub before: Vec<Row>,
    /// The types that are left.
    pub after: Vec<Row>,
    /// For each id before, from 0, its id after.
    pub becomes: Vec<u32>,
    /// The types of all units and what they refer to, for the drawing.
    pub graph: Graph,
    /// The graphs of the units; none when there is too much to draw.
    pub drawn_before: Option<Drawing>,
    /// The graph of what is left; none when there is too much to draw.
    pub drawn_after: Option<Drawing>,
    /// Number of steps.
    pub steps: u32,
    /// Steps that were too many to be kept.
    pub left_out: u64,
    /// The step at which each of the seven passes begins, from 1.
    pub passes: Vec<u32>,
    /// The steps at which something is settled.
    pub decisions: Vec<u32>,
    /// How much the engine had to do.
    pub work: Work,
    /// With every hash equal: how much it would have had to do otherwise.
    pub usual: Option<Work>,
    /// Bytes of the types, before and after.
    pub bytes: (u64, u64),
    /// Bytes of the strings, before and after.
    pub strings: (u64, u64),
    /// What the fast path does with the same units.
    pub fast: Option<FastPath>,
    /// The result byte by byte, when it is short.
    pub blob: Option<Blob>,
}

/// What the engine did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Types compared with a kept one of the same hash.
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
}

/// What is wrong in a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaneError {
    /// From 1.
    pub line: u32,
    /// From 1, where it is known.
    pub column: Option<u32>,
    /// What.
    pub cause: String,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its id.
    pub id: u32,
    /// Its unit, from 0; none after dedup.
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
    /// What happens, in one sentence; names of types stand in backticks.
    pub sentence: String,
    /// What kind of step it is.
    pub tone: Tone,
    /// The type that is looked at.
    pub candidate: Option<u32>,
    /// The kept type that it is compared with.
    pub canonical: Option<u32>,
    /// The pair that the walk under way began with.
    pub walk: Option<(u32, u32)>,
    /// The hash of what is sought, and the kept types that have it, newest first.
    pub bucket: Option<(u64, Vec<u32>)>,
    /// The hypothetical map: kept type, the type it is assumed to stand for, the step at which that was assumed.
    pub hypotheses: Vec<(u32, u32, u32)>,
    /// What this very step took out of it because the walk failed.
    pub dropped: Vec<(u32, u32, u32)>,
    /// The pairs from the walk's start down to here, candidate first, each with its way from the one above.
    pub path: Vec<(u32, u32, String)>,
    /// For each id before, from 0, the id that it is replaced by up to here, or itself.
    pub becomes: Vec<u32>,
    /// Types that have their new id already.
    pub numbered: u32,
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
            label: crate::drawing::shortened(&label::label(btf, id)),
            name: spell(btf, id),
            lines: lines.trim_end().to_owned(),
        }
    };
    btf.types().map(row).collect()
}

/// What there is to say after the steps that `state` has taken.
pub(crate) fn moment(units: &Units, run: &Run, state: &State, dropped: &[Assumption]) -> Moment {
    let triples = |list: &[Assumption]| {
        let triple = |one: &Assumption| (one.canonical.0, one.candidate.0, one.step);
        list.iter().map(triple).collect()
    };
    let event = (state.steps as usize)
        .checked_sub(1)
        .and_then(|at| run.events.get(at));
    let (candidate, canonical) = event.map_or((None, None), pair);
    let pass = state.pass.and_then(|pass| {
        let at = Pass::ALL.iter().position(|other| *other == pass)?;
        u32::try_from(at).ok()
    });
    Moment {
        step: state.steps,
        pass,
        sentence: event.map_or_else(
            || "Every unit has its own copy of each type that it uses.".to_owned(),
            |event| sentence(&units.btf, event),
        ),
        tone: event.map_or(Tone::Look, tone),
        candidate: candidate.map(|id| id.0),
        canonical: canonical.map(|id| id.0),
        walk: state
            .path
            .first()
            .map(|&(candidate, canonical, _)| (candidate.0, canonical.0)),
        bucket: state.sought.map(|(_, hash)| {
            let ids = state.bucket().map(|id| id.0);
            (hash, ids.collect())
        }),
        hypotheses: triples(&state.hypotheses),
        dropped: triples(dropped),
        path: state
            .path
            .iter()
            .map(|&(candidate, canonical, via)| (candidate.0, canonical.0, way(via)))
            .collect(),
        becomes: (0..units.btf.end_id().0)
            .map(|id| state.resolved(TypeId(id)).0)
            .collect(),
        numbered: u32::try_from(state.new.iter().flatten().count()).unwrap_or(u32::MAX),
        now: event.map_or(Now::Look, |event| now(&units.btf, event)),
        holds: state
            .holds
            .iter()
            .map(|one| (one.canonical.0, one.candidate.0))
            .collect(),
        reached: (0..units.btf.end_id().0)
            .filter(|&id| state.reached.get(id as usize) == Some(&true))
            .collect(),
    }
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

/// The type that a step looks at, and the kept one.
fn pair(event: &Event) -> (Option<TypeId>, Option<TypeId>) {
    match *event {
        Event::Pass(_) => (None, None),
        Event::Bucket { id, .. } => (Some(id), None),
        Event::Renumbered { old, .. } => (None, Some(old)),
        Event::Candidate {
            candidate,
            canonical,
        }
        | Event::CompareStart {
            candidate,
            canonical,
        }
        | Event::Visit {
            candidate,
            canonical,
            ..
        }
        | Event::Hypothesis {
            canonical,
            candidate,
        }
        | Event::CycleClosed {
            candidate,
            canonical,
        }
        | Event::NotEqual {
            candidate,
            canonical,
            ..
        }
        | Event::CompareEnd {
            candidate,
            canonical,
            ..
        } => (Some(candidate), Some(canonical)),
        Event::Contradiction {
            canonical, wants, ..
        } => (Some(wants), Some(canonical)),
        Event::ForwardAssumed { forward, full } => (Some(forward), Some(full)),
        Event::Merged { from, to } | Event::ReferenceMerged { from, to } => (Some(from), Some(to)),
        Event::ForwardResolved { forward, to } => (Some(forward), Some(to)),
    }
}

fn tone(event: &Event) -> Tone {
    match event {
        Event::Hypothesis { .. } | Event::ForwardAssumed { .. } => Tone::Assume,
        Event::CycleClosed { .. }
        | Event::CompareEnd { equal: true, .. }
        | Event::Merged { .. }
        | Event::ReferenceMerged { .. }
        | Event::ForwardResolved { .. }
        | Event::Contradiction {
            identical: true, ..
        } => Tone::Equal,
        Event::NotEqual { .. }
        | Event::CompareEnd { equal: false, .. }
        | Event::Contradiction {
            identical: false, ..
        } => Tone::Different,
        _ => Tone::Look,
    }
}
