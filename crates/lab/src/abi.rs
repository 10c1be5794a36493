//! What a machine says of sizes and alignments.

use serde::{Deserialize, Serialize};

/// A machine whose layout of types is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Abi {
    /// x86-64, System V ABI: 64-bit pointers and `long`.
    #[default]
    X86_64,
    /// i386, System V ABI: 32-bit pointers and `long`; 64-bit types are aligned to 4 in structs.
    I386,
}

impl Abi {
    /// Bytes of a pointer and of `long`.
    pub fn word(self) -> u32 {
        match self {
            Abi::X86_64 => 8,
            Abi::I386 => 4,
        }
    }

    /// Bytes to which a scalar of `size` bytes is aligned in a struct.
    pub fn alignment(self, size: u32) -> u32 {
        match self {
            Abi::X86_64 => size,
            Abi::I386 => size.min(4),
        }
    }

    /// Bytes of `long double`: 80 bits and padding.
    pub fn long_double(self) -> u32 {
        match self {
            Abi::X86_64 => 16,
            Abi::I386 => 12,
        }
    }
}
