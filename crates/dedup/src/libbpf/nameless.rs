//! The hash of structs and unions without a name.
//!
//! Kernels have hundreds of them whose members have the same names and places: Linux 6.12 has 830 unions of an `event` and a
//! `handler`, one for each tracepoint. Only the types of the members differ, so their own words alone would give all of them one hash, and each would be
//! compared with all others. This hash says as much of what members refer to as any two equal types have in common.

use super::shape::{self, Hash};
use super::ty;
use btf::{Btf, Kind, Type};

/// How many references are followed from each member.
const DEPTH: usize = 6;

/// The hash of a struct or union without a name: equal for types that can be equal.
pub(super) fn hash(btf: &Btf, this: Type<'_>) -> u64 {
    let members = this.tail().as_chunks::<3>().0;
    let own = Hash(shape::hash(this));
    members
        .iter()
        .fold(own, |hash, &[_, to, _]| below(btf, to, hash))
        .0
}

/// Adds what equal types have in common with the type `id`. Of what can be declared and defined that is the name and the sort: the
/// walk lets a declaration pass for a definition.
fn below(btf: &Btf, mut id: u32, mut hash: Hash) -> Hash {
    for _ in 0..DEPTH {
        let ty = ty(btf, id);
        let kind = match ty.kind() {
            Kind::Fwd => shape::forward_kind(ty),
            Kind::Enum64 => Kind::Enum,
            kind => kind,
        };
        hash = hash.add(kind.number().into()).add(ty.name().0);
        match kind {
            Kind::Int | Kind::Float => return hash.add(ty.size_or_type()),
            Kind::Array => {
                let &[element, _, count] = ty.tail() else {
                    return hash;
                };
                hash = hash.add(count);
                id = element;
            }
            kind if kind.is_modifier() || matches!(kind, Kind::Ptr | Kind::Typedef) => {
                id = ty.size_or_type();
            }
            _ => return hash,
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;
    use btf::{FwdKind, Int, IntEncoding, Member, TypeId};

    const INT: Int = Int {
        size: 4,
        encoding: IntEncoding::SIGNED,
        offset: 0,
        bits: 32,
    };

    /// The hash of `union { T val; }`.
    fn of_union(btf: &mut Btf, ty: TypeId) -> u64 {
        let name = btf.intern(b"val").unwrap();
        let member = Member {
            name,
            ty,
            bit_offset: 0,
            bitfield_size: 0,
        };
        let id = btf.add_composite(Kind::Union, "", 8, &[member]).unwrap();
        hash(btf, btf.get(id).unwrap())
    }

    #[test]
    fn members_of_other_types_make_other_hashes() {
        let mut btf = Btf::new();
        let int = btf.add_int("int", INT).unwrap();
        let long = btf
            .add_int(
                "long",
                Int {
                    size: 8,
                    bits: 64,
                    ..INT
                },
            )
            .unwrap();
        let to_int = btf.add_ptr(int).unwrap();
        let to_long = btf.add_ptr(long).unwrap();
        let named = btf.add_typedef("int", int).unwrap();
        let hashes =
            [int, long, to_int, to_long, named, TypeId::VOID].map(|ty| of_union(&mut btf, ty));
        for (at, hash) in hashes.iter().enumerate() {
            assert!(!hashes[..at].contains(hash), "{at}");
        }
    }

    #[test]
    fn a_declaration_counts_as_its_definition() {
        let mut btf = Btf::new();
        let declared = btf.add_fwd("s", FwdKind::Struct).unwrap();
        let defined = btf.add_composite(Kind::Struct, "s", 0, &[]).unwrap();
        let other = btf.add_composite(Kind::Union, "s", 0, &[]).unwrap();
        let [declared, defined, other] =
            [declared, defined, other].map(|ty| btf.add_ptr(ty).unwrap());
        let declared = of_union(&mut btf, declared);
        assert_eq!(declared, of_union(&mut btf, defined));
        assert_ne!(declared, of_union(&mut btf, other));
    }

    #[test]
    fn a_ring_of_types_ends() {
        let mut btf = Btf::new();
        let ring = btf.add_ptr(TypeId(1)).unwrap();
        let first = of_union(&mut btf, ring);
        assert_eq!(first, of_union(&mut btf, ring));
        assert_ne!(first, of_union(&mut btf, TypeId::VOID));
    }
}
