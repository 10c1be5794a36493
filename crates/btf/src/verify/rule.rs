//! The rules, one variant a cause, and a problem: a rule broken by a type.

use crate::{Kind, TypeId};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;

/// One reason for the kernel to refuse a type. The requirements of each kind are in the kernel's documentation of the
/// [type encoding].
///
/// [type encoding]: https://docs.kernel.org/bpf/btf.html#type-encoding
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Rule {
    /// More types than 0xffffe. The kernel complains in its log and leaves the rest out.
    TooManyTypes,
    /// A kind the kernel does not know.
    UnknownKind,
    /// Bits of the info word that the release does not know: a wider vlen or kind.
    InfoWord,
    /// A name offset above 0xffffff or beyond the strings.
    NameOffset,
    /// A kind that must have no name has one, or one that must have a name has none, or the name has
    /// characters that its kind does not allow.
    Name,
    /// The tag has no text.
    TagValue,
    /// vlen must be 0 for this kind.
    VlenNotZero,
    /// vlen must not be 0 for this kind.
    VlenZero,
    /// The kind flag must be clear for this kind.
    KindFlag,
    /// The third word of an ARRAY must be 0.
    SizeNotZero,
    /// The third word of a FWD must be 0.
    TypeNotZero,
    /// A DATASEC must have a size.
    SizeZero,
    /// Bits of an INT's data that the format leaves unused are set.
    IntData,
    /// An INT's offset and width are more than 128 bits.
    IntTooWide,
    /// An INT's offset and width do not fit into its size.
    IntBits,
    /// An INT's encoding is not one of signed, char, bool or none.
    IntEncoding,
    /// An enumeration's size is not 1, 2, 4 or 8.
    EnumSize,
    /// A FLOAT's size is not 2, 4, 8, 12 or 16.
    FloatSize,
    /// A reference to a type that does not exist, or whose kind is not allowed there.
    TypeId,
    /// A reference to an id above 0xfffff.
    TypeIdTooLarge,
    /// A member's name lies beyond the strings.
    MemberNameOffset,
    /// A member is of a type that has no size, or of none.
    Member,
    /// A member starts before the one in front of it, or a union's not at 0.
    MemberOrder,
    /// A member starts after the end of its struct.
    MemberBeyondStruct,
    /// A member ends after the end of its struct.
    MemberTooLong,
    /// A member that is no bitfield does not start at a byte.
    MemberNotAtByte,
    /// An INT that is no bitfield does not start at a byte, in a struct with bitfields.
    IntNotAtByte,
    /// A FLOAT is not aligned.
    MemberAlignment,
    /// A member's offset and the INT's own offset are more than 32 bits.
    MemberOffsetOverflow,
    /// A bitfield takes more than 128 bits counted from the byte it starts in.
    BitfieldTooWide,
    /// A bitfield is wider than its type, or of a type that cannot be one.
    BitfieldSize,
    /// A bitfield's INT is itself not a whole number of bytes.
    BitfieldBase,
    /// An ARRAY's elements are of a type that has no size, or of none.
    ArrayElement,
    /// An ARRAY's index is not an INT of a whole number of bytes.
    ArrayIndex,
    /// An ARRAY's elements are INTs that are not a whole number of bytes.
    ArrayOfBits,
    /// An ARRAY is of more than 4 GiB.
    ArrayTooLarge,
    /// A parameter is of a type that has no size, or has a bad name, or has none where it must.
    Parameter,
    /// The result is of a type that has no size.
    Result,
    /// A FUNC's linkage is neither static nor global.
    FuncLinkage,
    /// A VAR's linkage is neither static nor global.
    VarLinkage,
    /// A DATASEC's variables overlap, are out of order or start behind its end.
    VariableOffset,
    /// A DATASEC's variable is of no bytes, of more than the section, or of fewer than its type.
    VariableSize,
    /// A DATASEC's variable ends behind its end.
    VariableTooLong,
    /// A DATASEC's variables are together larger than it.
    SectionTooSmall,
    /// An entry of a DATASEC is not a VAR.
    NotVariable,
    /// A DATASEC's variable is of a type that has no size.
    VariableType,
    /// A DECL_TAG's component is below -1, or is one its target does not have.
    ComponentIndex,
    /// A type contains itself other than through a pointer.
    Loop,
    /// Types contain each other more than 32 levels deep.
    TooDeep,
    /// A const, volatile, or other modifier refers to a type tag. Linux 5.19 to 7.1 refuse it.
    TypeTagOrder,
    /// More than 32 modifiers in a row, each behind the last, or a ring of them.
    ModifierChain,
}

impl Rule {
    /// Every rule, in the order in which they stand above.
    pub const ALL: [Rule; 51] = [
        Rule::TooManyTypes,
        Rule::UnknownKind,
        Rule::InfoWord,
        Rule::NameOffset,
        Rule::Name,
        Rule::TagValue,
        Rule::VlenNotZero,
        Rule::VlenZero,
        Rule::KindFlag,
        Rule::SizeNotZero,
        Rule::TypeNotZero,
        Rule::SizeZero,
        Rule::IntData,
        Rule::IntTooWide,
        Rule::IntBits,
        Rule::IntEncoding,
        Rule::EnumSize,
        Rule::FloatSize,
        Rule::TypeId,
        Rule::TypeIdTooLarge,
        Rule::MemberNameOffset,
        Rule::Member,
        Rule::MemberOrder,
        Rule::MemberBeyondStruct,
        Rule::MemberTooLong,
        Rule::MemberNotAtByte,
        Rule::IntNotAtByte,
        Rule::MemberAlignment,
        Rule::MemberOffsetOverflow,
        Rule::BitfieldTooWide,
        Rule::BitfieldSize,
        Rule::BitfieldBase,
        Rule::ArrayElement,
        Rule::ArrayIndex,
        Rule::ArrayOfBits,
        Rule::ArrayTooLarge,
        Rule::Parameter,
        Rule::Result,
        Rule::FuncLinkage,
        Rule::VarLinkage,
        Rule::VariableOffset,
        Rule::VariableSize,
        Rule::VariableTooLong,
        Rule::SectionTooSmall,
        Rule::NotVariable,
        Rule::VariableType,
        Rule::ComponentIndex,
        Rule::Loop,
        Rule::TooDeep,
        Rule::TypeTagOrder,
        Rule::ModifierChain,
    ];

    /// The message of the kernel's log for this rule, of the newest release that has it, without the numbers that it
    /// would print.
    pub fn kernel_message(self) -> &'static str {
        match self {
            Rule::TooManyTypes => "Exceeded max num of types",
            Rule::UnknownKind => "Invalid kind",
            Rule::InfoWord => "Invalid btf_info:",
            Rule::NameOffset => "Invalid name_offset",
            Rule::Name => "Invalid name",
            Rule::TagValue => "Invalid value",
            Rule::VlenNotZero => "vlen != 0",
            Rule::VlenZero => "vlen == 0",
            Rule::KindFlag => "Invalid btf_info kind_flag",
            Rule::SizeNotZero => "size != 0",
            Rule::TypeNotZero => "type != 0",
            Rule::SizeZero => "size == 0",
            Rule::IntData => "Invalid int_data",
            Rule::IntTooWide => "nr_bits exceeds 128",
            Rule::IntBits => "nr_bits exceeds type_size",
            Rule::IntEncoding => "Unsupported encoding",
            Rule::EnumSize => "Unexpected size",
            Rule::FloatSize => "Invalid type_size",
            Rule::TypeId | Rule::TypeIdTooLarge => "Invalid type_id",
            Rule::MemberNameOffset => "Invalid member name_offset",
            Rule::Member => "Invalid member",
            Rule::MemberOrder => "Invalid member bits_offset",
            Rule::MemberBeyondStruct => "Member bits_offset exceeds its struct size",
            Rule::MemberTooLong => "Member exceeds struct_size",
            Rule::MemberNotAtByte => "Member is not byte aligned",
            Rule::IntNotAtByte => "Invalid member offset",
            Rule::MemberAlignment => "Member is not properly aligned",
            Rule::MemberOffsetOverflow => "bits_offset exceeds U32_MAX",
            Rule::BitfieldTooWide => "nr_copy_bits exceeds 128",
            Rule::BitfieldSize => "Invalid member bitfield_size",
            Rule::BitfieldBase => "Invalid member base type",
            Rule::ArrayElement => "Invalid elem",
            Rule::ArrayIndex => "Invalid index",
            Rule::ArrayOfBits => "Invalid array of int",
            Rule::ArrayTooLarge => "Array size overflows U32_MAX",
            Rule::Parameter => "Invalid arg",
            Rule::Result => "Invalid return type",
            Rule::FuncLinkage => "Invalid func linkage",
            Rule::VarLinkage => "Linkage not supported",
            Rule::VariableOffset => "Invalid offset",
            Rule::VariableSize => "Invalid size",
            Rule::VariableTooLong => "Invalid offset+size",
            Rule::SectionTooSmall => "Invalid btf_info size",
            Rule::NotVariable => "Not a VAR kind member",
            Rule::VariableType => "Invalid type",
            Rule::ComponentIndex => "Invalid component_idx",
            Rule::Loop => "Loop detected",
            Rule::TooDeep => "Exceeded max resolving depth",
            Rule::TypeTagOrder => "Type tags don't precede modifiers",
            Rule::ModifierChain => "Max chain length or cycle detected",
        }
    }

    /// What is wrong, as the end of a sentence that names the type.
    fn sentence(self) -> &'static str {
        match self {
            Rule::TooManyTypes => "is past the last type the kernel takes, 1048574",
            Rule::UnknownKind => "is of a kind the kernel does not know",
            Rule::InfoWord => "has more members or a higher kind than the kernel has bits for",
            Rule::NameOffset => "has its name beyond the string section",
            Rule::Name => "has a name its kind may not have, or lacks one it must have",
            Rule::TagValue => "is a tag without text",
            Rule::VlenNotZero => "must have a vlen of 0",
            Rule::VlenZero => "must have a vlen above 0",
            Rule::KindFlag => "must not have the kind flag",
            Rule::SizeNotZero => "must have a size of 0",
            Rule::TypeNotZero => "must have a type of 0",
            Rule::SizeZero => "must have a size",
            Rule::IntData => "sets bits of the INT data that the format leaves unused",
            Rule::IntTooWide => "is wider than 128 bits",
            Rule::IntBits => "has more bits than its size holds",
            Rule::IntEncoding => "has an encoding other than none, signed, char or bool",
            Rule::EnumSize => "has a size other than 1, 2, 4 or 8 bytes",
            Rule::FloatSize => "has a size other than 2, 4, 8, 12 or 16 bytes",
            Rule::TypeId => "refers to a type that does not exist or may not stand there",
            Rule::TypeIdTooLarge => "refers past the largest id the kernel takes, 1048575",
            Rule::MemberNameOffset => "has its name beyond the string section",
            Rule::Member => "is of a type that has no size",
            Rule::MemberOrder => {
                "starts before the member in front of it, or not at 0 of its union"
            }
            Rule::MemberBeyondStruct => "starts behind the end of its struct",
            Rule::MemberTooLong => "ends behind the end of its struct",
            Rule::MemberNotAtByte | Rule::IntNotAtByte => {
                "is no bitfield and must start at a whole byte"
            }
            Rule::MemberAlignment => "is a floating-point number that is not aligned",
            Rule::MemberOffsetOverflow => "has an offset past 32 bits",
            Rule::BitfieldTooWide => "takes more than 128 bits from the byte it starts in",
            Rule::BitfieldSize => {
                "is a bitfield wider than its type, or of a type that cannot be one"
            }
            Rule::BitfieldBase => "is a bitfield of an INT that is not a whole number of bytes",
            Rule::ArrayElement => "has elements of a type that has no size",
            Rule::ArrayIndex => "has an index that is not a plain INT",
            Rule::ArrayOfBits => "has elements that are not a whole number of bytes",
            Rule::ArrayTooLarge => "is larger than 4 GiB",
            Rule::Parameter => "has no size, a bad name, or no name where a FUNC needs one",
            Rule::Result => "has a result of a type that has no size",
            Rule::FuncLinkage | Rule::VarLinkage => "has a linkage other than static or global",
            Rule::VariableOffset => {
                "overlaps the variable in front of it or lies outside its section"
            }
            Rule::VariableSize => {
                "has no bytes, more than its section, or fewer than the variable's type"
            }
            Rule::VariableTooLong => "ends behind the end of its section",
            Rule::SectionTooSmall => "is smaller than its variables together",
            Rule::NotVariable => "is not a VAR",
            Rule::VariableType => "is of a type that has no size",
            Rule::ComponentIndex => "names a component that its target does not have",
            Rule::Loop => "contains itself",
            Rule::TooDeep => "contains types more than 32 levels deep",
            Rule::TypeTagOrder => "has a type tag below a const, volatile or typedef",
            Rule::ModifierChain => "is a chain of more than 32 modifiers, or a ring of them",
        }
    }

    /// What the numbered parts of a type are called, where the rule is about one.
    fn part(self, kind: Kind) -> &'static str {
        match kind {
            Kind::Enum | Kind::Enum64 => "value",
            Kind::FuncProto | Kind::Func => "parameter",
            Kind::Datasec => "variable",
            _ => "member",
        }
    }
}

/// A type that the kernel refuses, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Problem {
    /// The type that breaks the rule.
    pub id: TypeId,
    /// Where the type starts, in bytes from the start of the type section.
    pub offset: u64,
    /// The kind of the type.
    pub kind: Kind,
    /// The name of the type as text for people, cut after 128 characters; empty if it has none.
    pub name: String,
    /// The member, value, parameter or variable, counted from 0, where the rule is about one.
    pub part: Option<u32>,
    /// The name of that part; empty when it has none.
    pub part_name: String,
    /// The rule that is broken.
    pub rule: Rule,
    /// The value that breaks it, where it is one: a size, an offset, a type id.
    pub found: Option<u64>,
}

impl Problem {
    /// The message of the kernel's log, with the number of a parameter as the kernel counts it: from 1.
    pub fn kernel_message(&self) -> String {
        match (self.rule, self.part) {
            (Rule::Parameter, Some(part)) => format!("Invalid arg#{}", u64::from(part) + 1),
            (rule, _) => rule.kernel_message().to_owned(),
        }
    }
}

impl core::error::Error for Problem {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if !self.name.is_empty() {
            write!(f, "'{}' ", self.name)?;
        }
        write!(f, "{} at {:#x} of the type section", self.id, self.offset)?;
        if let Some(part) = self.part {
            write!(f, ": {} {part}", self.rule.part(self.kind))?;
            if !self.part_name.is_empty() {
                write!(f, " '{}'", self.part_name)?;
            }
        }
        write!(f, " {}", self.rule.sentence())?;
        if let Some(found) = self.found {
            write!(f, ": found {found}")?;
        }
        write!(f, " (kernel: {})", self.kernel_message())
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn all_rules_are_listed() {
        // By number; the last one's says how many there are.
        assert_eq!(Rule::ModifierChain as usize + 1, Rule::ALL.len());
        for (number, rule) in Rule::ALL.into_iter().enumerate() {
            assert_eq!(rule as usize, number);
        }
    }
}
