//! Where a function begins that has no single address: its hot and cold parts lie apart.

use gimli::{
    DebugRanges, DebugRngLists, Encoding, EndianSlice, Format, RangeLists, RangeListsOffset,
    RawRngListEntry, RunTimeEndian,
};
use serde::{Deserialize, Serialize};

/// The list of a function's ranges (`DW_AT_ranges`), of which the first begins with its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ranges {
    /// Offset in `.debug_rnglists` (DWARF 5) or `.debug_ranges`.
    pub offset: u64,
    /// What addresses in the list count from: where the unit begins.
    pub base: u64,
    /// Which section it is, and how its entries are written.
    pub dwarf5: bool,
    /// `offset` is where the first range begins: the list of a split unit is in another file.
    pub known: bool,
}

impl Ranges {
    /// Bytes that hold the first range of any list.
    pub const FIRST: u64 = 64;

    /// Where the first range begins, if that is known without the list.
    pub fn known_entry(&self) -> Option<u64> {
        self.known.then_some(self.offset)
    }

    /// Where the first range begins. `bytes` are those of the section from the list's offset on.
    pub fn entry(&self, bytes: &[u8], big_endian: bool, address_size: u8) -> Option<u64> {
        let endian = if big_endian {
            RunTimeEndian::Big
        } else {
            RunTimeEndian::Little
        };
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: if self.dwarf5 { 5 } else { 4 },
            address_size,
        };
        let (old, new) = if self.dwarf5 {
            (&[][..], bytes)
        } else {
            (bytes, &[][..])
        };
        let lists = RangeLists::new(
            DebugRanges::from(EndianSlice::new(old, endian)),
            DebugRngLists::from(EndianSlice::new(new, endian)),
        );
        let mut entries = lists.raw_ranges(RangeListsOffset(0), encoding).ok()?;
        let mut base = self.base;
        loop {
            match entries.next().ok()?? {
                RawRngListEntry::BaseAddress { addr } => base = addr,
                RawRngListEntry::AddressOrOffsetPair { begin, .. }
                | RawRngListEntry::OffsetPair { begin, .. } => return base.checked_add(begin),
                RawRngListEntry::StartEnd { begin, .. }
                | RawRngListEntry::StartLength { begin, .. } => return Some(begin),
                // Through .debug_addr: no compiler that splits functions writes these.
                _ => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_range_of_both_forms() {
        let list = |dwarf5| Ranges {
            offset: 0,
            base: 0x1000,
            dwarf5,
            known: false,
        };
        let old = [0x10u64, 0x20, 0x30, 0x40, 0, 0].map(u64::to_le_bytes);
        assert_eq!(list(false).entry(&old.concat(), false, 8), Some(0x1010));
        // DW_RLE_offset_pair, DW_RLE_end_of_list.
        assert_eq!(
            list(true).entry(&[4, 0x10, 0x20, 0], false, 8),
            Some(0x1010)
        );
        // DW_RLE_base_address, DW_RLE_offset_pair.
        let based = [5, 0, 0, 0x20, 0, 4, 1, 2, 0];
        assert_eq!(list(true).entry(&based, true, 4), Some(0x2001));
        // DW_RLE_start_length.
        let start = [7, 0, 0x40, 0, 0, 5, 0];
        assert_eq!(list(true).entry(&start, false, 4), Some(0x4000));
        assert_eq!(list(true).entry(&start[..3], false, 4), None);
        assert_eq!(list(true).entry(&[0], false, 4), None);
    }
}
