//! Whether two prototypes of one function agree.

use btf::{Btf, Data, Kind, Type, TypeId};

/// Pairs that are compared before two types count as different; nothing real comes near.
const LIMIT: usize = 10_000;

/// Whether two types agree as pahole's `consistent_func` sees it: named types by kind and name alone,
/// a forward with what it stands for, and a `const` more on either side is no difference.
pub(crate) fn types_match(btf: &Btf, a: TypeId, b: TypeId) -> bool {
    let mut stack = vec![(a, b)];
    let mut steps = 0;
    while let Some((a, b)) = stack.pop() {
        steps += 1;
        if steps > LIMIT {
            return false;
        }
        if a == b {
            continue;
        }
        let (Some(left), Some(right)) = (btf.get(a), btf.get(b)) else {
            return false;
        };
        let (kind_a, kind_b) = (kind(left), kind(right));
        if kind_a != kind_b {
            match (left.target(), right.target()) {
                (Some(target), _) if kind_a == Kind::Const => stack.push((target, b)),
                (_, Some(target)) if kind_b == Kind::Const => stack.push((a, target)),
                _ => return false,
            }
            continue;
        }
        let names_match = btf.string(left.name()) == btf.string(right.name());
        match (left.data(), right.data()) {
            (Data::Int(int_a), Data::Int(int_b)) if int_a == int_b && names_match => {}
            (Data::Float { size: a }, Data::Float { size: b }) if a == b && names_match => {}
            (Data::Array(array_a), Data::Array(array_b)) if array_a.count == array_b.count => {
                stack.push((array_a.element, array_b.element));
            }
            (Data::FuncProto { result: a }, Data::FuncProto { result: b })
                if left.vlen() == right.vlen() =>
            {
                stack.push((a, b));
                stack.extend(left.params().zip(right.params()).map(|(a, b)| (a.ty, b.ty)));
            }
            _ => match kind_a {
                Kind::Typedef | Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64
                    if names_match => {}
                Kind::Ptr | Kind::Volatile | Kind::Const | Kind::Restrict | Kind::TypeTag => {
                    stack.extend(left.target().zip(right.target()));
                }
                _ => return false,
            },
        }
    }
    true
}

fn kind(ty: Type<'_>) -> Kind {
    match ty.kind() {
        Kind::Fwd if ty.kind_flag() => Kind::Union,
        Kind::Fwd => Kind::Struct,
        kind => kind,
    }
}
