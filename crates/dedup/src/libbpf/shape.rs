//! Hashes and equality of single types, without following references.
//!
//! Names are compared by their offsets: the string pass has made equal strings one.

use crate::Reason;
use btf::{Kind, Type};

/// The words of `void`.
pub(super) static VOID: [u32; 3] = [0; 3];

/// A hash of words so far.
pub(super) struct Hash(pub u64);

impl Hash {
    pub fn add(self, word: u32) -> Hash {
        Hash(self.0.wrapping_mul(31).wrapping_add(u64::from(word)))
    }

    fn common(ty: Type<'_>) -> Hash {
        Hash(0)
            .add(ty.name().0)
            .add(ty.info().0)
            .add(ty.size_or_type())
    }

    /// Adds words of a tail, taken by `step`; `fields` says which of each step count.
    fn tail(self, tail: &[u32], step: usize, fields: &[usize]) -> Hash {
        tail.chunks_exact(step).fold(self, |hash, part| {
            fields
                .iter()
                .fold(hash, |hash, &field| hash.add(part[field]))
        })
    }
}

/// The hash of a type of a supported kind: equal for types that can be equal.
pub(super) fn hash(ty: Type<'_>) -> u64 {
    let tail = ty.tail();
    match ty.kind() {
        // A forward enum has its definition's hash.
        Kind::Enum | Kind::Enum64 => Hash(0).add(ty.name().0),
        // What members refer to is compared, not hashed: it is not settled yet.
        Kind::Struct | Kind::Union => Hash::common(ty).tail(tail, 3, &[0, 2]),
        Kind::Typedef => Hash(0).add(ty.name().0).add(ty.info().0),
        Kind::Int | Kind::DeclTag | Kind::LocParam | Kind::LocProto => {
            Hash::common(ty).tail(tail, 1, &[0])
        }
        Kind::Array => Hash::common(ty).tail(tail, 3, &[0, 1, 2]),
        Kind::FuncProto => Hash::common(ty).tail(tail, 2, &[0, 1]),
        _ => Hash::common(ty),
    }
    .0
}

/// An enumeration without values: a declaration of one that is defined elsewhere.
pub(super) fn is_forward_enum(ty: Type<'_>) -> bool {
    ty.kind().is_any_enum() && ty.vlen() == 0
}

/// As [`same_head`], and equal in size or target.
pub(super) fn same_common(a: Type<'_>, b: Type<'_>) -> bool {
    same_head(a, b) && a.size_or_type() == b.size_or_type()
}

/// Equal names, kinds, numbers of parts, and kind flags.
pub(super) fn same_head(a: Type<'_>, b: Type<'_>) -> bool {
    a.name() == b.name() && a.info() == b.info()
}

/// Equal types, references included: only for types whose references are settled, or that have none.
pub(super) fn same_words(a: Type<'_>, b: Type<'_>) -> bool {
    a.words() == b.words()
}

/// Names, sizes and offsets of two structs or unions, without what the members refer to.
pub(super) fn same_layout(a: Type<'_>, b: Type<'_>) -> bool {
    same_common(a, b)
        && a.tail().len() == b.tail().len()
        && a.tail()
            .as_chunks::<3>()
            .0
            .iter()
            .zip(b.tail().as_chunks::<3>().0)
            .all(|(a, b)| a[0] == b[0] && a[2] == b[2])
}

/// Equal enumerations, or one of them a forward of the other. A forward has neither size nor
/// signedness, nor does it say whether its values take 64 bits.
pub(super) fn compatible_enums(a: Type<'_>, b: Type<'_>) -> bool {
    if is_forward_enum(a) || is_forward_enum(b) {
        a.name() == b.name() && a.kind().is_any_enum() && b.kind().is_any_enum()
    } else {
        same_words(a, b)
    }
}

/// Arrays of one length, whatever their elements.
pub(super) fn same_length(a: Type<'_>, b: Type<'_>) -> bool {
    same_common(a, b) && a.tail().get(2) == b.tail().get(2)
}

/// Prototypes with the same names of parameters, without types.
pub(super) fn same_params(a: Type<'_>, b: Type<'_>) -> bool {
    same_head(a, b)
        && a.tail().len() == b.tail().len()
        && a.tail()
            .as_chunks::<2>()
            .0
            .iter()
            .zip(b.tail().as_chunks::<2>().0)
            .all(|(a, b)| a[0] == b[0])
}

/// What a type of hash-equal words must share before its graph is walked.
pub(super) fn may_be_equal(candidate: Type<'_>, canonical: Type<'_>) -> bool {
    match candidate.kind() {
        Kind::Typedef => same_head(candidate, canonical),
        _ => same_layout(candidate, canonical),
    }
}

/// The kind a forward stands for.
pub(super) fn forward_kind(forward: Type<'_>) -> Kind {
    if forward.kind_flag() {
        Kind::Union
    } else {
        Kind::Struct
    }
}

/// The first difference between two types that are not equal.
pub(super) fn difference(a: Type<'_>, b: Type<'_>) -> Reason {
    if a.kind() != b.kind() {
        return Reason::Kind {
            candidate: a.kind(),
            canonical: b.kind(),
        };
    }
    if a.name() != b.name() {
        return Reason::Name;
    }
    if a.vlen() != b.vlen() {
        return Reason::Count;
    }
    if a.kind_flag() != b.kind_flag() {
        return Reason::KindFlag;
    }
    let (third, step, fields): (Option<Reason>, usize, &[usize]) = match a.kind() {
        Kind::Struct | Kind::Union => (Some(Reason::Size), 3, &[2]),
        Kind::Enum => (Some(Reason::Size), 2, &[1]),
        Kind::Enum64 => (Some(Reason::Size), 3, &[1, 2]),
        Kind::FuncProto => (None, 2, &[]),
        kind if kind.has_size() => (Some(Reason::Size), 1, &[]),
        _ => (Some(Reason::Target), 1, &[]),
    };
    if let Some(reason) = third
        && a.size_or_type() != b.size_or_type()
    {
        return reason;
    }
    if step > 1 {
        let parts = a.tail().chunks_exact(step).zip(b.tail().chunks_exact(step));
        for (number, (a, b)) in parts.enumerate() {
            if a[0] != b[0] {
                return Reason::PartName(number as u32);
            }
            if fields.iter().any(|&field| a[field] != b[field]) {
                return Reason::PartValue(number as u32);
            }
        }
        return Reason::Target;
    }
    let (a, b) = (a.tail(), b.tail());
    if a.len() == 3 && a.get(2) == b.get(2) {
        Reason::Target
    } else {
        Reason::Detail
    }
}
