//! Looking types up by name and kind.

use crate::{Btf, Kind, Type, TypeId};

impl Btf {
    /// The first type with this kind and name, in the order of ids: those of the base come first.
    ///
    /// `name` must equal the whole name. An empty `name` finds the first anonymous type of the kind. The search
    /// reads every type until it finds one: a caller with many names makes one pass over [`Btf::types`] and
    /// keeps a map of its own.
    ///
    /// A name need not be unique. C has separate names for tags (`struct item`) and for the rest (`item`), and
    /// BTF of several units can contain several definitions: see [`Btf::find_all`].
    ///
    /// ```
    /// use btf::{Btf, Kind};
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// let item = btf.find(Kind::Struct, "item").expect("the sample has it");
    /// assert_eq!(btf.get(item).and_then(|ty| ty.size()), Some(40));
    /// assert_eq!(btf.find(Kind::Union, "item"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find(&self, kind: Kind, name: &str) -> Option<TypeId> {
        let mut found = self.find_all(name).filter(|(_, ty)| ty.kind() == kind);
        found.next().map(|(id, _)| id)
    }

    /// All types with this name, of any kind, in the order of ids: those of the base come first.
    ///
    /// ```
    /// use btf::{Btf, Kind};
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// let kinds: Vec<Kind> = btf.find_all("item").map(|(_, ty)| ty.kind()).collect();
    /// assert_eq!(kinds, [Kind::Struct, Kind::Var]); // `struct item`, and `struct item item;`
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn find_all(&self, name: &str) -> impl Iterator<Item = (TypeId, Type<'_>)> {
        self.all_types()
            .filter(move |(_, ty)| self.string(ty.name()) == Some(name.as_bytes()))
    }

    /// All types in the order of ids: those of the base, then the own ones. [`Btf::types`] gives the own ones
    /// alone. `void` (id 0) is not among them.
    ///
    /// ```
    /// use btf::{Btf, TypeId};
    /// use std::sync::Arc;
    ///
    /// let mut kernel = Btf::new();
    /// kernel.add_float("double", 8)?;
    /// let mut module = Btf::split(Arc::new(kernel));
    /// module.add_ptr(TypeId(1))?;
    /// assert_eq!(module.types().len(), 1);
    /// let ids: Vec<u32> = module.all_types().map(|(id, _)| id.0).collect();
    /// assert_eq!(ids, [1, 2]);
    /// # Ok::<(), btf::Error>(())
    /// ```
    pub fn all_types(&self) -> impl Iterator<Item = (TypeId, Type<'_>)> {
        (1..self.end_id().0).filter_map(|id| Some((TypeId(id), self.get(TypeId(id))?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::sync::Arc;
    use std::vec::Vec;

    #[test]
    fn the_base_is_searched_first_and_a_name_must_match_as_a_whole() {
        let mut base = Btf::new();
        let long = base.add_float("long double", 16).unwrap();
        let double = base.add_float("double", 8).unwrap();
        let base = Arc::new(base);
        let mut split = Btf::split(Arc::clone(&base));
        // Another type with the name that the base has, which thus is the base's string.
        let again = split.add_float("double", 8).unwrap();
        let other = split.add_typedef("double", again).unwrap();

        assert_eq!(split.find(Kind::Float, "double"), Some(double));
        assert_eq!(split.find(Kind::Typedef, "double"), Some(other));
        assert_eq!(split.find(Kind::Float, "long double"), Some(long));
        assert_eq!(split.find(Kind::Float, "long"), None);
        assert_eq!(base.find(Kind::Typedef, "double"), None);
        let all: Vec<TypeId> = split.find_all("double").map(|(id, _)| id).collect();
        assert_eq!(all, [double, again, other]);
    }

    #[test]
    fn an_empty_name_finds_anonymous_types() {
        let mut btf = Btf::new();
        btf.add_composite(Kind::Struct, "named", 0, &[]).unwrap();
        let anonymous = btf.add_composite(Kind::Struct, "", 0, &[]).unwrap();
        assert_eq!(btf.find(Kind::Struct, ""), Some(anonymous));
        assert_eq!(btf.find(Kind::Union, ""), None);
    }
}
