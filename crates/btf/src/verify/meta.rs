//! The first pass: each type by itself, without looking at what it refers to.

use super::names;
use super::{Found, LAST_TYPE, MAX_NAME_OFFSET, MAX_TYPE, Rule};
use crate::{Btf, Data, Kind, StringOffset, Type};

/// Checks one type by itself; `number` is its id.
pub(super) fn check(btf: &Btf, number: u32, ty: Type<'_>) -> Result<(), Found> {
    if number > LAST_TYPE {
        return Err(Found::new(Rule::TooManyTypes));
    }
    if matches!(ty.kind(), Kind::Void | Kind::Unknown(_)) {
        let kind = u64::from(ty.info().kind_number());
        return Err(Found::new(Rule::UnknownKind).value(kind));
    }
    if !offset_is_valid(btf, ty.name()) {
        return Err(Found::new(Rule::NameOffset).value(ty.name().0.into()));
    }
    match ty.data() {
        Data::Int(int) => {
            no_members(ty)?;
            no_flag(ty)?;
            let data = ty.tail().first().copied().unwrap_or(0);
            if data & 0xf000_0000 != 0 {
                return Err(Found::new(Rule::IntData).value(data.into()));
            }
            let bits = u32::from(int.offset) + u32::from(int.bits);
            if bits > 128 {
                return Err(Found::new(Rule::IntTooWide).value(bits.into()));
            }
            if bits.div_ceil(8) > int.size {
                return Err(Found::new(Rule::IntBits).value(bits.into()));
            }
            if !matches!(int.encoding.0, 0 | 1 | 2 | 4) {
                return Err(Found::new(Rule::IntEncoding).value(int.encoding.0.into()));
            }
            Ok(())
        }
        Data::Ptr { target }
        | Data::Const { target }
        | Data::Volatile { target }
        | Data::Restrict { target } => {
            no_members(ty)?;
            no_flag(ty)?;
            type_id(target.0, Rule::TypeId)?;
            no_name(ty)
        }
        Data::Typedef { target } => {
            no_members(ty)?;
            no_flag(ty)?;
            type_id(target.0, Rule::TypeId)?;
            identifier(btf, ty)
        }
        // The kind flag makes it an attribute other than btf_type_tag (Linux 6.15).
        Data::TypeTag { target } => {
            no_members(ty)?;
            type_id(target.0, Rule::TypeId)?;
            some_text(btf, ty, Rule::Name)
        }
        Data::Array(array) => {
            no_name(ty)?;
            no_members(ty)?;
            no_flag(ty)?;
            if ty.size_or_type() != 0 {
                return Err(Found::new(Rule::SizeNotZero).value(ty.size_or_type().into()));
            }
            some_type_id(array.element.0, Rule::ArrayElement)?;
            some_type_id(array.index.0, Rule::ArrayIndex)
        }
        Data::Struct { size, .. } | Data::Union { size, .. } => composite(btf, ty, size),
        Data::Enum { size, .. } | Data::Enum64 { size, .. } => enumeration(btf, ty, size),
        Data::Fwd(_) => {
            no_members(ty)?;
            if ty.size_or_type() != 0 {
                return Err(Found::new(Rule::TypeNotZero).value(ty.size_or_type().into()));
            }
            identifier(btf, ty)
        }
        Data::Func { proto, .. } => {
            identifier(btf, ty)?;
            if ty.vlen() > 1 {
                return Err(Found::new(Rule::FuncLinkage).value(ty.vlen().into()));
            }
            no_flag(ty)?;
            type_id(proto.0, Rule::TypeId)
        }
        Data::FuncProto { .. } => {
            no_name(ty)?;
            no_flag(ty)
        }
        Data::Var { target, linkage } => {
            no_members(ty)?;
            no_flag(ty)?;
            identifier(btf, ty)?;
            some_type_id(target.0, Rule::TypeId)?;
            if linkage.number() > 1 {
                return Err(Found::new(Rule::VarLinkage).value(linkage.number().into()));
            }
            Ok(())
        }
        Data::Datasec { size } => section(btf, ty, size),
        Data::Float { size } => {
            no_members(ty)?;
            no_flag(ty)?;
            if !matches!(size, 2 | 4 | 8 | 12 | 16) {
                return Err(Found::new(Rule::FloatSize).value(size.into()));
            }
            Ok(())
        }
        // The kind flag makes it an attribute other than btf_decl_tag (Linux 6.15).
        Data::DeclTag { component, .. } => {
            some_text(btf, ty, Rule::TagValue)?;
            no_members(ty)?;
            if component < -1 {
                return Err(Found::new(Rule::ComponentIndex));
            }
            Ok(())
        }
        // No released kernel fixes rules for the LOC kinds; `resolve` sees to their references.
        Data::Other => Ok(()),
    }
}

fn composite(btf: &Btf, ty: Type<'_>, size: u32) -> Result<(), Found> {
    optional_identifier(btf, ty)?;
    let mut last = 0;
    for (index, member) in ty.members().enumerate() {
        let broken = |rule| Found::new(rule).part(index);
        if !member.name.is_empty() && !is_valid_identifier(btf, member.name) {
            return Err(match offset_is_valid(btf, member.name) {
                false => broken(Rule::MemberNameOffset).value(member.name.0.into()),
                true => broken(Rule::Name),
            });
        }
        some_type_id(member.ty.0, Rule::TypeId).map_err(|found| found.part(index))?;
        let offset = member.bit_offset;
        if (ty.kind() == Kind::Union && offset != 0) || offset < last {
            return Err(broken(Rule::MemberOrder).value(offset.into()));
        }
        if offset.div_ceil(8) > size {
            return Err(broken(Rule::MemberBeyondStruct).value(offset.into()));
        }
        last = offset;
    }
    Ok(())
}

fn enumeration(btf: &Btf, ty: Type<'_>, size: u32) -> Result<(), Found> {
    if !matches!(size, 1 | 2 | 4 | 8) {
        return Err(Found::new(Rule::EnumSize).value(size.into()));
    }
    optional_identifier(btf, ty)?;
    for (index, value) in ty.enumerators().enumerate() {
        if !is_valid_identifier(btf, value.name) {
            let found = match offset_is_valid(btf, value.name) {
                false => Found::new(Rule::NameOffset).value(value.name.0.into()),
                true => Found::new(Rule::Name),
            };
            return Err(found.part(index));
        }
    }
    Ok(())
}

fn section(btf: &Btf, ty: Type<'_>, size: u32) -> Result<(), Found> {
    if size == 0 {
        return Err(Found::new(Rule::SizeZero));
    }
    no_flag(ty)?;
    if !names::of(btf, ty.name()).is_some_and(names::is_section) {
        return Err(Found::new(Rule::Name));
    }
    let (mut last_end, mut sum) = (0u32, 0u64);
    for (index, var) in ty.variables().enumerate() {
        let broken = |rule, value: u32| Found::new(rule).part(index).value(value.into());
        some_type_id(var.ty.0, Rule::TypeId).map_err(|found| found.part(index))?;
        if var.offset < last_end || var.offset >= size {
            return Err(broken(Rule::VariableOffset, var.offset));
        }
        if var.size == 0 || var.size > size {
            return Err(broken(Rule::VariableSize, var.size));
        }
        // The kernel counts the end in 32 bits.
        last_end = var.offset.wrapping_add(var.size);
        if last_end > size {
            return Err(broken(Rule::VariableTooLong, last_end));
        }
        sum += u64::from(var.size);
    }
    if sum > u64::from(size) {
        return Err(Found::new(Rule::SectionTooSmall).value(sum));
    }
    Ok(())
}

/// Whether a name offset lies in the strings, own or the base's, and below the kernel's limit.
pub(super) fn offset_is_valid(btf: &Btf, name: StringOffset) -> bool {
    name.0 <= MAX_NAME_OFFSET && (name.is_empty() || names::of(btf, name).is_some())
}

/// Whether a name is an identifier at a valid offset: one look at the text of names that are.
fn is_valid_identifier(btf: &Btf, name: StringOffset) -> bool {
    name.0 <= MAX_NAME_OFFSET && is_identifier(btf, name)
}

pub(super) fn is_identifier(btf: &Btf, name: StringOffset) -> bool {
    !name.is_empty() && names::of(btf, name).is_some_and(names::is_identifier)
}

fn identifier(btf: &Btf, ty: Type<'_>) -> Result<(), Found> {
    if is_identifier(btf, ty.name()) {
        Ok(())
    } else {
        Err(Found::new(Rule::Name))
    }
}

fn optional_identifier(btf: &Btf, ty: Type<'_>) -> Result<(), Found> {
    if ty.name().is_empty() {
        Ok(())
    } else {
        identifier(btf, ty)
    }
}

fn no_name(ty: Type<'_>) -> Result<(), Found> {
    if ty.name().is_empty() {
        Ok(())
    } else {
        Err(Found::new(Rule::Name))
    }
}

fn some_text(btf: &Btf, ty: Type<'_>, rule: Rule) -> Result<(), Found> {
    if names::of(btf, ty.name()).is_some_and(|text| !text.is_empty()) {
        Ok(())
    } else {
        Err(Found::new(rule))
    }
}

fn no_members(ty: Type<'_>) -> Result<(), Found> {
    if ty.vlen() == 0 {
        Ok(())
    } else {
        Err(Found::new(Rule::VlenNotZero).value(ty.vlen().into()))
    }
}

fn no_flag(ty: Type<'_>) -> Result<(), Found> {
    if ty.kind_flag() {
        Err(Found::new(Rule::KindFlag))
    } else {
        Ok(())
    }
}

fn type_id(id: u32, rule: Rule) -> Result<(), Found> {
    if id > MAX_TYPE {
        let rule = match rule {
            Rule::TypeId => Rule::TypeIdTooLarge,
            rule => rule,
        };
        Err(Found::new(rule).value(id.into()))
    } else {
        Ok(())
    }
}

fn some_type_id(id: u32, rule: Rule) -> Result<(), Found> {
    if id == 0 {
        Err(Found::new(rule).value(0))
    } else {
        type_id(id, rule)
    }
}
