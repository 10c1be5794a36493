//! Reads a location list through [`LocationSource`], in windows: few lists are long, and no list states its length.

use crate::read::attribute_reader::AttributeReader;
use crate::sections::{LocationSource, Slice};
use gimli::{
    DebugLoc, DebugLocLists, EndianSlice, LocationLists, LocationListsOffset, RawLocListIter,
};

/// Bytes of a list that are read at first; few lists are longer.
const FIRST_WINDOW: usize = 256;
/// By how much the window grows where a list is longer.
const GROWTH: usize = 4;
/// Bytes of a list that are read at most.
pub(crate) const LONGEST_LIST: usize = 64 << 10;

/// A list, as far as a window contains it.
pub(crate) struct ListWindow<'w> {
    /// The entries from the first on. gimli takes the end of the window for that of the list.
    pub entries: RawLocListIter<Slice<'w>>,
    pub bytes: Slice<'w>,
    /// Whether no larger window follows.
    pub is_last: bool,
}

/// Gives windows of the list at an offset to `read`, each larger than the one before, until it returns something. `None` if
/// it never does, or no list can be read there.
pub(crate) fn read_list<T>(
    offset: u64,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
    mut read: impl FnMut(ListWindow<'_>) -> Option<T>,
) -> Option<T> {
    let encoding = reader.bases.encoding;
    let is_split = reader.sections.split.is_some();
    let mut len = FIRST_WINDOW;
    loop {
        let bytes = source.read(encoding.version >= 5, offset, len);
        let is_last = bytes.len() < len || len >= LONGEST_LIST;
        let bytes = EndianSlice::new(bytes, reader.sections.endian());
        let lists = LocationLists::new(DebugLoc::from(bytes), DebugLocLists::from(bytes));
        let start = LocationListsOffset(0);
        let entries = match is_split {
            true => lists.raw_locations_dwo(start, encoding),
            false => lists.raw_locations(start, encoding),
        };
        let found = read(ListWindow {
            entries: entries.ok()?,
            bytes,
            is_last,
        });
        if found.is_some() || is_last {
            return found;
        }
        len *= GROWTH;
    }
}
