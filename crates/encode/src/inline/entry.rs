//! The address at which an inline site begins.

use crate::read::attribute_reader::AttributeReader;
use crate::read::value::Value;
use crate::sections::{LocationSource, Slice};
use gimli::{
    DebugRanges, DebugRngLists, EndianSlice, RangeLists, RangeListsOffset, RawRngListEntry,
};

/// Bytes of a range list that are read: an entry that sets the base, and a range.
const WINDOW: usize = 64;

/// What the attributes of a DIE say of its addresses.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Addresses<'a> {
    pub entry_pc: Option<Value<'a>>,
    pub low_pc: Option<Value<'a>>,
    pub ranges: Option<Value<'a>>,
}

/// What the addresses and lists of a unit count from.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin {
    /// `DW_AT_low_pc` of the unit.
    pub low_pc: u64,
    /// `DW_AT_rnglists_base`, if the unit has it.
    pub rnglists: Option<u64>,
}

impl Addresses<'_> {
    /// The address of the first instruction: `DW_AT_entry_pc`, else `DW_AT_low_pc`, else the start of the first range.
    pub fn first(
        &self,
        origin: Origin,
        reader: &AttributeReader<'_, '_>,
        source: &mut dyn LocationSource,
    ) -> Option<u64> {
        if let Some(address) = self.entry_pc.and_then(|value| reader.address(value)) {
            return Some(address);
        }
        let start = match self.low_pc {
            Some(value) => reader.address(value)?,
            None => first_of_ranges(self.ranges?, origin, reader, source)?,
        };
        match self.entry_pc {
            // DWARF 5: an offset from there.
            Some(offset) => start.checked_add(offset.unsigned()?),
            None => Some(start),
        }
    }
}

/// The start of the first range of a list that is not empty.
fn first_of_ranges(
    value: Value<'_>,
    origin: Origin,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
) -> Option<u64> {
    let encoding = reader.bases.encoding;
    let offset = match value {
        Value::SecOffset(offset) => offset,
        Value::RngListIndex(index) => {
            let word = encoding.format.word_size();
            // Behind the header of the only table, if the unit names none.
            let header = u64::from(encoding.format.initial_length_size()) + 8;
            let base = origin.rnglists.unwrap_or(header);
            let entry = index.checked_mul(word.into())?.checked_add(base)?;
            let bytes = read(entry, word.into(), reader, source);
            base.checked_add(word_of(bytes, word.into(), reader)?)?
        }
        _ => return None,
    };
    let window = read(offset, WINDOW, reader, source);
    let window: Slice<'_> = EndianSlice::new(window, reader.sections.endian());
    let lists = RangeLists::new(DebugRanges::from(window), DebugRngLists::from(window));
    let mut entries = lists.raw_ranges(RangeListsOffset(0), encoding).ok()?;
    let mut base = origin.low_pc;
    while let Some(entry) = entries.next().ok()? {
        let (begin, is_empty) = match entry {
            RawRngListEntry::BaseAddress { addr } => {
                base = addr;
                continue;
            }
            RawRngListEntry::BaseAddressx { addr } => {
                base = reader.indexed_address(addr)?;
                continue;
            }
            RawRngListEntry::AddressOrOffsetPair { begin, end }
            | RawRngListEntry::OffsetPair { begin, end } => {
                (base.checked_add(begin)?, begin == end)
            }
            RawRngListEntry::StartEnd { begin, end } => (begin, begin == end),
            RawRngListEntry::StartLength { begin, length } => (begin, length == 0),
            RawRngListEntry::StartxLength { begin, length } => {
                (reader.indexed_address(begin)?, length == 0)
            }
            RawRngListEntry::StartxEndx { begin, end } => {
                (reader.indexed_address(begin)?, begin == end)
            }
        };
        if !is_empty {
            return Some(begin);
        }
    }
    None
}

/// Bytes of range lists: of a split unit, of its own file.
fn read<'s>(
    offset: u64,
    len: usize,
    reader: &AttributeReader<'_, 's>,
    source: &'s mut dyn LocationSource,
) -> &'s [u8] {
    match reader.sections.split {
        Some(split) => {
            let rest = usize::try_from(offset)
                .ok()
                .and_then(|at| split.debug_rnglists.get(at..))
                .unwrap_or_default();
            &rest[..rest.len().min(len)]
        }
        None => source.read_ranges(reader.bases.encoding.version >= 5, offset, len),
    }
}

/// A number of 4 or 8 bytes.
fn word_of(bytes: &[u8], len: usize, reader: &AttributeReader<'_, '_>) -> Option<u64> {
    use gimli::Reader;
    let mut bytes = EndianSlice::new(bytes.get(..len)?, reader.sections.endian());
    bytes.read_uint(len).ok()
}
