//! What units may cost beyond their own bytes.

use budget::{Allowance, Budget, OverBudget, Resource};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// What the units of a file may still spend where cost follows references instead of bytes.
///
/// ```
/// use encode::Spending;
///
/// // A file with 10 MB of units and 100 kB of abbreviations.
/// let spending = Spending::new(budget::Budget::STANDARD, 10_000_000, 100_000);
/// assert_eq!(spending.other_units().spent(), 0);
/// ```
#[derive(Clone, Debug)]
pub struct Spending {
    budget: Budget,
    other_units: Allowance,
    abbreviations: Allowance,
    /// Those read since they were last taken.
    tables: Vec<TableRead>,
    /// Whose tables count already, and their offsets: what was forgotten and is read again costs nothing here, since
    /// whether that happens depends on how the units are divided.
    counted: FxHashSet<(u32, u64)>,
    worst_lists: Spent,
}

/// How much of an allowance was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// How much was spent.
    pub spent: u64,
    /// How much may be spent.
    pub limit: u64,
}

impl Spent {
    /// The one of which the larger part was spent.
    #[must_use]
    pub fn worse(self, other: Spent) -> Spent {
        let (own, others) = (
            u128::from(self.spent) * u128::from(other.limit),
            u128::from(other.spent) * u128::from(self.limit),
        );
        match self.limit == 0 || others > own {
            true => other,
            false => self,
        }
    }
}

impl From<&Allowance> for Spent {
    fn from(allowance: &Allowance) -> Spent {
        Spent {
            spent: allowance.spent(),
            limit: allowance.limit(),
        }
    }
}

/// A table of abbreviations that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRead {
    /// Whose table it is ([`crate::Sections::abbrev_identity`]).
    pub identity: u32,
    /// Where it begins in `.debug_abbrev`.
    pub offset: u64,
    /// How many bytes were read.
    pub bytes: u64,
}

impl Spending {
    /// Nothing spent yet, in a file whose sections of units and of abbreviations have so many bytes.
    #[must_use]
    pub fn new(budget: Budget, unit_bytes: u64, abbreviation_bytes: u64) -> Spending {
        Spending {
            budget,
            other_units: budget.allowance(Resource::OtherUnits, unit_bytes),
            abbreviations: budget.allowance(Resource::Abbreviations, abbreviation_bytes),
            tables: Vec::new(),
            counted: FxHashSet::default(),
            worst_lists: Spent::default(),
        }
    }

    /// What was spent on the entries of other units.
    #[must_use]
    pub fn other_units(&self) -> &Allowance {
        &self.other_units
    }

    /// Takes back what was spent on other units since a copy of [`Spending::other_units`] was made: the same units are
    /// encoded again.
    pub fn rewind(&mut self, other_units: Allowance) {
        self.other_units = other_units;
    }

    /// The tables that were read since the last call.
    pub fn take_tables(&mut self) -> Vec<TableRead> {
        std::mem::take(&mut self.tables)
    }

    /// The location lists of the unit that spent the largest part of its allowance since the last call.
    pub fn take_worst_lists(&mut self) -> Spent {
        std::mem::take(&mut self.worst_lists)
    }

    /// Notes what a unit spent on location lists.
    pub(crate) fn note_lists(&mut self, allowance: &Allowance) {
        self.worst_lists = self.worst_lists.worse(Spent::from(allowance));
    }

    /// Counts bytes of another unit.
    pub(crate) fn spend_on_other_unit(&mut self, bytes: usize) -> Result<(), OverBudget> {
        self.other_units.spend(bytes as u64)
    }

    /// Counts a table that was read, the first time.
    pub(crate) fn spend_on_table(&mut self, table: TableRead) -> Result<(), OverBudget> {
        if !self.counted.insert((table.identity, table.offset)) {
            return self.abbreviations.check();
        }
        self.tables.push(table);
        self.abbreviations.spend(table.bytes)
    }

    /// What the inline sites of a unit may take.
    pub(crate) fn of_inline_sites(&self, unit_bytes: usize) -> Allowance {
        self.budget
            .allowance(Resource::InlineSites, unit_bytes as u64)
    }

    /// What the location lists of a unit may take.
    pub(crate) fn of_lists(&self, unit_bytes: usize) -> Allowance {
        self.budget.allowance(Resource::Lists, unit_bytes as u64)
    }
}
