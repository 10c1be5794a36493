//! The checks, one a file. Each takes what it needs and pushes problems.

pub(crate) mod core_types;
pub(crate) mod functions;
pub(crate) mod kfuncs;
pub(crate) mod module;
pub(crate) mod names;
pub(crate) mod order;
pub(crate) mod readers;
pub(crate) mod repeats;
pub(crate) mod rules;

/// Examples that a problem keeps; the rest is counted.
pub(crate) const EXAMPLES: usize = 8;
