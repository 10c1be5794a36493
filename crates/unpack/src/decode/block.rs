//! A part of a compressed file that is decompressed by itself, and pools that decompress several at the same time.

use super::zstd_frame::FrameHeader;
use super::{xz, zstd};
use std::collections::VecDeque;
use std::io::{self, BufRead, Read};
use std::task::{Context, Poll};

/// Bytes that are decompressed before they are handed on.
const PIECE: usize = 64 << 10;

/// What a [`PackedBlock`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockFormat {
    /// A block of an xz stream, as a stream of its own.
    Xz,
    /// A zstd frame.
    Zstd,
}

impl BlockFormat {
    /// Its name in messages.
    pub(super) fn what(self) -> &'static str {
        match self {
            BlockFormat::Xz => "xz block",
            BlockFormat::Zstd => "zstd frame",
        }
    }
}

/// A part of a compressed file that is decompressed by itself.
#[derive(Debug)]
pub struct PackedBlock {
    format: BlockFormat,
    stream: Vec<u8>,
    most: usize,
    dictionary: u64,
}

impl PackedBlock {
    /// A block out of its parts, which came from elsewhere.
    #[must_use]
    pub fn of(format: BlockFormat, stream: Vec<u8>, most: usize) -> PackedBlock {
        PackedBlock {
            format,
            stream,
            most,
            dictionary: 0,
        }
    }

    /// With what its decompressor has in memory.
    pub(super) fn with_dictionary(mut self, dictionary: u64) -> PackedBlock {
        self.dictionary = dictionary;
        self
    }

    /// What it is.
    #[must_use]
    pub fn format(&self) -> BlockFormat {
        self.format
    }

    /// The block as a file of its own.
    #[must_use]
    pub fn stream(&self) -> &[u8] {
        &self.stream
    }

    /// How many bytes come out of it at most.
    #[must_use]
    pub fn most(&self) -> usize {
        self.most
    }

    /// Bytes of what was decompressed last, which its decompressor keeps in memory: the dictionary of xz, the window of zstd.
    /// 0 for a block that was put together by [`PackedBlock::of`].
    #[must_use]
    pub fn dictionary(&self) -> u64 {
        self.dictionary
    }

    /// Decompresses the block, and checks it.
    ///
    /// # Errors
    /// The block is damaged, or gives another number of bytes than it says.
    pub fn unpack(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        unpack_block(
            self.format,
            self.most,
            &mut &self.stream[..],
            &mut |piece| {
                bytes
                    .try_reserve(piece.len())
                    .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
                bytes.extend_from_slice(piece);
                Ok(())
            },
        )?;
        Ok(bytes)
    }
}

/// Decompresses a block of which `most` bytes come out at most, piece by piece, and checks it. The pieces count only if the whole
/// block is sound.
///
/// # Errors
/// The block is damaged, or gives another number of bytes than it says; or what `give` returns.
pub fn unpack_block(
    format: BlockFormat,
    most: usize,
    input: &mut dyn BufRead,
    give: &mut dyn FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let len = match format {
        BlockFormat::Xz => Some(most as u64),
        BlockFormat::Zstd => FrameHeader::read(input.fill_buf()?).and_then(|frame| frame.content),
    };
    let mut reader: Box<dyn Read + '_> = match format {
        BlockFormat::Xz => Box::new(xz(input, false)),
        BlockFormat::Zstd => Box::new(zstd::Frame::new(input)),
    };
    let other = || {
        let reason = "it has another size than its header says";
        io::Error::new(io::ErrorKind::InvalidData, reason)
    };
    // One byte more tells of too many.
    let mut piece = vec![0; PIECE.min(most.saturating_add(1))];
    let mut unpacked = 0usize;
    loop {
        let read = match reader.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if read == 0 {
            break;
        }
        unpacked = unpacked.saturating_add(read);
        if unpacked > most {
            return Err(other());
        }
        give(piece.get(..read).unwrap_or_default())?;
    }
    match len {
        Some(len) if len != unpacked as u64 => Err(other()),
        _ => Ok(()),
    }
}

/// Decompresses blocks at the same time, and hands them out in the order in which they came.
pub trait BlockPool {
    /// How many blocks are decompressed at the same time.
    fn width(&self) -> usize;

    /// Takes a block.
    fn submit(&mut self, block: PackedBlock);

    /// Waits for the block that was submitted first of those that were not taken yet, and gives what comes out of it. Reading
    /// that does not fail.
    ///
    /// # Errors
    /// The block is damaged, or whoever decompressed it has died.
    fn take(&mut self) -> io::Result<Box<dyn Read>>;

    /// Forgets the blocks that were not taken.
    fn clear(&mut self);

    /// Whether the next block is there, if one was submitted. A pool that cannot wait wakes the task once it is.
    fn poll_next(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// Decompresses a block when it is taken.
#[derive(Default)]
pub(crate) struct OneByOne(VecDeque<PackedBlock>);

impl BlockPool for OneByOne {
    fn width(&self) -> usize {
        0
    }

    fn submit(&mut self, block: PackedBlock) {
        self.0.push_back(block);
    }

    fn take(&mut self) -> io::Result<Box<dyn Read>> {
        let block = self.0.pop_front();
        let bytes = block.map_or(Ok(Vec::new()), |block| block.unpack())?;
        Ok(Box::new(io::Cursor::new(bytes)))
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}
