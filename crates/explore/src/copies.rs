//! How many copies of each type existed before dedup.

use btf::{Btf, TypeId};

/// How many copies of each type the units had. Functions, variables, and sections are made from the whole
/// file and have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// By type id.
    of: Vec<u32>,
}

impl Copies {
    /// Takes the number of copies of each type, by type id.
    pub fn new(of: Vec<u32>) -> Copies {
        Copies { of }
    }

    /// Copies of a type before dedup; 0 if that is not known.
    pub fn of(&self, id: TypeId) -> u32 {
        self.of.get(id.index()).copied().unwrap_or(0)
    }

    /// Bytes of the type section that dedup saved on a type: those of all copies but the one that is kept.
    pub fn saved(&self, btf: &Btf, id: TypeId) -> u64 {
        let bytes = btf.get(id).map_or(0, |ty| ty.byte_len() as u64);
        u64::from(self.of(id).saturating_sub(1)).saturating_mul(bytes)
    }
}
