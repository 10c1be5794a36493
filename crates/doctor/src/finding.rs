//! A problem of a file, with its severity.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// How much a finding matters. The order is that in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The kernel, libbpf, or a named reader refuses this BTF or a part of it.
    Error,
    /// Everything loads, but something that the build promised is missing.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the kernel or module.
    pub file: String,
    /// What is wrong, with the values that prove it. [`Finding::heading`] and the other methods say it in words.
    pub problem: Problem,
}

impl Finding {
    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }
}
