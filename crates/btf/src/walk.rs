//! Where in a type's words the references and names are, and how long a type is. Dedup, merging, sorting, and splitting
//! are all based on these functions; the table in `kind` decides.

use crate::kind::FIRST_NEWER;
use crate::shape::{Form, Visits};
use crate::{Info, Kind, StringOffset, Type, TypeId};
use core::slice;

/// The references of each kind, by its number.
static REFS: [Visits; 128] = by_number(true);
/// The names of each kind but the type's own, by its number.
static NAMES: [Visits; 128] = by_number(false);

/// How many words follow once and for each of vlen records, by the number of the kind.
static LENGTHS: [Option<(u8, u8)>; 128] = {
    let mut table = [None; 128];
    let mut number = 0;
    while number < table.len() {
        if let Some(shape) = Kind::from_number(number as u8).shape() {
            table[number] = Some((shape.once.len() as u8, shape.each.len() as u8));
        }
        number += 1;
    }
    table
};

const fn by_number(refs: bool) -> [Visits; 128] {
    let mut table = [Visits::NONE; 128];
    let mut number = 0;
    while number < table.len() {
        if let Some(shape) = Kind::from_number(number as u8).shape() {
            table[number] = if refs {
                Visits::refs(shape)
            } else {
                Visits::names(shape)
            };
        }
        number += 1;
    }
    table
}

#[inline]
fn refs_of(info: u32, tail: &[u32]) -> &'static Visits {
    visits(&REFS, Info(info), tail.len())
}

#[inline]
fn names_of(info: u32, tail: &[u32]) -> &'static Visits {
    visits(&NAMES, Info(info), tail.len())
}

#[inline]
fn visits(table: &'static [Visits; 128], info: Info, tail: usize) -> &'static Visits {
    if has_shape(info, tail) {
        &table[usize::from(info.kind_number())]
    } else {
        &Visits::NONE
    }
}

/// Whether a type with a tail of so many words has the shape that the table gives its kind. A layout section can give
/// the newer kinds another length, and then nothing is known of the meaning of the words.
#[inline]
pub(crate) fn has_shape(info: Info, tail: usize) -> bool {
    info.kind_number() < FIRST_NEWER || tail_len(info).is_none_or(|len| len == tail as u64)
}

/// How many words follow the first three, for kinds of the table.
#[inline]
pub(crate) fn tail_len(info: Info) -> Option<u64> {
    let (once, each) = LENGTHS[usize::from(info.kind_number())]?;
    Some(u64::from(once) + u64::from(each) * u64::from(info.vlen()))
}

/// The words of a type that are to be visited: perhaps the third, then those of the tail.
#[derive(Clone)]
struct Visited<'a> {
    third: Option<u32>,
    tail: &'a [u32],
    form: Form,
    /// The next word of the tail.
    at: usize,
    /// How far the next is from it, the one after that, and so on in turns.
    steps: [usize; 2],
}

impl<'a> Visited<'a> {
    #[inline]
    fn new(third: u32, tail: &'a [u32], visits: &Visits) -> Visited<'a> {
        Visited {
            third: visits.third.then_some(third),
            tail: if visits.mask == 0 { &[] } else { tail },
            form: visits.form,
            at: usize::from(visits.first),
            steps: visits.gaps.map(|gap| usize::from(gap) + 1),
        }
    }
}

impl Iterator for Visited<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        // From here on `fold` cannot take one of its loops.
        self.form = Form::Other;
        if let Some(third) = self.third.take() {
            return Some(third);
        }
        let word = *self.tail.get(self.at)?;
        let [step, other] = self.steps;
        self.at += step;
        self.steps = [other, step];
        Some(word)
    }

    /// What `for_each` is based on.
    #[inline]
    fn fold<B, F: FnMut(B, u32) -> B>(self, init: B, mut f: F) -> B {
        let mut folded = init;
        match self.form {
            Form::None => return folded,
            Form::Third => return self.third.into_iter().fold(folded, f),
            Form::SecondOf3 => return fold_records::<3, 1, B>(self.tail, folded, f),
            Form::FirstOf3 => return fold_records::<3, 0, B>(self.tail, folded, f),
            Form::FirstOf2 => return fold_records::<2, 0, B>(self.tail, folded, f),
            Form::ThirdAndSecondOf2 => {
                if let Some(third) = self.third {
                    folded = f(folded, third);
                }
                return fold_records::<2, 1, B>(self.tail, folded, f);
            }
            Form::Other => {}
        }
        for word in self {
            folded = f(folded, word);
        }
        folded
    }
}

/// The same, to change the words.
struct VisitedMut<'a> {
    third: Option<&'a mut u32>,
    tail: slice::IterMut<'a, u32>,
    form: Form,
    /// How many words of the tail to skip before the next, before the one after it, and so on in turns.
    skip: usize,
    gaps: [usize; 2],
}

impl<'a> VisitedMut<'a> {
    fn nothing() -> VisitedMut<'a> {
        VisitedMut {
            third: None,
            tail: [].iter_mut(),
            form: Form::None,
            skip: 0,
            gaps: [0; 2],
        }
    }

    #[inline]
    fn new(third: &'a mut u32, tail: &'a mut [u32], visits: &Visits) -> VisitedMut<'a> {
        let tail = if visits.mask == 0 { &mut [] } else { tail };
        VisitedMut {
            third: visits.third.then_some(third),
            tail: tail.iter_mut(),
            form: visits.form,
            skip: usize::from(visits.first),
            gaps: visits.gaps.map(usize::from),
        }
    }
}

impl<'a> Iterator for VisitedMut<'a> {
    type Item = &'a mut u32;

    #[inline]
    fn next(&mut self) -> Option<&'a mut u32> {
        self.form = Form::Other;
        if let Some(third) = self.third.take() {
            return Some(third);
        }
        let word = self.tail.nth(self.skip)?;
        let [gap, other] = self.gaps;
        self.skip = gap;
        self.gaps = [other, gap];
        Some(word)
    }

    #[inline]
    fn fold<B, F: FnMut(B, &'a mut u32) -> B>(self, init: B, mut f: F) -> B {
        let mut folded = init;
        match self.form {
            Form::None => return folded,
            Form::Third => return self.third.into_iter().fold(folded, f),
            Form::SecondOf3 => return fold_records_mut::<3, 1, B>(self.tail, folded, f),
            Form::FirstOf3 => return fold_records_mut::<3, 0, B>(self.tail, folded, f),
            Form::FirstOf2 => return fold_records_mut::<2, 0, B>(self.tail, folded, f),
            Form::ThirdAndSecondOf2 => {
                if let Some(third) = self.third {
                    folded = f(folded, third);
                }
                return fold_records_mut::<2, 1, B>(self.tail, folded, f);
            }
            Form::Other => {}
        }
        for word in self {
            folded = f(folded, word);
        }
        folded
    }
}

/// Folds word `AT` of each record of `WIDTH` words.
#[inline]
fn fold_records<const WIDTH: usize, const AT: usize, B>(
    words: &[u32],
    init: B,
    mut f: impl FnMut(B, u32) -> B,
) -> B {
    let records = words.as_chunks::<WIDTH>().0.iter();
    records.fold(init, |folded, record| f(folded, record[AT]))
}

#[inline]
fn fold_records_mut<'a, const WIDTH: usize, const AT: usize, B>(
    words: slice::IterMut<'a, u32>,
    init: B,
    mut f: impl FnMut(B, &'a mut u32) -> B,
) -> B {
    let records = words.into_slice().as_chunks_mut::<WIDTH>().0.iter_mut();
    records.fold(init, |folded, record| f(folded, &mut record[AT]))
}

/// The words of a type that are type ids, to change them: the third word, then array element and index, members,
/// parameters, variables. This is the order in which libbpf visits them.
///
/// `words` are those of one type: [`Btf::words_mut`](crate::Btf::words_mut), or a copy of [`Type::words`].
/// Fewer than three words have no reference. To read only, use [`Type::refs`].
///
/// ```
/// use btf::{Btf, TypeId, refs_mut};
///
/// let mut btf = Btf::new();
/// let pointer = btf.add_ptr(TypeId::VOID)?;
/// let double = btf.add_float("double", 8)?;
/// let words = btf.words_mut(pointer).expect("an own type");
/// for id in refs_mut(words) {
///     *id = double.0;
/// }
/// assert_eq!(btf.get(pointer).and_then(|ty| ty.target()), Some(double));
/// # Ok::<(), btf::Error>(())
/// ```
#[inline]
pub fn refs_mut(words: &mut [u32]) -> impl Iterator<Item = &mut u32> {
    match words {
        [_, info, third, tail @ ..] => {
            let visits = refs_of(*info, tail);
            VisitedMut::new(third, tail, visits)
        }
        _ => VisitedMut::nothing(),
    }
}

/// The words of a type that are string offsets, to change them: the type's name (also if it is empty, offset 0), then
/// the names of members, enumerators, or parameters. To read only, use [`Type::names`].
#[inline]
pub fn names_mut(words: &mut [u32]) -> impl Iterator<Item = &mut u32> {
    let (name, visited) = match words {
        [name, info, third, tail @ ..] => {
            let visits = names_of(*info, tail);
            let visited = VisitedMut::new(third, tail, visits);
            (Some(name), visited)
        }
        _ => (None, VisitedMut::nothing()),
    };
    name.into_iter().chain(visited)
}

/// Whether two types have the same words, where `same` decides of each pair of references, in the order of
/// [`refs_mut`]. It is not asked after the first difference.
///
/// ```
/// use btf::{Info, Kind, same_words};
///
/// let info = Info::new(Kind::Ptr, 0, false).0;
/// assert!(same_words(&[0, info, 7], &[0, info, 9], |a, b| a + 2 == b));
/// assert!(!same_words(&[1, info, 7], &[0, info, 7], |a, b| a == b)); // another name
/// ```
#[inline]
pub fn same_words(a: &[u32], b: &[u32], mut same: impl FnMut(u32, u32) -> bool) -> bool {
    let (&[name, info, third, ref tail @ ..], &[b_name, b_info, b_third, ref b_tail @ ..]) = (a, b)
    else {
        return a == b;
    };
    if name != b_name || info != b_info || tail.len() != b_tail.len() {
        return false;
    }
    let visits = refs_of(info, tail);
    let same_tail = || tail.iter().zip(b_tail).all(|(a, b)| a == b);
    match visits.form {
        Form::None => third == b_third && same_tail(),
        Form::Third => same(third, b_third) && same_tail(),
        Form::SecondOf3 => third == b_third && same_records::<3, 1>(tail, b_tail, same),
        Form::FirstOf3 => third == b_third && same_records::<3, 0>(tail, b_tail, same),
        Form::FirstOf2 => third == b_third && same_records::<2, 0>(tail, b_tail, same),
        Form::ThirdAndSecondOf2 => same(third, b_third) && same_records::<2, 1>(tail, b_tail, same),
        Form::Other => {
            let same_third = match visits.third {
                true => same(third, b_third),
                false => third == b_third,
            };
            let width = usize::from(visits.width);
            let is_ref = |index: usize| visits.mask >> (index % width) & 1 != 0;
            let pairs = tail.iter().zip(b_tail).enumerate();
            same_third && { pairs }.all(|(index, (&a, &b))| match is_ref(index) {
                true => same(a, b),
                false => a == b,
            })
        }
    }
}

/// The first reference for which `is` holds, with its number in the order of [`Type::refs`]; those before number `from`
/// are not asked for. A search that goes on where it stopped needs no pass over what it has seen.
///
/// ```
/// use btf::{Info, Kind, find_ref};
///
/// let array = [0, Info::new(Kind::Array, 0, false).0, 0, 7, 1, 16];
/// assert_eq!(find_ref(&array, 0, |id| id < 5), Some((1, 1))); // the type of the index
/// assert_eq!(find_ref(&array, 2, |_| true), None);
/// ```
#[inline]
pub fn find_ref(
    words: &[u32],
    from: usize,
    mut is: impl FnMut(u32) -> bool,
) -> Option<(usize, u32)> {
    let &[_, info, third, ref tail @ ..] = words else {
        return None;
    };
    let visits = refs_of(info, tail);
    match visits.form {
        Form::None => None,
        Form::Third => (from == 0 && is(third)).then_some((0, third)),
        Form::SecondOf3 => find_in_records::<3, 1>(tail, from, is),
        Form::FirstOf3 => find_in_records::<3, 0>(tail, from, is),
        Form::FirstOf2 => find_in_records::<2, 0>(tail, from, is),
        Form::ThirdAndSecondOf2 => {
            if from == 0 && is(third) {
                return Some((0, third));
            }
            let found = find_in_records::<2, 1>(tail, from.saturating_sub(1), is);
            found.map(|(number, id)| (number + 1, id))
        }
        Form::Other => {
            let numbered = Visited::new(third, tail, visits).enumerate();
            numbered.skip(from).find(|&(_, id)| is(id))
        }
    }
}

#[inline(always)]
fn find_in_records<const WIDTH: usize, const AT: usize>(
    words: &[u32],
    from: usize,
    mut is: impl FnMut(u32) -> bool,
) -> Option<(usize, u32)> {
    let records = words.as_chunks::<WIDTH>().0.iter().enumerate().skip(from);
    { records }.find_map(|(number, record)| is(record[AT]).then_some((number, record[AT])))
}

#[inline(always)]
fn same_records<const WIDTH: usize, const AT: usize>(
    a: &[u32],
    b: &[u32],
    mut same: impl FnMut(u32, u32) -> bool,
) -> bool {
    let pairs = a
        .as_chunks::<WIDTH>()
        .0
        .iter()
        .zip(b.as_chunks::<WIDTH>().0);
    { pairs }.all(|(a, b)| {
        (0..WIDTH).all(|index| index == AT || a[index] == b[index]) && same(a[AT], b[AT])
    })
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
    #[inline]
    pub fn refs(self) -> impl Iterator<Item = TypeId> + Clone + 'a {
        let visits = refs_of(self.info().0, self.tail());
        Visited::new(self.size_or_type(), self.tail(), visits).map(TypeId)
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
    #[inline]
    pub fn names(self) -> impl Iterator<Item = StringOffset> + Clone + 'a {
        let visits = names_of(self.info().0, self.tail());
        let tail = Visited::new(0, self.tail(), visits);
        core::iter::once(self.name()).chain(tail.map(StringOffset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Third, Word};
    use std::vec;
    use std::vec::Vec;

    /// Three records of each kind, every word another number.
    fn words_of(kind: Kind) -> Vec<u32> {
        let info = Info::new(kind, 3, false);
        let len = tail_len(info).unwrap_or(9) as u32;
        let mut words = vec![100, info.0, 102];
        words.extend(103..103 + len);
        words
    }

    fn every_kind() -> impl Iterator<Item = Kind> {
        (0..=u8::MAX >> 1).map(Kind::from_number)
    }

    #[test]
    fn visits_are_those_of_the_table_word_by_word() {
        for kind in every_kind() {
            let mut words = words_of(kind);
            let (mut refs, mut names) = (Vec::new(), vec![100]);
            if let Some(shape) = kind.shape() {
                refs.extend((shape.third == Third::Type).then_some(102));
                for (index, &word) in words[3..].iter().enumerate() {
                    match shape.word(index) {
                        Some(Word::Type) => refs.push(word),
                        Some(Word::Name) => names.push(word),
                        _ => {}
                    }
                }
            }
            let ty = Type::from_words(&words).unwrap();
            let seen: Vec<u32> = ty.refs().map(|id| id.0).collect();
            assert_eq!(seen, refs, "references of {kind:?}");
            let seen: Vec<u32> = ty.names().map(|name| name.0).collect();
            assert_eq!(seen, names, "names of {kind:?}");
            let seen: Vec<u32> = refs_mut(&mut words).map(|id| *id).collect();
            assert_eq!(seen, refs, "references of {kind:?} to change");
            let seen: Vec<u32> = names_mut(&mut words).map(|name| *name).collect();
            assert_eq!(seen, names, "names of {kind:?} to change");
        }
    }

    #[test]
    fn types_are_compared_word_by_word_but_for_references() {
        for kind in every_kind() {
            let words = words_of(kind);
            let ty = Type::from_words(&words).unwrap();
            let refs: Vec<u32> = ty.refs().map(|id| id.0).collect();
            for from in 0..refs.len() + 2 {
                let next = refs.iter().copied().enumerate().nth(from);
                assert_eq!(find_ref(&words, from, |_| true), next, "{kind:?}");
                let last = refs.last().map(|&id| (refs.len() - 1, id));
                let found = find_ref(&words, from, |id| Some(&id) == refs.last());
                assert_eq!(found, last.filter(|&(number, _)| number >= from));
            }
            let mut asked = Vec::new();
            assert!(same_words(&words, &words, |a, b| {
                asked.push(a);
                a == b
            }));
            assert_eq!(asked, refs, "{kind:?}");
            for index in (0..words.len()).filter(|&index| index != 1) {
                let mut other = words.clone();
                other[index] += 1000;
                let is_ref = refs.contains(&words[index]);
                let same = same_words(&words, &other, |a, b| a == b || a + 1000 == b);
                assert_eq!(same, is_ref, "word {index} of {kind:?}");
                assert!(!same_words(&words, &other, |a, b| a == b));
            }
            assert!(!same_words(&words, &words[..words.len() - 1], |_, _| true));
        }
    }
}
