//! Functions that are not in a result.

use serde::{Deserialize, Serialize};

/// A function of the symbol table that the result does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The name of its symbol.
    pub name: String,
    /// Every reason that applied, as sentences; the last one decided.
    pub reasons: Vec<String>,
}
