//! The place that a location expression describes, as far as BTF can express it.

use crate::sections::Slice;
use btf::{Place, Register};
use gimli::{AttributeValue, Encoding, EndianSlice, Expression, Operation, Reader, RunTimeEndian};

/// What is known of an argument at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    At(Place),
    /// It exists nowhere.
    Gone,
    /// It is computed, or in pieces, or the address of a variable.
    Inexpressible,
}

/// Operations of an expression that are looked at: two registers with their sizes, and one more.
const OPERATIONS: usize = 5;

/// The place that an expression describes.
pub(super) fn of_expression(expression: Expression<Slice<'_>>, encoding: Encoding) -> Argument {
    let mut operations = expression.operations(encoding);
    let mut first = [const { None }; OPERATIONS];
    for place in &mut first {
        match operations.next() {
            Ok(Some(operation)) => *place = Some(operation),
            Ok(None) => break,
            Err(_) => return Argument::Inexpressible,
        }
    }
    let word = u64::from(encoding.address_size) * 8;
    let place = match first {
        [None, ..] => return Argument::Gone,
        [Some(one), None, ..] => alone(&one),
        [Some(one), Some(Operation::StackValue), None, ..] => value(&one),
        [Some(low), Some(size), Some(high), Some(rest), None]
            if is_piece(&size, word) && is_piece(&rest, word) =>
        {
            match (low, high) {
                (Operation::Register { register: low }, Operation::Register { register: high }) => {
                    Some(Place::Registers(number(low), number(high)))
                }
                _ => None,
            }
        }
        _ => None,
    };
    place.map_or(Argument::Inexpressible, Argument::At)
}

/// The constant that `DW_AT_const_value` gives; `None` if it is no number.
pub(super) fn of_constant(value: &AttributeValue<Slice<'_>>) -> Option<Place> {
    Some(match *value {
        AttributeValue::Data1(value) => Place::Unsigned(value.into()),
        AttributeValue::Data2(value) => Place::Unsigned(value.into()),
        AttributeValue::Data4(value) => Place::Unsigned(value.into()),
        AttributeValue::Data8(value) | AttributeValue::Udata(value) => Place::Unsigned(value),
        AttributeValue::Sdata(value) => Place::Signed(value),
        AttributeValue::Block(bytes) => of_bytes(bytes)?,
        _ => return None,
    })
}

/// One operation: a register, or an address.
fn alone(operation: &Operation<Slice<'_>>) -> Option<Place> {
    match *operation {
        Operation::Register { register } => Some(Place::Register(number(register))),
        Operation::RegisterOffset {
            register,
            offset,
            base_type,
        } if base_type.0 == 0 => memory(number(register), offset),
        Operation::FrameOffset { offset } => memory(Register::FrameBase, offset),
        Operation::ImplicitValue { data } => of_bytes(data),
        _ => None,
    }
}

/// One operation that computes the value.
fn value(operation: &Operation<Slice<'_>>) -> Option<Place> {
    match *operation {
        Operation::RegisterOffset {
            register,
            offset,
            base_type,
        } if base_type.0 == 0 => sum(number(register), offset),
        Operation::FrameOffset { offset } => sum(Register::FrameBase, offset),
        Operation::UnsignedConstant { value } => Some(Place::Unsigned(value)),
        Operation::SignedConstant { value } => Some(Place::Signed(value)),
        _ => None,
    }
}

fn memory(register: Register, offset: i64) -> Option<Place> {
    Some(Place::Memory(register, i32::try_from(offset).ok()?))
}

fn sum(register: Register, offset: i64) -> Option<Place> {
    Some(match i32::try_from(offset).ok()? {
        0 if register != Register::FrameBase => Place::Register(register),
        offset => Place::Sum(register, offset),
    })
}

fn number(register: gimli::Register) -> Register {
    Register::Number(register.0.into())
}

fn is_piece(operation: &Operation<Slice<'_>>, bits: u64) -> bool {
    matches!(operation, Operation::Piece { size_in_bits, bit_offset: None } if *size_in_bits == bits)
}

/// A constant of at most eight bytes, in the byte order of the file.
fn of_bytes(mut bytes: EndianSlice<'_, RunTimeEndian>) -> Option<Place> {
    let len = bytes.len();
    let value = match len {
        1..=8 => bytes.read_uint(len).ok()?,
        _ => return None,
    };
    Some(Place::Unsigned(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gimli::Format;

    fn of(bytes: &[u8]) -> Argument {
        let encoding = Encoding {
            format: Format::Dwarf32,
            version: 5,
            address_size: 8,
        };
        let bytes = EndianSlice::new(bytes, RunTimeEndian::Little);
        of_expression(Expression(bytes), encoding)
    }

    #[test]
    fn expressions_are_places_where_btf_can_express_them() {
        let reg = Register::Number;
        for (bytes, place) in [
            (&[0x55][..], Place::Register(reg(5))),
            (&[0x90, 0x21], Place::Register(reg(33))),
            (&[0x77, 0x10], Place::Memory(reg(7), 16)),
            (&[0x91, 0x68], Place::Memory(Register::FrameBase, -24)),
            (&[0x91, 0x68, 0x9f], Place::Sum(Register::FrameBase, -24)),
            (&[0x73, 0x7c, 0x9f], Place::Sum(reg(3), -4)),
            (&[0x73, 0x00, 0x9f], Place::Register(reg(3))),
            (&[0x31, 0x9f], Place::Unsigned(1)),
            (&[0x09, 0xff, 0x9f], Place::Signed(-1)),
            (&[0x9e, 2, 1, 2], Place::Unsigned(0x201)),
            (
                &[0x50, 0x93, 8, 0x51, 0x93, 8],
                Place::Registers(reg(0), reg(1)),
            ),
        ] {
            assert_eq!(of(bytes), Argument::At(place), "{bytes:x?}");
        }
        for bytes in [
            // The value that a register had on entry; a sum; half of a pair; the address of a variable.
            &[0xa3, 1, 0x55, 0x9f][..],
            &[0x73, 0, 0x31, 0x22, 0x9f],
            &[0x50, 0x93, 8],
            &[0x50, 0x93, 4, 0x51, 0x93, 4],
            &[0x03, 1, 2, 3, 4, 5, 6, 7, 8, 0x9f],
            // Cut off.
            &[0x77],
        ] {
            assert_eq!(of(bytes), Argument::Inexpressible, "{bytes:x?}");
        }
        assert_eq!(of(&[]), Argument::Gone);
    }
}
