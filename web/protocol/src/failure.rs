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

impl Failure {
    /// Whether the file asks for more than its budget allows. Its sentence names the command's option; it may have come as a
    /// text from another worker.
    pub fn is_over_budget(&self) -> bool {
        self.cause.contains("btfscope --budget")
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use budget::{Budget, Resource};

    #[test]
    fn the_sentence_of_a_budget_is_known() {
        let failure = |cause: String| Failure {
            cause,
            ..Failure::default()
        };
        for resource in [Resource::Names, Resource::Decompressed, Resource::Answers] {
            let error = Budget::STANDARD.allowance(resource, 0).error();
            let error = pipeline::Error::OverBudget(error);
            assert!(failure(error.to_string()).is_over_budget());
        }
        assert!(!failure("the file is damaged".to_owned()).is_over_budget());
    }
}
