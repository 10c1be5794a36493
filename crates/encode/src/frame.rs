//! A DIE whose children are being walked.

use crate::read::value::DieRef;
use btf::StringOffset;

/// How many dimensions of an array are read; pahole reads as many.
pub(crate) const DIMENSIONS_LIMIT: usize = 64;

/// What an open DIE is to its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DieRole {
    /// The unit itself or a namespace: top-level types, functions, variables.
    Scope,
    /// A block inside a function: types only.
    Block,
    Struct,
    Union,
    Enum,
    Array,
    Prototype,
    Pointer,
    Typedef,
    /// A member; its number in the struct.
    Member(u32),
    /// A function; its index among the unit's.
    Function(u32),
    /// A parameter of a function: function, position.
    Parameter(u32, u32),
    /// A variable; its index among the unit's.
    Variable(u32),
    /// Any other type: its children are of no interest.
    Other,
}

/// An open DIE, with what its children have added so far. A *word* is a reference: a key, or `void`.
#[derive(Debug)]
pub(crate) struct Frame {
    pub depth: isize,
    pub key: u32,
    pub role: DieRole,
    /// Its name; empty when it has none.
    pub name: StringOffset,
    /// The type it refers to, as a word.
    pub target: u32,
    /// Its first `DW_TAG_GNU_annotation`.
    pub annotation: DieRef,
    /// The type of a type unit that this one stands for, as a word.
    pub link: u32,
    pub byte_size: Option<u64>,
    pub declaration: bool,
    /// Members as (name, type, bit offset, bit size), enumerators as (name, low, high), dimensions,
    /// or parameters as (name, type).
    pub items: Vec<u32>,
    /// Bitfields whose offset depends on the size of their type.
    pub bitfields: Vec<PendingBitfield>,
    /// Values of `btf_type_tag` or `btf_decl_tag`, with the component they belong to.
    pub tags: Vec<(StringOffset, i32)>,
    /// A prototype ends with `...`, an enumeration has a negative value, a struct a bitfield, or an array more elements
    /// than BTF can count.
    pub marked: bool,
}

impl Frame {
    /// Notes an array's next dimension by its first and last index.
    #[inline]
    pub fn push_bounds(&mut self, first: u64, last: u64) {
        self.push_count(count_between(first, last));
    }

    /// Notes the number of elements of an array's next dimension. More than BTF can count are 0, as if unknown.
    #[inline]
    pub fn push_count(&mut self, count: u64) {
        let known = u32::try_from(count);
        self.marked |= known.is_err();
        if self.items.len() < DIMENSIONS_LIMIT {
            self.items.push(known.unwrap_or(0));
        }
    }
}

/// The number of elements of a dimension by its first and last index. Fewer than no elements are none.
pub(crate) fn count_between(first: u64, last: u64) -> u64 {
    let count = i128::from(last as i64) - i128::from(first as i64) + 1;
    u64::try_from(count).unwrap_or(0)
}

/// A bitfield in the old form (DWARF 2 and 3): its offset counts from the high end of a storage unit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PendingBitfield {
    /// The position of the member in its struct.
    pub member: u32,
    /// Offset of the storage unit in bytes.
    pub byte_offset: i64,
    /// `DW_AT_bit_offset`: bits from the high end of the storage unit.
    pub bit_offset: i64,
    /// Its width in bits.
    pub bit_size: u32,
    /// Bytes of the storage unit; 0 when its type tells.
    pub storage: u64,
    /// The type it refers to, as a word.
    pub ty: u32,
}
