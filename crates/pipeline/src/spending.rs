//! What a whole job may spend, added up in file order, so that the same file fails or succeeds however it is divided.

use crate::plan::Plan;
use crate::statistics::BudgetRow;
use budget::{Allowance, OverBudget, Resource};
use encode::{Spending, Spent, TableRead};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};

/// How large the sections are that limits are in proportion to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SectionSizes {
    /// Bytes of `.debug_info`, `.debug_types`, and those of the supplementary file.
    pub units: u64,
    /// Bytes of `.debug_abbrev`, and of that of the supplementary file.
    pub abbreviations: u64,
}

impl SectionSizes {
    /// Those of two files. Damaged headers can claim any size.
    pub(crate) fn plus(self, other: SectionSizes) -> SectionSizes {
        SectionSizes {
            units: self.units.saturating_add(other.units),
            abbreviations: self.abbreviations.saturating_add(other.abbreviations),
        }
    }
}

impl Plan {
    /// What a worker may spend on the units of the file.
    pub(crate) fn spending(&self) -> Spending {
        let sizes = &self.section_sizes;
        Spending::new(self.options.budget, sizes.units, sizes.abbreviations)
    }

    /// How many bytes of names a job may copy in one place. The names of split units are in other files.
    pub(crate) fn names_allowance(&self) -> Allowance {
        let bytes = match self.split.is_empty() {
            true => self.input.file_bytes,
            false => self.split_allowance().limit(),
        };
        self.options.budget.allowance(Resource::Names, bytes)
    }

    /// How many bytes the split units of the file may have.
    fn split_allowance(&self) -> Allowance {
        let budget = self.options.budget;
        budget.allowance(Resource::SplitUnits, self.input.file_bytes)
    }
}

/// What the units of a run spent beyond their own bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunSpending {
    /// Bytes of other units.
    pub other_units: u64,
    /// Tables of abbreviations that the worker read for the first time.
    pub tables: Vec<TableRead>,
    /// Bytes of split units.
    pub split_bytes: u64,
    /// The location lists of the unit that spent the largest part of its allowance.
    pub worst_lists: Spent,
}

/// What all runs together may still spend.
#[derive(Debug)]
pub(crate) struct JobSpending {
    other_units: Allowance,
    abbreviations: Allowance,
    /// Tables that count already: another worker may have read them too.
    tables: FxHashSet<(u32, u64)>,
    split_units: Allowance,
    worst_lists: Spent,
    /// Bytes of the names of all runs.
    pub names: Allowance,
}

impl JobSpending {
    pub fn new(plan: &Plan) -> JobSpending {
        let (budget, sizes) = (plan.options.budget, &plan.section_sizes);
        JobSpending {
            other_units: budget.allowance(Resource::OtherUnits, sizes.units),
            abbreviations: budget.allowance(Resource::Abbreviations, sizes.abbreviations),
            tables: FxHashSet::default(),
            split_units: plan.split_allowance(),
            worst_lists: Spent::default(),
            names: plan.names_allowance(),
        }
    }

    /// Adds what the next run spent.
    pub fn add(&mut self, run: &RunSpending) -> Result<(), OverBudget> {
        self.other_units.spend(run.other_units)?;
        self.split_units.spend(run.split_bytes)?;
        self.worst_lists = self.worst_lists.worse(run.worst_lists);
        for table in &run.tables {
            if self.tables.insert((table.identity, table.offset)) {
                self.abbreviations.spend(table.bytes)?;
            }
        }
        Ok(())
    }

    /// What was spent of each resource.
    pub fn rows(&self) -> Vec<BudgetRow> {
        let all = [
            &self.names,
            &self.other_units,
            &self.abbreviations,
            &self.split_units,
        ];
        let row = |resource: Resource, of: Spent| BudgetRow {
            resource: resource.name().to_owned(),
            spent: of.spent,
            limit: of.limit,
        };
        let mut rows = Vec::from(all.map(|one| row(one.resource(), Spent::from(one))));
        rows.push(row(Resource::Lists, self.worst_lists));
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_damaged_headers_claim_add_up_without_overflow() {
        let most = SectionSizes {
            units: u64::MAX,
            abbreviations: 3,
        };
        let sum = most.plus(SectionSizes {
            units: 1,
            abbreviations: 4,
        });
        assert_eq!((sum.units, sum.abbreviations), (u64::MAX, 7));
    }
}
