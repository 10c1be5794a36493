//! Members of structs and unions: offsets in bits, bitfields of all DWARF versions.

use crate::frame::{Frame, PendingBitfield};
use crate::order;
use crate::read::attributes::{Attributes, Field};
use crate::types::layout;
use crate::unit::Unit;
use btf::{Info, Kind, StringOffset};

/// The offset of a member, as far as its DIE determines it.
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

/// The largest offset of a member where a width stands beside it.
const PACKED_LIMIT: u32 = 0x00ff_ffff;

fn is_bitfield(&[_, _, offset, size]: &[u32; 4]) -> bool {
    size != 0 || offset % 8 != 0
}

/// Takes out the members whose offset has over 24 bits, or whose width over 8, where that is all the room
/// there is, and tells how many. Of a bitfield whose offset waits for the size of its type, that of
/// its storage unit counts.
pub(crate) fn leave_out_far(frame: &mut Frame) -> u32 {
    let members = frame.items.as_chunks::<4>().0;
    let far = |&[_, _, offset, size]: &[u32; 4]| size > 255 || offset > PACKED_LIMIT;
    let is_far_field = |field: &PendingBitfield| {
        let bits = field.byte_offset.saturating_mul(8);
        // What a bitfield may reach within its storage unit.
        bits.saturating_add(256) > i64::from(PACKED_LIMIT)
    };
    if !frame.marked {
        return 0;
    }
    let has_far = members.iter().any(far) || frame.bitfields.iter().any(is_far_field);
    if !has_far || !members.iter().any(is_bitfield) {
        return 0;
    }
    let mut stays: Vec<bool> = members.iter().map(|member| !far(member)).collect();
    for field in frame.bitfields.iter().filter(|field| is_far_field(field)) {
        if let Some(stays) = stays.get_mut(field.member as usize) {
            *stays = false;
        }
    }
    // The number that each member that stays has from now on.
    let mut count = 0;
    let numbers: Vec<Option<u32>> = stays
        .iter()
        .map(|&stays| {
            let number = stays.then_some(count);
            count += u32::from(stays);
            number
        })
        .collect();
    let number = |old: usize| numbers.get(old).copied().flatten();
    let items = std::mem::take(&mut frame.items);
    for (member, _) in items
        .as_chunks::<4>()
        .0
        .iter()
        .zip(&stays)
        .filter(|(_, stays)| **stays)
    {
        frame.items.extend(member);
    }
    frame.bitfields.retain_mut(|field| {
        let new = number(field.member as usize);
        field.member = new.unwrap_or_default();
        new.is_some()
    });
    frame.tags.retain_mut(|(_, component)| {
        let Ok(old) = usize::try_from(*component) else {
            return true;
        };
        let new = number(old);
        *component = new.unwrap_or_default() as i32;
        new.is_some()
    });
    stays.iter().filter(|stays| !**stays).count() as u32
}

/// Writes a STRUCT or UNION from its members (name, type, bit offset, bit size), and gives its id. With a
/// bitfield among them the kind flag is set and every offset word carries a width in its high byte.
///
/// `None` when BTF cannot carry it: too many members, 4 GiB and more.
pub(crate) fn composite(kind: Kind, frame: &Frame, unit: &mut Unit) -> Option<u32> {
    let members = frame.items.as_chunks::<4>().0;
    let packed = frame.marked && members.iter().any(is_bitfield);
    let vlen = u32::try_from(members.len())
        .ok()
        .filter(|&vlen| vlen <= Info::MAX_VLEN)?;
    let size = u32::try_from(frame.byte_size.unwrap_or(0)).ok()?;
    let id = unit.push(&[frame.name.0, Info::new(kind, vlen, packed).0, size]);
    // Without a bitfield all widths are 0.
    let word = |&[name, ty, offset, width]: &[u32; 4]| [name, ty, offset | width << 24];
    unit.words.extend(members.iter().flat_map(word));
    Some(id)
}

/// The words of a STRUCT of two members of `bytes` bytes each.
pub(crate) fn pair(
    name: StringOffset,
    names: [StringOffset; 2],
    types: [u32; 2],
    bytes: u32,
) -> [u32; 9] {
    let info = Info::new(Kind::Struct, 2, false).0;
    let ([first, second], [one, other]) = (names, types);
    let (size, bits) = (bytes * 2, bytes * 8);
    [name.0, info, size, first.0, one, 0, second.0, other, bits]
}

/// Sorts the members of a composite's words, of which none is a bitfield, by their offset; those at the
/// same offset keep their order. So does pahole with Rust.
pub(crate) fn sort_by_offset(words: &mut [u32]) {
    if let Some(members) = words.get_mut(3..) {
        let members = members.as_chunks_mut::<3>().0;
        let before = members.to_vec();
        let order = order::by_keys(before.iter().map(|&[_, _, offset]| offset.into()));
        for (member, from) in members.iter_mut().zip(order) {
            *member = before[from];
        }
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
