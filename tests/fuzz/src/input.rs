//! Bytes of the fuzzer as several files, and a place for printed text.

use std::fmt;

/// Two files in one input: the length of the first as a little-endian `u32`, then both. A length beyond the end takes all.
pub fn two_files(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, files) = data.split_first_chunk::<4>()?;
    let length = u32::from_le_bytes(*length) as usize;
    files.split_at_checked(length.min(files.len()))
}

/// Counts text and keeps none of it. Types that contain each other can print as exponentially much, so the printer
/// learns after [`MOST`] bytes that no one reads on.
#[derive(Debug, Default)]
pub struct Sink(usize);

/// Bytes of text that a target lets be printed.
const MOST: usize = 256 << 10;

impl fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        if self.0 > MOST {
            return Err(fmt::Error);
        }
        Ok(())
    }
}
