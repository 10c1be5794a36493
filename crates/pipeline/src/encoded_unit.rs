//! Numbers and names of the units that were encoded.

use serde::{Deserialize, Serialize};

/// A unit by its place among those that were encoded: of its run in a [`crate::ShardOutput`], of the whole file once
/// runs are merged. Units that were left out have no number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(crate) struct UnitNumber(pub u32);

/// A unit that was encoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EncodedUnit {
    /// Its index among all units of the file.
    pub index: u32,
    /// Its source file, as the DWARF names it.
    pub name: String,
}

impl UnitNumber {
    /// The same unit after others, of which there are `before`.
    pub fn after(self, before: u32) -> UnitNumber {
        UnitNumber(before.saturating_add(self.0))
    }
}
