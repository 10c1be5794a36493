//! Where in a type's words the references and names are, and how long a type is. Dedup, merging, sorting, and splitting
//! are all based on these functions; the table in `kind` decides.

use crate::shape::Visits;
use crate::{Info, Kind, StringOffset, Type, TypeId};

/// The references of each kind, by its number.
static REFS: [Visits; 128] = by_number(true);
/// The names of each kind but the type's own, by its number.
static NAMES: [Visits; 128] = by_number(false);

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
fn refs_of(info: u32) -> &'static Visits {
    &REFS[usize::from(Info(info).kind_number())]
}

#[inline]
fn names_of(info: u32) -> &'static Visits {
    &NAMES[usize::from(Info(info).kind_number())]
}

/// How many words follow the first three, for kinds whose size the format fixes.
pub(crate) fn tail_len(info: Info) -> Option<u64> {
    Some(info.kind().shape()?.tail_len(info.vlen()))
}

/// The words of a tail that are to be visited.
#[derive(Clone)]
struct Tail<I> {
    words: I,
    /// How many words to skip before the next, the one after it, and so on in turns.
    next: usize,
    gaps: [usize; 2],
}

impl<I: Iterator> Tail<I> {
    #[inline]
    fn new(words: I, visits: &Visits) -> Tail<I> {
        Tail {
            words,
            next: usize::from(visits.first),
            gaps: visits.gaps.map(usize::from),
        }
    }
}

impl<I: Iterator> Iterator for Tail<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        let word = self.words.nth(self.next)?;
        let [gap, other] = self.gaps;
        self.next = gap;
        self.gaps = [other, gap];
        Some(word)
    }
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
    let (third, tail, visits) = match words {
        [_, info, third, tail @ ..] => {
            let visits = refs_of(*info);
            let tail = if visits.first == Visits::NEVER {
                &mut []
            } else {
                tail
            };
            (visits.third.then_some(third), tail, visits)
        }
        _ => (None, &mut [][..], &Visits::NONE),
    };
    third.into_iter().chain(Tail::new(tail.iter_mut(), visits))
}

/// The words of a type that are string offsets, to change them: the type's name (also if it is empty, offset 0), then
/// the names of members, enumerators, or parameters. To read only, use [`Type::names`].
#[inline]
pub fn names_mut(words: &mut [u32]) -> impl Iterator<Item = &mut u32> {
    let (name, tail, visits) = match words {
        [name, info, _, tail @ ..] => {
            let visits = names_of(*info);
            let tail = if visits.first == Visits::NEVER {
                &mut []
            } else {
                tail
            };
            (Some(name), tail, visits)
        }
        _ => (None, &mut [][..], &Visits::NONE),
    };
    name.into_iter().chain(Tail::new(tail.iter_mut(), visits))
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
    let visits = refs_of(info);
    if visits.third {
        if !same(third, b_third) {
            return false;
        }
    } else if third != b_third {
        return false;
    }
    // The forms that most types have: loops of a fixed width cost half as much.
    match (visits.width, visits.mask) {
        (_, 0) => tail.iter().zip(b_tail).all(|(a, b)| a == b),
        (3, 0b010) => same_records::<3>(tail, b_tail, 0b010, same),
        (2, 0b010) => same_records::<2>(tail, b_tail, 0b010, same),
        (width, mask) => {
            let width = usize::from(width);
            let pairs = tail.iter().zip(b_tail).enumerate();
            { pairs }.all(|(index, (&a, &b))| match mask >> (index % width) & 1 {
                0 => a == b,
                _ => same(a, b),
            })
        }
    }
}

#[inline(always)]
fn same_records<const WIDTH: usize>(
    a: &[u32],
    b: &[u32],
    mask: u8,
    mut same: impl FnMut(u32, u32) -> bool,
) -> bool {
    let pairs = a
        .as_chunks::<WIDTH>()
        .0
        .iter()
        .zip(b.as_chunks::<WIDTH>().0);
    { pairs }.all(|(a, b)| {
        (0..WIDTH).all(|index| mask >> index & 1 != 0 || a[index] == b[index])
            && (0..WIDTH).all(|index| mask >> index & 1 == 0 || same(a[index], b[index]))
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
        let visits = refs_of(self.info().0);
        let tail = if visits.first == Visits::NEVER {
            &[]
        } else {
            self.tail()
        };
        let third = visits.third.then_some(self.size_or_type());
        let tail = Tail::new(tail.iter().copied(), visits);
        third.into_iter().chain(tail).map(TypeId)
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
        let visits = names_of(self.info().0);
        let tail = if visits.first == Visits::NEVER {
            &[]
        } else {
            self.tail()
        };
        let tail = Tail::new(tail.iter().copied(), visits);
        std::iter::once(self.name()).chain(tail.map(StringOffset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Third, Word};

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
