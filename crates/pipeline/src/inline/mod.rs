//! Inline sites on their way from units to `.BTF.inline` (docs/inline-sites.md).
//!
//! ```text
//! run    the sites of a run of units, functions and locations once
//! merge  those of all runs, in file order
//! write  split BTF on the result
//! ```

mod interned;
mod merge;
mod run;
mod write;

pub(crate) use merge::InlineMerge;
pub(crate) use run::{InlineCollector, InlineRun};
pub(crate) use write::{FinalTypes, write};
