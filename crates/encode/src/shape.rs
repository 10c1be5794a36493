//! Shapes: DIEs of a name, a type and a number at most, which are read in one step.
//!
//! Four of five DIEs that matter are members, enumerators, parameters of prototypes, dimensions, pointers,
//! qualifiers and typedefs without children, and their abbreviations fix where their few attributes stand.
//! An abbreviation that has anything else has no shape; its DIEs are read step by step, to the same end.

use crate::attributes::{AttributeReader, Field, Reference};
use crate::cursor::{Cursor, fixed_size};
use crate::frame::Role;
use crate::names::Names;
use crate::value::Value;
use btf::{Kind, StringOffset};
use gimli::{Abbreviation, Encoding, Error, constants as dw};

/// What a DIE is that has a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Member,
    Enumerator,
    /// Of a prototype.
    Parameter,
    /// A dimension by its upper bound.
    Dimension,
    Typedef,
    /// A pointer or a qualifier.
    Modifier(Kind),
}

impl Entry {
    fn of(tag: dw::DwTag) -> Option<Entry> {
        Some(match tag {
            dw::DW_TAG_member => Entry::Member,
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
            Entry::Member => matches!(parent, Role::Struct | Role::Union),
            Entry::Enumerator => parent == Role::Enum,
            Entry::Parameter => parent == Role::Prototype,
            Entry::Dimension => parent == Role::Array,
            Entry::Typedef | Entry::Modifier(_) => true,
        }
    }

    /// Whether an attribute may be there, be it passed over.
    fn takes(self, field: Field) -> bool {
        match field {
            Field::Name | Field::Type => true,
            Field::MemberLocation => self == Entry::Member,
            Field::ConstValue => self == Entry::Enumerator,
            Field::UpperBound => self == Entry::Dimension,
            Field::ByteSize => matches!(self, Entry::Modifier(_)),
            _ => false,
        }
    }
}

/// How to read a DIE in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub entry: Entry,
    name: NameForm,
    /// Where the type's `ref4` stands.
    ty: Option<u16>,
    number: Number,
    /// Bytes of the attributes, without a name in place and a number that says its own size.
    size: u16,
}

/// Offsets count from the first attribute, or from the end of a name in place.
#[derive(Clone, Copy, Debug)]
enum NameForm {
    None,
    /// An offset in `.debug_str`.
    DebugStr(u16),
    /// A number of `.debug_str_offsets`, of so many bytes.
    Index(u16, u8),
    /// A string in place, before all else.
    Text,
}

#[derive(Clone, Copy, Debug)]
enum Number {
    None,
    Constant(i64),
    /// Of so many bytes.
    Unsigned(u16, u8),
    /// After all else.
    Last(dw::DwForm),
}

/// What stands in a DIE that has a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Brief {
    /// Empty when there is none.
    pub name: StringOffset,
    pub ty: Reference,
    /// 0 when there is none.
    pub number: u64,
    /// The number has a sign, and it is below 0.
    pub negative: bool,
}

impl Shape {
    /// The shape of an abbreviation, if it has one.
    pub fn of(abbreviation: &Abbreviation, encoding: Encoding) -> Option<Shape> {
        let entry = Entry::of(abbreviation.tag()).filter(|_| !abbreviation.has_children())?;
        let mut shape = Shape {
            entry,
            name: NameForm::None,
            ty: None,
            number: Number::None,
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
                    Field::Name => {
                        shape.name = match (form, size) {
                            (dw::DW_FORM_string, _) if position == 0 => NameForm::Text,
                            (dw::DW_FORM_strp, Some(4)) => NameForm::DebugStr(at),
                            (
                                dw::DW_FORM_strx1 | dw::DW_FORM_strx2 | dw::DW_FORM_strx4,
                                Some(size),
                            ) => NameForm::Index(at, size as u8),
                            _ => return None,
                        }
                    }
                    Field::Type if form == dw::DW_FORM_ref4 => shape.ty = Some(at),
                    Field::ByteSize => {}
                    Field::MemberLocation | Field::ConstValue | Field::UpperBound => {
                        shape.number = Number::of(field, form, at, spec.implicit_const_value())?;
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
        // Without an upper bound it may have a count.
        let is_whole = entry != Entry::Dimension || !matches!(shape.number, Number::None);
        is_whole.then_some(shape)
    }

    /// Reads the attributes of a DIE.
    #[inline]
    pub fn read<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        reader: &AttributeReader<'_, 'a>,
        names: &mut Names,
    ) -> Result<Brief, Error> {
        let mut name = StringOffset::EMPTY;
        if let NameForm::Text = self.name {
            let text = cursor.text()?;
            name = names.in_place(text);
        }
        let fixed = cursor.fields(usize::from(self.size))?;
        match self.name {
            NameForm::None | NameForm::Text => {}
            NameForm::DebugStr(at) => {
                let value = Value::DebugStr(fixed.unsigned::<4>(at));
                name = reader.string(value, names).unwrap_or_default();
            }
            NameForm::Index(at, size) => {
                let value = Value::StrIndex(fixed.sized(at, size));
                name = reader.string(value, names).unwrap_or_default();
            }
        }
        let ty = match self.ty {
            Some(at) => Reference::Unit(fixed.unsigned::<4>(at)),
            None => Reference::None,
        };
        let (number, negative) = match self.number {
            Number::None => (0, false),
            Number::Constant(value) => (value as u64, value < 0),
            Number::Unsigned(at, size) => (fixed.sized(at, size), false),
            Number::Last(form) => match cursor.value(form)? {
                Value::Signed(value) => (value as u64, value < 0),
                value => (value.unsigned().unwrap_or(0), false),
            },
        };
        Ok(Brief {
            name,
            ty,
            number,
            negative,
        })
    }
}

impl Number {
    fn of(field: Field, form: dw::DwForm, at: u16, constant: Option<i64>) -> Option<Number> {
        let number = match (form, constant) {
            (_, Some(value)) => Number::Constant(value),
            (dw::DW_FORM_data1, _) => Number::Unsigned(at, 1),
            (dw::DW_FORM_data2, _) => Number::Unsigned(at, 2),
            (dw::DW_FORM_data4, _) => Number::Unsigned(at, 4),
            (dw::DW_FORM_data8, _) => Number::Unsigned(at, 8),
            (dw::DW_FORM_udata | dw::DW_FORM_sdata, _) => Number::Last(form),
            _ => return None,
        };
        let is_small = match number {
            Number::Constant(value) => u16::try_from(value).is_ok(),
            Number::Unsigned(_, size) => size <= 2,
            _ => false,
        };
        // Members further on may be out of BTF's reach.
        (field != Field::MemberLocation || is_small).then_some(number)
    }
}
