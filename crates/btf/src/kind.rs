//! Kinds of types, and the `info` word that contains them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a type: `BTF_KIND_*` ([type encoding]). `kind as u32` is the number in the format.
///
/// ```
/// use btf::Kind;
///
/// assert_eq!(Kind::from_number(4), Kind::Struct);
/// assert_eq!(Kind::from_name("FUNC_PROTO"), Some(Kind::FuncProto));
/// assert_eq!(Kind::Struct.to_string(), "STRUCT");
/// assert!(Kind::Const.is_modifier() && Kind::Const.has_target());
/// ```
///
/// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    /// `void`, which only exists as id 0 and never in a type section.
    Void = 0,
    /// An integer, a character, or a truth value ([BTF_KIND_INT](https://docs.kernel.org/bpf/btf.html#btf-kind-int)).
    Int = 1,
    /// A pointer ([BTF_KIND_PTR](https://docs.kernel.org/bpf/btf.html#btf-kind-ptr)).
    Ptr = 2,
    /// An array ([BTF_KIND_ARRAY](https://docs.kernel.org/bpf/btf.html#btf-kind-array)).
    Array = 3,
    /// A struct with its members ([BTF_KIND_STRUCT](https://docs.kernel.org/bpf/btf.html#btf-kind-struct)).
    Struct = 4,
    /// A union with its members ([BTF_KIND_UNION](https://docs.kernel.org/bpf/btf.html#btf-kind-union)).
    Union = 5,
    /// An enumeration with values of 32 bits ([BTF_KIND_ENUM](https://docs.kernel.org/bpf/btf.html#btf-kind-enum)).
    Enum = 6,
    /// A forward declaration of a struct or union ([BTF_KIND_FWD](https://docs.kernel.org/bpf/btf.html#btf-kind-fwd)).
    Fwd = 7,
    /// Another name for a type ([BTF_KIND_TYPEDEF](https://docs.kernel.org/bpf/btf.html#btf-kind-typedef)).
    Typedef = 8,
    /// `volatile` ([BTF_KIND_VOLATILE](https://docs.kernel.org/bpf/btf.html#btf-kind-volatile)).
    Volatile = 9,
    /// `const` ([BTF_KIND_CONST](https://docs.kernel.org/bpf/btf.html#btf-kind-const)).
    Const = 10,
    /// `restrict` ([BTF_KIND_RESTRICT](https://docs.kernel.org/bpf/btf.html#btf-kind-restrict)).
    Restrict = 11,
    /// A function, which is no type but has one: its FUNC_PROTO ([BTF_KIND_FUNC](https://docs.kernel.org/bpf/btf.html#btf-kind-func)).
    Func = 12,
    /// What a function returns and takes ([BTF_KIND_FUNC_PROTO](https://docs.kernel.org/bpf/btf.html#btf-kind-func-proto)).
    FuncProto = 13,
    /// A variable ([BTF_KIND_VAR](https://docs.kernel.org/bpf/btf.html#btf-kind-var)).
    Var = 14,
    /// A section with the places of its variables ([BTF_KIND_DATASEC](https://docs.kernel.org/bpf/btf.html#btf-kind-datasec)).
    Datasec = 15,
    /// A floating-point number ([BTF_KIND_FLOAT](https://docs.kernel.org/bpf/btf.html#btf-kind-float)).
    Float = 16,
    /// An attribute of a declaration ([BTF_KIND_DECL_TAG](https://docs.kernel.org/bpf/btf.html#btf-kind-decl-tag)).
    DeclTag = 17,
    /// An attribute of a pointee ([BTF_KIND_TYPE_TAG](https://docs.kernel.org/bpf/btf.html#btf-kind-type-tag)).
    TypeTag = 18,
    /// An enumeration with values of 64 bits ([BTF_KIND_ENUM64](https://docs.kernel.org/bpf/btf.html#btf-kind-enum64)).
    Enum64 = 19,
    /// A parameter's location (bpf-next, 2026).
    LocParam = 20,
    /// The locations of a function's parameters (bpf-next, 2026).
    LocProto = 21,
    /// A section of inline sites (bpf-next, 2026).
    LocSec = 22,
    /// A number above those: a kind newer than this crate. Its types can be read, kept, and written if the BTF has a
    /// [`Layout`](crate::Layout), which gives their lengths.
    Unknown = 23,
}

impl Kind {
    /// How many variants this enumeration has, `Void` and `Unknown` included: the length of a table by kind.
    pub const COUNT: usize = 24;

    /// All kinds that a type section can contain, in the order of their numbers; `Unknown` is the last.
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

    /// The kind with this number in the format; `Unknown` for a number that this crate does not know.
    pub fn from_number(number: u32) -> Kind {
        match number {
            0 => Kind::Void,
            1..=22 => Kind::ALL[number as usize - 1],
            _ => Kind::Unknown,
        }
    }

    /// The name that bpftool and the kernel print: the part of `BTF_KIND_…` after the prefix, in capitals.
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

    /// The kind whose [`Kind::name`] this is, in capitals; `None` for any other text, and for `VOID`.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether this is CONST, VOLATILE, RESTRICT, or TYPE_TAG: a type that only qualifies the one it refers to.
    pub fn is_modifier(self) -> bool {
        matches!(
            self,
            Kind::Const | Kind::Volatile | Kind::Restrict | Kind::TypeTag
        )
    }

    /// Whether this is STRUCT or UNION, the kinds with members.
    pub fn is_composite(self) -> bool {
        matches!(self, Kind::Struct | Kind::Union)
    }

    /// Whether this is ENUM or ENUM64, the kinds with enumerators.
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

    /// Whether the third word is a type id: that of [`Type::target`](crate::Type::target).
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
    pub fn new(kind: Kind, vlen: u32, kind_flag: bool) -> Info {
        Info(u32::from(kind_flag) << 31 | (kind as u32) << 24 | (vlen & Info::MAX_VLEN))
    }

    /// The number of the kind, 0 to 127.
    pub fn kind_number(self) -> u32 {
        self.0 >> 24 & 0x7f
    }

    /// The kind; `Unknown` for a number that this crate does not know.
    pub fn kind(self) -> Kind {
        Kind::from_number(self.kind_number())
    }

    /// How many members, enumerators, parameters or variables follow; for FUNC the linkage.
    pub fn vlen(self) -> u32 {
        self.0 & Info::MAX_VLEN
    }

    /// The kind flag; [`Type::kind_flag`](crate::Type::kind_flag) lists what it means for each kind.
    pub fn kind_flag(self) -> bool {
        self.0 >> 31 != 0
    }
}
