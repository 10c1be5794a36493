//! Where the code of a function of a split unit is, when its DIE gives ranges instead of an address.
//!
//! clang gives all functions of a split unit of DWARF 5 ranges, to spare entries of `.debug_addr`; the
//! same unit not split has an address wherever there is but one range. Several ranges (hot and cold
//! parts) stand in both.

use crate::attributes::AttributeReader;
use crate::value::Value;
use gimli::{
    DebugAddrIndex, DebugRanges, DebugRngLists, DebugRngListsBase, DebugRngListsIndex,
    DwarfFileType, RangeLists, RawRngListEntry,
};

/// Entries of a list that are looked at: what comes before two ranges, and these.
const ENTRIES: usize = 8;

/// Where a function begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// Of one range.
    Only(u64),
    /// Of several.
    First(u64),
    /// The list is in the skeleton's file, in `.debug_ranges`, at this offset.
    List(u64),
}

/// Follows the ranges of a function of a split unit.
pub(crate) fn of_split(value: Value<'_>, reader: &AttributeReader<'_, '_>) -> Option<Begin> {
    let split = reader.sections.split?;
    let encoding = reader.bases.encoding;
    let index = match value {
        Value::RngListIndex(index) => index,
        Value::SecOffset(offset) if encoding.version < 5 => {
            return Some(Begin::List(split.ranges_base.checked_add(offset)?));
        }
        _ => return None,
    };
    let lists = RangeLists::new(
        DebugRanges::from(reader.sections.slice(&[])),
        DebugRngLists::from(reader.sections.slice(split.debug_rnglists)),
    );
    let base = DebugRngListsBase::default_for_encoding_and_file(encoding, DwarfFileType::Dwo);
    let index = DebugRngListsIndex(usize::try_from(index).ok()?);
    let offset = lists.get_offset(encoding, base, index).ok()?;
    let mut entries = lists.raw_ranges(offset, encoding).ok()?;
    let mut base = split.low_pc;
    let mut first = None;
    let address = |index: DebugAddrIndex<usize>| reader.indexed_address(index);
    for _ in 0..ENTRIES {
        let Some(entry) = entries.next().ok()? else {
            return first.map(Begin::Only);
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
        if let Some(first) = first {
            return Some(Begin::First(first));
        }
        first = Some(start);
    }
    first.map(Begin::First)
}
