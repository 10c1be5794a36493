//! Newtypes for the two kinds of number that refer to something in BTF.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The id of a type: its position in the type section, counted from 1; 0 is `void`.
///
/// In split BTF the ids of the base come first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TypeId(pub u32);

impl TypeId {
    /// `void`, which has no entry in the type section.
    pub const VOID: TypeId = TypeId(0);

    /// The id as an index.
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

/// The offset of a NUL-terminated string in the string section; 0 is the empty name.
///
/// In split BTF offsets below the base's string length belong to the base.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct StringOffset(pub u32);

impl StringOffset {
    /// The empty name of anonymous types.
    pub const EMPTY: StringOffset = StringOffset(0);

    /// Whether this is the empty name.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Debug for StringOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "str+{:#x}", self.0)
    }
}
