//! Where the types of a result came from.

use crate::encoded_unit::EncodedUnit;
use btf::TypeId;
use dedup::sharing::TypeOrigins;
pub use dedup::sharing::UnitType;
use serde::{Deserialize, Serialize};

/// Which units each type came from. What a copy looked like there is found again by encoding the unit
/// once more: [`crate::Worker::encode_unit`].
///
/// It can be written and read back, so that another program than the one which merged answers for a result.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Provenance {
    pub(crate) origins: TypeOrigins,
    /// The units that were encoded.
    pub(crate) units: Vec<EncodedUnit>,
}

/// A unit that has a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitOfType<'a> {
    /// Index of the unit in the file.
    pub unit: u32,
    /// Its source file, as the DWARF names it.
    pub name: &'a str,
    /// How many copies of the type it has.
    pub copies: u32,
}

impl Provenance {
    /// The units that have the type `id` of the result, in file order. Functions, variables and
    /// sections come from the whole file and have none.
    pub fn units_of(&self, id: TypeId) -> Vec<UnitOfType<'_>> {
        let found = self.origins.units_of(id.0).into_iter();
        found
            .filter_map(|(at, copies)| {
                let unit = self.units.get(at as usize)?;
                Some(UnitOfType {
                    unit: unit.index,
                    name: &unit.name,
                    copies,
                })
            })
            .collect()
    }

    /// For each of these types the source files that have it, in file order; all with one look.
    pub fn units_of_each(&self, ids: &[TypeId]) -> Vec<Vec<&str>> {
        let ids: Vec<u32> = ids.iter().map(|id| id.0).collect();
        let name = |at: u32| Some(self.units.get(at as usize)?.name.as_str());
        let found = self.origins.units_of_each(&ids).into_iter();
        found
            .map(|units| units.into_iter().filter_map(name).collect())
            .collect()
    }

    /// Calls `f` with each encoded unit whose source file is wanted, in file order: its source file and its types
    /// before dedup.
    pub fn for_each_unit(
        &self,
        wanted: impl Fn(&str) -> bool,
        mut f: impl FnMut(&str, &[UnitType]),
    ) {
        let name = |at: u32| self.units.get(at as usize).map_or("", |unit| &unit.name);
        self.origins
            .for_each_unit(|at| wanted(name(at)), |at, types| f(name(at), types));
    }

    /// How many copies of each type the units have, by the result's id; `end` is the id behind the last.
    pub fn copies(&self, end: TypeId) -> Vec<u32> {
        self.origins.copies(end.0)
    }

    /// Bytes of memory that this takes.
    pub fn memory(&self) -> usize {
        let names: usize = self
            .units
            .iter()
            .map(|unit| unit.name.capacity() + 32)
            .sum();
        self.origins.memory() + names
    }
}
