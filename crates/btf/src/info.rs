//! The `info` word of a type, which contains its kind.

use crate::Kind;

/// The second word of a type: vlen in bits 0 to 23, kind in bits 24 to 30, kind flag in bit 31 ([type encoding]).
///
/// Older states of the format have 16 bits of vlen and 5 of kind, and 0 in the bits between, so they read the same.
///
/// ```
/// use btf::{Info, Kind};
///
/// let info = Info::new(Kind::Struct, 3, false);
/// assert_eq!(info.0, 0x0400_0003);
/// assert_eq!((info.kind(), info.vlen(), info.kind_flag()), (Kind::Struct, 3, false));
/// ```
///
/// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Info(pub u32);

impl Info {
    /// The largest vlen of 24 bits: 16,777,215.
    pub const MAX_VLEN: u32 = 0x00ff_ffff;

    /// Packs a kind, its number of members, and its flag. Of a `vlen` above [`Info::MAX_VLEN`] only the low 24 bits are
    /// kept.
    #[inline]
    pub fn new(kind: Kind, vlen: u32, kind_flag: bool) -> Info {
        Info(
            u32::from(kind_flag) << 31
                | u32::from(kind.number() & 0x7f) << 24
                | (vlen & Info::MAX_VLEN),
        )
    }

    /// The number of the kind, 0 to 127.
    #[inline]
    pub const fn kind_number(self) -> u8 {
        (self.0 >> 24 & 0x7f) as u8
    }

    /// The kind; [`Kind::Unknown`] for a number that this crate does not know.
    #[inline]
    pub fn kind(self) -> Kind {
        Kind::from_number(self.kind_number())
    }

    /// How many members, enumerators, parameters or variables follow; for FUNC the linkage.
    #[inline]
    pub fn vlen(self) -> u32 {
        self.0 & Info::MAX_VLEN
    }

    /// The kind flag; [`Type::kind_flag`](crate::Type::kind_flag) lists what it means for each kind.
    #[inline]
    pub fn kind_flag(self) -> bool {
        self.0 >> 31 != 0
    }
}
