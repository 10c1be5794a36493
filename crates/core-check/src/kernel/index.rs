//! Types by essential name, and by what their names have in common with others.

use super::name::{essential, trimmed};
use btf::{Btf, Data, Kind, TypeId};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::Hasher;

/// The own types of a BTF that have a name, by its hash, and the functions that are tagged as kfuncs.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted, so that the types of a name follow each other in the order of ids.
    by_name: Vec<(u32, TypeId)>,
    /// The same types in the order of ids; of the kernel alone, since similar names are looked for there.
    ends: Vec<Ends>,
    kfuncs: FxHashSet<TypeId>,
}

/// The ends of a name. Two names of which one begins or ends with the other have one in common, and few others do, so a search for
/// similar names looks at few names.
#[derive(Clone, Copy, Debug)]
struct Ends {
    id: TypeId,
    kind: Kind,
    front: u8,
    back: u8,
}

impl Index {
    pub fn of(btf: &Btf) -> Index {
        let mut index = Index::default();
        let is_kernel = btf.base().is_none();
        index.by_name.reserve(btf.len());
        for (id, ty) in btf.types() {
            match ty.data() {
                Data::DeclTag {
                    target,
                    component: -1,
                } if btf.string(ty.name()) == Some(b"bpf_kfunc") => {
                    index.kfuncs.insert(target);
                }
                Data::DeclTag { .. } | Data::TypeTag { .. } => {}
                _ => {
                    let name = btf.string(ty.name()).unwrap_or_default();
                    if !name.is_empty() {
                        index.by_name.push((hash(essential(name)), id));
                        if is_kernel {
                            let (kind, (front, back)) = (ty.kind(), ends(name));
                            index.ends.push(Ends {
                                id,
                                kind,
                                front,
                                back,
                            });
                        }
                    }
                }
            }
        }
        index.by_name.shrink_to_fit();
        index.ends.shrink_to_fit();
        index.by_name.sort_unstable();
        index
    }

    /// Types whose essential name may be this one, in the order of ids.
    pub fn under(&self, essential: &[u8]) -> impl Iterator<Item = TypeId> {
        let wanted = hash(essential);
        let start = self.by_name.partition_point(|&(hash, _)| hash < wanted);
        let rest = self.by_name[start..].iter();
        rest.take_while(move |&&(hash, _)| hash == wanted)
            .map(|&(_, id)| id)
    }

    /// Types of a kind whose names may begin or end with this one, or this one with them, underscores aside, in the order of ids.
    pub fn with_ends_of(&self, name: &[u8], kind: Kind) -> impl Iterator<Item = TypeId> {
        let (front, back) = ends(name);
        let fits = move |one: &&Ends| one.kind == kind && (one.front == front || one.back == back);
        self.ends.iter().filter(fits).map(|one| one.id)
    }

    /// How many types [`Index::under`] gives.
    pub fn count_under(&self, essential: &[u8]) -> usize {
        let wanted = hash(essential);
        let start = self.by_name.partition_point(|&(hash, _)| hash < wanted);
        let end = self.by_name.partition_point(|&(hash, _)| hash <= wanted);
        end - start
    }

    pub fn any_kfunc(&self) -> Option<TypeId> {
        self.kfuncs.iter().copied().min()
    }

    pub fn is_kfunc(&self, id: TypeId) -> Option<bool> {
        (!self.kfuncs.is_empty()).then(|| self.kfuncs.contains(&id))
    }
}

/// The first and last three bytes of a name, without underscores around it, as numbers.
fn ends(name: &[u8]) -> (u8, u8) {
    let name = trimmed(name);
    let mixed = |three: Option<&[u8; 3]>| match three {
        Some([a, b, c]) => a ^ b.rotate_left(3) ^ c.rotate_left(6),
        None => 0,
    };
    (mixed(name.first_chunk()), mixed(name.last_chunk()))
}

fn hash(name: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    let hash = hasher.finish();
    (hash >> 32) as u32 ^ hash as u32
}
