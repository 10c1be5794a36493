//! Names that are copied from an object's file.

use budget::{Allowance, Budget, OverBudget, Resource};

/// What may still be copied: many symbols and records can have one long name.
///
/// Once there is too much, copies are empty, and [`Copies::check`] fails.
#[derive(Debug)]
pub(super) struct Copies(Allowance);

impl Copies {
    pub fn new(budget: Budget, file_bytes: u64) -> Copies {
        Copies(budget.allowance(Resource::Names, file_bytes))
    }

    /// A copy.
    pub fn text(&mut self, bytes: &[u8]) -> String {
        match self.count(bytes.len()) {
            true => String::from_utf8_lossy(bytes).into_owned(),
            false => String::new(),
        }
    }

    /// Counts bytes that are copied elsewhere, or read once more. Whether so many are allowed.
    pub fn count(&mut self, bytes: usize) -> bool {
        self.0.spend(bytes as u64).is_ok()
    }

    /// Counts the bytes of a section that is read. Whether so many are allowed.
    pub fn count_section(&mut self, bytes: u64) -> bool {
        self.0.spend(bytes).is_ok()
    }

    /// Fails if more was asked for than is allowed.
    ///
    /// # Errors
    ///
    /// There are too many bytes of names.
    pub fn check(&self) -> Result<(), OverBudget> {
        self.0.check()
    }
}
