//! A view of one type, and the typed records that follow it.

use crate::{Info, Kind, StringOffset, TypeId};

/// One type: a view of its words in the type section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type<'a> {
    words: &'a [u32],
}

/// What kind of whole number an INT is. The values are those of `BTF_INT_ENCODING`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IntEncoding(pub u8);

impl IntEncoding {
    /// Neither signed, nor a character, nor a truth value.
    pub const NONE: IntEncoding = IntEncoding(0);
    /// `BTF_INT_SIGNED`.
    pub const SIGNED: IntEncoding = IntEncoding(1);
    /// `BTF_INT_CHAR`.
    pub const CHAR: IntEncoding = IntEncoding(2);
    /// `BTF_INT_BOOL`.
    pub const BOOL: IntEncoding = IntEncoding(4);

    /// Whether the number is signed.
    pub fn is_signed(self) -> bool {
        self.0 & 1 != 0
    }
}

/// The data of an INT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    /// Bytes of storage.
    pub size: u32,
    /// Encoding bits.
    pub encoding: IntEncoding,
    /// Offset of the value in its storage, in bits.
    pub offset: u8,
    /// Width of the value, in bits.
    pub bits: u8,
}

/// The data of an ARRAY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Array {
    /// Type of an element.
    pub element: TypeId,
    /// Type of the index.
    pub index: TypeId,
    /// Number of elements; 0 for a flexible array.
    pub count: u32,
}

/// A member of a STRUCT or UNION.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name; empty for an anonymous struct or union.
    pub name: StringOffset,
    /// Its type.
    pub ty: TypeId,
    /// Offset from the start of the struct, in bits.
    pub bit_offset: u32,
    /// Width in bits when it is a bitfield, else 0. (A struct without the kind flag can still have
    /// bitfields through the INT's own offset and width, as old encoders wrote them.)
    pub bitfield_size: u8,
}

impl Member {
    /// The member of three words; `packed` is the kind flag of its struct.
    fn decode([name, ty, offset]: [u32; 3], packed: bool) -> Member {
        Member {
            name: StringOffset(name),
            ty: TypeId(ty),
            bit_offset: if packed { offset & 0x00ff_ffff } else { offset },
            bitfield_size: if packed { (offset >> 24) as u8 } else { 0 },
        }
    }
}

/// A value of an ENUM or ENUM64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enumerator {
    /// Its name.
    pub name: StringOffset,
    /// Its value: sign-extended when the enumeration is signed.
    pub value: i128,
}

/// A parameter of a FUNC_PROTO. Name and type 0 at the end stand for `...`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name; empty when the prototype has none.
    pub name: StringOffset,
    /// Its type.
    pub ty: TypeId,
}

/// A variable of a DATASEC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VarSection {
    /// The VAR (or FUNC).
    pub ty: TypeId,
    /// Offset in the section, in bytes.
    pub offset: u32,
    /// Size in bytes.
    pub size: u32,
}

/// What a FWD stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum FwdKind {
    Struct,
    Union,
}

/// Linkage of a VAR or FUNC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Linkage {
    Static,
    Global,
    Extern,
    /// A number the format does not define.
    Other(u32),
}

impl Linkage {
    /// The linkage with this number.
    pub fn from_number(number: u32) -> Linkage {
        match number {
            0 => Linkage::Static,
            1 => Linkage::Global,
            2 => Linkage::Extern,
            other => Linkage::Other(other),
        }
    }

    /// Its number in the format.
    pub fn number(self) -> u32 {
        match self {
            Linkage::Static => 0,
            Linkage::Global => 1,
            Linkage::Extern => 2,
            Linkage::Other(other) => other,
        }
    }
}

/// The data of a type, by kind.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // each field is named as the format names it
pub enum Data<'a> {
    Int(Int),
    Ptr {
        target: TypeId,
    },
    Array(Array),
    Struct {
        size: u32,
        members: &'a [u32],
    },
    Union {
        size: u32,
        members: &'a [u32],
    },
    Enum {
        size: u32,
        signed: bool,
    },
    Fwd(FwdKind),
    Typedef {
        target: TypeId,
    },
    Volatile {
        target: TypeId,
    },
    Const {
        target: TypeId,
    },
    Restrict {
        target: TypeId,
    },
    Func {
        proto: TypeId,
        linkage: Linkage,
    },
    FuncProto {
        result: TypeId,
    },
    Var {
        target: TypeId,
        linkage: Linkage,
    },
    Datasec {
        size: u32,
    },
    Float {
        size: u32,
    },
    /// `component` is the member or parameter, -1 for the type itself.
    DeclTag {
        target: TypeId,
        component: i32,
    },
    TypeTag {
        target: TypeId,
    },
    Enum64 {
        size: u32,
        signed: bool,
    },
    /// A kind this program prints by name or number only.
    Other,
}

impl<'a> Type<'a> {
    /// The view of a type whose words are `words`: the three words every type has, then its tail.
    ///
    /// Returns `None` when fewer than three words are given.
    pub fn from_words(words: &'a [u32]) -> Option<Type<'a>> {
        (words.len() >= 3).then_some(Type { words })
    }

    /// All words of the type.
    pub fn words(self) -> &'a [u32] {
        self.words
    }

    /// The words after the first three.
    pub fn tail(self) -> &'a [u32] {
        &self.words[3..]
    }

    /// Bytes it takes in the type section.
    pub fn byte_len(self) -> usize {
        self.words.len() * 4
    }

    /// Its name.
    pub fn name(self) -> StringOffset {
        StringOffset(self.words[0])
    }

    /// Its info word.
    pub fn info(self) -> Info {
        Info(self.words[1])
    }

    /// Its kind.
    pub fn kind(self) -> Kind {
        self.info().kind()
    }

    /// Its number of members, enumerators, parameters or variables.
    pub fn vlen(self) -> u32 {
        self.info().vlen()
    }

    /// Its kind flag.
    pub fn kind_flag(self) -> bool {
        self.info().kind_flag()
    }

    /// The third word: a size in bytes or a type id.
    pub fn size_or_type(self) -> u32 {
        self.words[2]
    }

    /// Its size in bytes, for kinds that carry one.
    pub fn size(self) -> Option<u32> {
        self.kind().has_size().then_some(self.words[2])
    }

    /// The type it refers to through its third word.
    pub fn target(self) -> Option<TypeId> {
        self.kind().has_target().then_some(TypeId(self.words[2]))
    }

    /// The data by kind. Words that are missing read as 0.
    pub fn data(self) -> Data<'a> {
        let third = self.words[2];
        let target = TypeId(third);
        let tail = self.tail();
        let word = |i: usize| tail.get(i).copied().unwrap_or(0);
        match self.kind() {
            Kind::Int => Data::Int(Int {
                size: third,
                encoding: IntEncoding((word(0) >> 24 & 0x0f) as u8),
                offset: (word(0) >> 16) as u8,
                bits: word(0) as u8,
            }),
            Kind::Ptr => Data::Ptr { target },
            Kind::Array => Data::Array(Array {
                element: TypeId(word(0)),
                index: TypeId(word(1)),
                count: word(2),
            }),
            Kind::Struct => Data::Struct {
                size: third,
                members: tail,
            },
            Kind::Union => Data::Union {
                size: third,
                members: tail,
            },
            Kind::Enum => Data::Enum {
                size: third,
                signed: self.kind_flag(),
            },
            Kind::Fwd => Data::Fwd(if self.kind_flag() {
                FwdKind::Union
            } else {
                FwdKind::Struct
            }),
            Kind::Typedef => Data::Typedef { target },
            Kind::Volatile => Data::Volatile { target },
            Kind::Const => Data::Const { target },
            Kind::Restrict => Data::Restrict { target },
            Kind::Func => Data::Func {
                proto: target,
                linkage: Linkage::from_number(self.vlen()),
            },
            Kind::FuncProto => Data::FuncProto { result: target },
            Kind::Var => Data::Var {
                target,
                linkage: Linkage::from_number(word(0)),
            },
            Kind::Datasec => Data::Datasec { size: third },
            Kind::Float => Data::Float { size: third },
            Kind::DeclTag => Data::DeclTag {
                target,
                component: word(0) as i32,
            },
            Kind::TypeTag => Data::TypeTag { target },
            Kind::Enum64 => Data::Enum64 {
                size: third,
                signed: self.kind_flag(),
            },
            Kind::Void | Kind::LocParam | Kind::LocProto | Kind::LocSec | Kind::Unknown => {
                Data::Other
            }
        }
    }

    /// Members of a STRUCT or UNION; nothing for other kinds.
    pub fn members(self) -> impl ExactSizeIterator<Item = Member> + Clone + 'a {
        let packed = self.kind_flag();
        let decode = move |words: &[u32; 3]| Member::decode(*words, packed);
        self.member_words().iter().map(decode)
    }

    /// One member of a STRUCT or UNION, counted from 0, without going through those before it.
    pub fn member(self, index: usize) -> Option<Member> {
        let words = self.member_words().get(index)?;
        Some(Member::decode(*words, self.kind_flag()))
    }

    fn member_words(self) -> &'a [[u32; 3]] {
        if self.kind().is_composite() {
            self.tail().as_chunks().0
        } else {
            &[]
        }
    }

    /// Values of an ENUM or ENUM64; nothing for other kinds.
    pub fn enumerators(self) -> impl ExactSizeIterator<Item = Enumerator> + Clone + 'a {
        let signed = self.kind_flag();
        let (words, width): (&[u32], usize) = match self.kind() {
            Kind::Enum => (self.tail(), 2),
            Kind::Enum64 => (self.tail(), 3),
            _ => (&[], 2),
        };
        words.chunks_exact(width).map(move |chunk| Enumerator {
            name: StringOffset(chunk[0]),
            value: match (chunk, signed) {
                (&[_, low, high], false) => i128::from(u64::from(high) << 32 | u64::from(low)),
                (&[_, low, high], true) => {
                    i128::from((u64::from(high) << 32 | u64::from(low)) as i64)
                }
                (&[_, value], true) => i128::from(value as i32),
                (&[_, value, ..], false) => i128::from(value),
                _ => 0,
            },
        })
    }

    /// Parameters of a FUNC_PROTO; nothing for other kinds.
    pub fn params(self) -> impl ExactSizeIterator<Item = Param> + Clone + 'a {
        let words: &[u32] = if self.kind() == Kind::FuncProto {
            self.tail()
        } else {
            &[]
        };
        words.as_chunks::<2>().0.iter().map(|&[name, ty]| Param {
            name: StringOffset(name),
            ty: TypeId(ty),
        })
    }

    /// Variables of a DATASEC; nothing for other kinds.
    pub fn variables(self) -> impl ExactSizeIterator<Item = VarSection> + Clone + 'a {
        let words: &[u32] = if self.kind() == Kind::Datasec {
            self.tail()
        } else {
            &[]
        };
        words
            .as_chunks::<3>()
            .0
            .iter()
            .map(|&[ty, offset, size]| VarSection {
                ty: TypeId(ty),
                offset,
                size,
            })
    }
}
