//! One input, two algorithms: their steps side by side, the first difference, and what is left in the end.
//!
//! ```text
//! algorithms  which algorithms there are, and their options
//! fast_run    the fast path as a run on the types of the units
//! align       the steps of two runs, those that speak of the same types beside each other
//! why         the first difference in a sentence
//! ```
//!
//! All runs speak of the types by their ids in the units, so their steps can be compared.

mod algorithms;
mod align;
mod fast_run;
mod why;

pub use algorithms::Algorithm;
pub use align::MOST_ALIGNED;
pub(crate) use fast_run::fast_run;

use crate::spell::spell;
use crate::{Lab, Setup};
use btf::TypeId;
use serde::{Deserialize, Serialize};

/// Types that end differently and are listed.
const MOST_LISTED: usize = 50;

/// Two runs over the same units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// The two runs.
    pub runs: [ComparedRun; 2],
    /// Their steps, those beside each other that speak of the same types.
    pub rows: Vec<AlignedSteps>,
    /// The first row, from 0, at which the two do something different; none if they never do.
    pub first: Option<u32>,
    /// Why, in sentences; types stand in backticks.
    pub why: String,
    /// Types that end differently, the first [`MOST_LISTED`] of them.
    pub differ: Vec<DifferentEnd>,
    /// Further ones.
    pub more: u32,
}

/// A run as the comparison shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRun {
    /// Why there is none.
    pub refused: Option<String>,
    /// The sentences of its steps.
    pub told: Vec<String>,
    /// Types that are left.
    pub left: u32,
}

/// Steps of the two runs that are beside each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlignedSteps {
    /// The step of each run, from 1; none where only the other does something.
    pub steps: [Option<u32>; 2],
    /// Whether both do the same.
    pub same: bool,
}

/// A type that the two runs end with in different ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferentEnd {
    /// Its id in the units.
    pub id: u32,
    /// The type.
    pub name: String,
    /// The type that replaces it in each run: itself if it is kept.
    pub becomes: [u32; 2],
}

/// Compares two algorithms on the same units. Each of the units must be readable.
pub fn compare(setup: &Setup, algorithms: [Algorithm; 2]) -> Comparison {
    let labs = algorithms.map(|algorithm| Lab::by(setup.clone(), algorithm));
    let mut comparison = Comparison {
        runs: [0, 1].map(|side: usize| compared(&labs[side])),
        ..Comparison::default()
    };
    let [Some(a), Some(b)] = [0, 1].map(|side: usize| labs[side].steps()) else {
        return comparison;
    };
    comparison.rows = align::align(a, b);
    let whats = |row: &AlignedSteps| {
        let at = |steps: &[crate::Step], step: Option<u32>| {
            steps
                .get(step?.checked_sub(1)? as usize)
                .map(|step| step.what.clone())
        };
        [at(a, row.steps[0]), at(b, row.steps[1])]
    };
    let first = comparison
        .rows
        .iter()
        .position(|row| !row.same && !align::is_heading(&whats(row)));
    comparison.first = first.and_then(|at| u32::try_from(at).ok());
    if let (Some(row), Some((units, _))) = (
        first.and_then(|at| comparison.rows.get(at)),
        labs[0].result(),
    ) {
        comparison.why = why::why(&units.btf, algorithms, &whats(row));
    }
    ends(&labs, &mut comparison);
    comparison
}

fn compared(lab: &Lab) -> ComparedRun {
    ComparedRun {
        refused: lab.refusal(),
        told: lab.told(),
        left: lab.result().map_or(0, |(_, run)| {
            u32::try_from(run.deduped.btf.len()).unwrap_or(u32::MAX)
        }),
    }
}

/// The types that end differently.
fn ends(labs: &[Lab; 2], comparison: &mut Comparison) {
    let [Some(a), Some(b)] = [0, 1].map(|side: usize| labs[side].ends()) else {
        return;
    };
    let Some((units, _)) = labs[0].result() else {
        return;
    };
    let all = (0u32..).zip(a.iter().zip(&b));
    let differ = all.filter(|(_, (a, b))| a != b);
    let mut differ: Vec<DifferentEnd> = differ
        .map(|(id, (a, b))| DifferentEnd {
            id,
            name: spell(&units.btf, TypeId(id)),
            becomes: [a.0, b.0],
        })
        .collect();
    comparison.more = u32::try_from(differ.len().saturating_sub(MOST_LISTED)).unwrap_or(u32::MAX);
    differ.truncate(MOST_LISTED);
    comparison.differ = differ;
}
