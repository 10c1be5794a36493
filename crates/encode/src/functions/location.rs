//! Where the location of a parameter is read: docs/function-rules.md, §5.

use super::expression::OnEntry;
use crate::location_list::read_list;
use crate::read::attribute_reader::AttributeReader;
use crate::read::value::Location;
use crate::sections::{LocationSource, Slice};
use gimli::{
    DebugLoc, DebugLocLists, DebugLocListsIndex, Encoding, EndianSlice, Expression, LocationLists,
    RawLocListEntry, RawLocListIter,
};

/// Reads a parameter's location. Piece starts are complete only where they are asked for: without
/// them the first entries of a list mostly say all.
pub(crate) fn on_entry<'a>(
    location: Location<'a>,
    reader: &AttributeReader<'_, 'a>,
    source: &mut dyn LocationSource,
    with_starts: bool,
) -> OnEntry {
    let offset = match location {
        Location::Expression(bytes) => {
            let mut noted = OnEntry::default();
            noted.add(&reader.expression(bytes), reader.bases.encoding, true);
            return noted;
        }
        Location::List(offset) => Some(offset),
        Location::ListIndex(index) => offset_of_list(index, reader, source),
    };
    match offset {
        Some(offset) => of_list(offset, reader, source, with_starts),
        None => OnEntry::default(),
    }
}

/// What the list at an offset tells.
fn of_list(
    offset: u64,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
    with_starts: bool,
) -> OnEntry {
    let encoding = reader.bases.encoding;
    let noted = read_list(offset, reader, source, |list| {
        let (noted, end) = read_entries(list.entries, list.bytes, encoding, with_starts);
        (end == End::OfList || list.is_last).then_some(noted)
    });
    noted.unwrap_or_default()
}

/// The offset of a list by its index in the unit's table.
pub(crate) fn offset_of_list(
    index: u64,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
) -> Option<u64> {
    let encoding = reader.bases.encoding;
    let base = reader.bases.loclists.0 as u64;
    let size = encoding.format.word_size();
    let entry = index
        .checked_mul(size.into())
        .and_then(|at| at.checked_add(base))?;
    let entry = source.read(true, entry, size.into());
    let table = DebugLocLists::from(EndianSlice::new(entry, reader.sections.endian()));
    let offset = LocationLists::new(DebugLoc::from(EndianSlice::default()), table)
        .get_offset(encoding, gimli::DebugLocListsBase(0), DebugLocListsIndex(0))
        .ok()?;
    base.checked_add(offset.0 as u64)
}

/// Why reading of a list ended.
#[derive(PartialEq, Eq)]
enum End {
    /// Nothing further matters.
    OfList,
    /// An entry is cut off, or may follow.
    OfWindow,
}

fn read_entries(
    mut entries: RawLocListIter<Slice<'_>>,
    window: Slice<'_>,
    encoding: Encoding,
    with_starts: bool,
) -> (OnEntry, End) {
    let mut noted = OnEntry::default();
    let mut is_first = true;
    // Where the last entry ends; of one that sets a base this is not known.
    let mut entry_end = 0;
    loop {
        let expression = match entries.next() {
            Ok(Some(entry)) => match expression_of(entry) {
                Some(expression) => expression,
                None => {
                    entry_end = window.len();
                    continue;
                }
            },
            // gimli takes the window's end for the list's.
            Ok(None) if entry_end == window.len() => return (noted, End::OfWindow),
            Err(gimli::Error::UnexpectedEof(_)) => return (noted, End::OfWindow),
            Ok(None) | Err(_) => return (noted, End::OfList),
        };
        entry_end = expression.0.offset_from(window) + expression.0.len();
        noted.add(&expression, encoding, is_first);
        is_first = false;
        if !with_starts && noted.single.is_some() && noted.piece.is_some() {
            return (noted, End::OfList);
        }
    }
}

/// The expression of a list's entry; `None` for an entry that sets a base.
fn expression_of(entry: RawLocListEntry<Slice<'_>>) -> Option<Expression<Slice<'_>>> {
    match entry {
        RawLocListEntry::BaseAddress { .. } | RawLocListEntry::BaseAddressx { .. } => None,
        RawLocListEntry::AddressOrOffsetPair { data, .. }
        | RawLocListEntry::StartxEndx { data, .. }
        | RawLocListEntry::StartxLength { data, .. }
        | RawLocListEntry::OffsetPair { data, .. }
        | RawLocListEntry::DefaultLocation { data }
        | RawLocListEntry::StartEnd { data, .. }
        | RawLocListEntry::StartLength { data, .. } => Some(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location_list::LONGEST_LIST;
    use crate::read::bases::Bases;
    use crate::sections::Sections;
    use gimli::{DebugAddrBase, DebugLocListsBase, DebugStrOffsetsBase, Format, constants as dw};

    const REG5: u8 = 0x55;
    const REG4: u8 = 0x54;
    const ENTRY_VALUE: u8 = 0xa3;
    const STACK_VALUE: u8 = 0x9f;

    /// A section of location lists; counts what is read of it.
    #[derive(Default)]
    struct Section {
        bytes: Vec<u8>,
        read: usize,
    }

    impl LocationSource for Section {
        fn read(&mut self, _: bool, offset: u64, len: usize) -> &[u8] {
            let rest = self.bytes.get(offset as usize..).unwrap_or_default();
            let window = &rest[..len.min(rest.len())];
            self.read = self.read.max(window.len());
            window
        }
    }

    fn with_reader<T>(version: u16, ask: impl FnOnce(&AttributeReader<'_, '_>) -> T) -> T {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version,
            address_size: 8,
        };
        let bases = Bases {
            encoding,
            str_offsets: DebugStrOffsetsBase(0),
            addr: DebugAddrBase(0),
            loclists: DebugLocListsBase(12),
        };
        let sections = Sections::default();
        ask(&AttributeReader {
            sections: &sections,
            bases,
        })
    }

    /// The bytes of a list of DWARF 5 with these expressions.
    fn list(expressions: &[&[u8]]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for expression in expressions {
            bytes.extend([dw::DW_LLE_offset_pair.0, 0, 1, expression.len() as u8]);
            bytes.extend(*expression);
        }
        bytes.push(dw::DW_LLE_end_of_list.0);
        bytes
    }

    fn registers(single: Option<u8>, piece: Option<u8>) -> OnEntry {
        OnEntry {
            single,
            piece,
            ..OnEntry::default()
        }
    }

    fn of_list(section: &mut Section, version: u16) -> OnEntry {
        with_reader(version, |reader| {
            on_entry(Location::List(0), reader, section, true)
        })
    }

    #[test]
    fn lists_are_found_by_their_index() {
        // A table of one offset at the base (12), the list behind it.
        let mut section = Section::default();
        section.bytes.resize(12, 0);
        section.bytes.extend([4, 0, 0, 0]);
        section.bytes.extend(list(&[&[REG4]]));
        let noted = with_reader(5, |reader| {
            on_entry(Location::ListIndex(0), reader, &mut section, true)
        });
        assert_eq!(noted, registers(Some(4), Some(4)));
    }

    #[test]
    fn lists_are_read_in_windows() {
        // Entries that say nothing, and one at the end that does.
        let entry_value = [ENTRY_VALUE, 1, REG5, STACK_VALUE];
        let mut expressions: Vec<&[u8]> = vec![&[0x9c]; 1000];
        expressions.push(&entry_value);
        let mut section = Section {
            bytes: list(&expressions),
            ..Section::default()
        };
        section.bytes.resize(200_000, 0);
        assert_eq!(of_list(&mut section, 5), registers(Some(5), Some(5)));
        assert!(section.read < 20_000, "{} bytes", section.read);

        // A list without end is read up to its bound.
        let mut endless = Section {
            bytes: [dw::DW_LLE_offset_pair.0, 0, 1, 0].repeat(100_000),
            ..Section::default()
        };
        assert_eq!(of_list(&mut endless, 5), OnEntry::default());
        assert_eq!(endless.read, LONGEST_LIST);
    }

    #[test]
    fn entries_that_set_a_base_are_no_first_entries() {
        // DWARF 4: a base address, then an entry.
        let mut section = Section::default();
        section.bytes.extend([0xff; 8]);
        section.bytes.extend([0; 8]);
        section
            .bytes
            .extend([1u64, 2].map(u64::to_le_bytes).concat());
        section.bytes.extend([1, 0, REG5]);
        section.bytes.extend([0; 16]);
        assert_eq!(of_list(&mut section, 4), registers(Some(5), Some(5)));
    }
}
