//! A view of one type.

use crate::{
    Array, Data, Enumerator, FwdKind, Info, Int, IntEncoding, Kind, Linkage, Member, Param,
    StringOffset, TypeId, VarSection, walk,
};

/// One type: a view of its words in the type section, which costs as much as a slice to copy.
///
/// Every type has three words ([type encoding]): the offset of its name ([`Type::name`]), the info word
/// ([`Type::info`]), and a size in bytes or a type id ([`Type::size`], [`Type::target`]). What follows depends on the
/// kind: [`Type::data`] gives the fields, and [`Type::members`], [`Type::enumerators`], [`Type::params`], and
/// [`Type::variables`] the records. A method that does not fit the kind gives nothing, never an error.
///
/// A type does not know its own id or its strings: [`Btf::types`](crate::Btf::types) gives ids beside types, and
/// [`Btf::str`](crate::Btf::str) the text of a name.
///
/// ```
/// use btf::{Btf, Data, Kind};
///
/// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
/// let (_, ty) = btf.find_all("sell").next().expect("the sample has it");
/// let Data::Func { proto, .. } = ty.data() else { panic!("{}", ty.kind()) };
/// let params: Vec<_> = btf.get(proto).into_iter().flat_map(|ty| ty.params()).collect();
/// assert_eq!(params.len(), 3); // struct item *item, const char *note, ...
/// assert!(params[2].is_variadic());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Type<'a> {
    words: &'a [u32],
}

impl<'a> Type<'a> {
    /// The view of a type that consists of `words`: the three words that every type has, then its tail. `None` if there
    /// are fewer than three. The length of the tail is not checked.
    #[inline]
    pub fn from_words(words: &'a [u32]) -> Option<Type<'a>> {
        (words.len() >= 3).then_some(Type { words })
    }

    /// All words of the type, in the host's byte order: name, info, size or type, tail.
    #[inline]
    pub fn words(self) -> &'a [u32] {
        self.words
    }

    /// The words after the first three; none for kinds that have no more.
    #[inline]
    pub fn tail(self) -> &'a [u32] {
        &self.words[3..]
    }

    /// How many bytes the type takes in the type section, members included: a multiple of 4, at least 12.
    #[inline]
    pub fn byte_len(self) -> usize {
        self.words.len() * 4
    }

    /// The offset of the type's name; [`StringOffset::EMPTY`] for an anonymous type and for kinds without names
    /// (PTR, ARRAY, CONST, VOLATILE, RESTRICT, FUNC_PROTO). For a tag it is the text of the attribute.
    #[inline]
    pub fn name(self) -> StringOffset {
        StringOffset(self.words[0])
    }

    /// The second word, which packs kind, vlen, and kind flag.
    #[inline]
    pub fn info(self) -> Info {
        Info(self.words[1])
    }

    /// The kind; [`Kind::Unknown`] for a number that this crate does not know, and for a type to which a layout section
    /// gives another length than this crate knows for the kind.
    #[inline]
    pub fn kind(self) -> Kind {
        let info = self.info();
        if walk::has_shape(info, self.tail().len()) {
            info.kind()
        } else {
            Kind::Unknown(info.kind_number())
        }
    }

    /// How many members, enumerators, parameters, variables, values, or sites follow; for FUNC the linkage, for other
    /// kinds 0.
    #[inline]
    pub fn vlen(self) -> u32 {
        self.info().vlen()
    }

    /// The kind flag. STRUCT and UNION: members carry bitfield widths. ENUM and ENUM64: values are signed. FWD: a union.
    /// DECL_TAG and TYPE_TAG: an attribute other than `btf_decl_tag` or `btf_type_tag`.
    #[inline]
    pub fn kind_flag(self) -> bool {
        self.info().kind_flag()
    }

    /// The third word as it is: a size in bytes, a type id, or 0, depending on the kind.
    #[inline]
    pub fn size_or_type(self) -> u32 {
        self.words[2]
    }

    /// The size in bytes of a kind that records one: INT, STRUCT, UNION, ENUM, ENUM64, DATASEC, FLOAT, LOC_PARAM. The size of
    /// other types follows from what they refer to: [`layout::size_of`](crate::layout::size_of).
    #[inline]
    pub fn size(self) -> Option<u32> {
        self.kind().has_size().then_some(self.words[2])
    }

    /// The type that the third word names: the pointee of a PTR, what a TYPEDEF, modifier, VAR, or tag applies to,
    /// the prototype of a FUNC, the result of a FUNC_PROTO. `None` for other kinds; [`Type::refs`] gives all references.
    #[inline]
    pub fn target(self) -> Option<TypeId> {
        self.kind().has_target().then_some(TypeId(self.words[2]))
    }

    /// The fields that the kind defines. Words that are missing (only [`Type::from_words`] can cause that) read as 0.
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
            Kind::Void | Kind::LocParam | Kind::LocProto | Kind::LocSec | Kind::Unknown(_) => {
                Data::Other
            }
        }
    }

    /// Members of a STRUCT or UNION in the order of declaration; nothing for other kinds.
    ///
    /// ```
    /// use btf::{Btf, Kind};
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// let id = btf.find(Kind::Struct, "item").expect("the sample has it");
    /// let item = btf.get(id).expect("an id that `find` gave");
    /// let bytes: Vec<_> = item
    ///     .members()
    ///     .map(|member| (btf.str(member.name), member.bit_offset / 8))
    ///     .collect();
    /// assert_eq!(bytes[..3], [("next".into(), 0), ("name".into(), 8), ("shelf".into(), 24)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn members(self) -> impl ExactSizeIterator<Item = Member> + Clone + 'a {
        let packed = self.kind_flag();
        let decode = move |words: &[u32; 3]| Member::decode(*words, packed);
        self.member_words().iter().map(decode)
    }

    /// One member of a STRUCT or UNION, counted from 0, without going through those before it. `None` past the last
    /// and for other kinds.
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

    /// Enumerators of an ENUM or ENUM64 in the order of declaration; nothing for other kinds.
    ///
    /// ```
    /// use btf::{Btf, Kind};
    ///
    /// let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
    /// let state = btf.find(Kind::Enum, "state").and_then(|id| btf.get(id)).expect("the sample has it");
    /// let last = state.enumerators().last().expect("it has two");
    /// assert_eq!((&*btf.str(last.name), last.value), ("STATE_SOLD", 1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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

    /// Parameters of a FUNC_PROTO from left to right; nothing for other kinds. `...` is the last one, see
    /// [`Param::is_variadic`].
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

    /// Variables of a DATASEC, in a valid one by ascending offset; nothing for other kinds.
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
