//! What became of units, counted run by run.

use crate::statistics::{FailedUnit, ReasonCount};
use crate::type_counts::TypeCounts;
use encode::{Exclusion, Inexpressible};
use serde::{Deserialize, Serialize};

/// What became of the units of a run, or of all runs together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tally {
    /// The types of the units that were encoded.
    pub types: TypeCounts,
    /// Units that could not be encoded.
    pub failed: Vec<FailedUnit>,
    /// Units that were left out on purpose.
    pub excluded: Counts<Exclusion>,
    /// What units have that BTF cannot express.
    pub inexpressible: Counts<Inexpressible>,
    /// References that lead nowhere.
    pub dangling: u64,
    pub split: SplitTally,
}

/// What became of split units, whose types are in other files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SplitTally {
    /// How many were read.
    pub units: u64,
    /// Bytes of their sections.
    pub bytes: u64,
    /// How many of [`Tally::failed`] are split units.
    pub failed: u64,
}

/// How often each of some reasons applied, in the order in which they first did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts<T>(Vec<(T, u64)>);

impl<T> Default for Counts<T> {
    fn default() -> Counts<T> {
        Counts(Vec::new())
    }
}

impl<T: Copy + PartialEq> Counts<T> {
    /// Adds to the count of a reason.
    pub fn add(&mut self, reason: T, count: u64) {
        match self.0.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += count,
            None if count == 0 => {}
            None => self.0.push((reason, count)),
        }
    }

    /// Adds those of the next run.
    fn add_all(&mut self, run: &Counts<T>) {
        for &(reason, count) in &run.0 {
            self.add(reason, count);
        }
    }

    /// The reason that applied first.
    pub fn first(&self) -> Option<T> {
        self.0.first().map(|&(reason, _)| reason)
    }

    /// The sum of all counts.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// The counts as statistics show them.
    pub fn rows(&self, text: impl Fn(T) -> &'static str) -> Vec<ReasonCount> {
        let row = |&(reason, count): &(T, u64)| ReasonCount {
            reason: text(reason).to_owned(),
            count,
        };
        self.0.iter().map(row).collect()
    }
}

impl Tally {
    /// Adds that of the next run.
    pub fn add(&mut self, run: Tally) {
        self.types.add(&run.types);
        self.failed.extend(run.failed);
        self.excluded.add_all(&run.excluded);
        self.inexpressible.add_all(&run.inexpressible);
        self.dangling += run.dangling;
        self.split.units += run.split.units;
        self.split.bytes += run.split.bytes;
        self.split.failed += run.split.failed;
    }
}
