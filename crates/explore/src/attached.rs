//! What other types tell about functions and variables: their tags, and the section of a variable.

use btf::{Btf, Data, Kind, StringOffset, TypeId};
use rustc_hash::FxHashMap;

/// Tags and places in sections, by the type to which they belong.
#[derive(Debug, Default)]
pub struct Attached {
    tags: FxHashMap<TypeId, Vec<StringOffset>>,
    places: FxHashMap<TypeId, InSection>,
}

/// Where a variable is: its section, and its place in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InSection {
    /// The section's name, such as `.data..percpu`.
    pub section: StringOffset,
    /// Bytes from the section's start.
    pub offset: u32,
    /// Bytes of the variable.
    pub size: u32,
}

impl Attached {
    /// Reads all tags and sections.
    pub fn of(btf: &Btf) -> Attached {
        let mut attached = Attached::default();
        for id in (1..btf.end_id().0).map(TypeId) {
            let Some(ty) = btf.get(id) else { continue };
            match (ty.kind(), ty.data()) {
                // A tag of the whole type, not of a member or parameter.
                (Kind::DeclTag, Data::DeclTag { component: -1, .. }) => {
                    if let Some(target) = ty.target() {
                        attached.tags.entry(target).or_default().push(ty.name());
                    }
                }
                (Kind::Datasec, _) => {
                    for variable in ty.variables() {
                        let place = InSection {
                            section: ty.name(),
                            offset: variable.offset,
                            size: variable.size,
                        };
                        attached.places.insert(variable.ty, place);
                    }
                }
                _ => {}
            }
        }
        attached
    }

    /// Tags of a type as a whole, not those of its members or parameters.
    pub fn tags(&self, id: TypeId) -> &[StringOffset] {
        self.tags.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Where a variable is: its section, and its place in it.
    pub fn place(&self, id: TypeId) -> Option<InSection> {
        self.places.get(&id).copied()
    }
}
