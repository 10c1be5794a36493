//! The size of `long`, which tells that of a pointer. It is asked for with each declaration and each size, so it is found
//! once for each BTF.

use crate::{Btf, Kind};
use core::fmt;
use core::sync::atomic::{AtomicU8, Ordering};

/// What a search for `long` among a BTF's own types found. A change of types or strings makes it unknown.
#[derive(Default)]
pub(crate) struct KnownLong(AtomicU8);

/// No search has been made.
const UNKNOWN: u8 = 0;
/// No own type is a `long`.
const NONE: u8 = 1;

impl KnownLong {
    /// The types or strings are others from now on.
    #[inline]
    pub(crate) fn forget(&mut self) {
        *self.0.get_mut() = UNKNOWN;
    }

    /// The size of an own INT of that name; `None` if there is none.
    fn of(btf: &Btf) -> Option<u64> {
        let known = &btf.long.0;
        let found = match known.load(Ordering::Relaxed) {
            UNKNOWN => {
                // Threads that search at once find the same.
                let found = search(btf).unwrap_or(NONE);
                known.store(found, Ordering::Relaxed);
                found
            }
            found => found,
        };
        (found != NONE).then_some(found.into())
    }
}

fn search(btf: &Btf) -> Option<u8> {
    btf.types().find_map(|(_, ty)| {
        let name = (ty.kind() == Kind::Int).then(|| btf.string(ty.name()))??;
        let is_long = matches!(
            name,
            b"long" | b"long int" | b"unsigned long" | b"long unsigned int"
        );
        match ty.size_or_type() {
            4 if is_long => Some(4),
            8 if is_long => Some(8),
            _ => None,
        }
    })
}

/// Size of the INT named `long` in bytes, if one exists.
pub(crate) fn size_of_long(btf: &Btf) -> Option<u64> {
    let mut next = Some(btf);
    while let Some(btf) = next {
        if let Some(size) = KnownLong::of(btf) {
            return Some(size);
        }
        next = btf.base().map(|base| &**base);
    }
    None
}

impl Clone for KnownLong {
    fn clone(&self) -> KnownLong {
        KnownLong(AtomicU8::new(self.0.load(Ordering::Relaxed)))
    }
}

/// It follows from the types, so it makes no difference.
impl PartialEq for KnownLong {
    fn eq(&self, _: &KnownLong) -> bool {
        true
    }
}

impl Eq for KnownLong {}

impl fmt::Debug for KnownLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.load(Ordering::Relaxed).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Int, IntEncoding, StringTable, TypeId};
    use alloc::sync::Arc;

    fn long(btf: &mut Btf, size: u32) -> TypeId {
        let int = Int {
            size,
            encoding: IntEncoding::SIGNED,
            offset: 0,
            bits: 32,
        };
        btf.add_int("long int", int).unwrap()
    }

    #[test]
    fn a_change_of_types_or_strings_is_seen() {
        let mut btf = Btf::new();
        assert_eq!(size_of_long(&btf), None);
        let id = long(&mut btf, 4);
        assert_eq!(size_of_long(&btf), Some(4), "after a type was added");
        assert_eq!(size_of_long(&btf.clone()), Some(4));
        btf.words_mut(id).unwrap()[2] = 8;
        assert_eq!(size_of_long(&btf), Some(8), "after a change of words");
        let split = Btf::split(Arc::new(btf.clone()));
        assert_eq!(size_of_long(&split), Some(8), "the base's");
        let strings = btf.strings().clone();
        btf.set_strings(StringTable::new());
        assert_eq!(size_of_long(&btf), None, "without its name");
        btf.set_strings(strings);
        assert_eq!(size_of_long(&btf), Some(8));
        btf.retain(|_| false);
        assert_eq!(size_of_long(&btf), None, "without the type");
    }
}
