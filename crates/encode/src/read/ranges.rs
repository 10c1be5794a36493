//! Where the code of a function of a split unit is, when its DIE gives ranges instead of an address.
//!
//! clang gives all functions of a split unit of DWARF 5 ranges, to spare entries of `.debug_addr`; the
//! same unit not split has an address wherever there is but one range. Where there are several (hot and
//! cold parts), neither has an address.

use super::bases::Bases;
use super::value::Value;
use crate::sections::Sections;
use gimli::{
    DebugAddrIndex, DebugRanges, DebugRngLists, DebugRngListsBase, DebugRngListsIndex,
    DwarfFileType, RangeLists, RawRngListEntry,
};

/// Entries of a list that are looked at: what comes before two ranges, and these.
const ENTRIES: usize = 8;

/// Where a function of a split unit begins that has one range.
pub(super) fn of_split(value: Value<'_>, sections: &Sections<'_>, bases: &Bases) -> Option<u64> {
    let split = sections.split?;
    let encoding = bases.encoding;
    let Value::RngListIndex(index) = value else {
        return None;
    };
    let lists = RangeLists::new(
        DebugRanges::from(sections.slice(&[])),
        DebugRngLists::from(sections.slice(split.debug_rnglists)),
    );
    let base = DebugRngListsBase::default_for_encoding_and_file(encoding, DwarfFileType::Dwo);
    let index = DebugRngListsIndex(usize::try_from(index).ok()?);
    let offset = lists.get_offset(encoding, base, index).ok()?;
    let mut entries = lists.raw_ranges(offset, encoding).ok()?;
    let mut base = split.low_pc;
    let mut first = None;
    let address = |index: DebugAddrIndex<usize>| bases.indexed_address(sections, index);
    for _ in 0..ENTRIES {
        let Some(entry) = entries.next().ok()? else {
            return first;
        };
        let start = match entry {
            RawRngListEntry::BaseAddress { addr } => {
                base = addr;
                continue;
            }
            RawRngListEntry::BaseAddressx { addr } => {
                base = address(addr)?;
                continue;
            }
            RawRngListEntry::OffsetPair { begin, .. } => base.checked_add(begin)?,
            RawRngListEntry::StartxLength { begin, .. }
            | RawRngListEntry::StartxEndx { begin, .. } => address(begin)?,
            RawRngListEntry::StartLength { begin, .. }
            | RawRngListEntry::StartEnd { begin, .. } => begin,
            RawRngListEntry::AddressOrOffsetPair { .. } => return None,
        };
        if first.replace(start).is_some() {
            return None;
        }
    }
    None
}
