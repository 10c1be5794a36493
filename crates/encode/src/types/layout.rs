//! Sizes and alignments of a unit's types, as far as encoding needs them.

use crate::unit::{LONGEST_CHAIN, Unit};
use btf::{Data, Kind};

/// Size of a type in bytes; `None` when it has none or its references run in circles.
///
/// An array's size is its element's times the product of its dimensions.
pub(crate) fn size_of(unit: &Unit, mut id: u32, pointer: u64) -> Option<u64> {
    let mut count = 1u64;
    for _ in 0..LONGEST_CHAIN {
        match unit.get(id)?.data() {
            Data::Ptr { .. } => return count.checked_mul(pointer),
            // An empty C++ struct has 1 byte, which is no data of its own.
            Data::Struct { size: 1, .. } | Data::Union { size: 1, .. }
                if unit.get(id)?.vlen() == 0 =>
            {
                return Some(0);
            }
            Data::Int(int) => return count.checked_mul(u64::from(int.size)),
            Data::Struct { size, .. }
            | Data::Union { size, .. }
            | Data::Enum { size, .. }
            | Data::Enum64 { size, .. }
            | Data::Float { size } => return count.checked_mul(u64::from(size)),
            Data::Array(array) => {
                count = count.checked_mul(u64::from(array.count))?;
                id = array.element.0;
            }
            Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target }
            | Data::TypeTag { target } => id = target.0,
            _ => return None,
        }
    }
    None
}

/// Natural alignment of a type in bytes: that of its elements or of its most aligned member.
pub(crate) fn natural_alignment(unit: &Unit, id: u32, pointer: u64) -> u64 {
    // Nesting deeper than this says nothing about real code.
    const LIMIT: usize = 4096;
    let (mut stack, mut best, mut steps) = (vec![id], 1, 0);
    while let Some(id) = stack.pop() {
        steps += 1;
        if steps > LIMIT {
            break;
        }
        let Some(ty) = unit.get(id) else { continue };
        match ty.data() {
            Data::Ptr { .. } => best = best.max(pointer),
            Data::Int(_) | Data::Float { .. } | Data::Enum { .. } | Data::Enum64 { .. } => {
                best = best.max(u64::from(ty.size_or_type()));
            }
            Data::Array(array) => stack.push(array.element.0),
            Data::Struct { .. } | Data::Union { .. } => {
                stack.extend(ty.members().map(|member| member.ty.0));
            }
            Data::Typedef { target }
            | Data::Const { target }
            | Data::Volatile { target }
            | Data::Restrict { target }
            | Data::TypeTag { target } => stack.push(target.0),
            _ => {}
        }
    }
    best
}

/// Whether a struct must have been declared packed: it has neither holes nor padding, and a member or
/// its own size is not a multiple of an alignment. Bitfields are taken as filling their gaps.
pub(crate) fn is_packed(unit: &Unit, id: u32, pointer: u64) -> bool {
    let Some(ty) = unit.get(id) else { return false };
    if ty.kind() != Kind::Struct {
        return false;
    }
    let size = u64::from(ty.size_or_type());
    let (mut end, mut largest, mut misaligned) = (0u64, 1u64, false);
    for member in ty.members() {
        let offset = u64::from(member.bit_offset) / 8;
        let width = match member.bitfield_size {
            0 => size_of(unit, member.ty.0, pointer).unwrap_or(0),
            bits => (u64::from(member.bit_offset) % 8 + u64::from(bits)).div_ceil(8),
        };
        if member.bitfield_size == 0 {
            if offset > end {
                return false;
            }
            let alignment = natural_alignment(unit, member.ty.0, pointer);
            largest = largest.max(alignment);
            misaligned |= offset % alignment != 0;
        }
        end = end.max(offset + width);
    }
    if end < size {
        return false;
    }
    misaligned || size % largest != 0
}
