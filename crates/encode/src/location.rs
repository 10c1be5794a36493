//! Where a parameter arrives: the one register that a location names, if it names one.
//!
//! The rules are pahole's: the first location of a list counts, and an entry value in any of them.

use crate::attributes::{AttributeReader, Location};
use crate::sections::{LocationSource, Slice};
use gimli::{
    DebugLoc, DebugLocLists, Encoding, Expression, LocationLists, Operation, RawLocListEntry,
};

/// Bytes of a location list that are read at first; a list that is longer is read again.
const WINDOW: usize = 512;
/// A list longer than this is not read further: only its first entries matter.
const LIMIT: usize = 64 << 10;

/// The DWARF numbers of the register a parameter arrives in. How an expression of several operations
/// is read depends on the size of the parameter's type, which is not known while a unit is walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Registers {
    /// If the type fits into one register.
    pub scalar: Option<u16>,
    /// If it is an aggregate over more than one.
    pub aggregate: Option<u16>,
    /// The first location is a constant.
    pub constant: bool,
    /// The first location is a place in the frame.
    pub stack: bool,
    /// Bytes of an aggregate's first and second word at which pieces of it start, a bit each.
    pub fields: [u64; 2],
}

/// The register that a location names. `all` asks for pieces in every location of a list.
pub(crate) fn registers<'a>(
    location: Location<'a>,
    reader: &AttributeReader<'_, 'a>,
    source: &mut dyn LocationSource,
    all: bool,
) -> Registers {
    let encoding = reader.bases.encoding;
    let mut found = Found {
        encoding,
        all,
        registers: Registers::default(),
    };
    match location {
        Location::Expression(bytes) => found.visit(reader.sections.slice(bytes), true),
        Location::List(offset) => found.visit_list(offset, reader, source),
        Location::ListIndex(index) => {
            if let Some(offset) = list_offset(index, reader, source) {
                found.visit_list(offset, reader, source);
            }
        }
    }
    found.registers
}

/// The offset of a list by its index, through the table at the unit's `DW_AT_loclists_base`.
fn list_offset(
    index: u64,
    reader: &AttributeReader<'_, '_>,
    source: &mut dyn LocationSource,
) -> Option<u64> {
    let base = reader.bases.loclists.0 as u64;
    let width = u64::from(reader.bases.encoding.format.word_size());
    let at = base.checked_add(index.checked_mul(width)?)?;
    let bytes = source.read(true, at, width as usize);
    let big = reader.sections.big_endian;
    let value = match *bytes {
        [a, b, c, d] if big => u64::from(u32::from_be_bytes([a, b, c, d])),
        [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] if big => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => return None,
    };
    base.checked_add(value)
}

struct Found {
    encoding: Encoding,
    all: bool,
    registers: Registers,
}

impl Found {
    fn visit_list(
        &mut self,
        offset: u64,
        reader: &AttributeReader<'_, '_>,
        source: &mut dyn LocationSource,
    ) {
        let mut window = WINDOW;
        loop {
            let dwarf5 = self.encoding.version >= 5;
            let bytes = source.read(dwarf5, offset, window);
            let short = bytes.len() < window;
            self.registers = Registers::default();
            let split = reader.sections.split.is_some();
            let slice = Slice::new(bytes, reader.sections.endian());
            let complete = self.visit_entries(slice, dwarf5, split);
            if complete || short || window >= LIMIT {
                return;
            }
            window *= 8;
        }
    }

    /// Visits the entries in `bytes`, which start a list; `false` when the list goes on beyond them.
    fn visit_entries(&mut self, bytes: Slice<'_>, dwarf5: bool, split: bool) -> bool {
        let none = Slice::new(&[], gimli::Reader::endian(&bytes));
        let (old, new) = if dwarf5 { (none, bytes) } else { (bytes, none) };
        let lists = LocationLists::new(DebugLoc::from(old), DebugLocLists::from(new));
        let start = gimli::LocationListsOffset(0);
        let entries = if split {
            lists.raw_locations_dwo(start, self.encoding)
        } else {
            lists.raw_locations(start, self.encoding)
        };
        let Ok(mut entries) = entries else {
            return true;
        };
        let mut first = true;
        loop {
            let data = match entries.next() {
                Ok(Some(
                    RawLocListEntry::AddressOrOffsetPair { data, .. }
                    | RawLocListEntry::StartxEndx { data, .. }
                    | RawLocListEntry::StartxLength { data, .. }
                    | RawLocListEntry::OffsetPair { data, .. }
                    | RawLocListEntry::DefaultLocation { data }
                    | RawLocListEntry::StartEnd { data, .. }
                    | RawLocListEntry::StartLength { data, .. },
                )) => data,
                Ok(Some(
                    RawLocListEntry::BaseAddress { .. } | RawLocListEntry::BaseAddressx { .. },
                )) => {
                    continue;
                }
                Ok(None) => return true,
                Err(_) => return false,
            };
            self.visit(data.0, first);
            first = false;
            if !self.all && self.registers.scalar.is_some() && self.registers.aggregate.is_some() {
                return true;
            }
        }
    }

    /// Visits one location expression; `first` when it is the first of its list.
    fn visit(&mut self, slice: Slice<'_>, first: bool) {
        let mut operations = Expression(slice).operations(self.encoding);
        let Ok(Some(head)) = operations.next() else {
            return;
        };
        if slice.slice().first().is_some_and(is_constant) {
            self.registers.constant |= first;
            return;
        }
        let mut rest = Vec::new();
        while let Ok(Some(operation)) = operations.next() {
            rest.push(operation);
        }
        let stack_value = rest.iter().any(|op| matches!(op, Operation::StackValue));
        let ends_with_value = matches!(rest.last(), Some(Operation::StackValue));
        if rest.is_empty() || (rest.len() == 1 && ends_with_value) {
            match head {
                Operation::EntryValue { expression } => self.entry_value(expression),
                Operation::FrameOffset { .. } => self.registers.stack |= first,
                _ if first => self.take(single(&head, ends_with_value)),
                _ => {}
            }
            return;
        }
        if first {
            let scalar = single(&head, stack_value);
            self.registers.scalar = self.registers.scalar.or(scalar);
        }
        self.pieces(std::iter::once(head).chain(rest));
    }

    /// The value a register had on entry.
    fn entry_value(&mut self, expression: Slice<'_>) {
        let mut operations = Expression(expression).operations(self.encoding);
        if let (Ok(Some(Operation::Register { register })), Ok(None)) =
            (operations.next(), operations.next())
        {
            self.take(known(register.0));
        }
    }

    /// An aggregate in pieces: the register of its first word.
    fn pieces<'a>(&mut self, operations: impl Iterator<Item = Operation<Slice<'a>>>) {
        let word = u64::from(self.encoding.address_size);
        let mut offset = 0u64;
        for (index, operation) in operations.enumerate() {
            match operation {
                Operation::Piece {
                    size_in_bits,
                    bit_offset: None,
                } => {
                    let bytes = size_in_bits / 8;
                    if index != 0 {
                        self.field(offset, word);
                    }
                    offset = if index == 0 {
                        bytes
                    } else {
                        offset.saturating_add(bytes)
                    };
                }
                Operation::Register { register }
                    if offset < word || self.registers.aggregate.is_none() =>
                {
                    self.registers.aggregate = self.registers.aggregate.or(known(register.0));
                }
                _ => {}
            }
        }
    }

    /// Notes that a piece starts at `offset` of an aggregate.
    fn field(&mut self, offset: u64, word: u64) {
        let (place, offset) = match offset.checked_sub(word) {
            Some(offset) => (1, offset),
            None => (0, offset),
        };
        if let Some(bit) = u32::try_from(offset)
            .ok()
            .and_then(|at| 1u64.checked_shl(at))
        {
            self.registers.fields[place] |= bit;
        }
    }

    fn take(&mut self, register: Option<u16>) {
        self.registers.scalar = self.registers.scalar.or(register);
        self.registers.aggregate = self.registers.aggregate.or(register);
    }
}

/// A register, or the value of a register.
fn single(operation: &Operation<Slice<'_>>, is_value: bool) -> Option<u16> {
    match operation {
        Operation::Register { register } => known(register.0),
        Operation::RegisterOffset {
            register,
            base_type,
            ..
        } if is_value && base_type.0 == 0 => known(register.0),
        _ => None,
    }
}

/// Whether an expression that starts with this operation is a constant, as far as pahole knows:
/// `DW_OP_lit0` to `DW_OP_lit31`, `DW_OP_constu`, `DW_OP_consts`.
fn is_constant(operation: &u8) -> bool {
    matches!(operation, 0x10 | 0x11 | 0x30..=0x4f)
}

/// Numbers from 32 on take another operation, which pahole does not look at.
fn known(register: u16) -> Option<u16> {
    (register < 32).then_some(register)
}
