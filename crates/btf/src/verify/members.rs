//! Whether the members of a struct or union fit into it.

use super::sizes::Sizes;
use super::{Found, Rule};
use crate::{Data, Int, Kind, Member, Type};

/// Checks one member against the size of its struct or union. Its type must be resolved.
///
/// `packed` is the struct's kind flag: only then can a member be a bitfield by itself.
pub(super) fn check(
    sizes: &Sizes<'_>,
    size: u32,
    packed: bool,
    member: Member,
) -> Result<(), Found> {
    let Some((ty, member_size)) = sizes.sized(member.ty) else {
        return Err(Found::new(Rule::Member).value(member.ty.0.into()));
    };
    match (ty.data(), packed) {
        (Data::Int(int), false) => plain_int(int, size, member),
        (Data::Int(int), true) => packed_int(int, size, member),
        (Data::Enum { .. } | Data::Enum64 { .. }, true) => packed_enum(size, member),
        (_, true) if member.bitfield_size != 0 => {
            Err(Found::new(Rule::BitfieldSize).value(member.bitfield_size.into()))
        }
        (Data::Float { .. }, _) => float(sizes, size, member, member_size),
        _ => whole(size, member, member_size),
    }
}

/// Whether an INT takes all of a number of bytes that a machine word can have.
pub(super) fn is_regular(ty: Type<'_>) -> bool {
    let Data::Int(int) = ty.data() else {
        return false;
    };
    int.offset == 0 && matches!(int.bits, 8 | 16 | 32 | 64 | 128)
}

fn whole(size: u32, member: Member, member_size: u32) -> Result<(), Found> {
    if !member.bit_offset.is_multiple_of(8) {
        return Err(Found::new(Rule::MemberNotAtByte).value(member.bit_offset.into()));
    }
    fits(
        size,
        u64::from(member.bit_offset) + 8 * u64::from(member_size),
    )
}

fn float(sizes: &Sizes<'_>, size: u32, member: Member, member_size: u32) -> Result<(), Found> {
    // Machines align numbers differently; none aligns them by more than a pointer.
    let align = sizes.pointer().min(member_size).max(1);
    if !u64::from(member.bit_offset).is_multiple_of(8 * u64::from(align)) {
        return Err(Found::new(Rule::MemberAlignment).value(member.bit_offset.into()));
    }
    fits(
        size,
        u64::from(member.bit_offset) + 8 * u64::from(member_size),
    )
}

/// An INT in a struct without the kind flag: its own offset and width say where its bits are.
fn plain_int(int: Int, size: u32, member: Member) -> Result<(), Found> {
    let Some(start) = member.bit_offset.checked_add(int.offset.into()) else {
        return Err(Found::new(Rule::MemberOffsetOverflow).value(member.bit_offset.into()));
    };
    bits(start, int.bits.into(), size)
}

/// An INT in a struct with the kind flag.
fn packed_int(int: Int, size: u32, member: Member) -> Result<(), Found> {
    if int.offset != 0 || !matches!(int.bits, 8 | 16 | 32 | 64 | 128) {
        return Err(Found::new(Rule::BitfieldBase).value(int.bits.into()));
    }
    let width = match member.bitfield_size {
        0 if !member.bit_offset.is_multiple_of(8) => {
            return Err(Found::new(Rule::IntNotAtByte).value(member.bit_offset.into()));
        }
        0 => int.bits,
        wide if wide > int.bits => {
            return Err(Found::new(Rule::BitfieldSize).value(wide.into()));
        }
        width => width,
    };
    bits(member.bit_offset, width.into(), size)
}

/// An enumeration in a struct with the kind flag. Whatever its size, the kernel counts it as 32 bits.
fn packed_enum(size: u32, member: Member) -> Result<(), Found> {
    const BITS: u8 = 32;
    let width = match member.bitfield_size {
        0 if !member.bit_offset.is_multiple_of(8) => {
            return Err(Found::new(Rule::MemberNotAtByte).value(member.bit_offset.into()));
        }
        0 => BITS,
        wide if wide > BITS => {
            return Err(Found::new(Rule::BitfieldSize).value(wide.into()));
        }
        width => width,
    };
    fits(size, u64::from(member.bit_offset) + u64::from(width))
}

/// `width` bits from bit `start` on.
fn bits(start: u32, width: u32, size: u32) -> Result<(), Found> {
    let taken = width + start % 8;
    if taken > 128 {
        return Err(Found::new(Rule::BitfieldTooWide).value(taken.into()));
    }
    fits(size, u64::from(start) + u64::from(width))
}

/// `end` in bits.
fn fits(size: u32, end: u64) -> Result<(), Found> {
    let end = end.div_ceil(8);
    if end > u64::from(size) {
        return Err(Found::new(Rule::MemberTooLong).value(end));
    }
    Ok(())
}

/// Whether a type can never have a size.
pub(super) fn has_no_size(kind: Kind) -> bool {
    match kind {
        Kind::Void
        | Kind::Fwd
        | Kind::Func
        | Kind::FuncProto
        | Kind::DeclTag
        | Kind::LocParam
        | Kind::LocProto
        | Kind::LocSec
        | Kind::Unknown(_) => true,
        Kind::Int
        | Kind::Ptr
        | Kind::Array
        | Kind::Struct
        | Kind::Union
        | Kind::Enum
        | Kind::Typedef
        | Kind::Volatile
        | Kind::Const
        | Kind::Restrict
        | Kind::Var
        | Kind::Datasec
        | Kind::Float
        | Kind::TypeTag
        | Kind::Enum64 => false,
    }
}
