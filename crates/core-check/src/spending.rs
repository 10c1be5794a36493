//! What a check may cost, in proportion to the bytes of the object and the kernel.

use btf::Btf;
use budget::{Allowance, Budget, OverBudget, Resource};
use std::cell::Cell;

/// What is left of one check.
///
/// Walks ask at each step whether they may go on. A walk that may not ends with any result: the whole answer is dropped then
/// ([`Spending::check`]).
#[derive(Debug)]
pub(crate) struct Spending {
    steps: Count,
    text: Count,
    scans: Cell<u32>,
}

/// How often a check may search all types of a kernel for something similar: a search takes a millisecond, and an object
/// can lack thousands of things.
const MOST_SCANS: u32 = 100;

#[derive(Debug)]
struct Count {
    spent: Cell<u64>,
    allowance: Allowance,
}

impl Spending {
    /// For a check of an object of so many bytes on a kernel's types of so many.
    pub fn of(budget: Budget, object: u64, kernel: u64) -> Spending {
        Spending {
            steps: Count::new(budget, Resource::Checks, object.saturating_add(kernel)),
            // What an answer says of a kernel is short.
            text: Count::new(budget, Resource::Answers, object),
            scans: Cell::new(MOST_SCANS),
        }
    }

    /// Whether all types may be searched once more. If not, the answer names nothing similar.
    pub fn scan(&self) -> bool {
        let left = self.scans.get();
        self.scans.set(left.saturating_sub(1));
        left > 0
    }

    /// Counts members, candidates, or instructions that are looked at. Whether so many are allowed.
    #[must_use]
    pub fn step(&self, count: usize) -> bool {
        self.steps.spend(count)
    }

    /// Counts bytes that the answer keeps. Whether so many are allowed.
    #[must_use]
    pub fn write(&self, bytes: usize) -> bool {
        self.text.spend(bytes)
    }

    /// Fails if more was asked for than is allowed.
    ///
    /// # Errors
    ///
    /// What there was too much of.
    pub fn check(&self) -> Result<(), OverBudget> {
        self.steps.check()?;
        self.text.check()
    }
}

impl Count {
    fn new(budget: Budget, resource: Resource, bytes: u64) -> Count {
        Count {
            spent: Cell::new(0),
            allowance: budget.allowance(resource, bytes),
        }
    }

    fn spend(&self, amount: usize) -> bool {
        let spent = self.spent.get().saturating_add(amount as u64);
        self.spent.set(spent);
        spent <= self.allowance.limit()
    }

    fn check(&self) -> Result<(), OverBudget> {
        match self.spend(0) {
            true => Ok(()),
            false => Err(self.allowance.error()),
        }
    }
}

/// Bytes of types and strings, those of the base left out.
pub(crate) fn bytes_of(btf: &Btf) -> u64 {
    (btf.type_bytes() + btf.strings().as_bytes().len()) as u64
}

/// Checks that the names of all types take no more bytes than the budget allows, so that each may be read. Those of the base
/// were checked with the base.
///
/// # Errors
///
/// Many types have one long name, or names that are suffixes of one string.
pub(crate) fn check_names(btf: &Btf, budget: Budget) -> Result<(), OverBudget> {
    let mut names = budget.allowance(Resource::Answers, bytes_of(btf));
    if btf.base().is_none() {
        return match btf.has_names_within(names.limit()) {
            true => Ok(()),
            false => Err(names.error()),
        };
    }
    for (_, ty) in btf.types() {
        for name in ty.names() {
            names.spend(btf.string(name).map_or(0, <[u8]>::len) as u64)?;
        }
    }
    Ok(())
}
