//! Where in a type's words the references and names are. Dedup, merging, sorting and splitting are all
//! based on these functions.

use crate::{Info, Kind, StringOffset, Type, TypeId};

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

/// Calls `f` with every word of a type that is a type id, in the order in which libbpf visits them: the third word,
/// then array element and index, members, parameters, variables. `f` may change the word.
///
/// `words` are those of one type: [`Btf::words_mut`](crate::Btf::words_mut), or a copy of [`Type::words`].
/// Fewer than three words have no reference. To read only, use [`Type::refs`].
///
/// ```
/// use btf::{Btf, TypeId, for_each_ref};
///
/// let mut btf = Btf::new();
/// let pointer = btf.add_ptr(TypeId::VOID)?;
/// let double = btf.add_float("double", 8)?;
/// let words = btf.words_mut(pointer).expect("an own type");
/// for_each_ref(words, |id| {
///     *id = double.0;
///     Ok::<(), btf::Error>(())
/// })?;
/// assert_eq!(btf.get(pointer).and_then(|ty| ty.target()), Some(double));
/// # Ok::<(), btf::Error>(())
/// ```
///
/// # Errors
///
/// The first that `f` returns. Words before it stay as `f` changed them.
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

/// Calls `f` with every word of a type that is a string offset: the type's name (also if it is empty, offset 0), then
/// the names of members, enumerators or parameters. `f` may change the word. To read only, use [`Type::names`].
///
/// # Errors
///
/// The first that `f` returns. Words before it stay as `f` changed them.
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

/// Calls `f` with every reference of a type, as [`for_each_ref`] does, and leaves them as they are. [`Type::refs`] is
/// the same as an iterator.
///
/// # Errors
///
/// The first that `f` returns.
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

/// Calls `f` with every name of a type, as [`for_each_name`] does, and leaves them as they are. [`Type::names`] is the
/// same as an iterator.
///
/// # Errors
///
/// The first that `f` returns.
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

impl<'a> Type<'a> {
    /// The types that this type refers to, in the order of its words: the third word, then array element and index,
    /// members, parameters, variables. `void` (id 0) is among them where the type names it; a type that is named twice
    /// comes twice.
    ///
    /// ```
    /// use btf::{Array, Btf, TypeId};
    ///
    /// let mut btf = Btf::new();
    /// let float = btf.add_float("float", 4)?;
    /// let array = btf.add_array(Array { element: float, index: float, count: 2 })?;
    /// let refs: Vec<TypeId> = btf.get(array).expect("just added").refs().collect();
    /// assert_eq!(refs, [float, float]);
    /// assert_eq!(btf.get(float).expect("just added").refs().count(), 0);
    /// # Ok::<(), btf::Error>(())
    /// ```
    pub fn refs(self) -> impl Iterator<Item = TypeId> + Clone + 'a {
        let tail = self.tail();
        // The tail as records of `width` words, of which `ids` are type ids.
        let (third, tail, width, ids) = match self.kind() {
            Kind::Struct | Kind::Union => (None, tail, 3, 1..2),
            Kind::FuncProto => (self.target(), tail, 2, 1..2),
            Kind::Array => (None, &tail[..tail.len().min(2)], 1, 0..1),
            Kind::Datasec => (None, tail, 3, 0..1),
            Kind::LocProto => (None, tail, 1, 0..1),
            Kind::LocSec => (None, tail, 3, 0..2),
            _ => (self.target(), &tail[..0], 1, 0..0),
        };
        let records = tail.chunks_exact(width);
        let ids = records.flat_map(move |record| record[ids.clone()].iter().map(|&id| TypeId(id)));
        third.into_iter().chain(ids)
    }

    /// The names in this type: its own (also if it is empty), then those of members, enumerators or parameters.
    ///
    /// ```
    /// use btf::{Btf, Kind};
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// let state = btf.find(Kind::Enum, "state").and_then(|id| btf.get(id)).expect("the sample has it");
    /// let names: Vec<_> = state.names().map(|name| btf.str(name)).collect();
    /// assert_eq!(names, ["state", "STATE_FREE", "STATE_SOLD"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn names(self) -> impl Iterator<Item = StringOffset> + Clone + 'a {
        let tail = self.tail();
        let (tail, width) = match self.kind() {
            Kind::Struct | Kind::Union | Kind::Enum64 => (tail, 3),
            Kind::Enum | Kind::FuncProto => (tail, 2),
            _ => (&tail[..0], 1),
        };
        let records = tail.chunks_exact(width);
        std::iter::once(self.name()).chain(records.map(|record| StringOffset(record[0])))
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
            let ty = Type::from_words(&kept).unwrap();
            let refs: Vec<u32> = ty.refs().map(|id| id.0).collect();
            assert_eq!(refs, seen, "references of {:?}", info.kind());
            let _ = for_each_name(&mut words, |&mut name| into(&mut changed, name));
            let _ = visit_names(&kept, |name| into(&mut seen, name));
            assert_eq!(changed, seen, "names of {:?}", info.kind());
            let names: Vec<u32> = ty.names().map(|name| name.0).collect();
            assert_eq!(names, seen[refs.len()..], "names of {:?}", info.kind());
        }
    }
}
