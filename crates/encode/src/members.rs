//! Members of structs and unions: offsets in bits, bitfields of all DWARF versions.

use crate::attributes::{Attributes, Field};
use crate::frame::{Frame, PendingBitfield};
use crate::layout;
use crate::unit::Unit;
use btf::{Info, Kind};

/// Where a member lies.
pub(crate) enum Placement {
    /// Offset and, for a bitfield, width; both in bits.
    Known { bit_offset: u32, bit_size: u32 },
    /// A bitfield whose offset depends on the size of its type.
    Pending {
        byte_offset: i64,
        bit_offset: i64,
        bit_size: u32,
        storage: u64,
    },
}

/// The place of a member. DWARF 4 and 5 give bits (`DW_AT_data_bit_offset`); older DWARF gives bytes
/// and, for bitfields, `DW_AT_bit_offset` from the high end of the storage unit.
///
/// `None` when the offset passes 512 MiB, which BTF cannot carry.
pub(crate) fn placement(attributes: &Attributes<'_>) -> Option<Placement> {
    let bit_size = u32::try_from(attributes.number(Field::BitSize).unwrap_or(0)).ok()?;
    if let Some(bits) = attributes.number(Field::DataBitOffset) {
        return Some(Placement::Known {
            bit_offset: u32::try_from(bits).ok()?,
            bit_size,
        });
    }
    let bytes = attributes.number(Field::MemberLocation).unwrap_or(0);
    let bit_offset = u32::try_from(bytes.checked_mul(8)?).ok()?;
    if bit_size == 0 {
        return Some(Placement::Known {
            bit_offset,
            bit_size,
        });
    }
    Some(Placement::Pending {
        byte_offset: i64::try_from(bytes).ok()?,
        bit_offset: attributes.number(Field::BitOffset).unwrap_or(0) as i64,
        bit_size,
        storage: attributes.number(Field::ByteSize).unwrap_or(0),
    })
}

/// The words of a STRUCT or UNION from its members (name, type, bit offset, bit size). With a bitfield
/// among them the kind flag is set and every offset word carries a width in its high byte.
///
/// `None` when BTF cannot carry it: too many members, a width over 255, an offset over 24 bits.
pub(crate) fn composite(kind: Kind, frame: &Frame, out: &mut Vec<u32>) -> Option<()> {
    let members = frame.items.as_chunks::<4>().0;
    let packed = members
        .iter()
        .any(|&[_, _, offset, size]| size != 0 || offset % 8 != 0);
    let vlen = u32::try_from(members.len())
        .ok()
        .filter(|&vlen| vlen <= Info::MAX_VLEN)?;
    let size = u32::try_from(frame.byte_size.unwrap_or(0)).ok()?;
    out.clear();
    out.extend([frame.name.0, Info::new(kind, vlen, packed).0, size]);
    for &[name, ty, bit_offset, bit_size] in members {
        if packed && (bit_size > 255 || bit_offset > 0x00ff_ffff) {
            return None;
        }
        out.extend([
            name,
            ty,
            if packed {
                bit_size << 24 | bit_offset
            } else {
                bit_offset
            },
        ]);
    }
    Some(())
}

/// Sorts the members of a composite's words, of which none is a bitfield, by their offset; those at the
/// same offset keep their order. So does pahole with Rust.
pub(crate) fn sort_by_offset(words: &mut [u32]) {
    if let Some(members) = words.get_mut(3..) {
        let members = members.as_chunks_mut::<3>().0;
        members.sort_by_key(|&[_, _, offset]| offset);
    }
}

/// Sets the offset of a bitfield now that the size of its type is known. `word` is where its offset
/// stands; `id` is its type.
pub(crate) fn settle(
    unit: &mut Unit,
    word: usize,
    field: &PendingBitfield,
    id: u32,
    big_endian: bool,
    pointer: u64,
) {
    let storage = match field.storage {
        0 => layout::size_of(unit, id, pointer).unwrap_or(0),
        bytes => bytes,
    };
    let storage_bits = i64::try_from(storage.saturating_mul(8)).unwrap_or(i64::MAX);
    let within = if big_endian || storage_bits == 0 {
        field.bit_offset
    } else {
        storage_bits
            .saturating_sub(field.bit_offset)
            .saturating_sub(i64::from(field.bit_size))
    };
    let bits = field
        .byte_offset
        .saturating_mul(8)
        .saturating_add(within)
        .max(0);
    let bits = u32::try_from(bits).unwrap_or(0).min(0x00ff_ffff);
    if let Some(word) = unit.words.get_mut(word) {
        *word = field.bit_size << 24 | bits;
    }
}
