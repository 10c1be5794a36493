//! Files as sources of ranges.

use elf::{ReadAt, ReadError};
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// An open file and its length.
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
}

impl FileSource {
    /// Opens a file.
    ///
    /// # Panics
    ///
    /// When it cannot be opened.
    #[must_use]
    pub fn open(path: &Path) -> FileSource {
        let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let len = file.metadata().map_or(0, |meta| meta.len());
        FileSource { file, len }
    }
}

impl ReadAt for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let wanted = buffer.len() as u64;
        self.file
            .read_exact_at(buffer, offset)
            .map_err(|error| ReadError::failed(offset, wanted, error))
    }
}

/// A file of which the bytes that are read from a range are counted.
#[derive(Debug)]
pub struct FileRange<'a> {
    bytes: &'a [u8],
    range: Range<u64>,
    read: AtomicU64,
}

impl FileRange<'_> {
    /// Counts what is read from this range on.
    #[must_use]
    pub fn new(bytes: &[u8], range: Range<u64>) -> FileRange<'_> {
        FileRange {
            bytes,
            range,
            read: AtomicU64::new(0),
        }
    }

    /// How often the range was read: bytes that were read there, in shares of all it has.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.read.load(Relaxed) as f64 / (self.range.end - self.range.start) as f64
    }
}

impl ReadAt for FileRange<'_> {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        if self.range.contains(&offset) {
            self.read.fetch_add(buf.len() as u64, Relaxed);
        }
        self.bytes.read_at(offset, buf)
    }
}
