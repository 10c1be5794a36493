//! A bound on the length of text, in proportion to the BTF it is made from.

use super::CError;
use crate::{Btf, TypeId};
use core::fmt;

/// Passes text on until it has passed a number of bytes, then fails: one long name used by a million
/// members, or anonymous types nested many times over, would otherwise fill any disk.
pub(crate) struct Limited<'o> {
    out: &'o mut dyn fmt::Write,
    left: u64,
    passed: usize,
    over: bool,
}

impl<'o> Limited<'o> {
    /// Allows `least` bytes, and `factor` for each byte of the BTF.
    pub(crate) fn new(
        out: &'o mut dyn fmt::Write,
        least: u64,
        btf: &Btf,
        factor: u64,
    ) -> Limited<'o> {
        Limited {
            out,
            left: bytes_of(btf).saturating_mul(factor).saturating_add(least),
            passed: 0,
            over: false,
        }
    }

    /// Bytes of text so far.
    pub(super) fn passed(&self) -> usize {
        self.passed
    }

    /// Names the reason of a failed write.
    pub(crate) fn explain(&self, id: TypeId, result: Result<(), CError>) -> Result<(), CError> {
        match result {
            Err(CError::Write(_)) if self.over => Err(CError::TooLong { id }),
            result => result,
        }
    }
}

impl fmt::Write for Limited<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.left.checked_sub(text.len() as u64) {
            Some(left) => {
                self.left = left;
                self.passed += text.len();
                self.out.write_str(text)
            }
            None => {
                self.over = true;
                Err(fmt::Error)
            }
        }
    }
}

/// Bytes of types and strings, bases included.
pub(super) fn bytes_of(btf: &Btf) -> u64 {
    let (mut bytes, mut next) = (0u64, Some(btf));
    while let Some(btf) = next {
        bytes += (btf.type_bytes() + btf.strings().as_bytes().len()) as u64;
        next = btf.base().map(|base| &**base);
    }
    bytes
}
