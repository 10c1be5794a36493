//! The entry of a location list that holds at an address.

use super::place::{self, Argument};
use crate::location_list::read_list;
use crate::read::attribute_reader::AttributeReader;
use crate::sections::{LocationSource, Slice};
use gimli::{RawLocListEntry, RawLocListIter};

/// What a list tells of an address.
enum Found {
    Argument(Argument),
    /// The window ended before the list did.
    WindowEnds,
}

/// Where an argument is at `address` by the list at an offset. `base` is what the offsets of the list count from.
pub(super) fn at(
    address: u64,
    offset: u64,
    base: u64,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
) -> Argument {
    let found = read_list(offset, reader, source, |list| {
        match search(address, base, list.entries, list.bytes, reader) {
            Found::Argument(argument) => Some(argument),
            Found::WindowEnds => None,
        }
    });
    found.unwrap_or(Argument::Inexpressible)
}

/// Searches the list in a window.
fn search(
    address: u64,
    mut base: u64,
    mut entries: RawLocListIter<Slice<'_>>,
    window: Slice<'_>,
    reader: &AttributeReader<'_, '_>,
) -> Found {
    let mut otherwise = Argument::Gone;
    // Where the last entry ends; of one that sets a base this is not known.
    let mut entry_end = 0;
    let indexed = |index| reader.indexed_address(index);
    loop {
        let (range, data) = match entries.next() {
            Ok(Some(entry)) => match entry {
                RawLocListEntry::BaseAddress { addr } => {
                    (base, entry_end) = (addr, window.len());
                    continue;
                }
                RawLocListEntry::BaseAddressx { addr } => {
                    (base, entry_end) = (indexed(addr).unwrap_or(0), window.len());
                    continue;
                }
                RawLocListEntry::DefaultLocation { data } => (None, data),
                RawLocListEntry::AddressOrOffsetPair { begin, end, data }
                | RawLocListEntry::OffsetPair { begin, end, data } => (
                    Some((base.wrapping_add(begin), base.wrapping_add(end))),
                    data,
                ),
                RawLocListEntry::StartEnd { begin, end, data } => (Some((begin, end)), data),
                RawLocListEntry::StartLength {
                    begin,
                    length,
                    data,
                } => (Some((begin, begin.wrapping_add(length))), data),
                RawLocListEntry::StartxEndx { begin, end, data } => (
                    Some((indexed(begin).unwrap_or(0), indexed(end).unwrap_or(0))),
                    data,
                ),
                RawLocListEntry::StartxLength {
                    begin,
                    length,
                    data,
                } => {
                    let begin = indexed(begin).unwrap_or(0);
                    (Some((begin, begin.wrapping_add(length))), data)
                }
            },
            // gimli takes the window's end for the list's.
            Ok(None) if entry_end == window.len() => return Found::WindowEnds,
            Err(gimli::Error::UnexpectedEof(_)) => return Found::WindowEnds,
            Ok(None) => return Found::Argument(otherwise),
            Err(_) => return Found::Argument(Argument::Inexpressible),
        };
        entry_end = data.0.offset_from(window) + data.0.len();
        let encoding = reader.bases.encoding;
        match range {
            None => otherwise = place::of_expression(data, encoding),
            Some((begin, end)) if begin <= address && address < end => {
                return Found::Argument(place::of_expression(data, encoding));
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::bases::Bases;
    use crate::sections::Sections;
    use btf::{Place, Register};
    use gimli::{
        DebugAddrBase, DebugLocListsBase, DebugStrOffsetsBase, Encoding, Format, constants as dw,
    };

    struct Section(Vec<u8>);

    impl LocationSource for Section {
        fn read(&mut self, _: bool, offset: u64, len: usize) -> &[u8] {
            let rest = self.0.get(offset as usize..).unwrap_or_default();
            &rest[..len.min(rest.len())]
        }
    }

    fn argument(bytes: Vec<u8>, version: u16, address: u64) -> Argument {
        let sections = Sections::default();
        let bases = Bases {
            encoding: Encoding {
                format: Format::Dwarf32,
                version,
                address_size: 8,
            },
            str_offsets: DebugStrOffsetsBase(0),
            addr: DebugAddrBase(0),
            loclists: DebugLocListsBase(0),
        };
        let reader = AttributeReader {
            sections: &sections,
            bases,
        };
        at(address, 0, 0x100, &reader, &mut Section(bytes))
    }

    fn register(number: u32) -> Argument {
        Argument::At(Place::Register(Register::Number(number)))
    }

    /// A list of DWARF 5 with these ranges, in registers 0, 1, 2 and so on.
    fn list(ranges: &[(u8, u8)]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (number, &(begin, end)) in ranges.iter().enumerate() {
            let register = 0x50 + (number % 32) as u8;
            bytes.extend([dw::DW_LLE_offset_pair.0, begin, end, 1, register]);
        }
        bytes.push(dw::DW_LLE_end_of_list.0);
        bytes.resize(bytes.len() + 100_000, 0);
        bytes
    }

    #[test]
    fn the_entry_that_covers_the_address_counts() {
        let bytes = || list(&[(0, 0), (0, 4), (4, 9)]);
        let at = |address| argument(bytes(), 5, address);
        assert_eq!(at(0x100), register(1), "an empty range covers nothing");
        assert_eq!(at(0x104), register(2));
        assert_eq!(at(0x109), Argument::Gone);
        assert_eq!(at(0xff), Argument::Gone);
    }

    #[test]
    fn a_default_counts_where_no_entry_does() {
        let mut bytes = vec![dw::DW_LLE_default_location.0, 1, 0x57];
        bytes.extend(list(&[(0, 4)]));
        assert_eq!(argument(bytes.clone(), 5, 0x100), register(0));
        assert_eq!(argument(bytes, 5, 0x200), register(7));
    }

    #[test]
    fn lists_before_dwarf_5_have_pairs_and_a_base() {
        let words = |of: [u64; 2]| of.map(u64::to_le_bytes).concat();
        let mut bytes = words([0, 4]);
        bytes.extend([1, 0, 0x51]);
        bytes.extend(words([u64::MAX, 0x1000]));
        bytes.extend(words([0, 4]));
        bytes.extend([1, 0, 0x52]);
        bytes.extend(words([0, 0]));
        bytes.extend([0; 999]);
        assert_eq!(argument(bytes.clone(), 4, 0x103), register(1));
        assert_eq!(argument(bytes.clone(), 4, 0x1003), register(2));
        assert_eq!(argument(bytes, 4, 0x104), Argument::Gone);
    }

    #[test]
    fn long_lists_are_read_in_windows() {
        let mut ranges = vec![(9, 9); 2000];
        ranges.push((0, 4));
        assert_eq!(argument(list(&ranges), 5, 0x100), register(2000 % 32));
        let endless = [dw::DW_LLE_offset_pair.0, 9, 9, 0].repeat(100_000);
        assert_eq!(argument(endless, 5, 0x100), Argument::Inexpressible);
    }
}
