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
#[inline]
pub fn for_each_ref<E>(
    words: &mut [u32],
    mut f: impl FnMut(&mut u32) -> Result<(), E>,
) -> Result<(), E> {
    let [_, info, third, tail @ ..] = words else {
        return Ok(());
    };
    match Info(*info).kind() {
        Kind::Struct | Kind::Union => {
            let mut members = tail.as_chunks_mut::<3>().0.iter_mut();
            members.try_for_each(|member| f(&mut member[1]))
        }
        Kind::FuncProto => {
            f(third)?;
            let mut params = tail.as_chunks_mut::<2>().0.iter_mut();
            params.try_for_each(|param| f(&mut param[1]))
        }
        Kind::Array => tail.iter_mut().take(2).try_for_each(f),
        Kind::Datasec => {
            let mut variables = tail.as_chunks_mut::<3>().0.iter_mut();
            variables.try_for_each(|variable| f(&mut variable[0]))
        }
        Kind::LocProto => tail.iter_mut().try_for_each(f),
        Kind::LocSec => tail.as_chunks_mut::<3>().0.iter_mut().try_for_each(|part| {
            f(&mut part[0])?;
            f(&mut part[1])
        }),
        kind if kind.has_target() => f(third),
        _ => Ok(()),
    }
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

/// Calls `f` with every reference of a type, as [`for_each_ref`] does, and leaves them as they are.
#[inline]
pub fn visit_refs<E>(words: &[u32], mut f: impl FnMut(u32) -> Result<(), E>) -> Result<(), E> {
    let &[_, info, third, ref tail @ ..] = words else {
        return Ok(());
    };
    match Info(info).kind() {
        Kind::Struct | Kind::Union => tail
            .as_chunks::<3>()
            .0
            .iter()
            .try_for_each(|part| f(part[1])),
        Kind::FuncProto => {
            f(third)?;
            tail.as_chunks::<2>()
                .0
                .iter()
                .try_for_each(|part| f(part[1]))
        }
        Kind::Array => tail.iter().take(2).try_for_each(|&id| f(id)),
        Kind::Datasec => tail
            .as_chunks::<3>()
            .0
            .iter()
            .try_for_each(|part| f(part[0])),
        Kind::LocProto => tail.iter().try_for_each(|&id| f(id)),
        Kind::LocSec => tail.as_chunks::<3>().0.iter().try_for_each(|part| {
            f(part[0])?;
            f(part[1])
        }),
        kind if kind.has_target() => f(third),
        _ => Ok(()),
    }
}

/// Calls `f` with every name of a type, as [`for_each_name`] does, and leaves them as they are.
#[inline]
pub fn visit_names<E>(words: &[u32], mut f: impl FnMut(u32) -> Result<(), E>) -> Result<(), E> {
    let &[name, info, _, ref tail @ ..] = words else {
        return Ok(());
    };
    f(name)?;
    match Info(info).kind() {
        Kind::Struct | Kind::Union | Kind::Enum64 => tail
            .as_chunks::<3>()
            .0
            .iter()
            .try_for_each(|part| f(part[0])),
        Kind::Enum | Kind::FuncProto => tail
            .as_chunks::<2>()
            .0
            .iter()
            .try_for_each(|part| f(part[0])),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn into(list: &mut Vec<u32>, word: u32) -> Result<(), std::convert::Infallible> {
        list.push(word);
        Ok(())
    }

    #[test]
    fn looking_and_changing_meet_the_same_words() {
        for number in 0..=u32::from(u8::MAX >> 1) {
            let info = Info(number << 24 | 3);
            let len = tail_words(info).unwrap_or(9) as u32;
            let mut words = vec![100, info.0, 102];
            words.extend(103..103 + len);
            let kept = words.clone();
            let (mut changed, mut seen) = (Vec::new(), Vec::new());
            let _ = for_each_ref(&mut words, |&mut id| into(&mut changed, id));
            let _ = visit_refs(&kept, |id| into(&mut seen, id));
            assert_eq!(changed, seen, "references of {:?}", info.kind());
            let _ = for_each_name(&mut words, |&mut name| into(&mut changed, name));
            let _ = visit_names(&kept, |name| into(&mut seen, name));
            assert_eq!(changed, seen, "names of {:?}", info.kind());
        }
    }
}
