//! Kinds of types and the `info` word that carries them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a type (`BTF_KIND_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
#[allow(missing_docs)] // the names are the format's own
pub enum Kind {
    Void = 0,
    Int = 1,
    Ptr = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Fwd = 7,
    Typedef = 8,
    Volatile = 9,
    Const = 10,
    Restrict = 11,
    Func = 12,
    FuncProto = 13,
    Var = 14,
    Datasec = 15,
    Float = 16,
    DeclTag = 17,
    TypeTag = 18,
    Enum64 = 19,
    /// A parameter's location (bpf-next, 2026).
    LocParam = 20,
    /// The locations of a function's parameters (bpf-next, 2026).
    LocProto = 21,
    /// A section of inline sites (bpf-next, 2026).
    LocSec = 22,
    /// A kind newer than this program; its size came from the layout section.
    Unknown = 23,
}

impl Kind {
    /// How many kinds there are, `Void` and `Unknown` included.
    pub const COUNT: usize = 24;

    /// All kinds a type section can hold, in the order of their numbers.
    pub const ALL: [Kind; 23] = [
        Kind::Int,
        Kind::Ptr,
        Kind::Array,
        Kind::Struct,
        Kind::Union,
        Kind::Enum,
        Kind::Fwd,
        Kind::Typedef,
        Kind::Volatile,
        Kind::Const,
        Kind::Restrict,
        Kind::Func,
        Kind::FuncProto,
        Kind::Var,
        Kind::Datasec,
        Kind::Float,
        Kind::DeclTag,
        Kind::TypeTag,
        Kind::Enum64,
        Kind::LocParam,
        Kind::LocProto,
        Kind::LocSec,
        Kind::Unknown,
    ];

    /// The kind with this number in the format.
    pub fn from_number(number: u32) -> Kind {
        match number {
            0 => Kind::Void,
            1..=22 => Kind::ALL[number as usize - 1],
            _ => Kind::Unknown,
        }
    }

    /// The name bpftool and the kernel print.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Void => "VOID",
            Kind::Int => "INT",
            Kind::Ptr => "PTR",
            Kind::Array => "ARRAY",
            Kind::Struct => "STRUCT",
            Kind::Union => "UNION",
            Kind::Enum => "ENUM",
            Kind::Fwd => "FWD",
            Kind::Typedef => "TYPEDEF",
            Kind::Volatile => "VOLATILE",
            Kind::Const => "CONST",
            Kind::Restrict => "RESTRICT",
            Kind::Func => "FUNC",
            Kind::FuncProto => "FUNC_PROTO",
            Kind::Var => "VAR",
            Kind::Datasec => "DATASEC",
            Kind::Float => "FLOAT",
            Kind::DeclTag => "DECL_TAG",
            Kind::TypeTag => "TYPE_TAG",
            Kind::Enum64 => "ENUM64",
            Kind::LocParam => "LOC_PARAM",
            Kind::LocProto => "LOC_PROTO",
            Kind::LocSec => "LOCSEC",
            Kind::Unknown => "UNKNOWN",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// `const`, `volatile`, `restrict` or a type tag: says something about the type it refers to.
    pub fn is_modifier(self) -> bool {
        matches!(
            self,
            Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag
        )
    }

    /// A struct or a union.
    pub fn is_composite(self) -> bool {
        matches!(self, Kind::Struct | Kind::Union)
    }

    /// An enumeration of either width.
    pub fn is_any_enum(self) -> bool {
        matches!(self, Kind::Enum | Kind::Enum64)
    }

    /// Whether the third word is a size in bytes; for the other kinds it is a type id or unused.
    pub fn has_size(self) -> bool {
        matches!(
            self,
            Kind::Int
                | Kind::Struct
                | Kind::Union
                | Kind::Enum
                | Kind::Enum64
                | Kind::Datasec
                | Kind::Float
        )
    }

    /// Whether the third word is a type id.
    pub fn has_target(self) -> bool {
        matches!(
            self,
            Kind::Ptr
                | Kind::Typedef
                | Kind::Volatile
                | Kind::Const
                | Kind::Restrict
                | Kind::Func
                | Kind::FuncProto
                | Kind::Var
                | Kind::DeclTag
                | Kind::TypeTag
        )
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The second word of a type: vlen in bits 0..24, kind in bits 24..31, kind flag in bit 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Info(pub u32);

impl Info {
    /// The largest vlen the format can carry.
    pub const MAX_VLEN: u32 = 0x00ff_ffff;

    /// Packs a kind, its number of members and its flag. A `vlen` over [`Info::MAX_VLEN`] is cut.
    pub fn new(kind: Kind, vlen: u32, kind_flag: bool) -> Info {
        Info(u32::from(kind_flag) << 31 | (kind as u32) << 24 | (vlen & Info::MAX_VLEN))
    }

    /// The number of the kind, 0 to 127.
    pub fn kind_number(self) -> u32 {
        self.0 >> 24 & 0x7f
    }

    /// The kind.
    pub fn kind(self) -> Kind {
        Kind::from_number(self.kind_number())
    }

    /// How many members, enumerators, parameters or variables follow; for FUNC the linkage.
    pub fn vlen(self) -> u32 {
        self.0 & Info::MAX_VLEN
    }

    /// The kind flag, whose meaning depends on the kind.
    pub fn kind_flag(self) -> bool {
        self.0 >> 31 != 0
    }
}
