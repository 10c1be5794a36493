//! The typed fields and records of types, kind by kind.

use crate::{StringOffset, TypeId};

/// How the value of an INT is to be read: the four bits of `BTF_INT_ENCODING` ([BTF_KIND_INT]).
///
/// Compilers set at most one of the bits, and the kernel refuses more.
///
/// [BTF_KIND_INT]: https://docs.kernel.org/bpf/btf.html#btf-kind-int
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntEncoding(pub u8);

impl IntEncoding {
    /// An unsigned number.
    pub const NONE: IntEncoding = IntEncoding(0);
    /// `BTF_INT_SIGNED`: a signed number.
    pub const SIGNED: IntEncoding = IntEncoding(1);
    /// `BTF_INT_CHAR`: a character.
    pub const CHAR: IntEncoding = IntEncoding(2);
    /// `BTF_INT_BOOL`: a truth value.
    pub const BOOL: IntEncoding = IntEncoding(4);

    /// Whether the bit for signed numbers is set.
    pub fn is_signed(self) -> bool {
        self.0 & 1 != 0
    }
}

/// The fields of an INT ([BTF_KIND_INT]).
///
/// An ordinary C integer has offset 0 and as many bits as its bytes have. Other values describe a bitfield in the old
/// encoding, in which the member's type carries the width.
///
/// [BTF_KIND_INT]: https://docs.kernel.org/bpf/btf.html#btf-kind-int
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    /// Size of the storage in bytes; C's types have 1, 2, 4, 8, or 16.
    pub size: u32,
    /// Whether the value is signed, a character, or a truth value.
    pub encoding: IntEncoding,
    /// Where the value starts in its storage, in bits; 0 in what today's compilers write.
    pub offset: u8,
    /// Width of the value in bits: at most 128, and `offset + bits` at most `size * 8`.
    pub bits: u8,
}

/// The fields of an ARRAY ([BTF_KIND_ARRAY]). `int a[5][6]` is an array of 5 arrays of 6 elements.
///
/// [BTF_KIND_ARRAY]: https://docs.kernel.org/bpf/btf.html#btf-kind-array
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    /// The type of an element; it must have a size.
    pub element: TypeId,
    /// The type of the index: an INT, which nothing but verification reads.
    pub index: TypeId,
    /// How many elements the array has; 0 for a flexible array (`int a[]`) and for `int a[0]`, which BTF cannot tell
    /// apart.
    pub count: u32,
}

/// A member of a STRUCT or UNION ([BTF_KIND_STRUCT]).
///
/// [BTF_KIND_STRUCT]: https://docs.kernel.org/bpf/btf.html#btf-kind-struct
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The member's name; empty for an anonymous struct or union, and for unnamed bitfields.
    pub name: StringOffset,
    /// The type of the member; for a bitfield the INT or enumeration that it is declared with.
    pub ty: TypeId,
    /// Offset from the start of the struct, in bits; 0 in a union, unless the old encoding places a bitfield.
    /// In a struct with the kind flag it has 24 bits, so it stays below 2 MiB.
    pub bit_offset: u32,
    /// Width in bits of a bitfield, else 0. A struct without the kind flag can still have bitfields, which the offset
    /// and width of the member's INT describe: [`layout::Resolved`](crate::layout::Resolved) covers both.
    pub bitfield_size: u8,
}

impl Member {
    /// The member of three words; `packed` is the kind flag of its struct.
    pub(crate) fn decode([name, ty, offset]: [u32; 3], packed: bool) -> Member {
        Member {
            name: StringOffset(name),
            ty: TypeId(ty),
            bit_offset: if packed { offset & 0x00ff_ffff } else { offset },
            bitfield_size: if packed { (offset >> 24) as u8 } else { 0 },
        }
    }
}

/// An enumerator of an ENUM or ENUM64 ([BTF_KIND_ENUM], [BTF_KIND_ENUM64]).
///
/// [BTF_KIND_ENUM]: https://docs.kernel.org/bpf/btf.html#btf-kind-enum
/// [BTF_KIND_ENUM64]: https://docs.kernel.org/bpf/btf.html#btf-kind-enum64
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enumerator {
    /// The enumerator's name, which is never empty in valid BTF.
    pub name: StringOffset,
    /// The value, sign-extended if the enumeration is signed. 128 bits contain every value of both signs.
    pub value: i128,
}

/// A parameter of a FUNC_PROTO ([BTF_KIND_FUNC_PROTO]).
///
/// [BTF_KIND_FUNC_PROTO]: https://docs.kernel.org/bpf/btf.html#btf-kind-func-proto
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// The parameter's name. Prototypes of pointers to functions have none; a FUNC's prototype names all but `...`.
    pub name: StringOffset,
    /// The type of the parameter; `void` only for `...`.
    pub ty: TypeId,
}

impl Param {
    /// `...`, which may only be the last parameter.
    pub const VARIADIC: Param = Param {
        name: StringOffset::EMPTY,
        ty: TypeId::VOID,
    };

    /// Whether this is `...`: without name and of type `void`.
    pub fn is_variadic(self) -> bool {
        self == Param::VARIADIC
    }
}

/// A variable of a DATASEC ([BTF_KIND_DATASEC]): `struct btf_var_secinfo`.
///
/// [BTF_KIND_DATASEC]: https://docs.kernel.org/bpf/btf.html#btf-kind-datasec
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarSection {
    /// The id of the VAR; clang also lists FUNCs of a section of external functions.
    pub ty: TypeId,
    /// Offset in the section in bytes. Compilers write 0 into object files, and the loader replaces it.
    pub offset: u32,
    /// Size of the variable in bytes.
    pub size: u32,
}

/// What a FWD declares ([BTF_KIND_FWD]); its kind flag. Forward declarations of enumerations are ENUMs without values.
///
/// [BTF_KIND_FWD]: https://docs.kernel.org/bpf/btf.html#btf-kind-fwd
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FwdKind {
    /// `struct name;`
    Struct,
    /// `union name;`
    Union,
}

/// Linkage of a FUNC, which keeps it in its vlen, or of a VAR ([BTF_KIND_FUNC], [BTF_KIND_VAR]).
///
/// [BTF_KIND_FUNC]: https://docs.kernel.org/bpf/btf.html#btf-kind-func
/// [BTF_KIND_VAR]: https://docs.kernel.org/bpf/btf.html#btf-kind-var
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Linkage {
    /// Visible in its unit alone: 0.
    Static,
    /// Defined here and visible to other units: 1.
    Global,
    /// Declared here and defined elsewhere: 2. libbpf resolves it; the kernel does not load it.
    Extern,
    /// A number the format does not define.
    Other(u32),
}

impl Linkage {
    /// The linkage with this number in the format.
    pub fn from_number(number: u32) -> Linkage {
        match number {
            0 => Linkage::Static,
            1 => Linkage::Global,
            2 => Linkage::Extern,
            other => Linkage::Other(other),
        }
    }

    /// The number that stands for this linkage in the format.
    pub fn number(self) -> u32 {
        match self {
            Linkage::Static => 0,
            Linkage::Global => 1,
            Linkage::Extern => 2,
            Linkage::Other(other) => other,
        }
    }
}

/// The fields of a type by kind, decoded: what [`Type::data`](crate::Type::data) gives. Sizes are in bytes.
///
/// Records of which a type can have many are not in it; iterators of [`Type`](crate::Type) give them.
#[derive(Clone, Copy, Debug)]
pub enum Data<'a> {
    /// An integer.
    Int(Int),
    /// A pointer, without a name and a size of its own.
    Ptr {
        /// What it points to; `void` for `void *`.
        target: TypeId,
    },
    /// An array.
    Array(Array),
    /// A struct.
    Struct {
        /// Size in bytes, padding included.
        size: u32,
        /// The members' words, three each; [`Type::members`](crate::Type::members) decodes them.
        members: &'a [u32],
    },
    /// A union.
    Union {
        /// Size in bytes, padding included.
        size: u32,
        /// The members' words, three each; [`Type::members`](crate::Type::members) decodes them.
        members: &'a [u32],
    },
    /// An enumeration with values of 32 bits.
    Enum {
        /// Size in bytes: 1, 2, 4 or 8.
        size: u32,
        /// Whether the values are signed.
        signed: bool,
    },
    /// A forward declaration.
    Fwd(FwdKind),
    /// Another name for a type.
    Typedef {
        /// The type that it names.
        target: TypeId,
    },
    /// `volatile`.
    Volatile {
        /// The type that is volatile.
        target: TypeId,
    },
    /// `const`.
    Const {
        /// The type that is constant.
        target: TypeId,
    },
    /// `restrict`.
    Restrict {
        /// The pointer that is restricted.
        target: TypeId,
    },
    /// A function.
    Func {
        /// The FUNC_PROTO that describes its result and parameters.
        proto: TypeId,
        /// Where the function is visible.
        linkage: Linkage,
    },
    /// What a function returns and takes; [`Type::params`](crate::Type::params) gives the parameters.
    FuncProto {
        /// The type of the result; `void` if nothing is returned.
        result: TypeId,
    },
    /// A variable.
    Var {
        /// The type of the variable.
        target: TypeId,
        /// Where the variable is visible.
        linkage: Linkage,
    },
    /// A section with variables, which [`Type::variables`](crate::Type::variables) gives.
    Datasec {
        /// Size of the section in bytes; compilers write 0, and the loader replaces it.
        size: u32,
    },
    /// A floating-point number.
    Float {
        /// Size in bytes: 2, 4, 8, 12 or 16.
        size: u32,
    },
    /// An attribute of a declaration; its text is the name.
    DeclTag {
        /// The STRUCT, UNION, FUNC, VAR or TYPEDEF that the attribute is on.
        target: TypeId,
        /// The member or parameter that has the attribute, counted from 0; -1 for the target itself.
        component: i32,
    },
    /// An attribute of the type that a pointer points to; its text is the name.
    TypeTag {
        /// The type that has the attribute.
        target: TypeId,
    },
    /// An enumeration with values of 64 bits.
    Enum64 {
        /// Size in bytes: 1, 2, 4 or 8.
        size: u32,
        /// Whether the values are signed.
        signed: bool,
    },
    /// A kind without decoded fields: `Void`, the kinds of locations, and unknown ones. [`Type::tail`](crate::Type::tail)
    /// gives the words.
    Other,
}
