//! What a DIE leaves to the end of the unit.

use btf::StringOffset;

/// A variable DIE outside functions.
#[derive(Clone, Debug, Default)]
pub(super) struct RawVariable {
    pub key: u32,
    pub name: Option<StringOffset>,
    pub ty: u32,
    pub specification: u32,
    pub address: Option<u64>,
    pub declaration: bool,
    pub external: bool,
    pub artificial: bool,
    /// Of another unit: only there for the variables that refer to it.
    pub borrowed: bool,
    /// Not in a namespace: pahole looks at no others.
    pub top_level: bool,
    pub tags: Vec<StringOffset>,
}

/// A `DW_TAG_ptr_to_member_type`.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemberPointer {
    pub key: u32,
    /// What it points to, as a word.
    pub ty: u32,
    /// Whether the compiler that wrote it calls the type `long`, and not `long int`.
    pub says_long: bool,
}
