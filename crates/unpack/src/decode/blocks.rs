//! Files of several blocks, which are decompressed at the same time.
//!
//! A [`Cutter`] finds the blocks of a format without decompressing them, and each is handed to a pool. What cannot be cut is
//! decompressed as one stream. The pool changes neither the bytes, nor their budget, nor the error of a damaged block: blocks come
//! out in order, and so do errors.

use super::Pool;
use super::block::PackedBlock;
use crate::error::{Error, Place};
use crate::layer::Meter;
use std::collections::VecDeque;
use std::io::{self, Read};

/// Bytes of blocks that are under way, compressed and decompressed, above which no further one is read.
const UNDER_WAY: u64 = 256 << 20;
/// Bytes that come out of a block that is worth a task of its own. Larger ones are decompressed as a stream, to save memory.
pub(super) const LARGEST_UNPACKED: u64 = 128 << 20;

/// Finds the blocks of a file.
pub(super) trait Cutter<'a> {
    /// What comes next.
    fn next(&mut self) -> Result<Cut<'a>, Error>;
}

/// A part of a file.
pub(super) enum Cut<'a> {
    /// A block, and where it begins.
    Block(PackedBlock, Place),
    /// All that follows, decompressed: it cannot be cut.
    Rest(Box<dyn Read + 'a>),
    /// Nothing more.
    End,
}

/// The bytes that come out of all blocks.
pub(crate) struct Blocks<'a> {
    state: State<'a>,
    pool: Pool,
    submitted: VecDeque<Submitted>,
    meter: Meter,
    /// Whether it says up to where the input was read for what comes out: not where another does that around it.
    is_outer: bool,
    /// What comes out of the block that was taken last.
    block: Box<dyn Read>,
}

/// A block that was handed to the pool.
struct Submitted {
    what: &'static str,
    place: Place,
    /// Bytes of the input that were read when it was.
    read: u64,
    /// Its bytes, compressed and decompressed.
    bytes: u64,
}

enum State<'a> {
    Cutting(Box<dyn Cutter<'a> + 'a>),
    /// From here on it cannot be cut.
    Rest(Box<dyn Read + 'a>),
    /// Something is wrong behind the blocks that were read.
    Failed(Error),
    Ended,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(cutter: Box<dyn Cutter<'a> + 'a>, pool: Pool, meter: Meter) -> Blocks<'a> {
        Blocks {
            state: State::Cutting(cutter),
            pool,
            submitted: VecDeque::new(),
            is_outer: !meter.is_ahead(),
            meter,
            block: Box::new(io::empty()),
        }
    }

    /// Reads until the pool has enough to do, the blocks end, the rest cannot be cut, or something is wrong.
    fn feed(&mut self) {
        let width = self.pool.borrow().width();
        let mut under_way: u64 = self.submitted.iter().map(|block| block.bytes).sum();
        while self.submitted.is_empty() || self.submitted.len() <= width && under_way < UNDER_WAY {
            let State::Cutting(cutter) = &mut self.state else {
                return;
            };
            self.state = match cutter.next() {
                Ok(Cut::Block(block, place)) => {
                    let bytes = block.stream().len() as u64 + block.most() as u64;
                    under_way = under_way.saturating_add(bytes);
                    self.submitted.push_back(Submitted {
                        what: block.format().what(),
                        place,
                        read: self.meter.read(),
                        bytes,
                    });
                    self.pool.borrow_mut().submit(block);
                    continue;
                }
                Ok(Cut::Rest(rest)) => State::Rest(rest),
                Ok(Cut::End) => State::Ended,
                Err(error) => State::Failed(error),
            };
        }
    }

    /// The block that was submitted first.
    fn take(&mut self, submitted: Submitted) -> Result<(), Error> {
        if self.is_outer {
            self.meter.up_to(submitted.read);
        }
        let taken = self.pool.borrow_mut().take();
        self.block = taken.map_err(|error| Error::Damaged {
            what: submitted.what,
            place: submitted.place,
            reason: error.to_string(),
        })?;
        Ok(())
    }
}

impl Read for Blocks<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            let read = self.block.read(buf)?;
            if read > 0 {
                return Ok(read);
            }
            self.feed();
            if let Some(submitted) = self.submitted.pop_front() {
                self.take(submitted)?;
                continue;
            }
            return match &mut self.state {
                State::Rest(rest) => {
                    let read = rest.read(buf);
                    if self.is_outer {
                        self.meter.up_to(self.meter.read());
                    }
                    read
                }
                State::Failed(_) => match std::mem::replace(&mut self.state, State::Ended) {
                    State::Failed(error) => Err(error.into()),
                    _ => Ok(0),
                },
                _ => Ok(0),
            };
        }
    }
}

impl Drop for Blocks<'_> {
    /// Leaves the pool to another stream, and the input to what is read without blocks.
    fn drop(&mut self) {
        self.pool.borrow_mut().clear();
        if self.is_outer {
            self.meter.no_longer_ahead();
        }
    }
}
