//! Names that build scripts number, so that one structure has as many names as units.
//!
//! Distributions that keep a kernel's binary interface hide a changed member in an anonymous structure with a unique name,
//! `__UNIQUE_ID_rh_kabi_hide42`: the number differs from unit to unit, and equal structures stay apart.

use btf::{Btf, Type, TypeId, names_mut};
use rustc_hash::FxHashMap;

/// Every name that begins with `prefix` becomes `prefix`. Types that differ in what follows are equal then.
pub(crate) fn cut_names(btf: &mut Btf, prefix: &str) -> Result<(), btf::Error> {
    let cut = btf.intern(prefix.as_bytes())?;
    // A name occurs in many types.
    let mut begins: FxHashMap<u32, bool> = FxHashMap::default();
    for id in btf.first_id().0..btf.end_id().0 {
        let id = TypeId(id);
        let names = btf.get(id).into_iter().flat_map(Type::names);
        let mut changes = false;
        for name in names {
            changes |= *begins.entry(name.0).or_insert_with(|| {
                let text = btf.string(name);
                text.is_some_and(|text| text.starts_with(prefix.as_bytes()))
            });
        }
        if !changes {
            continue;
        }
        for name in btf.words_mut(id).into_iter().flat_map(names_mut) {
            if begins.get(name) == Some(&true) {
                *name = cut.0;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_prefix_is_cut() {
        let mut btf = Btf::new();
        for name in ["kabi_1", "kabi_22", "kab"] {
            btf.add_typedef(name, TypeId::VOID).unwrap();
        }
        cut_names(&mut btf, "kabi_").unwrap();
        let names: Vec<_> = btf
            .types()
            .map(|(id, _)| btf.name(id).into_owned())
            .collect();
        assert_eq!(names, ["kabi_", "kabi_", "kab"]);
    }
}
