//! What an expression says of where an argument is on entry: docs/function-rules.md, §5.
//!
//! A unit's parameters are read before its types are known. So the register for an argument of one
//! register and that for a longer one are both noted, and the argument's size decides later.

use crate::sections::Slice;
use gimli::{Encoding, Expression, Operation, OperationIter, constants as dw};

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

impl OnEntry {
    /// Notes what one expression says: that of the first entry, or of a later one.
    pub fn add(&mut self, expression: &Expression<Slice<'_>>, encoding: Encoding, is_first: bool) {
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
        mut rest: OperationIter<Slice<'e>>,
        encoding: Encoding,
        is_first: bool,
    ) {
        // A piece at the very begin is gone: it takes its bytes, and nothing starts there.
        let mut end_of_piece = piece_of(head).unwrap_or(0);
        let mut first_register = register_of(head);
        let mut has_stack_value = false;
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

/// The register of `DW_OP_entry_value` whose block is one `DW_OP_regN` and nothing else.
fn entry_value(block: Slice<'_>, encoding: Encoding) -> Option<u8> {
    let mut operations = Expression(block).operations(encoding);
    let register = register_of(&next(&mut operations)?);
    register.filter(|_| matches!(operations.next(), Ok(None)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gimli::{EndianSlice, Format, RunTimeEndian};

    const STACK_VALUE: u8 = 0x9f;
    const PIECE: u8 = 0x93;
    const REG5: u8 = 0x55;
    const REG4: u8 = 0x54;
    const BREG5: u8 = 0x75;
    const FBREG: u8 = 0x91;
    const ENTRY_VALUE: u8 = 0xa3;

    /// What a list of these expressions says.
    fn of_list(expressions: &[&[u8]]) -> OnEntry {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: 5,
            address_size: 8,
        };
        let mut noted = OnEntry::default();
        for (at, bytes) in expressions.iter().enumerate() {
            let expression = Expression(EndianSlice::new(bytes, RunTimeEndian::Little));
            noted.add(&expression, encoding, at == 0);
        }
        noted
    }

    fn of_expression(bytes: &[u8]) -> OnEntry {
        of_list(&[bytes])
    }

    fn registers(single: Option<u8>, piece: Option<u8>) -> OnEntry {
        OnEntry {
            single,
            piece,
            ..OnEntry::default()
        }
    }

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
            (&[ENTRY_VALUE, 2, REG5, 0xff, STACK_VALUE], nothing),
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
}
