//! Shapes: DIEs of a name, a type and a number at most, which are read in one step.
//!
//! Nearly all DIEs of types say no more, and their abbreviations fix where their few attributes stand.
//! An abbreviation that has anything else has no shape; its DIEs are read step by step, to the same end.

use crate::attributes::{AttributeReader, Field};
use crate::cursor::{Cursor, Part, fixed_size};
use crate::frame::Role;
use crate::names::Names;
use crate::value::Value;
use btf::{Kind, StringOffset};
use gimli::{Abbreviation, AttributeSpecification, Encoding, Error, constants as dw};

/// What a DIE is that has a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Member,
    /// A member by its offset in bits.
    Bitfield,
    Enumerator,
    /// Of a prototype.
    Parameter,
    /// A dimension by its upper bound.
    Dimension,
    Typedef,
    /// A pointer or a qualifier.
    Modifier(Kind),
    /// What may have children that belong to it.
    Open(Opening),
}

/// Types with children, and blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    Struct,
    Union,
    Enum,
    Array,
    Prototype,
    Block,
}

impl Opening {
    fn of(tag: dw::DwTag) -> Option<Opening> {
        Some(match tag {
            dw::DW_TAG_structure_type | dw::DW_TAG_class_type => Opening::Struct,
            dw::DW_TAG_union_type => Opening::Union,
            dw::DW_TAG_enumeration_type => Opening::Enum,
            dw::DW_TAG_array_type => Opening::Array,
            dw::DW_TAG_subroutine_type => Opening::Prototype,
            dw::DW_TAG_lexical_block => Opening::Block,
            _ => return None,
        })
    }

    /// Its role as a parent.
    pub fn role(self) -> Role {
        match self {
            Opening::Struct => Role::Struct,
            Opening::Union => Role::Union,
            Opening::Enum => Role::Enum,
            Opening::Array => Role::Array,
            Opening::Prototype => Role::Prototype,
            Opening::Block => Role::Block,
        }
    }
}

impl Entry {
    fn of(abbreviation: &Abbreviation) -> Option<Entry> {
        if let Some(opening) = Opening::of(abbreviation.tag()) {
            return Some(Entry::Open(opening));
        }
        if abbreviation.has_children() {
            return None;
        }
        Some(match abbreviation.tag() {
            dw::DW_TAG_member => {
                let is_width = |spec: &AttributeSpecification| spec.name() == dw::DW_AT_bit_size;
                match abbreviation.attributes().iter().any(is_width) {
                    true => Entry::Bitfield,
                    false => Entry::Member,
                }
            }
            dw::DW_TAG_enumerator => Entry::Enumerator,
            dw::DW_TAG_formal_parameter => Entry::Parameter,
            dw::DW_TAG_subrange_type => Entry::Dimension,
            dw::DW_TAG_typedef => Entry::Typedef,
            dw::DW_TAG_pointer_type => Entry::Modifier(Kind::Ptr),
            dw::DW_TAG_const_type => Entry::Modifier(Kind::Const),
            dw::DW_TAG_volatile_type => Entry::Modifier(Kind::Volatile),
            dw::DW_TAG_restrict_type => Entry::Modifier(Kind::Restrict),
            _ => return None,
        })
    }

    /// Whether it is read so below such a parent.
    #[inline]
    pub fn belongs_to(self, parent: Role) -> bool {
        match self {
            Entry::Member | Entry::Bitfield => matches!(parent, Role::Struct | Role::Union),
            Entry::Enumerator => parent == Role::Enum,
            Entry::Parameter => parent == Role::Prototype,
            Entry::Dimension => parent == Role::Array,
            Entry::Open(Opening::Block) => matches!(parent, Role::Function(_) | Role::Block),
            Entry::Typedef | Entry::Modifier(_) | Entry::Open(_) => true,
        }
    }

    /// Whether it is noted in its parent and is nothing by itself.
    #[inline]
    pub fn is_part(self) -> bool {
        !matches!(self, Entry::Typedef | Entry::Modifier(_) | Entry::Open(_))
    }

    /// Whether an attribute may be there, be it passed over.
    fn takes(self, field: Field) -> bool {
        match field {
            Field::Name | Field::Type => true,
            // Nothing of it is looked at.
            _ if self == Entry::Open(Opening::Block) => true,
            Field::MemberLocation => self == Entry::Member,
            Field::DataBitOffset | Field::BitSize => self == Entry::Bitfield,
            Field::ConstValue => self == Entry::Enumerator,
            Field::UpperBound => self == Entry::Dimension,
            Field::ByteSize => matches!(self, Entry::Modifier(_) | Entry::Open(_)),
            Field::Declaration | Field::Encoding => matches!(self, Entry::Open(_)),
            _ => false,
        }
    }
}

/// How to read a DIE in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub entry: Entry,
    pub head: Head,
    name: NameForm,
    name_at: Part,
    /// A `ref4`.
    ty: Part,
    number: Number,
    number_at: Part,
    /// The number that stands in the abbreviation.
    constant: i64,
    /// The width of a bitfield in bits: where it stands, or what the abbreviation says.
    width_at: Part,
    width: u8,
    /// Bytes of the attributes, without a name in place and a number that says its own size.
    size: u16,
}

/// What all DIEs of a shape have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// They are declarations of something that is defined elsewhere.
    pub declaration: bool,
    /// They have a number.
    pub has_number: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameForm {
    None,
    /// An offset in `.debug_str`.
    DebugStr,
    /// A number of `.debug_str_offsets`.
    Index,
    /// A string in place, before all else.
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    None,
    Unsigned,
    Constant,
    /// After all else.
    Last(dw::DwForm),
}

/// What stands in a DIE that has a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Brief {
    /// A member's offset in bytes, a bitfield's in bits, an enumerator's value, a dimension's upper bound, the
    /// bytes of a type; 0 when there is none.
    pub number: u64,
    /// Empty when there is none.
    pub name: StringOffset,
    /// Offset in the unit of the type's DIE; 0, where none is, when there is none.
    pub ty: u32,
    /// The width of a bitfield in bits; 0 for others.
    pub width: u8,
    /// The number has a sign, and it is below 0.
    pub negative: bool,
}

impl Shape {
    /// The shape of an abbreviation, if it has one.
    pub fn of(abbreviation: &Abbreviation, encoding: Encoding) -> Option<Shape> {
        let entry = Entry::of(abbreviation)?;
        let mut shape = Shape {
            entry,
            head: Head {
                declaration: false,
                has_number: false,
            },
            name: NameForm::None,
            name_at: Part::NONE,
            ty: Part::NONE,
            number: Number::None,
            number_at: Part::NONE,
            constant: 0,
            width_at: Part::NONE,
            width: 0,
            size: 0,
        };
        let mut seen = 0u64;
        for (position, spec) in abbreviation.attributes().iter().enumerate() {
            if matches!(shape.number, Number::Last(_)) {
                return None;
            }
            let (form, at) = (spec.form(), shape.size);
            let size = fixed_size(form, encoding);
            if let Some(field) = Field::of(spec.name()) {
                let bit = 1u64 << field as u8;
                if !entry.takes(field) || seen & bit != 0 {
                    return None;
                }
                seen |= bit;
                match field {
                    _ if entry == Entry::Open(Opening::Block) => {}
                    Field::Name => {
                        shape.name = match (form, size) {
                            (dw::DW_FORM_string, _) if position == 0 => NameForm::Text,
                            (dw::DW_FORM_strp, Some(4)) => NameForm::DebugStr,
                            (dw::DW_FORM_strx1 | dw::DW_FORM_strx2 | dw::DW_FORM_strx4, _) => {
                                NameForm::Index
                            }
                            _ => return None,
                        };
                        shape.name_at = Part::new(at, size.unwrap_or(0));
                    }
                    Field::Type if form == dw::DW_FORM_ref4 => shape.ty = Part::new(at, 4),
                    Field::ByteSize if !matches!(entry, Entry::Open(_)) => {}
                    Field::Encoding => {}
                    Field::Declaration if form == dw::DW_FORM_flag_present => {
                        shape.head.declaration = true;
                    }
                    Field::BitSize => match (form, spec.implicit_const_value()) {
                        (_, Some(width)) => shape.width = u8::try_from(width).ok()?,
                        (dw::DW_FORM_data1, None) => shape.width_at = Part::new(at, 1),
                        _ => return None,
                    },
                    Field::MemberLocation
                    | Field::DataBitOffset
                    | Field::ConstValue
                    | Field::UpperBound
                    | Field::ByteSize => {
                        shape.number = Number::of(field, form, spec.implicit_const_value())?;
                        shape.number_at = Part::new(at, size.unwrap_or(0));
                        shape.constant = spec.implicit_const_value().unwrap_or(0);
                        shape.head.has_number = true;
                    }
                    _ => return None,
                }
            }
            match size {
                // What refers to a type unit is looked at by itself.
                Some(_) if form == dw::DW_FORM_ref_sig8 => return None,
                Some(size) => shape.size = u16::try_from(size).ok()?.checked_add(at)?,
                None if form == dw::DW_FORM_string && position == 0 => match shape.name {
                    NameForm::Text => {}
                    _ => return None,
                },
                None if matches!(shape.number, Number::Last(_)) => {}
                None => return None,
            }
        }
        // Without an upper bound a dimension may have a count, and a bitfield without its offset be of the old
        // form.
        let needs_number = matches!(entry, Entry::Dimension | Entry::Bitfield);
        let is_whole = !needs_number || shape.head.has_number;
        is_whole.then_some(shape)
    }

    /// Reads the attributes of a DIE.
    #[inline(always)] // a result of several words, handed over in memory, costs as much as the rest
    pub fn read<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        reader: &AttributeReader<'_, 'a>,
        names: &mut Names,
    ) -> Result<Brief, Error> {
        let mut name = StringOffset::EMPTY;
        if self.name == NameForm::Text {
            name = names.in_place(cursor.text()?);
        }
        let fixed = cursor.fields(usize::from(self.size))?;
        match self.name {
            NameForm::DebugStr => name = reader.name(fixed.number(self.name_at), names),
            NameForm::Index => {
                let value = Value::StrIndex(fixed.number(self.name_at));
                name = reader.string(value, names).unwrap_or_default();
            }
            NameForm::None | NameForm::Text => {}
        }
        let mut number = fixed.number(self.number_at);
        let mut negative = false;
        match self.number {
            Number::None | Number::Unsigned => {}
            Number::Constant => (number, negative) = (self.constant as u64, self.constant < 0),
            Number::Last(form) => {
                let value = cursor.value(form)?;
                number = value.unsigned().unwrap_or(0);
                negative = matches!(value, Value::Signed(value) if value < 0);
            }
        }
        Ok(Brief {
            number,
            name,
            ty: fixed.number(self.ty) as u32,
            width: self.width | fixed.number(self.width_at) as u8,
            negative,
        })
    }
}

impl Number {
    fn of(field: Field, form: dw::DwForm, constant: Option<i64>) -> Option<Number> {
        let is_small = match (form, constant) {
            (_, Some(value)) => u16::try_from(value).is_ok(),
            _ => matches!(form, dw::DW_FORM_data1 | dw::DW_FORM_data2),
        };
        // Members further on may be out of BTF's reach.
        let is_offset = matches!(field, Field::MemberLocation | Field::DataBitOffset);
        if is_offset && !is_small {
            return None;
        }
        Some(match (form, constant) {
            (_, Some(_)) => Number::Constant,
            (dw::DW_FORM_data1 | dw::DW_FORM_data2 | dw::DW_FORM_data4 | dw::DW_FORM_data8, _) => {
                Number::Unsigned
            }
            (dw::DW_FORM_udata | dw::DW_FORM_sdata, _) => Number::Last(form),
            _ => return None,
        })
    }
}
