//! The attributes of one DIE that BTF asks for.

use super::value::{DieRef, Location};
use btf::StringOffset;
use gimli::constants as dw;

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
    LowerBound,
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
            dw::DW_AT_lower_bound => Field::LowerBound,
            dw::DW_AT_count => Field::Count,
            dw::DW_AT_low_pc => Field::LowPc,
            dw::DW_AT_encoding => Field::Encoding,
            dw::DW_AT_ranges => Field::Ranges,
            _ => return None,
        })
    }
}

/// The values of one DIE's attributes, as far as a [`Field`] exists for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes<'a> {
    /// A bit for each [`Field`] that is there; for flags, that is set.
    present: u32,
    pub(super) name: StringOffset,
    /// Value of `DW_AT_const_value` when it is a text: that of an annotation.
    pub(super) text: StringOffset,
    numbers: [u64; NUMBERS],
    pub ty: DieRef,
    pub abstract_origin: DieRef,
    pub specification: DieRef,
    pub annotation: DieRef,
    pub link: DieRef,
    pub location: Option<Location<'a>>,
}

impl Attributes<'_> {
    /// Forgets all attributes.
    pub fn clear(&mut self) {
        // Numbers and names are only looked at where `present` says that they are there.
        self.present = 0;
        self.text = StringOffset::EMPTY;
        self.ty = DieRef::None;
        self.abstract_origin = DieRef::None;
        self.specification = DieRef::None;
        self.annotation = DieRef::None;
        self.link = DieRef::None;
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

    /// The name; `None` for an anonymous DIE.
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

    pub(super) fn set(&mut self, field: Field) {
        self.present |= 1 << field as u8;
    }

    /// Notes that `DW_AT_const_value` is a negative number.
    pub(super) fn set_negative(&mut self) {
        self.present |= NEGATIVE;
    }

    pub(super) fn set_number(&mut self, field: Field, value: u64) {
        if let Some(at) = (field as usize).checked_sub(FIRST_NUMBER) {
            self.numbers[at] = value;
            self.set(field);
        }
    }
}
