//! How many bytes of names types take when they are written as C.
//!
//! A member is written with the name of its type, and a pointer to a function with all parameters. So a long name costs
//! as often as a type is referred to, and a wide prototype with each of its users.

use btf::{Btf, Data, Kind, TypeId};

/// Types without a name that are followed to what they are written as.
const STEPS: usize = 32;
/// The most that one type is written as.
const MOST_OF_TYPE: u64 = 16 << 10;

/// Whether the names that all references are written as have at most `limit` bytes.
pub(crate) fn is_written_within(btf: &Btf, limit: u64) -> bool {
    let end = btf.end_id().0;
    // Prototypes within prototypes, two deep.
    let mut prototypes = vec![0; end as usize];
    for _ in 0..2 {
        let ids = (1..end).map(TypeId);
        for id in ids.filter(|&id| btf.kind(id) == Kind::FuncProto) {
            let written = refs_of(btf, id, &prototypes).fold(0, u64::saturating_add);
            prototypes[id.index()] = written.min(MOST_OF_TYPE);
        }
    }
    let mut bytes = 0_u64;
    for id in (1..end).map(TypeId) {
        for written in refs_of(btf, id, &prototypes) {
            bytes = bytes.saturating_add(written);
            if bytes > limit {
                return false;
            }
        }
    }
    true
}

/// The bytes that each reference of a type is written as.
fn refs_of(btf: &Btf, id: TypeId, prototypes: &[u64]) -> impl Iterator<Item = u64> {
    let refs = btf.get(id).map(btf::Type::refs);
    refs.into_iter()
        .flatten()
        .map(|to| name_of(btf, to, prototypes))
}

/// The bytes of the name that a reference to a type is written as, behind pointers, qualifiers, and arrays.
fn name_of(btf: &Btf, mut id: TypeId, prototypes: &[u64]) -> u64 {
    for _ in 0..STEPS {
        let Some(ty) = btf.get(id) else { break };
        if !ty.name().is_empty() && ty.kind() != Kind::TypeTag {
            return btf.string(ty.name()).map_or(0, |name| name.len() as u64);
        }
        if ty.kind() == Kind::FuncProto {
            return prototypes.get(id.index()).copied().unwrap_or_default();
        }
        let target = match ty.data() {
            Data::Array(array) => Some(array.element),
            _ => ty.target(),
        };
        let Some(target) = target else { break };
        id = target;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_counts_with_each_user_and_a_prototype_with_its_parameters() {
        let mut btf = Btf::new();
        let long = btf.add_typedef(&"n".repeat(1000), TypeId::VOID).unwrap();
        let mut pointer = long;
        for _ in 0..100 {
            btf.add_typedef("t", pointer).unwrap();
            pointer = btf.add_ptr(long).unwrap();
        }
        // 100 typedefs, and 100 pointers by themselves.
        assert!(is_written_within(&btf, 200_000));
        assert!(!is_written_within(&btf, 199_999));
    }
}
