//! How many bytes the names of all types take.

use crate::Btf;

impl Btf {
    /// The bytes of the names of all types, members, parameters, and enumerators, those of the base included. A name counts
    /// with its NUL, as often as it is used. `None` if they are more than `limit`.
    ///
    /// Real files use fewer bytes of names than they have bytes. Damaged ones can use far more: names that are suffixes of
    /// one string, or a long name that many types have. Ask before you copy names. The cost is bounded by the size of
    /// the BTF and by `limit`.
    ///
    /// ```
    /// use btf::{Btf, TypeId};
    ///
    /// let mut btf = Btf::new();
    /// for _ in 0..3 {
    ///     btf.add_typedef("name", TypeId::VOID)?;
    /// }
    /// assert_eq!(btf.name_bytes(15), Some(15));
    /// assert_eq!(btf.name_bytes(14), None);
    /// # Ok::<(), btf::Error>(())
    /// ```
    pub fn name_bytes(&self, limit: u64) -> Option<u64> {
        let mut bytes = 0_u64;
        for btf in self.with_bases() {
            for (_, ty) in btf.types() {
                for name in ty.names().filter(|name| !name.is_empty()) {
                    bytes += self.string(name).map_or(0, |name| name.len() as u64 + 1);
                    if bytes > limit {
                        return None;
                    }
                }
            }
        }
        Some(bytes)
    }

    /// Whether [`Btf::name_bytes`] are at most `limit`. Where no name is so long that it could matter, the types are not
    /// read.
    ///
    /// ```
    /// use btf::Btf;
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// assert!(btf.has_names_within(1_000) && !btf.has_names_within(100));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn has_names_within(&self, limit: u64) -> bool {
        let (mut words, mut longest) = (0_u64, 0_usize);
        for btf in self.with_bases() {
            words += btf.words.len() as u64;
            let lengths = btf.strings.iter().map(|(_, string)| string.len() + 1);
            longest = longest.max(lengths.max().unwrap_or(0));
        }
        // Each name takes a word, and each type has two words that are none.
        let most = words.saturating_mul(longest as u64);
        most <= limit || self.name_bytes(limit).is_some()
    }

    /// This BTF, its base, and so on.
    fn with_bases(&self) -> impl Iterator<Item = &Btf> {
        core::iter::successors(Some(self), |btf| btf.base.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Info, Kind, TypeId};
    use alloc::sync::Arc;

    #[test]
    fn names_that_are_suffixes_of_one_string_pass_the_limit() {
        let mut btf = Btf::new();
        let start = btf.intern(&[b'a'; 1000]).unwrap().0;
        for at in 0..1000 {
            let info = Info::new(Kind::Typedef, 0, false).0;
            btf.push(&[start + at, info, 0]).unwrap();
        }
        assert_eq!(btf.name_bytes(u64::MAX), Some(1001 * 1002 / 2 - 1));
        assert!(!btf.has_names_within(16 * 13_000));
        let split = Btf::split(Arc::new(btf));
        assert!(
            !split.has_names_within(16 * 13_000),
            "the base's names count"
        );
    }

    #[test]
    fn the_quick_answer_is_that_of_the_count() {
        let mut btf = Btf::new();
        for _ in 0..100 {
            btf.add_typedef("a_name", TypeId::VOID).unwrap();
        }
        for limit in [0, 600, 699, 700, 701, 2_000, 3_000] {
            let counted = btf.name_bytes(limit).is_some();
            assert_eq!(btf.has_names_within(limit), counted, "{limit}");
        }
    }
}
