//! A file on disk as a source of ranges.

use elf::{ReadAt, ReadError};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

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
