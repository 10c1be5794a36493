//! What an answer may cost, in proportion to the bytes of the types that it is about.

use crate::written::is_written_within;
use btf::Btf;
use budget::{Allowance, Budget, OverBudget, Resource};

/// What is left for one answer.
#[derive(Debug)]
pub(crate) struct Spending {
    comparisons: Allowance,
    text: Allowance,
}

impl Spending {
    /// For an answer about these BTFs.
    pub fn of(budget: Budget, btfs: &[&Btf]) -> Spending {
        let bytes = btfs.iter().map(|btf| bytes_of(btf)).sum();
        Spending {
            comparisons: budget.allowance(Resource::Comparisons, bytes),
            text: budget.allowance(Resource::Answers, bytes),
        }
    }

    /// Counts types that are visited, or members that are compared.
    pub fn visit(&mut self, count: usize) -> Result<(), OverBudget> {
        self.comparisons.spend(count as u64)
    }

    /// Counts bytes of text that the answer keeps.
    pub fn write(&mut self, bytes: usize) -> Result<(), OverBudget> {
        self.text.spend(bytes as u64)
    }

    /// What is left of visits and of bytes.
    pub fn left(&self) -> (u64, u64) {
        let left = |of: &Allowance| of.limit().saturating_sub(of.spent());
        (left(&self.comparisons), left(&self.text))
    }

    /// The error of visits that are used up, and that of text.
    pub fn errors(&self) -> (OverBudget, OverBudget) {
        (self.comparisons.error(), self.text.error())
    }
}

/// How many times the names that types have the names may take that references are written as: programs in C++ have long
/// names.
const WRITTEN: u64 = 3;

/// Bytes of types and strings, those of the base included.
fn bytes_of(btf: &Btf) -> u64 {
    let chain = std::iter::successors(Some(btf), |btf| btf.base().map(AsRef::as_ref));
    chain
        .map(|btf| (btf.type_bytes() + btf.strings().as_bytes().len()) as u64)
        .sum()
}

/// Checks that the names of all types take no more bytes than the budget allows, so that an answer may copy each of them.
///
/// # Errors
///
/// They take more: many types have one long name, or names that are suffixes of one string.
pub fn check_names(btf: &Btf, budget: Budget) -> Result<(), OverBudget> {
    let names = budget.allowance(Resource::Answers, bytes_of(btf));
    match btf.has_names_within(names.limit()) {
        true => Ok(()),
        false => Err(names.error()),
    }
}

/// Checks the names ([`check_names`]), and that the types of all references, as they are written in C, take no more bytes than
/// the budget allows, so that an answer may write out each of them.
///
/// # Errors
///
/// They take more: members refer to a type of a long name, or to a prototype of many parameters.
pub fn check_written(btf: &Btf, budget: Budget) -> Result<(), OverBudget> {
    check_names(btf, budget)?;
    let names = budget.allowance(Resource::Answers, bytes_of(btf));
    match is_written_within(btf, names.limit().saturating_mul(WRITTEN)) {
        true => Ok(()),
        false => Err(names.error()),
    }
}
