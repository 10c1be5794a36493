//! Newtypes for the two kinds of number that refer to something in BTF.

use core::fmt;

/// The id of a type: its position in the type section, counted from 1; 0 is `void` ([type encoding]).
///
/// In split BTF the ids of the base come first, so an id means nothing without its [`Btf`](crate::Btf). It is displayed
/// in brackets, as bpftool prints it.
///
/// ```
/// use btf::TypeId;
///
/// assert_eq!(TypeId(7).to_string(), "[7]");
/// assert_eq!(TypeId::default(), TypeId::VOID);
/// ```
///
/// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TypeId(pub u32);

impl TypeId {
    /// `void`, which has no entry in the type section: [`Btf::get`](crate::Btf::get) gives `None` for it.
    pub const VOID: TypeId = TypeId(0);

    /// The id as an index of a table that also has a place for `void`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.0)
    }
}

impl fmt::Debug for TypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", self.0)
    }
}

/// The offset of a NUL-terminated string in the string section, in bytes; 0 is the empty name ([string encoding]).
///
/// In split BTF, offsets below the length of the base's strings are the base's. [`Btf::str`](crate::Btf::str) and
/// [`Btf::string`](crate::Btf::string) give the text. An offset may lead into the middle of a string, whose end it then
/// names.
///
/// [string encoding]: https://docs.kernel.org/bpf/btf.html#string-encoding
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StringOffset(pub u32);

impl StringOffset {
    /// The empty name of anonymous types.
    pub const EMPTY: StringOffset = StringOffset(0);

    /// Whether this is the offset 0. (Another offset can lead to an empty string too, but no tool writes that.)
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for StringOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "str+{:#x}", self.0)
    }
}
