//! What a package may cost.

use budget::Budget;

/// Limits on what an input can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many times the bytes that were read may come out ([`budget::Resource::Unpacked`]).
    pub budget: Budget,
    /// How many entries an archive may have. A Debian kernel's debug package has 5,000, the sources of Linux 90,000.
    pub entries: u64,
    /// Bytes of an entry's name.
    pub name: usize,
    /// Compressions and archives around a file.
    pub layers: usize,
}

impl Limits {
    /// The limits that belong to a budget.
    #[must_use]
    pub fn of(budget: Budget) -> Limits {
        Limits {
            budget,
            entries: 1_000_000u64.saturating_mul(u64::from(budget.multiple())),
            ..Limits::default()
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            budget: Budget::STANDARD,
            entries: 1_000_000,
            name: 4096,
            layers: 6,
        }
    }
}
