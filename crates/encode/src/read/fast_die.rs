//! The fast path: DIEs of a name, a type and a number at most, which are read in one step.
//!
//! Nearly all DIEs of types say no more, and their abbreviations fix where their few attributes stand.
//! An abbreviation that has anything else has no layout; its DIEs are read step by step, to the same end.

use crate::frame::DieRole;
use crate::names::Names;
use crate::read::attribute_reader::AttributeReader;
use crate::read::attributes::Field;
use crate::read::cursor::{Cursor, FixedFields, fixed_size};
use crate::read::value::Value;
use btf::{Kind, StringOffset};
use gimli::{Abbreviation, AttributeSpecification, Encoding, constants as dw};

/// What a DIE is that has a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FastKind {
    Member,
    /// A member by its offset in bits.
    Bitfield,
    Enumerator,
    /// A parameter of a prototype; those of functions need more attributes.
    Parameter,
    /// The `...` of a prototype.
    Ellipsis,
    /// A dimension by its upper bound, or without one.
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
            dw::DW_TAG_unspecified_parameters => FastKind::Ellipsis,
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
            FastKind::Parameter | FastKind::Ellipsis => parent == DieRole::Prototype,
            FastKind::Dimension => parent == DieRole::Array,
            FastKind::Open(ParentKind::Block) => {
                matches!(parent, DieRole::Function(_) | DieRole::Block)
            }
            FastKind::Typedef | FastKind::Modifier(_) | FastKind::Open(_) => true,
        }
    }

    /// Whether it is a type.
    #[inline]
    pub fn is_type(self) -> bool {
        match self {
            FastKind::Typedef | FastKind::Modifier(_) => true,
            FastKind::Open(parent) => parent != ParentKind::Block,
            _ => false,
        }
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

/// How to read a DIE in one step. It has 16 bytes, so that those of a unit stay in the processor's first cache.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FastLayout {
    pub kind: FastKind,
    pub flags: FastFlags,
    name: NameForm,
    /// Where the name is, and how many bytes it has.
    name_at: u8,
    name_bytes: u8,
    /// Where the reference to the type is, always a `DW_FORM_ref4`.
    ty_at: u8,
    number: NumberForm,
    /// Where the number is, and how many bytes it has.
    number_at: u8,
    number_bytes: u8,
    /// The width of a bitfield in bits, or where it is.
    width: u8,
    /// Bytes of the attributes, without a name in place and a number that says its own size.
    size: u8,
    /// The number that stands in the abbreviation.
    constant: i32,
}

/// What all DIEs of a layout have in common.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FastFlags(u8);

impl FastFlags {
    /// They are declarations of something that is defined elsewhere.
    pub const DECLARATION: FastFlags = FastFlags(1);
    /// [`FastDie::number`] is one of theirs.
    pub const NUMBER: FastFlags = FastFlags(2);
    /// They refer to a type.
    const TYPE: FastFlags = FastFlags(4);
    /// The width of a bitfield stands in each DIE.
    const WIDTH: FastFlags = FastFlags(8);
    /// They have children.
    pub const CHILDREN: FastFlags = FastFlags(16);

    #[inline]
    pub fn has(self, other: FastFlags) -> bool {
        self.0 & other.0 != 0
    }

    fn set(&mut self, other: FastFlags) {
        self.0 |= other.0;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NameForm {
    None,
    /// An offset of 4 bytes in `.debug_str`.
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
    /// A number that contains its own size, behind all other attributes: `DW_FORM_udata` and `DW_FORM_sdata`.
    LastUnsigned,
    LastSigned,
}

impl NumberForm {
    fn is_last(self) -> bool {
        matches!(self, NumberForm::LastUnsigned | NumberForm::LastSigned)
    }
}

/// What stands in a DIE that has a layout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
            flags: FastFlags::default(),
            name: NameForm::None,
            name_at: 0,
            name_bytes: 0,
            ty_at: 0,
            number: NumberForm::None,
            number_at: 0,
            number_bytes: 0,
            width: 0,
            size: 0,
            constant: 0,
        };
        if abbreviation.has_children() {
            layout.flags.set(FastFlags::CHILDREN);
        }
        let mut seen = 0u64;
        let bytes = |size: Option<u32>| {
            u8::try_from(size.unwrap_or(0))
                .ok()
                .filter(|&size| size <= 4)
        };
        for (position, spec) in abbreviation.attributes().iter().enumerate() {
            if layout.number.is_last() {
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
                        (layout.name_at, layout.name_bytes) = (at, bytes(size)?);
                    }
                    Field::Type if form == dw::DW_FORM_ref4 => {
                        layout.ty_at = at;
                        layout.flags.set(FastFlags::TYPE);
                    }
                    Field::ByteSize if !matches!(kind, FastKind::Open(_)) => {}
                    Field::Encoding => {}
                    Field::Declaration if form == dw::DW_FORM_flag_present => {
                        layout.flags.set(FastFlags::DECLARATION);
                    }
                    Field::BitSize => match (form, spec.implicit_const_value()) {
                        (_, Some(width)) => layout.width = u8::try_from(width).ok()?,
                        (dw::DW_FORM_data1, None) => {
                            layout.width = at;
                            layout.flags.set(FastFlags::WIDTH);
                        }
                        _ => return None,
                    },
                    Field::MemberLocation
                    | Field::DataBitOffset
                    | Field::ConstValue
                    | Field::UpperBound
                    | Field::ByteSize => {
                        layout.number = NumberForm::of(field, form, spec.implicit_const_value())?;
                        if layout.number == NumberForm::Unsigned {
                            (layout.number_at, layout.number_bytes) = (at, bytes(size)?);
                        }
                        let constant = spec.implicit_const_value().unwrap_or(0);
                        layout.constant = i32::try_from(constant).ok()?;
                        layout.flags.set(FastFlags::NUMBER);
                    }
                    _ => return None,
                }
            }
            match size {
                // What refers to a type unit is looked at by itself.
                Some(_) if form == dw::DW_FORM_ref_sig8 => return None,
                Some(size) => layout.size = u8::try_from(size).ok()?.checked_add(at)?,
                None if form == dw::DW_FORM_string && position == 0 => match layout.name {
                    NameForm::Text => {}
                    _ => return None,
                },
                None if layout.number.is_last() => {}
                None => return None,
            }
        }
        // A bitfield without its offset may be of the old form.
        let has_number = layout.flags.has(FastFlags::NUMBER);
        let is_whole = kind != FastKind::Bitfield || has_number;
        (is_whole && usize::from(layout.size) <= FixedFields::PLACES).then_some(layout)
    }

    /// Reads the attributes of a DIE; `None` if it has to be read step by step, wherever the cursor is then: it is close to
    /// the end of its unit.
    #[inline(always)] // a result of several words, handed over in memory, costs as much as the rest
    pub fn read<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        reader: &AttributeReader<'_, 'a>,
        names: &mut Names,
    ) -> Option<FastDie> {
        let mut name = StringOffset::EMPTY;
        if self.name == NameForm::Text {
            name = names.in_place(cursor.follow(|ahead| ahead.text().ok())?);
        }
        let fixed = cursor.fields(self.size)?;
        match self.name {
            NameForm::DebugStr => name = reader.name(fixed.word(self.name_at).into(), names),
            NameForm::Index => {
                let value = Value::StrIndex(fixed.number(self.name_at, self.name_bytes).into());
                name = reader.string(value, names).unwrap_or_default();
            }
            NameForm::None | NameForm::Text => {}
        }
        // The one that stands in the abbreviation, or the other; each is 0 if there is none.
        let mut number = u64::from(fixed.number(self.number_at, self.number_bytes))
            | i64::from(self.constant) as u64;
        let mut negative = self.constant < 0;
        if self.number.is_last() {
            let form = match self.number {
                NumberForm::LastSigned => dw::DW_FORM_sdata,
                _ => dw::DW_FORM_udata,
            };
            let value = cursor.follow(|ahead| ahead.value(form).ok())?;
            number = value.unsigned().unwrap_or(0);
            negative = matches!(value, Value::Signed(value) if value < 0);
        }
        let ty = match self.flags.has(FastFlags::TYPE) {
            true => fixed.word(self.ty_at),
            false => 0,
        };
        let width = match self.flags.has(FastFlags::WIDTH) {
            true => fixed.byte(self.width),
            false => self.width,
        };
        Some(FastDie {
            number,
            name,
            ty,
            width,
            negative,
        })
    }
}

impl FastLayout {
    /// As [`FastLayout::read`], in one place: for DIEs that are less frequent. What a DIE says is written into `die`: a
    /// result of narrow fields that is copied as a whole has to wait for each of them.
    #[inline(never)]
    pub fn read_into<'a>(
        &self,
        cursor: &mut Cursor<'a>,
        reader: &AttributeReader<'_, 'a>,
        names: &mut Names,
        die: &mut FastDie,
    ) -> Option<()> {
        *die = self.read(cursor, reader, names)?;
        Some(())
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
            (dw::DW_FORM_data1 | dw::DW_FORM_data2 | dw::DW_FORM_data4, _) => NumberForm::Unsigned,
            (dw::DW_FORM_udata, _) => NumberForm::LastUnsigned,
            (dw::DW_FORM_sdata, _) => NumberForm::LastSigned,
            _ => return None,
        })
    }
}
