//! What the words of a type mean, by kind.

/// The words of the types of one kind, after the name and the info word that every type has ([type encoding]).
///
/// [`Kind::shape`](crate::Kind::shape) gives it. Lengths, references, names, and the layout section all follow from it.
///
/// ```
/// use btf::{Kind, Third, Word};
///
/// let shape = Kind::Struct.shape().expect("a known kind");
/// assert_eq!(shape.third, Third::Size);
/// assert_eq!(shape.each, [Word::Name, Word::Type, Word::Value]); // of each member: name, type, offset
/// assert_eq!(shape.tail_len(2), 6);
/// ```
///
/// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// The third word, which every type has.
    pub third: Third,
    /// The words that follow once.
    pub once: &'static [Word],
    /// The words that follow for each of the vlen members, enumerators, parameters, or variables, behind those that
    /// follow once.
    pub each: &'static [Word],
}

/// The third word of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Third {
    /// A size in bytes: [`Type::size`](crate::Type::size).
    Size,
    /// A type id: [`Type::target`](crate::Type::target).
    Type,
    /// 0, or a value that is neither.
    Unused,
}

/// One word of a type's tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A string offset.
    Name,
    /// A type id.
    Type,
    /// A number that means neither: an offset, a value, a linkage.
    Value,
}

impl Shape {
    pub(crate) const fn new(third: Third, once: &'static [Word], each: &'static [Word]) -> Shape {
        assert!(
            once.is_empty() || each.is_empty() || (only_values(once) && only_values(each)),
            "`Visits` finds no references and names in a tail of both parts"
        );
        Shape { third, once, each }
    }

    /// How many words follow the first three of a type with this vlen.
    pub const fn tail_len(&self, vlen: u32) -> u64 {
        self.once.len() as u64 + self.each.len() as u64 * vlen as u64
    }

    /// The meaning of the word at `index` of the tail. Records are repeated as often as the tail is long.
    pub fn word(&self, index: usize) -> Option<Word> {
        if self.each.is_empty() {
            let index = index.checked_rem(self.once.len())?;
            return self.once.get(index).copied();
        }
        match index.checked_sub(self.once.len()) {
            None => self.once.get(index).copied(),
            Some(index) => self.each.get(index % self.each.len()).copied(),
        }
    }

    /// The words that are repeated, or those that follow once if none are.
    const fn record(&self) -> &'static [Word] {
        if self.each.is_empty() {
            self.once
        } else {
            self.each
        }
    }
}

/// Whether no word is a reference or a name.
const fn only_values(words: &[Word]) -> bool {
    let mut index = 0;
    while index < words.len() {
        if !matches!(words[index], Word::Value) {
            return false;
        }
        index += 1;
    }
    true
}

/// Which words of a kind's types to visit, in the form in which the loops of `walk` need it. Its eight bytes make the
/// index of a kind a shift.
#[derive(Clone, Copy, Debug)]
#[repr(align(8))]
pub(crate) struct Visits {
    /// Whether the third word is one of them.
    pub third: bool,
    /// Which words they are, if a loop of its own exists for that.
    pub form: Form,
    /// The tail's words come in records of so many, at least 1.
    pub width: u8,
    /// Bit `n` is set if word `n` of a record is visited.
    pub mask: u8,
    /// How many words of the tail to skip before the first that is visited.
    pub first: u8,
    /// How many words to skip before the next, in turns.
    pub gaps: [u8; 2],
}

/// The forms that most types have. Loops of a fixed width take half the instructions of one that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// No word.
    None,
    /// The third word alone.
    Third,
    /// The second of each three words of the tail.
    SecondOf3,
    /// The third word and the second of each two words of the tail.
    ThirdAndSecondOf2,
    /// The first of each three words of the tail.
    FirstOf3,
    /// The first of each two words of the tail.
    FirstOf2,
    /// Any other.
    Other,
}

impl Visits {
    /// No word.
    pub const NONE: Visits = Visits {
        third: false,
        form: Form::None,
        width: 1,
        mask: 0,
        first: 0,
        gaps: [0; 2],
    };

    /// The references of the types of a shape.
    pub const fn refs(shape: &Shape) -> Visits {
        Visits::of(shape, matches!(shape.third, Third::Type), Word::Type)
    }

    /// The names in the tails of the types of a shape.
    pub const fn names(shape: &Shape) -> Visits {
        Visits::of(shape, false, Word::Name)
    }

    const fn of(shape: &Shape, third: bool, word: Word) -> Visits {
        let record = shape.record();
        assert!(record.len() < 8, "the mask has a bit for each word");
        let width = record.len() as u8;
        let (mut mask, mut index) = (0u8, 0u8);
        while index < width {
            if record[index as usize] as u8 == word as u8 {
                mask |= 1 << index;
            }
            index += 1;
        }
        if mask == 0 {
            let form = if third { Form::Third } else { Form::None };
            return Visits {
                third,
                form,
                ..Visits::NONE
            };
        }
        let (first, last) = (mask.trailing_zeros() as u8, 7 - mask.leading_zeros() as u8);
        let to_next_record = width - last - 1 + first;
        let gaps = match mask.count_ones() {
            1 => [to_next_record; 2],
            2 => [last - first - 1, to_next_record],
            _ => panic!("a record has at most two references and at most two names"),
        };
        let form = match (third, width, mask) {
            (false, 3, 0b010) => Form::SecondOf3,
            (true, 2, 0b010) => Form::ThirdAndSecondOf2,
            (false, 3, 0b001) => Form::FirstOf3,
            (false, 2, 0b001) => Form::FirstOf2,
            _ => Form::Other,
        };
        Visits {
            third,
            form,
            width,
            mask,
            first,
            gaps,
        }
    }
}
