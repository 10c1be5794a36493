//! What is known of a register or stack slot.

/// A value of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// This number.
    Known(u64),
    /// An address that is not 0.
    Address,
    /// A place in the stack of a frame.
    Stack { frame: u8, offset: i32 },
    /// Some place in a stack, or anything else.
    SomeStack,
    /// A place in a section of constants.
    Data { section: u32, offset: i64 },
    /// A value of the kernel's configuration, by the number of the extern.
    Config { number: u32 },
    /// Anything: it is known only when the program runs.
    Any,
}

use Value::{Any, Known};

impl Value {
    /// Whether it is known to be other than 0.
    pub fn is_not_zero(self) -> bool {
        match self {
            Known(number) => number != 0,
            // One of several values may be a number.
            Any | Value::SomeStack => false,
            _ => true,
        }
    }

    /// Whether all that holds for this value was explored with the other.
    pub fn is_covered_by(self, other: Value) -> bool {
        match other {
            // Writes through a place in a stack change what is known; through anything else they do not.
            Any => !matches!(self, Value::Stack { .. } | Value::SomeStack),
            Value::SomeStack => matches!(self, Value::Stack { .. } | Value::SomeStack),
            Value::Address => self.is_not_zero() && !matches!(self, Value::Stack { .. }),
            _ => self == other,
        }
    }

    /// What is known if it is one or the other.
    pub fn joined(self, other: Value) -> Value {
        match (self, other) {
            (a, b) if a == b => a,
            (Value::Stack { .. } | Value::SomeStack, Value::Stack { .. } | Value::SomeStack) => {
                Value::SomeStack
            }
            // A place in a stack must not be forgotten: something may be written there.
            (Value::Stack { .. } | Value::SomeStack, _)
            | (_, Value::Stack { .. } | Value::SomeStack) => Value::SomeStack,
            (a, b) if a.is_not_zero() && b.is_not_zero() => Value::Address,
            _ => Any,
        }
    }

    /// The lowest bytes of a number.
    pub fn truncated(self, bytes: u32) -> Value {
        match self {
            Known(number) => Known(match bytes {
                1 => number & 0xff,
                2 => number & 0xffff,
                4 => number & 0xffff_ffff,
                _ => number,
            }),
            _ if bytes == 8 => self,
            _ => Any,
        }
    }
}

/// The result of an arithmetic instruction: `operation` is the upper half of its code.
pub(crate) fn arithmetic(operation: u8, a: Value, b: Value, wide: bool) -> Value {
    if !wide {
        let result = match (operation, a.truncated(4), b.truncated(4)) {
            (0xc0, Known(a), Known(b)) => Known(((a as i32) >> (b & 31)) as u32 as u64),
            (0x60, Known(a), Known(b)) => Known(u64::from((a as u32) << (b & 31))),
            (0x70, Known(a), Known(b)) => Known(u64::from((a as u32) >> (b & 31))),
            (_, a, b) => numbers(operation, a, b),
        };
        return result.truncated(4);
    }
    match (operation, a, b) {
        (0xb0, _, b) => b,
        (0x00, Value::Stack { frame, offset }, Known(by))
        | (0x00, Known(by), Value::Stack { frame, offset }) => Value::Stack {
            frame,
            offset: offset.wrapping_add(by as i32),
        },
        (0x10, Value::Stack { frame, offset }, Known(by)) => Value::Stack {
            frame,
            offset: offset.wrapping_sub(by as i32),
        },
        (0x00 | 0x10 | 0x50, Value::Stack { .. } | Value::SomeStack, _)
        | (0x00, _, Value::Stack { .. } | Value::SomeStack) => Value::SomeStack,
        (0x00, Value::Data { section, offset }, Known(by))
        | (0x00, Known(by), Value::Data { section, offset }) => Value::Data {
            section,
            offset: offset.wrapping_add(by as i64),
        },
        _ => numbers(operation, a, b),
    }
}

fn numbers(operation: u8, a: Value, b: Value) -> Value {
    let (a, b) = match (operation, a, b) {
        (0xb0, _, b) => return b,
        // Nothing and 0, and 0 times anything, are 0.
        (0x50 | 0x20, Known(0), _) | (0x50 | 0x20, _, Known(0)) => return Known(0),
        (_, Known(a), Known(b)) => (a, b),
        _ => return Any,
    };
    Known(match operation {
        0x00 => a.wrapping_add(b),
        0x10 => a.wrapping_sub(b),
        0x20 => a.wrapping_mul(b),
        0x30 => a.checked_div(b).unwrap_or(0),
        0x40 => a | b,
        0x50 => a & b,
        0x60 => a << (b & 63),
        0x70 => a >> (b & 63),
        0x80 => a.wrapping_neg(),
        0x90 => a.checked_rem(b).unwrap_or(a),
        0xa0 => a ^ b,
        0xc0 => ((a as i64) >> (b & 63)) as u64,
        _ => return Any,
    })
}

/// Whether a jump is taken; `None` if both can happen. `operation` is the upper half of its code.
pub(crate) fn condition(operation: u8, a: Value, b: Value, wide: bool) -> Option<bool> {
    let (a, b) = match wide {
        true => (a, b),
        false => (a.truncated(4), b.truncated(4)),
    };
    let (a, b) = match (operation, a, b) {
        (_, Known(a), Known(b)) => (a, b),
        (0x10, a, Known(0)) | (0x10, Known(0), a) if a.is_not_zero() => return Some(false),
        (0x50, a, Known(0)) | (0x50, Known(0), a) if a.is_not_zero() => return Some(true),
        // No number is below 0, and none is not at least 0.
        (0xa0, _, Known(0)) => return Some(false),
        (0x30, _, Known(0)) => return Some(true),
        (0x40, _, Known(0)) => return Some(false),
        _ => return None,
    };
    let signed = |number: u64| match wide {
        true => number as i64,
        false => number as i32 as i64,
    };
    Some(match operation {
        0x10 => a == b,
        0x20 => a > b,
        0x30 => a >= b,
        0x40 => a & b != 0,
        0x50 => a != b,
        0x60 => signed(a) > signed(b),
        0x70 => signed(a) >= signed(b),
        0xa0 => a < b,
        0xb0 => a <= b,
        0xc0 => signed(a) < signed(b),
        0xd0 => signed(a) <= signed(b),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_arithmetic_keeps_32_bits_and_their_sign() {
        let minus = Known(0xffff_ffff);
        assert_eq!(arithmetic(0xc0, minus, Known(4), false), minus);
        assert_eq!(arithmetic(0x00, minus, Known(1), false), Known(0));
        assert_eq!(arithmetic(0x50, Any, Known(0), false), Known(0));
        assert_eq!(arithmetic(0x50, Any, Known(1), true), Any);
    }

    #[test]
    fn jumps_are_decided_by_numbers_and_by_addresses_that_are_not_0() {
        assert_eq!(condition(0x10, Value::Address, Known(0), true), Some(false));
        assert_eq!(condition(0x10, Any, Known(0), true), None);
        assert_eq!(
            condition(0x60, Known(0xffff_ffff), Known(0), false),
            Some(false)
        );
        assert_eq!(
            condition(0x60, Known(0xffff_ffff), Known(0), true),
            Some(true)
        );
        assert_eq!(condition(0x30, Any, Known(0), true), Some(true));
    }
}
