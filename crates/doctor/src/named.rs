//! Functions of a BTF by name, and the tags of kfuncs.

use btf::{Btf, Data, TypeId};
use rustc_hash::{FxHashMap, FxHashSet};

/// The FUNCs of a BTF and its base, and which of them are tagged as kfuncs.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    by_name: FxHashMap<Vec<u8>, TypeId>,
    kfuncs: FxHashSet<TypeId>,
}

impl Functions {
    /// Reads all types.
    pub fn of(btf: &Btf) -> Functions {
        let mut functions = Functions::default();
        for (id, ty) in btf.all_types() {
            match ty.data() {
                Data::Func { .. } => {
                    let name = btf.string(ty.name()).unwrap_or_default().to_vec();
                    functions.by_name.entry(name).or_insert(id);
                }
                Data::DeclTag {
                    target,
                    component: -1,
                } if btf.string(ty.name()) == Some(b"bpf_kfunc") => {
                    functions.kfuncs.insert(target);
                }
                _ => {}
            }
        }
        functions
    }

    /// The first function of a name.
    pub fn find(&self, name: &str) -> Option<TypeId> {
        self.by_name.get(name.as_bytes()).copied()
    }

    pub fn is_kfunc(&self, id: TypeId) -> bool {
        self.kfuncs.contains(&id)
    }

    /// How many functions are tagged.
    pub fn tagged(&self) -> usize {
        self.kfuncs.len()
    }
}
