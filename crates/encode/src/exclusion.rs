//! Why a unit is left out on purpose.

use crate::language::Language;
use serde::{Deserialize, Serialize};

/// Why a unit is not encoded, although it can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Exclusion {
    /// A partial unit: its types belong to the units that import it.
    PartialUnit,
    /// A type unit: its type belongs to the units that refer to it.
    TypeUnit,
    /// The skeleton of a split unit whose own file is not read.
    Skeleton,
    /// A type unit of split DWARF.
    SplitTypeUnit,
    /// A unit whose source file the caller chose to leave out.
    Named,
    /// A unit in one of [`crate::Choices::excluded`].
    WrittenIn(Language),
}

impl Exclusion {
    /// The reason in a few words, as lists of reasons show it.
    pub fn text(self) -> &'static str {
        match self {
            Exclusion::PartialUnit => "partial units: part of the units that import them",
            Exclusion::TypeUnit => "type units: part of the units that refer to them",
            Exclusion::Skeleton => "split DWARF: the types are in a .dwo or .dwp file",
            Exclusion::SplitTypeUnit => "type units of split DWARF",
            Exclusion::Named => "units that were left out by name",
            Exclusion::WrittenIn(language) => language.written_in(),
        }
    }
}
