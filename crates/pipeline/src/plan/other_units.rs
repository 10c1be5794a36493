//! The units that are only encoded where others refer to them.

use encode::SectionOffset;
use serde::{Deserialize, Serialize};

/// The units of a job's files that are only encoded where others refer to them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct OtherUnitIndex {
    pub(crate) types: UnitIndex,
    pub(crate) supplementary: UnitIndex,
    /// Types of all type units by signature, sorted.
    pub(crate) signatures: Vec<(u64, SectionOffset)>,
    pub(crate) unclaimed: Unclaimed,
}

impl OtherUnitIndex {
    pub(crate) fn is_empty(&self) -> bool {
        self.types.offsets.is_empty()
            && self.supplementary.offsets.is_empty()
            && self.signatures.is_empty()
    }
}

/// The units of a section.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct UnitIndex {
    /// Offset of each unit, and the section's end as last entry; empty without such a section.
    pub offsets: Vec<u64>,
    /// Signature and type of each type unit.
    pub types: Vec<(u64, SectionOffset)>,
    /// Whether a unit may be the skeleton of a split one, as far as headers tell.
    pub may_be_split: bool,
}

impl UnitIndex {
    /// The unit around an offset.
    pub fn around(&self, offset: u64) -> Option<std::ops::Range<u64>> {
        let after = self.offsets.partition_point(|&start| start <= offset);
        let start = *self.offsets.get(after.checked_sub(1)?)?;
        Some(start..*self.offsets.get(after)?)
    }
}

/// Types that no unit refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unclaimed {
    /// Offset in `.debug_info` of the unit to which they are given.
    pub unit: u64,
    /// The types, in the order of their units.
    pub types: Vec<SectionOffset>,
}
