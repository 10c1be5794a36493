//! Where unpacked files go, since they are read at any place later.

use elf::{ReadAt, ReadError};
use std::io;

/// A file that is written once from front to back, and read at any place after that.
pub trait Spool: ReadAt {
    /// Adds bytes at the end.
    ///
    /// # Errors
    /// They could not be written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// Makes spools.
pub trait Spools {
    /// What is made.
    type Spool: Spool;

    /// Makes an empty spool for `size` bytes, if that is known.
    ///
    /// # Errors
    /// There is no room for it, or it could not be made.
    fn create(&mut self, size: Option<u64>) -> io::Result<Self::Spool>;
}

/// A spool in memory, for small files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemorySpool {
    /// What was written.
    pub bytes: Vec<u8>,
}

impl ReadAt for MemorySpool {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        self.bytes.read_at(offset, buf)
    }
}

impl Spool for MemorySpool {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes
            .try_reserve(bytes.len())
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }
}

/// Makes spools in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct MemorySpools;

impl Spools for MemorySpools {
    type Spool = MemorySpool;

    fn create(&mut self, _size: Option<u64>) -> io::Result<MemorySpool> {
        Ok(MemorySpool::default())
    }
}
