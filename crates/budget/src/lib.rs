//! Limits on the work and memory that an input can cause, in proportion to its size.
//!
//! A few bytes of a damaged or hostile file can ask for much work: names that are suffixes of one string, units that
//! refer to each other, abbreviation tables that overlap. Wherever work or memory follows references instead of bytes,
//! the crates of btfscope spend an [`Allowance`] of a [`Resource`]. It is proportional to the size of the input and far
//! more than real files need ([`Resource`] has the figures), so that the cost of every input is linear in its bytes. An
//! allowance that is used up is an error, [`OverBudget`], whose text says what to do about a file that is sound.
//!
//! ```
//! use budget::{Budget, Resource};
//!
//! let mut names = Budget::STANDARD.allowance(Resource::Names, 1000);
//! names.spend(16)?;
//! assert_eq!(names.spent(), 16);
//!
//! let error = names.spend(1 << 30).unwrap_err();
//! assert!(error.to_string().contains("--budget 10"));
//! assert!(Budget::times(10_000).allowance(Resource::Names, 1000).spend(1 << 30).is_ok());
//! # Ok::<(), budget::OverBudget>(())
//! ```
//!
//! An allowance belongs to a job, or to a part of it that does not depend on how the work is divided, so that the same
//! input fails or succeeds whatever the number of workers.

#![no_std]
#![forbid(unsafe_code)]

mod allowance;
mod grouped;
mod resource;

pub use allowance::{Allowance, OverBudget};
pub use grouped::Grouped;
pub use resource::Resource;

/// How much a job may spend: the standard allowances, or a multiple of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Budget {
    times: u32,
}

impl Budget {
    /// Enough for ten times the worst real file that was measured.
    pub const STANDARD: Budget = Budget { times: 1 };

    /// A multiple of the standard budget; 0 counts as 1.
    ///
    /// ```
    /// # use budget::Budget;
    /// assert_eq!(Budget::times(0), Budget::STANDARD);
    /// ```
    #[must_use]
    pub const fn times(times: u32) -> Budget {
        Budget {
            times: if times == 0 { 1 } else { times },
        }
    }

    /// How many times the standard budget this is.
    #[must_use]
    pub const fn multiple(self) -> u32 {
        self.times
    }

    /// What an input of so many bytes may spend of a resource.
    #[must_use]
    pub const fn allowance(self, resource: Resource, input_bytes: u64) -> Allowance {
        Allowance::new(self, resource, input_bytes)
    }
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::STANDARD
    }
}
