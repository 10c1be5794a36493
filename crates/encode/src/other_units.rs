//! Other units than the one being encoded, for references that lead there.
//!
//! Compilers and tools spread the types of a unit over several: type units (`-fdebug-types-section`),
//! partial units and a supplementary file (dwz), units of other sources (link-time optimisation). A unit
//! is encoded with what it refers to, as if all of that were part of it, which is what the compiler had before.

use crate::sections::Sections;
use serde::{Deserialize, Serialize};

/// A section that holds units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Area {
    /// `.debug_info` of the file.
    Info,
    /// `.debug_types`, where DWARF 4 keeps type units.
    Types,
    /// `.debug_info` of the supplementary file that dwz made.
    Supplementary,
}

impl Area {
    /// The name of the section, for messages.
    pub fn title(self) -> &'static str {
        match self {
            Area::Info => ".debug_info",
            Area::Types => ".debug_types",
            Area::Supplementary => ".debug_info of the supplementary file",
        }
    }
}

/// An offset in a section that holds units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SectionOffset {
    /// Which section it is an offset in.
    pub area: Area,
    /// In bytes from the start of the section.
    pub offset: u64,
}

/// A whole unit that another one refers to.
#[derive(Clone, Copy, Debug)]
pub struct OtherUnit<'a> {
    /// The sections it uses: those of its file.
    pub sections: Sections<'a>,
    /// Where the unit starts.
    pub place: SectionOffset,
    /// The unit, header included.
    pub bytes: &'a [u8],
}

/// Gives other units than the one being encoded.
pub trait OtherUnits {
    /// The unit that contains `place`; `None` if no unit does, or if it cannot be read.
    fn unit_at(&mut self, place: SectionOffset) -> Option<OtherUnit<'_>>;

    /// The DIE of the type that a type unit defines, by the unit's signature.
    fn type_of_signature(&mut self, signature: u64) -> Option<SectionOffset>;

    /// Types in type units to which no unit refers, and which belong to the unit at this offset.
    fn unclaimed(&mut self, _unit: u64) -> Vec<SectionOffset> {
        Vec::new()
    }
}

/// No other units: what leads out of the unit leads nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOtherUnits;

impl OtherUnits for NoOtherUnits {
    fn unit_at(&mut self, _: SectionOffset) -> Option<OtherUnit<'_>> {
        None
    }

    fn type_of_signature(&mut self, _: u64) -> Option<SectionOffset> {
        None
    }
}
