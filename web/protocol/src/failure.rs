//! A failure as the page shows it.

use pipeline::Companion;
use serde::{Deserialize, Serialize};

/// Why a file could not be opened or a job not be finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A few words, as a page title.
    pub title: String,
    /// What is wrong, with place and figures.
    pub cause: String,
    /// What to do next.
    pub advice: String,
    /// A file cut short: how much there is, and how much there should be at least.
    pub cut: Option<Box<Cut>>,
    /// Files that would help, had they been given.
    pub missing: Vec<Companion>,
    /// For a report: names with values.
    pub details: Vec<(String, String)>,
}

/// A file cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// What runs past the end.
    pub what: String,
    /// Where that starts.
    pub start: u64,
    /// Where it should end.
    pub end: u64,
    /// Bytes of the file.
    pub have: u64,
}
