//! What the values of attributes mean: names, addresses, offsets of members.

use super::attributes::{Attributes, Field};
use super::bases::Bases;
use super::ranges;
use super::value::Value;
use crate::debug_str::DebugStr;
use crate::names::Names;
use crate::sections::{Sections, Slice};
use btf::StringOffset;
use gimli::{UnitHeader, constants as dw};

/// Understands values, with what that needs.
#[derive(Clone, Copy)]
pub(crate) struct AttributeReader<'s, 'a> {
    pub sections: &'s Sections<'a>,
    pub bases: Bases,
}

impl<'s, 'a> AttributeReader<'s, 'a> {
    /// A reader for the unit with this header, as far as its root sets no bases.
    pub fn new(
        sections: &'s Sections<'a>,
        header: &UnitHeader<Slice<'a>>,
    ) -> AttributeReader<'s, 'a> {
        AttributeReader {
            sections,
            bases: Bases::new(header, sections),
        }
    }
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
                        out.set_negative();
                    }
                }
                (_, Some(number)) => out.set_number(field, number),
                _ => {
                    if let Some(text) = self.string(value, names) {
                        out.text = text;
                    }
                }
            },
            // A bound that only the running program knows makes the dimension 0.
            Field::UpperBound => {
                out.set_number(field, value.unsigned().unwrap_or(i64::MIN as u64));
            }
            Field::LowerBound => {
                out.set_number(field, value.unsigned().unwrap_or(i64::MAX as u64));
            }
            Field::LowPc => {
                if let Some(address) = self.address(value) {
                    out.set_number(field, address);
                }
            }
            Field::Ranges => {
                if let Some(address) = ranges::of_split(value, self.sections, &self.bases) {
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
    #[inline(always)] // once for each of millions
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
                let line_str = DebugStr::whole(self.sections.debug_line_str);
                Some(names.in_line_str(line_str, offset))
            }
            Value::StrIndex(index) => {
                Some(names.in_debug_str(debug_str, self.string_offset(index)?))
            }
            _ => None,
        }
    }

    /// The first bytes of a text, at most `most`, from whichever section its form says.
    pub fn start_of_text(&self, value: Value<'a>, most: usize) -> Option<&'a [u8]> {
        let own = match self.sections.is_supplementary {
            false => self.sections.debug_str,
            true => self.sections.supplementary_str,
        };
        let (section, offset) = match value {
            Value::Text(text) => return Some(text.get(..most).unwrap_or(text)),
            Value::DebugStr(offset) => (own, offset),
            Value::SupplementaryStr(offset) => (self.sections.supplementary_str, offset),
            Value::LineStr(offset) => (DebugStr::whole(self.sections.debug_line_str), offset),
            Value::StrIndex(index) => (self.sections.debug_str, self.string_offset(index)?),
            _ => return None,
        };
        Some(section.start_of_string(offset, most))
    }

    /// The offset in `.debug_str` that an index stands for.
    fn string_offset(&self, index: u64) -> Option<u64> {
        let index = gimli::DebugStrOffsetsIndex(usize::try_from(index).ok()?);
        let (table, format) = (self.sections.str_offsets(), self.bases.encoding.format);
        let offset = table.get_str_offset(format, self.bases.str_offsets, index);
        offset.ok().map(|offset| offset.0 as u64)
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

    /// An address from `.debug_addr`.
    pub fn indexed_address(&self, index: gimli::DebugAddrIndex<usize>) -> Option<u64> {
        self.bases.indexed_address(self.sections, index)
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
