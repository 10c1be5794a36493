//! Where bytes come from: ranges of a file, a browser `Blob`, or memory.

use std::fmt;
use std::ops::Range;

/// A source of bytes at offsets: a file, a browser's `Blob`, or memory. Reads are synchronous.
///
/// ```
/// use elf::{Elf, ReadAt, ReadError};
/// use std::io::{Read, Seek, SeekFrom};
///
/// struct File(std::fs::File);
///
/// impl ReadAt for File {
///     fn len(&self) -> u64 {
///         self.0.metadata().map_or(0, |metadata| metadata.len())
///     }
///
///     fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
///         let mut file = &self.0;
///         let moved = file.seek(SeekFrom::Start(offset));
///         let read = moved.and_then(|_| file.read_exact(buf));
///         read.map_err(|error| ReadError::failed(offset, buf.len() as u64, error))
///     }
/// }
///
/// let file = File(std::fs::File::open("tests/data/inventory.o")?);
/// assert!(Elf::parse(&file)?.section(".debug_info").is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ReadAt {
    /// The number of bytes in the source.
    fn len(&self) -> u64;

    /// Fills `buf` with the bytes at `offset`.
    ///
    /// # Errors
    /// [`ReadErrorKind::EndOfSource`] when the range runs past the end, [`ReadErrorKind::Failed`] when
    /// the source could not be read. The contents of `buf` are then unspecified.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError>;

    /// Announces that `range` will be read next, from front to back, and little else until then. A source that reads
    /// ahead can do so as far; the default does nothing.
    fn will_read(&self, _range: Range<u64>) {}

    /// Whether the source has no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A range of a source that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// Where the range starts, in bytes from the start of the source.
    pub offset: u64,
    /// Length of the range in bytes.
    pub len: u64,
    /// Why it was not read.
    pub kind: ReadErrorKind,
}

/// Why a range could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The range runs past the end of the source.
    EndOfSource,
    /// The source failed; the text is its own.
    Failed(String),
}

impl ReadError {
    /// The range runs past the end of the source.
    #[must_use]
    pub fn end_of_source(offset: u64, len: u64) -> ReadError {
        ReadError {
            offset,
            len,
            kind: ReadErrorKind::EndOfSource,
        }
    }

    /// The source failed: `reason` is the operating system's or the browser's message.
    #[must_use]
    pub fn failed(offset: u64, len: u64, reason: impl fmt::Display) -> ReadError {
        ReadError {
            offset,
            len,
            kind: ReadErrorKind::Failed(reason.to_string()),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ReadError { offset, len, kind } = self;
        match kind {
            ReadErrorKind::EndOfSource => {
                write!(
                    f,
                    "the file ends before the {len} bytes at offset {offset:#x}; it may have been cut short"
                )
            }
            ReadErrorKind::Failed(reason) => {
                write!(
                    f,
                    "the {len} bytes at offset {offset:#x} could not be read: {reason}"
                )
            }
        }
    }
}

impl std::error::Error for ReadError {}

impl ReadAt for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let wanted = buf.len();
        let bytes = usize::try_from(offset)
            .ok()
            .and_then(|start| self.get(start..start.checked_add(wanted)?))
            .ok_or_else(|| ReadError::end_of_source(offset, wanted as u64))?;
        buf.copy_from_slice(bytes);
        Ok(())
    }
}

impl ReadAt for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.as_slice().read_at(offset, buf)
    }
}

macro_rules! read_at_through {
    ($($pointer:ty),+) => {$(
        impl<T: ReadAt + ?Sized> ReadAt for $pointer {
            fn len(&self) -> u64 {
                (**self).len()
            }

            fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
                (**self).read_at(offset, buf)
            }

            fn will_read(&self, range: Range<u64>) {
                (**self).will_read(range);
            }
        }
    )+};
}

read_at_through!(&T, Box<T>, std::rc::Rc<T>, std::sync::Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_read_inside_and_refuse_outside() {
        let source: &[u8] = b"abcdef";
        let mut buf = [0; 3];
        source.read_at(3, &mut buf).expect("inside");
        assert_eq!(&buf, b"def");
        assert_eq!(
            source.read_at(4, &mut buf),
            Err(ReadError::end_of_source(4, 3))
        );
        assert_eq!(
            source.read_at(u64::MAX, &mut buf),
            Err(ReadError::end_of_source(u64::MAX, 3))
        );
        source
            .read_at(6, &mut [])
            .expect("an empty range at the end");
        assert!(source.read_at(7, &mut []).is_err());
    }
}
