//! Where in a type's words the references and names stand. Dedup, merging, sorting and splitting all
//! rest on these two functions.

use crate::{Info, Kind};

/// How many words follow the first three, for kinds whose size the format fixes.
pub(crate) fn tail_words(info: Info) -> Option<u64> {
    let vlen = u64::from(info.vlen());
    Some(match info.kind() {
        Kind::Int | Kind::Var | Kind::DeclTag => 1,
        Kind::Array => 3,
        Kind::Struct | Kind::Union | Kind::Datasec | Kind::Enum64 | Kind::LocSec => 3 * vlen,
        Kind::Enum | Kind::FuncProto => 2 * vlen,
        Kind::LocParam | Kind::LocProto => vlen,
        Kind::Ptr
        | Kind::Fwd
        | Kind::Typedef
        | Kind::Volatile
        | Kind::Const
        | Kind::Restrict
        | Kind::Func
        | Kind::Float
        | Kind::TypeTag => 0,
        Kind::Void | Kind::Unknown => return None,
    })
}

/// Calls `f` with every word of a type that is a type id, in the order in which libbpf visits them:
/// the third word, then array element and index, members, parameters, variables.
pub fn for_each_ref<E>(
    words: &mut [u32],
    mut f: impl FnMut(&mut u32) -> Result<(), E>,
) -> Result<(), E> {
    let [_, info, third, tail @ ..] = words else {
        return Ok(());
    };
    let kind = Info(*info).kind();
    if kind.has_target() {
        f(third)?;
    }
    let (first, step) = match kind {
        Kind::Array => {
            for word in tail.iter_mut().take(2) {
                f(word)?;
            }
            return Ok(());
        }
        Kind::Struct | Kind::Union => (1, 3),
        Kind::FuncProto => (1, 2),
        Kind::Datasec => (0, 3),
        Kind::LocProto => (0, 1),
        Kind::LocSec => {
            for chunk in tail.as_chunks_mut::<3>().0 {
                f(&mut chunk[0])?;
                f(&mut chunk[1])?;
            }
            return Ok(());
        }
        _ => return Ok(()),
    };
    for word in tail.iter_mut().skip(first).step_by(step) {
        f(word)?;
    }
    Ok(())
}

/// Calls `f` with every word of a type that is a string offset: its name, then the names of members,
/// enumerators or parameters.
pub fn for_each_name<E>(
    words: &mut [u32],
    mut f: impl FnMut(&mut u32) -> Result<(), E>,
) -> Result<(), E> {
    let [name, info, _, tail @ ..] = words else {
        return Ok(());
    };
    f(name)?;
    let step = match Info(*info).kind() {
        Kind::Struct | Kind::Union | Kind::Enum64 => 3,
        Kind::Enum | Kind::FuncProto => 2,
        _ => return Ok(()),
    };
    for word in tail.iter_mut().step_by(step) {
        f(word)?;
    }
    Ok(())
}
