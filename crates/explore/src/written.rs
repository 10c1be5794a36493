//! How many bytes of names types take when they are written as C.
//!
//! A member is written with the name of its type, and a pointer to a function with all parameters. So a long name costs
//! as often as a type is referred to, and a wide prototype with each of its users.

use btf::{Btf, Data, Kind, Type, TypeId};

/// Types without a name that are followed to what they are written as.
const STEPS: usize = 32;
/// The most that one type is written as.
const MOST_OF_TYPE: u64 = 16 << 10;

/// Where a reference to a type leads.
#[derive(Clone, Copy)]
enum Step {
    /// To a name of so many bytes.
    Name(u32),
    /// To a prototype, which is written out.
    Prototype,
    /// On to another type.
    Type(TypeId),
    Nowhere,
}

impl Step {
    fn of(btf: &Btf, ty: Type<'_>) -> Step {
        if !ty.name().is_empty() && ty.kind() != Kind::TypeTag {
            let len = btf.string(ty.name()).map_or(0, <[u8]>::len);
            return Step::Name(u32::try_from(len).unwrap_or(u32::MAX));
        }
        let target = match ty.data() {
            Data::FuncProto { .. } => return Step::Prototype,
            Data::Array(array) => Some(array.element),
            _ => ty.target(),
        };
        target.map_or(Step::Nowhere, Step::Type)
    }
}

/// Whether the names that all references are written as have at most `limit` bytes.
pub(crate) fn is_written_within(btf: &Btf, limit: u64) -> bool {
    let all = || (1..btf.end_id().0).map_while(|id| btf.get(TypeId(id)));
    let mut steps = vec![Step::Nowhere];
    steps.extend(all().map(|ty| Step::of(btf, ty)));
    // Prototypes within prototypes, two deep.
    let mut prototypes = vec![0; steps.len()];
    for _ in 0..2 {
        for (ty, at) in all().zip(1..) {
            if ty.kind() == Kind::FuncProto {
                let written = ty.refs().map(|to| name_of(&steps, to, &prototypes));
                prototypes[at] = written.fold(0, u64::saturating_add).min(MOST_OF_TYPE);
            }
        }
    }
    let mut bytes = 0_u64;
    for ty in all() {
        for to in ty.refs() {
            bytes = bytes.saturating_add(name_of(&steps, to, &prototypes));
            if bytes > limit {
                return false;
            }
        }
    }
    true
}

/// The bytes of the name that a reference to a type is written as, behind pointers, qualifiers, and arrays.
fn name_of(steps: &[Step], mut id: TypeId, prototypes: &[u64]) -> u64 {
    for _ in 0..STEPS {
        match steps.get(id.index()) {
            Some(Step::Name(bytes)) => return u64::from(*bytes),
            Some(Step::Prototype) => {
                return prototypes.get(id.index()).copied().unwrap_or_default();
            }
            Some(Step::Type(target)) => id = *target,
            Some(Step::Nowhere) | None => break,
        }
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
