//! The units of a result: which of them have a type, and the types of each before dedup.

use btf::TypeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The units from which a result was encoded.
pub trait Units {
    /// The source files of the units that have each of these types, in file order.
    fn units_of(&self, ids: &[TypeId]) -> Vec<Vec<String>>;

    /// Calls `f` with each unit whose source file is wanted, in file order: its source file and its types before dedup.
    fn for_each_unit(&self, wanted: &dyn Fn(&str) -> bool, f: &mut dyn FnMut(&str, &[UnitType]));
}

/// One of a unit's types before dedup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitType {
    /// The type of the result that it became.
    pub id: TypeId,
    /// Whether it was a forward declaration that its definition replaced.
    pub declared: bool,
}

/// Units in a folder of the sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// The folder's path; empty for units without one.
    pub path: String,
    /// The file names of the units, without the path.
    pub units: Vec<String>,
}

impl Folder {
    /// Sorts source files into their folders.
    pub fn of(units: Vec<String>) -> Vec<Folder> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for unit in units {
            let (path, name) = unit.rsplit_once('/').unwrap_or(("", &unit));
            all.entry(path.to_owned())
                .or_default()
                .push(name.to_owned());
        }
        let folder = |(path, units)| Folder { path, units };
        all.into_iter().map(folder).collect()
    }
}
