//! The attributes of one DIE that BTF asks for, read in one pass.

use crate::names::{Names, string_at};
use crate::sections::{Sections, Slice};
use btf::StringOffset;
use gimli::{
    AttributeValue, DebugAddrBase, DebugLocListsBase, DebugStrOffsetsBase, Encoding, EntriesRaw,
    UnitHeader, constants as dw,
};

/// A reference to another DIE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Within the unit.
    Unit(u64),
    /// Anywhere in `.debug_info`.
    Info(u64),
    /// Into the supplementary file.
    Supplementary,
    /// To a type unit, by signature.
    Signature,
}

/// Where a value is, as far as it matters for parameters and variables.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Location<'a> {
    Expression(Slice<'a>),
    List(u64),
    ListIndex(u64),
}

/// Attributes of one DIE. A field is `None` (or false) when the attribute is absent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Attributes<'a> {
    pub name: Option<StringOffset>,
    pub ty: Option<Reference>,
    pub byte_size: Option<u64>,
    pub bit_size: Option<u64>,
    pub bit_offset: Option<i64>,
    pub data_bit_offset: Option<u64>,
    pub member_location: Option<u64>,
    pub const_value: Option<i128>,
    pub upper_bound: Option<u64>,
    pub has_upper_bound: bool,
    pub count: Option<u64>,
    pub encoding: Option<dw::DwAte>,
    pub declaration: bool,
    pub external: bool,
    pub artificial: bool,
    pub inlined: bool,
    pub nocall: bool,
    pub low_pc: Option<u64>,
    pub location: Option<Location<'a>>,
    pub abstract_origin: Option<Reference>,
    pub specification: Option<Reference>,
    pub annotation: Option<Reference>,
    pub sibling: Option<u64>,
    /// Value of `DW_AT_const_value` when it is a string: that of an annotation.
    pub text: Option<StringOffset>,
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
    pub(crate) fn new<'a>(header: &UnitHeader<Slice<'a>>) -> Bases {
        let encoding = header.encoding();
        let file_type = gimli::DwarfFileType::Main;
        Bases {
            encoding,
            str_offsets: DebugStrOffsetsBase::default_for_encoding_and_file(encoding, file_type),
            addr: DebugAddrBase(0),
            loclists: DebugLocListsBase::default_for_encoding_and_file(encoding, file_type),
        }
    }
}

/// Reads attributes with what they need to be understood.
pub(crate) struct AttributeReader<'s, 'a> {
    pub sections: &'s Sections<'a>,
    pub bases: Bases,
}

impl<'a> AttributeReader<'_, 'a> {
    /// Reads all attributes of the DIE whose abbreviation has just been read.
    pub(crate) fn read(
        &self,
        entries: &mut EntriesRaw<'_, Slice<'a>>,
        specs: &[gimli::AttributeSpecification],
        names: &mut Names,
    ) -> Result<Attributes<'a>, gimli::Error> {
        let mut out = Attributes::default();
        for &spec in specs {
            let attribute = entries.read_attribute(spec)?;
            let value = attribute.raw_value();
            match attribute.name() {
                dw::DW_AT_name => out.name = self.string(value, names),
                dw::DW_AT_type => out.ty = reference(&value),
                dw::DW_AT_byte_size => out.byte_size = unsigned(&value),
                dw::DW_AT_bit_size => out.bit_size = unsigned(&value),
                dw::DW_AT_bit_offset => out.bit_offset = signed(&value),
                dw::DW_AT_data_bit_offset => out.data_bit_offset = unsigned(&value),
                dw::DW_AT_data_member_location => {
                    out.member_location = Some(self.member_location(&value));
                }
                dw::DW_AT_const_value => {
                    out.const_value = number(&value);
                    if out.const_value.is_none() {
                        out.text = self.string(value, names);
                    }
                }
                dw::DW_AT_upper_bound => {
                    out.has_upper_bound = true;
                    out.upper_bound = unsigned(&value);
                }
                dw::DW_AT_count => out.count = unsigned(&value),
                dw::DW_AT_encoding => {
                    out.encoding = unsigned(&value).map(|number| dw::DwAte(number as u8));
                }
                dw::DW_AT_declaration => out.declaration = true,
                dw::DW_AT_external => out.external = flag(&value),
                dw::DW_AT_artificial => out.artificial = true,
                dw::DW_AT_inline => {
                    out.inlined = unsigned(&value).is_some_and(|number| number != 0)
                }
                dw::DW_AT_calling_convention => {
                    out.nocall = unsigned(&value) == Some(u64::from(dw::DW_CC_nocall.0));
                }
                dw::DW_AT_low_pc => out.low_pc = self.address(&value),
                dw::DW_AT_location => out.location = location(value),
                dw::DW_AT_abstract_origin => out.abstract_origin = reference(&value),
                dw::DW_AT_specification => out.specification = reference(&value),
                dw::DW_AT_sibling => {
                    if let AttributeValue::UnitRef(offset) = value {
                        out.sibling = Some(offset.0 as u64);
                    }
                }
                DW_AT_GNU_ANNOTATION => out.annotation = reference(&value),
                _ => {}
            }
        }
        Ok(out)
    }

    /// A name, from whichever section its form says.
    pub(crate) fn string(
        &self,
        value: AttributeValue<Slice<'a>>,
        names: &mut Names,
    ) -> Option<StringOffset> {
        let debug_str = self.sections.debug_str;
        match value {
            AttributeValue::DebugStrRef(offset) => {
                Some(names.intern_debug_str(debug_str, offset.0 as u64))
            }
            AttributeValue::String(slice) => Some(names.intern(slice.slice())),
            AttributeValue::DebugLineStrRef(offset) => {
                Some(names.intern(string_at(self.sections.debug_line_str, offset.0 as u64)))
            }
            AttributeValue::DebugStrOffsetsIndex(index) => {
                let table = self.sections.str_offsets();
                let format = self.bases.encoding.format;
                let offset = table
                    .get_str_offset(format, self.bases.str_offsets, index)
                    .ok()?;
                Some(names.intern_debug_str(debug_str, offset.0 as u64))
            }
            _ => None,
        }
    }

    /// An address, direct or through `.debug_addr`.
    pub(crate) fn address(&self, value: &AttributeValue<Slice<'a>>) -> Option<u64> {
        match *value {
            AttributeValue::Addr(address) => Some(address),
            AttributeValue::DebugAddrIndex(index) => self.indexed_address(index),
            _ => None,
        }
    }

    pub(crate) fn indexed_address(&self, index: gimli::DebugAddrIndex<usize>) -> Option<u64> {
        let size = self.bases.encoding.address_size;
        self.sections
            .addresses()
            .get_address(size, self.bases.addr, index)
            .ok()
    }

    /// `DW_AT_data_member_location`: a constant, or an expression that adds or is a constant.
    fn member_location(&self, value: &AttributeValue<Slice<'a>>) -> u64 {
        let slice = match *value {
            AttributeValue::Exprloc(gimli::Expression(slice)) | AttributeValue::Block(slice) => {
                slice
            }
            ref value => return unsigned(value).unwrap_or(0),
        };
        let mut operations = gimli::Expression(slice).operations(self.bases.encoding);
        match operations.next() {
            Ok(Some(
                gimli::Operation::PlusConstant { value }
                | gimli::Operation::UnsignedConstant { value },
            )) => value,
            _ => 0,
        }
    }
}

/// `DW_AT_GNU_annotation`, GCC 16's way to attach tags.
pub(crate) const DW_AT_GNU_ANNOTATION: dw::DwAt = dw::DwAt(0x2139);

pub(crate) fn reference<'a>(value: &AttributeValue<Slice<'a>>) -> Option<Reference> {
    Some(match *value {
        AttributeValue::UnitRef(offset) => Reference::Unit(offset.0 as u64),
        AttributeValue::DebugInfoRef(offset) => Reference::Info(offset.0 as u64),
        AttributeValue::DebugInfoRefSup(_) => Reference::Supplementary,
        AttributeValue::DebugTypesRef(_) => Reference::Signature,
        _ => return None,
    })
}

/// A constant, zero-extended as libdw's `dwarf_formudata` does.
pub(crate) fn unsigned<'a>(value: &AttributeValue<Slice<'a>>) -> Option<u64> {
    Some(match *value {
        AttributeValue::Data1(value) => u64::from(value),
        AttributeValue::Data2(value) => u64::from(value),
        AttributeValue::Data4(value) => u64::from(value),
        AttributeValue::Data8(value) | AttributeValue::Udata(value) => value,
        AttributeValue::Sdata(value) => value as u64,
        AttributeValue::SecOffset(value) => value as u64,
        _ => return None,
    })
}

fn signed<'a>(value: &AttributeValue<Slice<'a>>) -> Option<i64> {
    unsigned(value).map(|value| value as i64)
}

/// A constant with its sign: `udata` and `dataN` are unsigned, `sdata` is signed.
fn number<'a>(value: &AttributeValue<Slice<'a>>) -> Option<i128> {
    match *value {
        AttributeValue::Sdata(value) => Some(i128::from(value)),
        ref value => unsigned(value).map(i128::from),
    }
}

fn flag<'a>(value: &AttributeValue<Slice<'a>>) -> bool {
    matches!(value, AttributeValue::Flag(true))
}

fn location(value: AttributeValue<Slice<'_>>) -> Option<Location<'_>> {
    match value {
        AttributeValue::Exprloc(expression) => Some(Location::Expression(expression.0)),
        AttributeValue::Block(slice) => Some(Location::Expression(slice)),
        AttributeValue::SecOffset(offset) => Some(Location::List(offset as u64)),
        AttributeValue::LocationListsRef(offset) => Some(Location::List(offset.0 as u64)),
        AttributeValue::Data4(offset) => Some(Location::List(u64::from(offset))),
        AttributeValue::Data8(offset) => Some(Location::List(offset)),
        AttributeValue::DebugLocListsIndex(index) => Some(Location::ListIndex(index.0 as u64)),
        _ => None,
    }
}
