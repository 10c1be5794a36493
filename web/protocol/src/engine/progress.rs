//! How far an encoder or a module is.

use serde::{Deserialize, Serialize};

/// How far a task is; counts are of the task alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Units done.
    pub units: u32,
    /// Types emitted, before any sharing.
    pub types: u64,
    /// Bytes of `.debug_info` walked.
    pub dwarf_bytes: u64,
    /// Bytes of BTF these types would take.
    pub btf_bytes: u64,
    /// The unit just done, in messages that are sent by the clock.
    pub unit: Option<String>,
}
