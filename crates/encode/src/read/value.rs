//! The value of an attribute, by its form.

use crate::sections::Slice;
use gimli::AttributeValue;

/// A reference to another DIE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DieRef {
    #[default]
    None,
    /// An offset from the start of the unit.
    Unit(u64),
    /// Anywhere in `.debug_info`.
    Info(u64),
    /// In `.debug_info` of the supplementary file.
    Supplementary(u64),
    /// The type of the type unit with this signature.
    Signature(u64),
}

/// Where a value is, as far as it matters for parameters and variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location<'a> {
    Expression(&'a [u8]),
    List(u64),
    ListIndex(u64),
}

/// A value as its form gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// A constant without a sign of its own.
    Unsigned(u64),
    /// `sdata`, or a constant that stands in the abbreviation.
    Signed(i64),
    Flag(bool),
    Address(u64),
    AddrIndex(u64),
    /// A string in `.debug_info` itself.
    Text(&'a [u8]),
    /// Offsets in `.debug_str` and `.debug_line_str`, and an index of `.debug_str_offsets`.
    DebugStr(u64),
    LineStr(u64),
    StrIndex(u64),
    /// An offset in `.debug_str` of the supplementary file.
    SupplementaryStr(u64),
    Reference(DieRef),
    /// A block or an expression.
    Block(&'a [u8]),
    /// An offset in another section: of a location list, for what is read here.
    SecOffset(u64),
    LocListIndex(u64),
    RngListIndex(u64),
    /// Anything that no field takes.
    Other,
}

impl<'a> Value<'a> {
    /// What gimli read. A constant in the abbreviation counts as signed.
    pub fn of(value: AttributeValue<Slice<'a>>) -> Value<'a> {
        match value {
            AttributeValue::Data1(value) => Value::Unsigned(u64::from(value)),
            AttributeValue::Data2(value) => Value::Unsigned(u64::from(value)),
            AttributeValue::Data4(value) => Value::Unsigned(u64::from(value)),
            AttributeValue::Data8(value) | AttributeValue::Udata(value) => Value::Unsigned(value),
            AttributeValue::Sdata(value) => Value::Signed(value),
            AttributeValue::Flag(value) => Value::Flag(value),
            AttributeValue::Addr(value) => Value::Address(value),
            AttributeValue::DebugAddrIndex(index) => Value::AddrIndex(index.0 as u64),
            AttributeValue::String(text) => Value::Text(text.slice()),
            AttributeValue::DebugStrRef(offset) => Value::DebugStr(offset.0 as u64),
            AttributeValue::DebugLineStrRef(offset) => Value::LineStr(offset.0 as u64),
            AttributeValue::DebugStrOffsetsIndex(index) => Value::StrIndex(index.0 as u64),
            AttributeValue::UnitRef(offset) => Value::Reference(DieRef::Unit(offset.0 as u64)),
            AttributeValue::DebugInfoRef(offset) => Value::Reference(DieRef::Info(offset.0 as u64)),
            AttributeValue::DebugInfoRefSup(offset) => {
                Value::Reference(DieRef::Supplementary(offset.0 as u64))
            }
            AttributeValue::DebugTypesRef(signature) => {
                Value::Reference(DieRef::Signature(signature.0))
            }
            AttributeValue::DebugStrRefSup(offset) => Value::SupplementaryStr(offset.0 as u64),
            AttributeValue::Exprloc(expression) => Value::Block(expression.0.slice()),
            AttributeValue::Block(bytes) => Value::Block(bytes.slice()),
            AttributeValue::SecOffset(offset) => Value::SecOffset(offset as u64),
            AttributeValue::LocationListsRef(offset) => Value::SecOffset(offset.0 as u64),
            AttributeValue::DebugLocListsIndex(index) => Value::LocListIndex(index.0 as u64),
            AttributeValue::DebugRngListsIndex(index) => Value::RngListIndex(index.0 as u64),
            _ => Value::Other,
        }
    }

    /// A constant, zero-extended as libdw's `dwarf_formudata` does.
    pub fn unsigned(self) -> Option<u64> {
        match self {
            Value::Unsigned(value) | Value::SecOffset(value) => Some(value),
            Value::Signed(value) => Some(value as u64),
            _ => None,
        }
    }

    pub fn reference(self) -> DieRef {
        match self {
            Value::Reference(reference) => reference,
            _ => DieRef::None,
        }
    }

    pub fn location(self) -> Option<Location<'a>> {
        match self {
            Value::Block(bytes) => Some(Location::Expression(bytes)),
            // DWARF 2 and 3 give the offset of a list as a plain number.
            Value::SecOffset(offset) | Value::Unsigned(offset) => Some(Location::List(offset)),
            Value::LocListIndex(index) => Some(Location::ListIndex(index)),
            _ => None,
        }
    }
}
