//! The fast path: DIEs of a name, a type and a number at most, which are read in one step.
//!
//! Nearly all DIEs of types say no more, and their abbreviations fix where their few attributes stand.
//! An abbreviation that has anything else has no layout; its DIEs are read step by step, to the same end.

use crate::frame::DieRole;
use crate::names::Names;
use crate::read::attribute_reader::AttributeReader;
use crate::read::attributes::Field;
use crate::read::cursor::{Cursor, FieldSlot, fixed_size};
use crate::read::value::Value;
use btf::{Kind, StringOffset};
use gimli::{Abbreviation, AttributeSpecification, Encoding, Error, constants as dw};

/// What a DIE is that has a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FastKind {
    Member,
    /// A member by its offset in bits.
    Bitfield,
    Enumerator,
    /// A parameter of a prototype; those of functions need more attributes.
    Parameter,
    /// A dimension by its upper bound.
    Dimension,
    Typedef,
    Modifier(Modifier),
    /// What may have children that belong to it.
    Open(ParentKind),
}

/// A type that says of another that it is pointed to or qualified. Unlike [`Kind`] it fits into the byte of a
/// [`FastKind`], of which each DIE has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Modifier {
    Pointer,
    Const,
    Volatile,
    Restrict,
}

impl Modifier {
    pub fn kind(self) -> Kind {
        match self {
            Modifier::Pointer => Kind::Ptr,
            Modifier::Const => Kind::Const,
            Modifier::Volatile => Kind::Volatile,
            Modifier::Restrict => Kind::Restrict,
        }
    }
}

/// Types with children, and blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParentKind {
    Struct,
    Union,
    Enum,
    Array,
    Prototype,
    Block,
}

impl ParentKind {
    fn of(tag: dw::DwTag) -> Option<ParentKind> {
        Some(match tag {
            dw::DW_TAG_structure_type | dw::DW_TAG_class_type => ParentKind::Struct,
            dw::DW_TAG_union_type => ParentKind::Union,
            dw::DW_TAG_enumeration_type => ParentKind::Enum,
            dw::DW_TAG_array_type => ParentKind::Array,
            dw::DW_TAG_subroutine_type => ParentKind::Prototype,
            dw::DW_TAG_lexical_block => ParentKind::Block,
            _ => return None,
        })
    }

    /// The role that its frame has.
    pub fn role(self) -> DieRole {
        match self {
            ParentKind::Struct => DieRole::Struct,
            ParentKind::Union => DieRole::Union,
            ParentKind::Enum => DieRole::Enum,
            ParentKind::Array => DieRole::Array,
            ParentKind::Prototype => DieRole::Prototype,
            ParentKind::Block => DieRole::Block,
        }
    }
}

impl FastKind {
    fn of(abbreviation: &Abbreviation) -> Option<FastKind> {
        if let Some(opening) = ParentKind::of(abbreviation.tag()) {
            return Some(FastKind::Open(opening));
        }
        if abbreviation.has_children() {
            return None;
        }
        Some(match abbreviation.tag() {
            dw::DW_TAG_member => {
                let is_width = |spec: &AttributeSpecification| spec.name() == dw::DW_AT_bit_size;
                match abbreviation.attributes().iter().any(is_width) {
                    true => FastKind::Bitfield,
                    false => FastKind::Member,
                }
            }
            dw::DW_TAG_enumerator => FastKind::Enumerator,
            dw::DW_TAG_formal_parameter => FastKind::Parameter,
            dw::DW_TAG_subrange_type => FastKind::Dimension,
            dw::DW_TAG_typedef => FastKind::Typedef,
            dw::DW_TAG_pointer_type => FastKind::Modifier(Modifier::Pointer),
            dw::DW_TAG_const_type => FastKind::Modifier(Modifier::Const),
            dw::DW_TAG_volatile_type => FastKind::Modifier(Modifier::Volatile),
            dw::DW_TAG_restrict_type => FastKind::Modifier(Modifier::Restrict),
            _ => return None,
        })
    }

    /// Whether it is read so below such a parent.
    #[inline]
    pub fn belongs_to(self, parent: DieRole) -> bool {
        match self {
            FastKind::Member | FastKind::Bitfield => {
                matches!(parent, DieRole::Struct | DieRole::Union)
            }
            FastKind::Enumerator => parent == DieRole::Enum,
            FastKind::Parameter => parent == DieRole::Prototype,
            FastKind::Dimension => parent == DieRole::Array,
            FastKind::Open(ParentKind::Block) => {
                matches!(parent, DieRole::Function(_) | DieRole::Block)
            }
            FastKind::Typedef | FastKind::Modifier(_) | FastKind::Open(_) => true,
        }
    }

    /// Whether it is noted in its parent and is nothing by itself.
    #[inline]
    pub fn is_part(self) -> bool {
        !matches!(
            self,
            FastKind::Typedef | FastKind::Modifier(_) | FastKind::Open(_)
        )
    }

    /// Whether an attribute may be there, be it passed over.
    fn takes(self, field: Field) -> bool {
        match field {
            Field::Name | Field::Type => true,
            // Nothing of it is looked at.
            _ if self == FastKind::Open(ParentKind::Block) => true,
            Field::MemberLocation => self == FastKind::Member,
            Field::DataBitOffset | Field::BitSize => self == FastKind::Bitfield,
            Field::ConstValue => self == FastKind::Enumerator,
            Field::UpperBound => self == FastKind::Dimension,
            Field::ByteSize => matches!(self, FastKind::Modifier(_) | FastKind::Open(_)),
            Field::Declaration | Field::Encoding => matches!(self, FastKind::Open(_)),
            _ => false,
        }
    }
}

/// How to read a DIE in one step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FastLayout {
    pub kind: FastKind,
    pub flags: FastFlags,
    name: NameForm,
    name_at: FieldSlot,
    /// The reference to the type, always a `DW_FORM_ref4`.
    ty: FieldSlot,
    number: NumberForm,
    number_at: FieldSlot,
    /// The number that stands in the abbreviation.
    constant: i64,
    /// The width of a bitfield in bits: where it stands, or what the abbreviation says.
    width_at: FieldSlot,
    width: u8,
    /// Bytes of the attributes, without a name in place and a number that says its own size.
    size: u16,
}

/// What all DIEs of a layout have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FastFlags {
    /// They are declarations of something that is defined elsewhere.
    pub declaration: bool,
    /// Whether [`FastDie::number`] is one of theirs.
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
enum NumberForm {
    None,
    Unsigned,
    Constant,
    /// A number that contains its own size, behind all other attributes.
    Last(dw::DwForm),
}

/// What stands in a DIE that has a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FastDie {
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

impl FastLayout {
    /// The layout of an abbreviation, if it has one.
    pub fn of(abbreviation: &Abbreviation, encoding: Encoding) -> Option<FastLayout> {
        let kind = FastKind::of(abbreviation)?;
        let mut layout = FastLayout {
            kind,
            flags: FastFlags {
                declaration: false,
                has_number: false,
            },
            name: NameForm::None,
            name_at: FieldSlot::NONE,
            ty: FieldSlot::NONE,
            number: NumberForm::None,
            number_at: FieldSlot::NONE,
            constant: 0,
            width_at: FieldSlot::NONE,
            width: 0,
            size: 0,
        };
        let mut seen = 0u64;
        for (position, spec) in abbreviation.attributes().iter().enumerate() {
            if matches!(layout.number, NumberForm::Last(_)) {
                return None;
            }
            let (form, at) = (spec.form(), layout.size);
            let size = fixed_size(form, encoding);
            if let Some(field) = Field::of(spec.name()) {
                let bit = 1u64 << field as u8;
                if !kind.takes(field) || seen & bit != 0 {
                    return None;
                }
                seen |= bit;
                match field {
                    _ if kind == FastKind::Open(ParentKind::Block) => {}
                    Field::Name => {
                        layout.name = match (form, size) {
                            (dw::DW_FORM_string, _) if position == 0 => NameForm::Text,
                            (dw::DW_FORM_strp, Some(4)) => NameForm::DebugStr,
                            (dw::DW_FORM_strx1 | dw::DW_FORM_strx2 | dw::DW_FORM_strx4, _) => {
                                NameForm::Index
                            }
                            _ => return None,
                        };
                        layout.name_at = FieldSlot::new(at, size.unwrap_or(0));
                    }
                    Field::Type if form == dw::DW_FORM_ref4 => layout.ty = FieldSlot::new(at, 4),
                    Field::ByteSize if !matches!(kind, FastKind::Open(_)) => {}
                    Field::Encoding => {}
                    Field::Declaration if form == dw::DW_FORM_flag_present => {
                        layout.flags.declaration = true;
                    }
                    Field::BitSize => match (form, spec.implicit_const_value()) {
                        (_, Some(width)) => layout.width = u8::try_from(width).ok()?,
                        (dw::DW_FORM_data1, None) => layout.width_at = FieldSlot::new(at, 1),
                        _ => return None,
                    },
                    Field::MemberLocation
                    | Field::DataBitOffset
                    | Field::ConstValue
                    | Field::UpperBound
                    | Field::ByteSize => {
                        layout.number = NumberForm::of(field, form, spec.implicit_const_value())?;
                        layout.number_at = FieldSlot::new(at, size.unwrap_or(0));
                        layout.constant = spec.implicit_const_value().unwrap_or(0);
                        layout.flags.has_number = true;
                    }
                    _ => return None,
                }
            }
            match size {
                // What refers to a type unit is looked at by itself.
                Some(_) if form == dw::DW_FORM_ref_sig8 => return None,
                Some(size) => layout.size = u16::try_from(size).ok()?.checked_add(at)?,
                None if form == dw::DW_FORM_string && position == 0 => match layout.name {
                    NameForm::Text => {}
                    _ => return None,
                },
                None if matches!(layout.number, NumberForm::Last(_)) => {}
                None => return None,
            }
        }
        // Without an upper bound a dimension may have a count, and a bitfield without its offset be of the old
        // form.
        let needs_number = matches!(kind, FastKind::Dimension | FastKind::Bitfield);
        let is_whole = !needs_number || layout.flags.has_number;
        is_whole.then_some(layout)
    }

    /// Reads the attributes of a DIE.
    #[inline(always)] // a result of several words, handed over in memory, costs as much as the rest
    pub fn read<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        reader: &AttributeReader<'_, 'a>,
        names: &mut Names,
    ) -> Result<FastDie, Error> {
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
            NumberForm::None | NumberForm::Unsigned => {}
            NumberForm::Constant => (number, negative) = (self.constant as u64, self.constant < 0),
            NumberForm::Last(form) => {
                let value = cursor.value(form)?;
                number = value.unsigned().unwrap_or(0);
                negative = matches!(value, Value::Signed(value) if value < 0);
            }
        }
        Ok(FastDie {
            number,
            name,
            ty: fixed.number(self.ty) as u32,
            width: self.width | fixed.number(self.width_at) as u8,
            negative,
        })
    }
}

impl NumberForm {
    fn of(field: Field, form: dw::DwForm, constant: Option<i64>) -> Option<NumberForm> {
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
            (_, Some(_)) => NumberForm::Constant,
            (dw::DW_FORM_data1 | dw::DW_FORM_data2 | dw::DW_FORM_data4 | dw::DW_FORM_data8, _) => {
                NumberForm::Unsigned
            }
            (dw::DW_FORM_udata | dw::DW_FORM_sdata, _) => NumberForm::Last(form),
            _ => return None,
        })
    }
}
