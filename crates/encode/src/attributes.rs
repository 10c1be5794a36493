//! The attributes of one DIE that BTF asks for.

use crate::names::{Names, string_at};
use crate::ranges;
use crate::sections::{Sections, Slice};
use crate::value::Value;
use btf::StringOffset;
use gimli::{
    DebugAddrBase, DebugLocListsBase, DebugStrOffsetsBase, Encoding, UnitHeader, constants as dw,
};

/// `DW_AT_GNU_annotation`, GCC 16's way to attach tags.
const DW_AT_GNU_ANNOTATION: dw::DwAt = dw::DwAt(0x2139);

/// An attribute that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Field {
    Name,
    Type,
    AbstractOrigin,
    Specification,
    Annotation,
    /// `DW_AT_signature` of a type that is defined in a type unit, `DW_AT_import` of a unit.
    Link,
    Location,
    Declaration,
    External,
    Artificial,
    Inline,
    CallingConvention,
    /// From here on the value is a number.
    ByteSize,
    BitSize,
    BitOffset,
    DataBitOffset,
    MemberLocation,
    ConstValue,
    UpperBound,
    Count,
    LowPc,
    Encoding,
    /// Read for split units alone, as [`Field::LowPc`].
    Ranges,
}

const FIRST_NUMBER: usize = Field::ByteSize as usize;
const NUMBERS: usize = Field::Encoding as usize + 1 - FIRST_NUMBER;
/// In [`Attributes::present`]: the constant value is a negative number.
const NEGATIVE: u32 = 1 << 31;

impl Field {
    /// The field for an attribute; `None` for one that is not read.
    pub fn of(name: dw::DwAt) -> Option<Field> {
        Some(match name {
            dw::DW_AT_name => Field::Name,
            dw::DW_AT_type => Field::Type,
            dw::DW_AT_abstract_origin => Field::AbstractOrigin,
            dw::DW_AT_specification => Field::Specification,
            DW_AT_GNU_ANNOTATION => Field::Annotation,
            dw::DW_AT_signature | dw::DW_AT_import => Field::Link,
            dw::DW_AT_location => Field::Location,
            dw::DW_AT_declaration => Field::Declaration,
            dw::DW_AT_external => Field::External,
            dw::DW_AT_artificial => Field::Artificial,
            dw::DW_AT_inline => Field::Inline,
            dw::DW_AT_calling_convention => Field::CallingConvention,
            dw::DW_AT_byte_size => Field::ByteSize,
            dw::DW_AT_bit_size => Field::BitSize,
            dw::DW_AT_bit_offset => Field::BitOffset,
            dw::DW_AT_data_bit_offset => Field::DataBitOffset,
            dw::DW_AT_data_member_location => Field::MemberLocation,
            dw::DW_AT_const_value => Field::ConstValue,
            dw::DW_AT_upper_bound => Field::UpperBound,
            dw::DW_AT_count => Field::Count,
            dw::DW_AT_low_pc => Field::LowPc,
            dw::DW_AT_encoding => Field::Encoding,
            dw::DW_AT_ranges => Field::Ranges,
            _ => return None,
        })
    }
}

/// A reference to another DIE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reference {
    #[default]
    None,
    /// Within the unit.
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

/// Attributes of one DIE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes<'a> {
    /// A bit for each [`Field`] that is there; for flags, that is set.
    present: u32,
    name: StringOffset,
    /// Value of `DW_AT_const_value` when it is a text: that of an annotation.
    text: StringOffset,
    numbers: [u64; NUMBERS],
    pub ty: Reference,
    pub abstract_origin: Reference,
    pub specification: Reference,
    pub annotation: Reference,
    pub link: Reference,
    pub location: Option<Location<'a>>,
}

impl Attributes<'_> {
    /// Forgets all attributes.
    pub fn clear(&mut self) {
        // Numbers and names are only looked at where `present` says that they are there.
        self.present = 0;
        self.text = StringOffset::EMPTY;
        self.ty = Reference::None;
        self.abstract_origin = Reference::None;
        self.specification = Reference::None;
        self.annotation = Reference::None;
        self.link = Reference::None;
        self.location = None;
    }

    /// Whether both say the same; what is absent may hold anything.
    #[cfg(test)]
    pub fn is_same(&self, other: &Attributes<'_>) -> bool {
        let numbers = |of: &Attributes<'_>| -> Vec<Option<u64>> {
            let present = |at: &usize| of.present & (1 << (at + FIRST_NUMBER)) != 0;
            (0..NUMBERS)
                .map(|at| present(&at).then(|| of.numbers[at]))
                .collect()
        };
        self.present == other.present
            && self.name() == other.name()
            && self.text == other.text
            && numbers(self) == numbers(other)
            && (self.ty, self.abstract_origin) == (other.ty, other.abstract_origin)
            && (self.specification, self.annotation) == (other.specification, other.annotation)
            && self.link == other.link
            && self.location == other.location
    }

    /// Whether the DIE has an attribute. For flags: whether it is set; for `Inline` whether the
    /// function is inlined; for `CallingConvention` whether it is `DW_CC_nocall`.
    pub fn has(&self, field: Field) -> bool {
        self.present & (1 << field as u8) != 0
    }

    /// The DIE's name.
    pub fn name(&self) -> Option<StringOffset> {
        self.has(Field::Name).then_some(self.name)
    }

    /// A number; `None` when the attribute is absent or no constant.
    pub fn number(&self, field: Field) -> Option<u64> {
        let at = (field as usize).checked_sub(FIRST_NUMBER)?;
        self.has(field).then(|| self.numbers[at])
    }

    /// The value of an enumerator, with its sign.
    pub fn const_value(&self) -> Option<i128> {
        let bits = self.number(Field::ConstValue)?;
        Some(if self.present & NEGATIVE != 0 {
            i128::from(bits as i64)
        } else {
            i128::from(bits)
        })
    }

    /// The value of an annotation.
    pub fn text(&self) -> StringOffset {
        self.text
    }

    fn set(&mut self, field: Field) {
        self.present |= 1 << field as u8;
    }

    fn set_number(&mut self, field: Field, value: u64) {
        if let Some(at) = (field as usize).checked_sub(FIRST_NUMBER) {
            self.numbers[at] = value;
            self.set(field);
        }
    }
}

/// The bases that a unit's root DIE sets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bases {
    pub encoding: Encoding,
    pub str_offsets: DebugStrOffsetsBase<usize>,
    pub addr: DebugAddrBase<usize>,
    pub loclists: DebugLocListsBase<usize>,
}

impl Bases {
    pub(crate) fn new<'a>(header: &UnitHeader<Slice<'a>>, sections: &Sections<'_>) -> Bases {
        let encoding = header.encoding();
        let file_type = match sections.split {
            Some(_) => gimli::DwarfFileType::Dwo,
            None => gimli::DwarfFileType::Main,
        };
        let addr = sections.split.map_or(0, |split| split.addr_base);
        Bases {
            encoding,
            str_offsets: DebugStrOffsetsBase::default_for_encoding_and_file(encoding, file_type),
            addr: DebugAddrBase(usize::try_from(addr).unwrap_or(usize::MAX)),
            loclists: DebugLocListsBase::default_for_encoding_and_file(encoding, file_type),
        }
    }
}

/// Understands values, with what that needs.
#[derive(Clone, Copy)]
pub(crate) struct AttributeReader<'s, 'a> {
    pub sections: &'s Sections<'a>,
    pub bases: Bases,
}

impl<'a> AttributeReader<'_, 'a> {
    /// Puts the value of a field where it belongs.
    pub fn assign(
        &self,
        out: &mut Attributes<'a>,
        field: Field,
        value: Value<'a>,
        names: &mut Names,
    ) {
        match field {
            Field::Name => {
                if let Some(name) = self.string(value, names) {
                    out.name = name;
                    out.set(field);
                }
            }
            Field::Type => out.ty = value.reference(),
            Field::AbstractOrigin => out.abstract_origin = value.reference(),
            Field::Specification => out.specification = value.reference(),
            Field::Annotation => out.annotation = value.reference(),
            Field::Link => out.link = value.reference(),
            Field::Location => out.location = value.location(),
            Field::Declaration | Field::Artificial => out.set(field),
            Field::External if value == Value::Flag(true) => out.set(field),
            Field::Inline if value.unsigned().is_some_and(|value| value != 0) => out.set(field),
            Field::CallingConvention if value.unsigned() == Some(u64::from(dw::DW_CC_nocall.0)) => {
                out.set(field);
            }
            Field::External | Field::Inline | Field::CallingConvention => {}
            Field::MemberLocation => out.set_number(field, self.member_location(value)),
            Field::ConstValue => match (value, value.unsigned()) {
                (Value::Signed(number), _) => {
                    out.set_number(field, number as u64);
                    if number < 0 {
                        out.present |= NEGATIVE;
                    }
                }
                (_, Some(number)) => out.set_number(field, number),
                _ => {
                    if let Some(text) = self.string(value, names) {
                        out.text = text;
                    }
                }
            },
            Field::UpperBound => {
                // A bound that only the running program knows makes the dimension 0.
                out.set(field);
                out.set_number(field, value.unsigned().unwrap_or(u64::MAX));
            }
            Field::LowPc => {
                if let Some(address) = self.address(value) {
                    out.set_number(field, address);
                }
            }
            Field::Ranges => {
                if let Some(address) = ranges::of_split(value, self) {
                    out.set_number(Field::LowPc, address);
                }
            }
            Field::ByteSize
            | Field::BitSize
            | Field::BitOffset
            | Field::DataBitOffset
            | Field::Count
            | Field::Encoding => {
                if let Some(number) = value.unsigned() {
                    out.set_number(field, number);
                }
            }
        }
    }

    /// The name at an offset of the unit's own `.debug_str`.
    #[inline]
    pub fn name(&self, offset: u64, names: &mut Names) -> StringOffset {
        match self.sections.is_supplementary {
            false => names.in_debug_str(self.sections.debug_str, offset),
            true => names.in_supplementary_str(self.sections.supplementary_str, offset),
        }
    }

    /// A name, from whichever section its form says.
    pub fn string(&self, value: Value<'a>, names: &mut Names) -> Option<StringOffset> {
        let debug_str = self.sections.debug_str;
        match value {
            Value::DebugStr(offset) => Some(self.name(offset, names)),
            Value::SupplementaryStr(offset) => {
                let debug_str = self.sections.supplementary_str;
                Some(names.in_supplementary_str(debug_str, offset))
            }
            Value::Text(text) => Some(names.in_place(text)),
            Value::LineStr(offset) => {
                Some(names.intern(string_at(self.sections.debug_line_str, offset)))
            }
            Value::StrIndex(index) => {
                let table = self.sections.str_offsets();
                let index = gimli::DebugStrOffsetsIndex(usize::try_from(index).ok()?);
                let format = self.bases.encoding.format;
                let offset = table
                    .get_str_offset(format, self.bases.str_offsets, index)
                    .ok()?;
                Some(names.in_debug_str(debug_str, offset.0 as u64))
            }
            _ => None,
        }
    }

    /// An address, direct or through `.debug_addr`.
    pub fn address(&self, value: Value<'a>) -> Option<u64> {
        match value {
            Value::Address(address) => Some(address),
            Value::AddrIndex(index) => {
                self.indexed_address(gimli::DebugAddrIndex(usize::try_from(index).ok()?))
            }
            _ => None,
        }
    }

    pub fn indexed_address(&self, index: gimli::DebugAddrIndex<usize>) -> Option<u64> {
        let size = self.bases.encoding.address_size;
        self.sections
            .addresses()
            .get_address(size, self.bases.addr, index)
            .ok()
    }

    /// `DW_AT_data_member_location`: a constant, or an expression that adds or is a constant.
    fn member_location(&self, value: Value<'a>) -> u64 {
        let Value::Block(bytes) = value else {
            return value.unsigned().unwrap_or(0);
        };
        let mut operations = self.expression(bytes).operations(self.bases.encoding);
        match operations.next() {
            Ok(Some(
                gimli::Operation::PlusConstant { value }
                | gimli::Operation::UnsignedConstant { value },
            )) => value,
            _ => 0,
        }
    }

    /// A location expression, to be read by gimli.
    pub fn expression(&self, bytes: &'a [u8]) -> gimli::Expression<Slice<'a>> {
        gimli::Expression(self.sections.slice(bytes))
    }
}
