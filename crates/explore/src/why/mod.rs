//! Why a name has several types: the first difference between two of them.
//!
//! Dedup merges two structs only if everything to which they lead is equal, so the cause may be far from the
//! name. The search follows the same members from both types at once, nearest first, until it finds a pair
//! that differs in its own words. Like dedup, it takes a declaration and a definition of the same name as
//! equal (libbpf's documentation of `btf_dedup_is_equiv`).

mod cause;
mod search;

pub use cause::{Cause, Side};
pub use search::{Search, Step, Trail, Via};

use crate::address::spoken;
use crate::explorer::Explorer;
use crate::group::Group;
use crate::sort::sorted;
use btf::{Btf, Kind, StringOffset, TypeId};
use rustc_hash::FxHashMap;

/// Types of one name and kind that dedup did not merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The group of their kinds.
    pub group: Group,
    /// The name that they have in common.
    pub name: String,
    /// The types, by id.
    pub ids: Vec<TypeId>,
}

/// All names that several structs, unions, enumerations, or typedefs have, in order. For split BTF,
/// only names of which it has a type itself, not those of the base alone.
pub fn repeated(btf: &Btf) -> Vec<Repeated> {
    let mut found: FxHashMap<(Group, StringOffset), Vec<TypeId>> = FxHashMap::default();
    for id in (1..btf.end_id().0).map(TypeId) {
        let Some(ty) = btf.get(id).filter(|ty| !ty.name().is_empty()) else {
            continue;
        };
        let group = match ty.kind() {
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Typedef => {
                Group::of(ty.kind())
            }
            _ => None,
        };
        if let Some(group) = group {
            found.entry((group, ty.name())).or_default().push(id);
        }
    }
    let own = btf.first_id();
    let several = found
        .into_iter()
        .filter(|(_, ids)| ids.len() > 1 && ids.last().is_some_and(|&last| last >= own));
    let all: Vec<Repeated> = several
        .map(|((group, name), ids)| Repeated {
            group,
            name: btf.str(name).into_owned(),
            ids,
        })
        .collect();
    sorted(&all, &|a, b| (&a.name, a.group).cmp(&(&b.name, b.group)))
}

/// A search for the differences between the types of these names.
pub fn search<'a>(
    explorer: &'a Explorer,
    names: impl IntoIterator<Item = &'a Repeated>,
) -> Search<'a> {
    let searches = names.into_iter().map(|one| one.ids.len().saturating_sub(1));
    Search::new(explorer.btf(), explorer.budget(), searches.sum())
}

impl Repeated {
    /// The name as a heading: `struct e820_entry`.
    pub fn title(&self, btf: &Btf) -> String {
        self.ids
            .first()
            .map_or_else(|| self.name.clone(), |&id| spoken(btf, id))
    }

    /// The nearest difference of each type from the first.
    pub fn trails(&self, explorer: &Explorer) -> Vec<Trail> {
        self.trails_with(&mut search(explorer, [self]))
    }

    /// [`Repeated::trails`] by a [`search`] that is for several names.
    pub fn trails_with(&self, search: &mut Search<'_>) -> Vec<Trail> {
        let Some((&first, others)) = self.ids.split_first() else {
            return Vec::new();
        };
        others
            .iter()
            .map(|&other| search.first_difference(first, other))
            .collect()
    }
}
