//! What a relocation asks for.

/// The kinds of relocations, with the numbers of `enum bpf_core_relo_kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RelocationKind {
    /// The offset of a field in bytes.
    ByteOff,
    /// The size of a field in bytes.
    ByteSz,
    /// Whether a field exists.
    FieldExists,
    /// Whether a field is signed.
    Signed,
    /// How far to shift a bitfield to the left.
    LshiftU64,
    /// How far to shift it to the right.
    RshiftU64,
    /// The id of a type in the object's BTF.
    LocalTypeId,
    /// The id of a type in the kernel's BTF.
    TargetTypeId,
    /// Whether a type exists.
    TypeExists,
    /// The size of a type.
    TypeSize,
    /// Whether an enumerator exists.
    EnumvalExists,
    /// The value of an enumerator.
    EnumvalValue,
    /// Whether a type exists and has all that the local one has.
    TypeMatches,
}

/// What the access string leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    Field,
    Type,
    Enumerator,
}

use RelocationKind as Kind;

const ALL: [(Kind, &str); 13] = [
    (Kind::ByteOff, "byte_off"),
    (Kind::ByteSz, "byte_sz"),
    (Kind::FieldExists, "field_exists"),
    (Kind::Signed, "signed"),
    (Kind::LshiftU64, "lshift_u64"),
    (Kind::RshiftU64, "rshift_u64"),
    (Kind::LocalTypeId, "local_type_id"),
    (Kind::TargetTypeId, "target_type_id"),
    (Kind::TypeExists, "type_exists"),
    (Kind::TypeSize, "type_size"),
    (Kind::EnumvalExists, "enumval_exists"),
    (Kind::EnumvalValue, "enumval_value"),
    (Kind::TypeMatches, "type_matches"),
];

impl RelocationKind {
    /// The kind with this number; `None` if none has it.
    ///
    /// ```
    /// use core_check::RelocationKind;
    ///
    /// assert_eq!(RelocationKind::from_number(2), Some(RelocationKind::FieldExists));
    /// assert_eq!(RelocationKind::from_number(13), None);
    /// ```
    pub fn from_number(number: u32) -> Option<RelocationKind> {
        ALL.get(number as usize).map(|&(kind, _)| kind)
    }

    /// The name that loaders log: `byte_off`.
    pub fn name(self) -> &'static str {
        ALL[self as usize].1
    }

    pub(crate) fn subject(self) -> Subject {
        match self {
            Kind::ByteOff
            | Kind::ByteSz
            | Kind::FieldExists
            | Kind::Signed
            | Kind::LshiftU64
            | Kind::RshiftU64 => Subject::Field,
            Kind::EnumvalExists | Kind::EnumvalValue => Subject::Enumerator,
            _ => Subject::Type,
        }
    }

    /// Whether the answer is 0 and not poison if nothing matches.
    pub fn is_question(self) -> bool {
        matches!(
            self,
            Kind::FieldExists
                | Kind::TypeExists
                | Kind::TypeSize
                | Kind::TargetTypeId
                | Kind::EnumvalExists
                | Kind::TypeMatches
        )
    }
}
