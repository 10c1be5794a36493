//! What a unit is encoded with.

use crate::names::Names;
use crate::other_units::OtherUnits;
use crate::sections::{LocationSource, Sections};
use crate::spending::Spending;
use crate::unit::Choices;

/// What a unit is encoded with, beside its own bytes.
pub struct UnitContext<'u, 'a> {
    /// Sections of the unit's file.
    pub sections: &'u Sections<'a>,
    /// Which optional parts of the DWARF to encode, and which languages to leave out.
    pub choices: Choices,
    /// The names of everything encoded so far; those of the unit are added.
    pub names: &'u mut Names,
    /// Location lists of the unit's file.
    pub locations: &'u mut dyn LocationSource,
    /// Other units, for references that lead there.
    pub others: &'u mut dyn OtherUnits,
    /// What the units of the file may still spend.
    pub spending: &'u mut Spending,
}

impl std::fmt::Debug for UnitContext<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UnitContext")
            .field("choices", &self.choices)
            .finish_non_exhaustive()
    }
}
