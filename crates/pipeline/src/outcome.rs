//! What a finished job gives its driver.

use crate::provenance::Provenance;
use crate::statistics::Statistics;
use btf::Btf;
use serde::{Deserialize, Serialize};

/// The result of a job, and what its driver may want to know of it.
#[derive(Debug)]
pub struct Outcome {
    /// The types.
    pub btf: Btf,
    /// These types as the bytes of a `.BTF` section.
    pub bytes: Vec<u8>,
    /// With a base and the feature `distilled_base`: the same types on a distilled base.
    pub distilled: Option<DistilledBytes>,
    /// With the feature `inline`: the bytes of `.BTF.inline`, split BTF on the types.
    pub inline: Option<Vec<u8>>,
    /// Statistics; times and memory are the driver's to fill in.
    pub statistics: Statistics,
    /// Functions left out, sorted by name.
    pub skipped_functions: Vec<SkippedFunction>,
    /// Kfuncs with the flags that the sets of `.BTF_ids` give them, sorted by name.
    pub kfuncs: Vec<(String, u32)>,
    /// How many copies each type had before dedup, by its id less the first id of the result.
    pub copies: Vec<u32>,
    /// Which units each type came from.
    pub provenance: Provenance,
}

/// Split BTF on a distilled base, as the bytes of two sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistilledBytes {
    /// The bytes of `.BTF`.
    pub split: Vec<u8>,
    /// The bytes of `.BTF.base`.
    pub base: Vec<u8>,
}

/// A function that the symbol table has and the result has not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkippedFunction {
    /// The name of its symbol, without a suffix.
    pub name: String,
    /// Every reason that applied; the last one decided.
    pub reasons: Vec<String>,
    /// Source files of the units that describe it, one for each description that differs, in file order.
    pub units: Vec<String>,
}
