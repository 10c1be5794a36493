//! Types by essential name.

use super::name::essential;
use btf::{Btf, Data, TypeId};
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::Hasher;

/// The own types of a BTF that have a name, by its hash, and the functions that are tagged as kfuncs.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted, so that the types of a name follow each other in the order of ids.
    by_name: Vec<(u32, TypeId)>,
    kfuncs: FxHashSet<TypeId>,
}

impl Index {
    pub fn of(btf: &Btf) -> Index {
        let mut index = Index::default();
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
                    }
                }
            }
        }
        index.by_name.shrink_to_fit();
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

fn hash(name: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    let hash = hasher.finish();
    (hash >> 32) as u32 ^ hash as u32
}
