//! Which register a location names: docs/function-rules.md, §5.
//!
//! A unit's parameters are read before its types are known. So the register for an argument of one
//! register and that for a longer one are both noted, and the argument's size decides later.

use crate::attributes::{AttributeReader, Location};
use crate::sections::{LocationSource, Slice};
use gimli::{
    DebugLoc, DebugLocLists, DebugLocListsIndex, Encoding, EndianSlice, Expression, LocationLists,
    LocationListsOffset, Operation, OperationIter, RawLocListEntry, RawLocListIter,
    constants as dw,
};

/// Bytes of a list that are read at first; few lists are longer.
const FIRST_WINDOW: usize = 256;
/// By how much the window grows where a list is longer.
const GROWTH: usize = 4;
/// Bytes of a list that are read at most.
const LONGEST_LIST: usize = 64 << 10;
/// Registers of a higher number are not known.
const HIGHEST_REGISTER: u16 = 31;

/// What the location of a parameter says of its argument on entry to the function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OnEntry {
    /// The register of an argument that takes one.
    pub single: Option<u8>,
    /// The first register of an argument that takes more.
    pub piece: Option<u8>,
    /// The value is a constant.
    pub constant: bool,
    /// The argument is in the function's frame.
    pub in_frame: bool,
    pub starts: PieceStarts,
}

/// Where pieces of an aggregate start, in bytes from its begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PieceStarts {
    /// Starts in the first word, a bit each.
    first_word: u8,
    /// Starts from the second word on, counted from there.
    beyond: u64,
}

impl PieceStarts {
    /// Notes a piece. Starts too far out for a bit are not noted.
    fn note(&mut self, start: u64, word: u8) {
        match start.checked_sub(word.into()) {
            None => self.first_word |= 1u8.checked_shl(start as u32).unwrap_or(0),
            Some(start @ 0..64) => self.beyond |= 1 << start,
            Some(_) => {}
        }
    }

    /// Adds the starts of another location of the same argument.
    pub fn unite(&mut self, other: PieceStarts) {
        self.first_word |= other.first_word;
        self.beyond |= other.beyond;
    }

    #[cfg(test)]
    pub fn at(starts: &[u64], word: u8) -> PieceStarts {
        let mut noted = PieceStarts::default();
        for &start in starts {
            noted.note(start, word);
        }
        noted
    }

    pub fn is_empty(self) -> bool {
        self == PieceStarts::default()
    }

    /// Whether pieces start in the first word and beyond it.
    pub fn are_in_both(self) -> bool {
        self.first_word != 0 && self.beyond != 0
    }

    /// The start, if it is the only one.
    pub fn only(self, word: u64) -> Option<u64> {
        match (self.first_word.count_ones(), self.beyond.count_ones()) {
            (1, 0) => Some(self.first_word.trailing_zeros().into()),
            (0, 1) => word.checked_add(self.beyond.trailing_zeros().into()),
            _ => None,
        }
    }
}

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
        Some(offset) => read_list(offset, reader, source, with_starts),
        None => OnEntry::default(),
    }
}

/// The offset of a list by its index in the unit's table.
fn offset_of_list(
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

/// Reads a list, in windows that grow until its end is in one.
fn read_list(
    offset: u64,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
    with_starts: bool,
) -> OnEntry {
    let encoding = reader.bases.encoding;
    let is_split = reader.sections.split.is_some();
    let mut len = FIRST_WINDOW;
    loop {
        let window = source.read(encoding.version >= 5, offset, len);
        let may_go_on = window.len() == len && len < LONGEST_LIST;
        let window = EndianSlice::new(window, reader.sections.endian());
        let lists = LocationLists::new(DebugLoc::from(window), DebugLocLists::from(window));
        let start = LocationListsOffset(0);
        let entries = match is_split {
            true => lists.raw_locations_dwo(start, encoding),
            false => lists.raw_locations(start, encoding),
        };
        let Ok(entries) = entries else {
            return OnEntry::default();
        };
        let (noted, end) = read_entries(entries, encoding, with_starts);
        if end == End::OfList || !may_go_on {
            return noted;
        }
        len *= GROWTH;
    }
}

/// Where reading ended.
#[derive(PartialEq, Eq)]
enum End {
    /// Nothing further matters.
    OfList,
    /// An entry is cut off.
    OfWindow,
}

fn read_entries(
    mut entries: RawLocListIter<Slice<'_>>,
    encoding: Encoding,
    with_starts: bool,
) -> (OnEntry, End) {
    let mut noted = OnEntry::default();
    let mut is_first = true;
    loop {
        let expression = match entries.next() {
            Ok(Some(entry)) => match expression_of(entry) {
                Some(expression) => expression,
                None => continue,
            },
            Err(gimli::Error::UnexpectedEof(_)) => return (noted, End::OfWindow),
            Ok(None) | Err(_) => return (noted, End::OfList),
        };
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

impl OnEntry {
    /// Notes what one expression says: that of the first entry, or of a later one.
    fn add(&mut self, expression: &Expression<Slice<'_>>, encoding: Encoding, is_first: bool) {
        let mut rest = expression.operations(encoding);
        let Some(head) = next(&mut rest) else {
            return;
        };
        if is_constant(expression.0.slice()) {
            self.constant |= is_first;
            return;
        }
        let after_head = rest;
        match (next(&mut rest), next(&mut rest)) {
            (None, _) => self.add_simple(&head, false, encoding, is_first),
            (Some(Operation::StackValue), None) => self.add_simple(&head, true, encoding, is_first),
            _ => self.add_composite(&head, after_head, encoding, is_first),
        }
    }

    /// One operation, perhaps with `DW_OP_stack_value`.
    fn add_simple(
        &mut self,
        operation: &Operation<Slice<'_>>,
        stack_value: bool,
        encoding: Encoding,
        is_first: bool,
    ) {
        let register = match operation {
            Operation::FrameOffset { .. } => {
                self.in_frame |= is_first;
                None
            }
            Operation::EntryValue { expression } => entry_value(*expression, encoding),
            _ if !is_first => None,
            Operation::RegisterOffset { .. } if !stack_value => None,
            operation => register_of(operation).or_else(|| base_register_of(operation)),
        };
        self.single = self.single.or(register);
        self.piece = self.piece.or(register);
    }

    /// Several operations: pieces, or a computation.
    fn add_composite<'e>(
        &mut self,
        head: &Operation<Slice<'e>>,
        rest: OperationIter<Slice<'e>>,
        encoding: Encoding,
        is_first: bool,
    ) {
        let mut end_of_piece = 0u64;
        if let Some(bytes) = piece_of(head) {
            // Its bytes are gone: nothing of the aggregate starts here.
            end_of_piece = bytes;
        }
        let mut first_register = register_of(head);
        let mut has_stack_value = false;
        let mut rest = rest;
        while let Some(operation) = next(&mut rest) {
            first_register = first_register.or_else(|| register_of(&operation));
            has_stack_value |= matches!(operation, Operation::StackValue);
            if let Some(bytes) = piece_of(&operation) {
                self.starts.note(end_of_piece, encoding.address_size);
                end_of_piece = end_of_piece.saturating_add(bytes);
            }
        }
        self.piece = self.piece.or(first_register);
        if is_first {
            let base = || base_register_of(head).filter(|_| has_stack_value);
            self.single = self.single.or_else(|| register_of(head).or_else(base));
        }
    }
}

/// The next operation. One that cannot be decoded ends the expression.
fn next<'e>(operations: &mut OperationIter<Slice<'e>>) -> Option<Operation<Slice<'e>>> {
    operations.next().ok().flatten()
}

/// Whether an expression begins with one of the constants that count as such.
fn is_constant(expression: &[u8]) -> bool {
    let Some(&first) = expression.first() else {
        return false;
    };
    let literals = dw::DW_OP_lit0.0..=dw::DW_OP_lit31.0;
    literals.contains(&first) || [dw::DW_OP_constu.0, dw::DW_OP_consts.0].contains(&first)
}

/// N of `DW_OP_regN`, if it is a known register.
fn register_of(operation: &Operation<Slice<'_>>) -> Option<u8> {
    match operation {
        Operation::Register { register } => known(*register),
        _ => None,
    }
}

/// N of `DW_OP_bregN`, if it is a known register.
fn base_register_of(operation: &Operation<Slice<'_>>) -> Option<u8> {
    match operation {
        // One with a type is DW_OP_regval_type.
        Operation::RegisterOffset {
            register,
            base_type,
            ..
        } if base_type.0 == 0 => known(*register),
        _ => None,
    }
}

fn known(register: gimli::Register) -> Option<u8> {
    (register.0 <= HIGHEST_REGISTER).then_some(register.0 as u8)
}

/// Bytes of a `DW_OP_piece`.
fn piece_of(operation: &Operation<Slice<'_>>) -> Option<u64> {
    match operation {
        Operation::Piece {
            size_in_bits,
            bit_offset: None,
        } => Some(size_in_bits / 8),
        _ => None,
    }
}

/// The register of `DW_OP_entry_value` whose block is one `DW_OP_regN`.
fn entry_value(block: Slice<'_>, encoding: Encoding) -> Option<u8> {
    let mut operations = Expression(block).operations(encoding);
    let register = register_of(&next(&mut operations)?);
    register.filter(|_| next(&mut operations).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attributes::Bases;
    use crate::sections::{NoLocations, Sections};
    use gimli::{DebugAddrBase, DebugLocListsBase, DebugStrOffsetsBase, Format};

    const STACK_VALUE: u8 = 0x9f;
    const PIECE: u8 = 0x93;
    const REG5: u8 = 0x55;
    const REG4: u8 = 0x54;
    const BREG5: u8 = 0x75;
    const FBREG: u8 = 0x91;
    const ENTRY_VALUE: u8 = 0xa3;

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

    fn of_expression(bytes: &[u8]) -> OnEntry {
        with_reader(5, |reader| {
            on_entry(Location::Expression(bytes), reader, &mut NoLocations, true)
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

    fn of_list(expressions: &[&[u8]]) -> OnEntry {
        let mut section = Section {
            bytes: list(expressions),
            ..Section::default()
        };
        with_reader(5, |reader| {
            on_entry(Location::List(0), reader, &mut section, true)
        })
    }

    fn registers(single: Option<u8>, piece: Option<u8>) -> OnEntry {
        OnEntry {
            single,
            piece,
            ..OnEntry::default()
        }
    }

    /// What of each expression is noted, as in the table of §5.
    #[test]
    fn simple_expressions() {
        let both = |register| registers(Some(register), Some(register));
        let nothing = OnEntry::default();
        let constant = OnEntry {
            constant: true,
            ..nothing
        };
        let in_frame = OnEntry {
            in_frame: true,
            ..nothing
        };
        for (expression, noted) in [
            (&[REG5][..], both(5)),
            (&[REG5, STACK_VALUE], both(5)),
            (&[0x90, 31], both(31)), // regx
            (&[0x90, 32], nothing),
            (&[BREG5, 0x78, STACK_VALUE], both(5)),
            (&[0x92, 5, 0, STACK_VALUE], both(5)), // bregx
            (&[BREG5, 0], nothing),
            (&[ENTRY_VALUE, 1, REG5], both(5)),
            (&[0xf3, 1, REG5, STACK_VALUE], both(5)), // GNU's
            (&[ENTRY_VALUE, 2, BREG5, 0, STACK_VALUE], nothing),
            (&[ENTRY_VALUE, 2, REG5, REG4, STACK_VALUE], nothing),
            (&[FBREG, 0x60], in_frame),
            (&[FBREG, 0x60, STACK_VALUE], in_frame),
            (&[0x30], constant), // lit0
            (&[0x4f, STACK_VALUE], constant),
            (&[0x10, 7, STACK_VALUE], constant),    // constu
            (&[0x11, 0x7f, STACK_VALUE], constant), // consts
            (&[0x08, 7, STACK_VALUE], nothing),     // const1u is none
            (&[0xa5, 5, 9, STACK_VALUE], nothing),  // regval_type
            (&[0x9c], nothing),                     // call_frame_cfa
            (&[], nothing),
            (&[0xff], nothing),
            (&[REG5, 0xff], both(5)), // what cannot be decoded ends it
        ] {
            assert_eq!(of_expression(expression), noted, "{expression:02x?}");
        }
    }

    #[test]
    fn composite_expressions() {
        let with_starts = |single, piece, starts: &[u64]| OnEntry {
            starts: PieceStarts::at(starts, 8),
            ..registers(single, piece)
        };
        for (expression, noted) in [
            (
                &[REG5, PIECE, 8, REG4, PIECE, 8][..],
                with_starts(Some(5), Some(5), &[0, 8]),
            ),
            // The first piece is gone: not noted, but it takes its bytes.
            (
                &[PIECE, 8, REG5, PIECE, 8],
                with_starts(None, Some(5), &[8]),
            ),
            // A later empty piece is noted.
            (
                &[REG5, PIECE, 8, PIECE, 8],
                with_starts(Some(5), Some(5), &[0, 8]),
            ),
            (
                &[PIECE, 4, PIECE, 4, REG5, PIECE, 4],
                with_starts(None, Some(5), &[4, 8]),
            ),
            // Bits are neither noted nor counted.
            (
                &[REG5, 0x9d, 32, 0, REG4, PIECE, 4],
                with_starts(Some(5), Some(5), &[0]),
            ),
            (
                &[BREG5, 0, 0x06, STACK_VALUE],
                with_starts(Some(5), None, &[]),
            ),
            (&[BREG5, 0, 0x06], OnEntry::default()),
            (&[FBREG, 0, 0x06], OnEntry::default()),
            // A constant is one whatever follows.
            (
                &[0x37, STACK_VALUE, PIECE, 8, REG4, PIECE, 8],
                OnEntry {
                    constant: true,
                    ..OnEntry::default()
                },
            ),
            (
                &[PIECE, 8, 0x33, STACK_VALUE, PIECE, 4],
                with_starts(None, None, &[8]),
            ),
        ] {
            assert_eq!(of_expression(expression), noted, "{expression:02x?}");
        }
        let far = [PIECE, 8 + 63, REG5, PIECE, 1, REG4, PIECE, 1];
        let noted = of_expression(&far);
        assert_eq!(noted.starts.only(8), Some(71), "72 is too far out");
    }

    #[test]
    fn later_entries_tell_of_entry_values_and_pieces_alone() {
        let later: &[(&[u8], OnEntry)] = &[
            (&[REG5], OnEntry::default()),
            (&[0x37, STACK_VALUE], OnEntry::default()),
            (&[FBREG, 0], OnEntry::default()),
            (&[BREG5, 0, STACK_VALUE], OnEntry::default()),
            (&[BREG5, 0, 0x06, STACK_VALUE], OnEntry::default()),
            (
                &[ENTRY_VALUE, 1, REG5, STACK_VALUE],
                registers(Some(5), Some(5)),
            ),
            (&[REG5, 0x23, 8, STACK_VALUE], registers(None, Some(5))),
        ];
        for (expression, noted) in later {
            // An empty expression is the first entry.
            assert_eq!(of_list(&[&[], expression]), *noted, "{expression:02x?}");
        }
        // The first entry that yields a register decides on it; constants and frames do not.
        let entry_value = [ENTRY_VALUE, 1, REG5, STACK_VALUE];
        let noted = of_list(&[&[REG4], &entry_value]);
        assert_eq!(noted, registers(Some(4), Some(4)));
        let noted = of_list(&[&[0x30, STACK_VALUE], &entry_value]);
        assert_eq!((noted.constant, noted.single), (true, Some(5)));
    }

    #[test]
    fn starts_of_all_entries_are_united() {
        let (low, high) = ([REG5, PIECE, 8], [PIECE, 8, REG5, PIECE, 8]);
        assert_eq!(of_list(&[&low]).starts.only(8), Some(0));
        assert_eq!(of_list(&[&high]).starts.only(8), Some(8));
        let united = of_list(&[&low, &high]).starts;
        assert!(united.are_in_both() && united.only(8).is_none());
    }

    #[test]
    fn lists_are_found_by_index_and_read_in_windows() {
        // A table of one offset at the base (12), the list behind it.
        let mut section = Section::default();
        section.bytes.resize(12, 0);
        section.bytes.extend([4, 0, 0, 0]);
        section.bytes.extend(list(&[&[REG4]]));
        let noted = with_reader(5, |reader| {
            on_entry(Location::ListIndex(0), reader, &mut section, true)
        });
        assert_eq!(noted, registers(Some(4), Some(4)));

        // Entries that say nothing, and one at the end that does.
        let entry_value = [ENTRY_VALUE, 1, REG5, STACK_VALUE];
        let mut expressions: Vec<&[u8]> = vec![&[0x9c]; 1000];
        expressions.push(&entry_value);
        let mut section = Section {
            bytes: list(&expressions),
            ..Section::default()
        };
        section.bytes.resize(200_000, 0);
        let mut noted = |section: &mut Section, version| {
            with_reader(version, |reader| {
                on_entry(Location::List(0), reader, section, true)
            })
        };
        assert_eq!(noted(&mut section, 5), registers(Some(5), Some(5)));
        assert!(section.read < 20_000, "{} bytes", section.read);

        // A list without end is read up to its bound.
        let mut endless = Section {
            bytes: [dw::DW_LLE_offset_pair.0, 0, 1, 0].repeat(100_000),
            ..Section::default()
        };
        assert_eq!(noted(&mut endless, 5), OnEntry::default());
        assert_eq!(endless.read, LONGEST_LIST);

        // DWARF 4: base address, then an entry.
        let mut section = Section::default();
        section.bytes.extend([0xff; 8]);
        section.bytes.extend([0; 8]);
        section
            .bytes
            .extend([1u64, 2].map(u64::to_le_bytes).concat());
        section.bytes.extend([1, 0, REG5]);
        section.bytes.extend([0; 16]);
        assert_eq!(noted(&mut section, 4), registers(Some(5), Some(5)));
    }
}
