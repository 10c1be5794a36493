//! Functions that are not in a result.

use serde::{Deserialize, Serialize};

/// A function that the symbol table has and the result has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The symbol's name.
    pub name: String,
    /// Every reason that applied, as sentences; the last one decided.
    pub reasons: Vec<String>,
}
