//! How often a check may search all types of a kernel for something similar.

use std::cell::Cell;

/// What is left. A search takes a millisecond on a kernel, and an object can lack thousands of things.
#[derive(Debug)]
pub(crate) struct Scans(Cell<u32>);

impl Scans {
    /// Enough for what real objects lack.
    pub fn new() -> Scans {
        Scans(Cell::new(100))
    }

    /// Whether one more is allowed.
    pub fn take(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}
