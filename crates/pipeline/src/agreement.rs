//! Whether the types of two prototypes agree: docs/function-rules.md, §12.

use btf::{Btf, Data, FwdKind, Type, TypeId};

/// Pairs of types that one comparison looks at; with more, the types do not agree.
const MOST_PAIRS: usize = 10_000;

/// Whether two types agree. Structures, unions, enumerations and typedefs are compared by their names
/// alone, so that what refers to itself is no circle here.
pub(crate) fn types_agree(btf: &Btf, one: TypeId, other: TypeId) -> bool {
    let mut pairs = vec![(one, other)];
    for _ in 0..MOST_PAIRS {
        match pairs.pop() {
            None => return true,
            Some((one, other)) if one == other => {}
            Some((one, other)) => {
                // `void` has no type of its own: it agrees with itself alone.
                let (Some(a), Some(b)) = (btf.get(one), btf.get(other)) else {
                    return false;
                };
                let agree = match (a.data(), b.data()) {
                    (Data::Const { target }, _) => push(&mut pairs, target, other),
                    (_, Data::Const { target }) => push(&mut pairs, one, target),
                    _ => agree_so_far(a, b, &mut pairs),
                };
                if !agree {
                    return false;
                }
            }
        }
    }
    pairs.is_empty()
}

/// Whether two types that are not `const` agree if the pairs of types do that this adds.
fn agree_so_far(a: Type<'_>, b: Type<'_>, pairs: &mut Vec<(TypeId, TypeId)>) -> bool {
    let have_one_name = a.name() == b.name();
    match (a.data(), b.data()) {
        (
            Data::Struct { .. } | Data::Fwd(FwdKind::Struct),
            Data::Struct { .. } | Data::Fwd(FwdKind::Struct),
        )
        | (
            Data::Union { .. } | Data::Fwd(FwdKind::Union),
            Data::Union { .. } | Data::Fwd(FwdKind::Union),
        )
        | (Data::Enum { .. }, Data::Enum { .. })
        | (Data::Enum64 { .. }, Data::Enum64 { .. })
        | (Data::Typedef { .. }, Data::Typedef { .. }) => have_one_name,
        (Data::Int(a), Data::Int(b)) => have_one_name && a == b,
        (Data::Float { size: a }, Data::Float { size: b }) => have_one_name && a == b,
        (Data::Ptr { target: a }, Data::Ptr { target: b })
        | (Data::Volatile { target: a }, Data::Volatile { target: b })
        | (Data::Restrict { target: a }, Data::Restrict { target: b })
        | (Data::TypeTag { target: a }, Data::TypeTag { target: b }) => push(pairs, a, b),
        (Data::Array(a), Data::Array(b)) => {
            a.count == b.count && push(pairs, a.element, b.element)
        }
        (Data::FuncProto { result: one }, Data::FuncProto { result: other }) => {
            let params = a.params().zip(b.params());
            pairs.extend(params.map(|(one, other)| (one.ty, other.ty)));
            a.vlen() == b.vlen() && push(pairs, one, other)
        }
        _ => false,
    }
}

/// Leaves the answer to two further types.
fn push(pairs: &mut Vec<(TypeId, TypeId)>, one: TypeId, other: TypeId) -> bool {
    pairs.push((one, other));
    true
}
