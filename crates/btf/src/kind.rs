//! The kinds of types: one table, from which everything follows that depends on a kind's number, name, or words.

use crate::shape::{Shape, Third, Word};
use core::fmt;

/// Makes [`Kind`] and what depends on each kind alone of the table below.
macro_rules! kinds {
    ($(
        $(#[$doc:meta])*
        $number:literal $kind:ident $name:literal $third:ident [$($once:ident),*] [$($each:ident),*];
    )*) => {
        /// The kind of a type: `BTF_KIND_*` ([type encoding]).
        ///
        /// The format grows: a `match` needs an arm for kinds that later versions of this crate know.
        ///
        /// ```
        /// use btf::Kind;
        ///
        /// assert_eq!(Kind::from_number(4), Kind::Struct);
        /// assert_eq!(Kind::from_number(99), Kind::Unknown(99));
        /// assert_eq!(Kind::from_name("FUNC_PROTO"), Some(Kind::FuncProto));
        /// assert_eq!(Kind::Struct.to_string(), "STRUCT");
        /// assert!(Kind::Const.is_modifier() && Kind::Const.has_target());
        /// ```
        ///
        /// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[non_exhaustive]
        pub enum Kind {
            /// `void`, which only exists as id 0 and never in a type section.
            Void,
            $($(#[$doc])* $kind,)*
            /// A kind newer than this crate, by its number. Its types can be read, kept, and written if the BTF has a
            /// [`Layout`](crate::Layout), which gives their lengths.
            Unknown(u8),
        }

        impl Kind {
            /// The known kinds that a type section can contain, in the order of their numbers.
            pub const ALL: [Kind; [$($number),*].len()] = [$(Kind::$kind),*];

            /// The kind with this number in the format, 0 to 127.
            #[inline]
            pub const fn from_number(number: u8) -> Kind {
                match number {
                    0 => Kind::Void,
                    $($number => Kind::$kind,)*
                    other => Kind::Unknown(other),
                }
            }

            /// The number of the kind in the format.
            #[inline]
            pub const fn number(self) -> u8 {
                match self {
                    Kind::Void => 0,
                    $(Kind::$kind => $number,)*
                    Kind::Unknown(number) => number,
                }
            }

            /// The name that bpftool and the kernel print: the part of `BTF_KIND_…` after the prefix, in capitals;
            /// `UNKNOWN` for unknown kinds.
            pub const fn name(self) -> &'static str {
                match self {
                    Kind::Void => "VOID",
                    $(Kind::$kind => $name,)*
                    Kind::Unknown(_) => "UNKNOWN",
                }
            }

            /// The meaning of the third word.
            #[inline]
            const fn third(self) -> Third {
                match self {
                    $(Kind::$kind => Third::$third,)*
                    Kind::Void | Kind::Unknown(_) => Third::Unused,
                }
            }

            /// What the words of the kind's types mean; `None` for `Void` and for unknown kinds.
            pub const fn shape(self) -> Option<&'static Shape> {
                match self {
                    $(Kind::$kind => Some(const {
                        &Shape::new(Third::$third, &[$(Word::$once),*], &[$(Word::$each),*])
                    }),)*
                    Kind::Void | Kind::Unknown(_) => None,
                }
            }
        }
    };
}

// A kind of the format is an entry here: its number, its name, the third word, the words that follow once, and the
// words that follow for each of vlen records. The order is that of the numbers. Kinds from `FIRST_NEWER` on yield to a
// file's layout section.
kinds! {
    /// An integer, a character, or a truth value ([BTF_KIND_INT](https://docs.kernel.org/bpf/btf.html#btf-kind-int)).
    1 Int "INT" Size [Value] [];
    /// A pointer ([BTF_KIND_PTR](https://docs.kernel.org/bpf/btf.html#btf-kind-ptr)).
    2 Ptr "PTR" Type [] [];
    /// An array ([BTF_KIND_ARRAY](https://docs.kernel.org/bpf/btf.html#btf-kind-array)).
    3 Array "ARRAY" Unused [Type, Type, Value] [];
    /// A struct with its members ([BTF_KIND_STRUCT](https://docs.kernel.org/bpf/btf.html#btf-kind-struct)).
    4 Struct "STRUCT" Size [] [Name, Type, Value];
    /// A union with its members ([BTF_KIND_UNION](https://docs.kernel.org/bpf/btf.html#btf-kind-union)).
    5 Union "UNION" Size [] [Name, Type, Value];
    /// An enumeration with values of 32 bits ([BTF_KIND_ENUM](https://docs.kernel.org/bpf/btf.html#btf-kind-enum)).
    6 Enum "ENUM" Size [] [Name, Value];
    /// A forward declaration of a struct or union ([BTF_KIND_FWD](https://docs.kernel.org/bpf/btf.html#btf-kind-fwd)).
    7 Fwd "FWD" Unused [] [];
    /// Another name for a type ([BTF_KIND_TYPEDEF](https://docs.kernel.org/bpf/btf.html#btf-kind-typedef)).
    8 Typedef "TYPEDEF" Type [] [];
    /// `volatile` ([BTF_KIND_VOLATILE](https://docs.kernel.org/bpf/btf.html#btf-kind-volatile)).
    9 Volatile "VOLATILE" Type [] [];
    /// `const` ([BTF_KIND_CONST](https://docs.kernel.org/bpf/btf.html#btf-kind-const)).
    10 Const "CONST" Type [] [];
    /// `restrict` ([BTF_KIND_RESTRICT](https://docs.kernel.org/bpf/btf.html#btf-kind-restrict)).
    11 Restrict "RESTRICT" Type [] [];
    /// A function, which is no type but has one: its FUNC_PROTO ([BTF_KIND_FUNC](https://docs.kernel.org/bpf/btf.html#btf-kind-func)).
    12 Func "FUNC" Type [] [];
    /// What a function returns and takes ([BTF_KIND_FUNC_PROTO](https://docs.kernel.org/bpf/btf.html#btf-kind-func-proto)).
    13 FuncProto "FUNC_PROTO" Type [] [Name, Type];
    /// A variable ([BTF_KIND_VAR](https://docs.kernel.org/bpf/btf.html#btf-kind-var)).
    14 Var "VAR" Type [Value] [];
    /// A section with the places of its variables ([BTF_KIND_DATASEC](https://docs.kernel.org/bpf/btf.html#btf-kind-datasec)).
    15 Datasec "DATASEC" Size [] [Type, Value, Value];
    /// A floating-point number ([BTF_KIND_FLOAT](https://docs.kernel.org/bpf/btf.html#btf-kind-float)).
    16 Float "FLOAT" Size [] [];
    /// An attribute of a declaration ([BTF_KIND_DECL_TAG](https://docs.kernel.org/bpf/btf.html#btf-kind-decl-tag)).
    17 DeclTag "DECL_TAG" Type [Value] [];
    /// An attribute of a pointee ([BTF_KIND_TYPE_TAG](https://docs.kernel.org/bpf/btf.html#btf-kind-type-tag)).
    18 TypeTag "TYPE_TAG" Type [] [];
    /// An enumeration with values of 64 bits ([BTF_KIND_ENUM64](https://docs.kernel.org/bpf/btf.html#btf-kind-enum64)).
    19 Enum64 "ENUM64" Size [] [Name, Value, Value];
    /// Where one parameter is at an inline site: [`Location`](crate::Location) (bpf-next, 2026).
    20 LocParam "LOC_PARAM" Size [Value] [Value];
    /// Where the parameters of a function are at an inline site: a LOC_PARAM for each, or 0 (bpf-next, 2026).
    21 LocProto "LOC_PROTO" Unused [] [Type];
    /// The inline sites of a section: [`InlineSite`](crate::InlineSite) (bpf-next, 2026).
    22 LocSec "LOCSEC" Unused [] [Type, Type, Value];
}

/// The first kind that no released kernel knows. Of this kind and later ones a file's layout section decides the
/// lengths, because their shapes may still change.
pub(crate) const FIRST_NEWER: u8 = Kind::LocParam.number();

impl Kind {
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
    #[inline]
    pub const fn has_size(self) -> bool {
        matches!(self.third(), Third::Size)
    }

    /// Whether the third word is a type id: that of [`Type::target`](crate::Type::target).
    #[inline]
    pub const fn has_target(self) -> bool {
        matches!(self.third(), Third::Type)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
