//! xz streams of several blocks, which are decompressed at the same time.
//!
//! Packages and kernel builds write blocks of 24 MiB with their sizes in front. Each is handed to a pool as a stream of its
//! own. A stream without sizes is decompressed as a whole. The pool changes neither the bytes, nor their budget, nor the error of
//! a damaged block: blocks come out in order, and so do errors.

use super::unpacked_block::UnpackedBlock;
use super::xz_format::{BlockHeader, MAGIC, STREAM_HEADER, check_len, end_stream, skip_index};
use super::{DICTIONARY_KIB, Pool};
use crate::error::{Error, Place};
use crate::layer::{Layer, Meter};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::task::{Context, Poll};

/// Compressed bytes of a block that is worth a task of its own. Larger ones are decompressed as a stream, to save memory.
const LARGEST: u64 = 64 << 20;
/// Bytes that come out of such a block.
const LARGEST_UNPACKED: u64 = 128 << 20;
/// Bytes of blocks that are under way, compressed and decompressed, above which no further one is read.
const UNDER_WAY: u64 = 256 << 20;

/// A block as a stream of its own.
#[derive(Debug)]
pub struct XzBlock {
    stream: Vec<u8>,
    unpacked: usize,
}

impl XzBlock {
    /// A block out of its parts, which came from elsewhere.
    #[must_use]
    pub fn of(stream: Vec<u8>, unpacked: usize) -> XzBlock {
        XzBlock { stream, unpacked }
    }

    /// The block as a stream of its own.
    #[must_use]
    pub fn stream(&self) -> &[u8] {
        &self.stream
    }

    /// How many bytes come out of it.
    #[must_use]
    pub fn unpacked_len(&self) -> usize {
        self.unpacked
    }

    /// Decompresses the block, and checks it.
    ///
    /// # Errors
    /// The block is damaged, or gives another number of bytes than it says.
    pub fn unpack(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(self.unpacked)
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        let most = self.unpacked as u64 + 1;
        let reader = lzma_rust2::XzReader::new_mem_limit(&self.stream[..], false, DICTIONARY_KIB);
        reader.take(most).read_to_end(&mut bytes)?;
        match bytes.len() == self.unpacked {
            true => Ok(bytes),
            false => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the block has another size than its header says",
            )),
        }
    }
}

/// Decompresses blocks at the same time, and hands them out in the order in which they came.
pub trait BlockPool {
    /// How many blocks are decompressed at the same time.
    fn width(&self) -> usize;

    /// Takes a block.
    fn submit(&mut self, block: XzBlock);

    /// Waits for the block that was submitted first of those that were not taken yet.
    ///
    /// # Errors
    /// The block is damaged, or whoever decompressed it has died.
    fn take(&mut self) -> io::Result<Vec<u8>>;

    /// Forgets the blocks that were not taken.
    fn clear(&mut self);

    /// Whether the next block is there, if one was submitted. A pool that cannot wait wakes the task once it is.
    fn poll_next(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// Decompresses a block when it is taken.
#[derive(Default)]
pub(crate) struct OneByOne(VecDeque<XzBlock>);

impl BlockPool for OneByOne {
    fn width(&self) -> usize {
        0
    }

    fn submit(&mut self, block: XzBlock) {
        self.0.push_back(block);
    }

    fn take(&mut self) -> io::Result<Vec<u8>> {
        let block = self.0.pop_front();
        block.map_or(Ok(Vec::new()), |block| block.unpack())
    }

    fn clear(&mut self) {
        self.0.clear();
    }
}

/// The bytes of a layer of xz streams.
pub(crate) struct Blocks<'a> {
    state: State<'a>,
    pool: Pool,
    submitted: VecDeque<Submitted>,
    meter: Meter,
    /// Whether it says up to where the input was read for what comes out: not where another does that around it.
    is_outer: bool,
    block: UnpackedBlock,
}

/// A block that was handed to the pool.
struct Submitted {
    place: Place,
    /// Bytes of the input that were read when it was.
    read: u64,
    /// Its bytes, compressed and decompressed.
    bytes: u64,
}

enum State<'a> {
    /// Before a stream, or at the end.
    Between(Layer<'a>),
    /// Before a block or the index of a stream with this header, and whether a block of it was read.
    Inside(Layer<'a>, [u8; STREAM_HEADER], bool),
    /// A stream that has blocks without sizes.
    Whole(Box<lzma_rust2::XzReader<io::Chain<io::Cursor<Vec<u8>>, Layer<'a>>>>),
    /// Something is wrong behind the blocks that were read.
    Failed(Error),
    Ended,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(layer: Layer<'a>, pool: Pool) -> Blocks<'a> {
        let meter = layer.meter.clone();
        Blocks {
            state: State::Between(layer),
            pool,
            submitted: VecDeque::new(),
            is_outer: !meter.is_ahead(),
            meter,
            block: UnpackedBlock::default(),
        }
    }

    /// Reads until the pool has enough to do, the streams end, one must be decompressed as a whole, or something is wrong.
    fn feed(&mut self) {
        let width = self.pool.borrow().width();
        let mut under_way: u64 = self.submitted.iter().map(|block| block.bytes).sum();
        while self.submitted.is_empty() || self.submitted.len() <= width && under_way < UNDER_WAY {
            let next = match std::mem::replace(&mut self.state, State::Ended) {
                State::Between(layer) => enter(layer),
                State::Inside(layer, header, later) => {
                    let place = layer.place();
                    let next = step(layer, header, later);
                    next.map(|(state, block)| {
                        if let Some(block) = block {
                            let bytes = block.stream.len() as u64 + block.unpacked as u64;
                            under_way = under_way.saturating_add(bytes);
                            self.submitted.push_back(Submitted {
                                place,
                                read: self.meter.read(),
                                bytes,
                            });
                            self.pool.borrow_mut().submit(block);
                        }
                        state
                    })
                }
                last => {
                    self.state = last;
                    return;
                }
            };
            self.state = next.unwrap_or_else(State::Failed);
        }
    }

    /// The block that was submitted first.
    fn take(&mut self, submitted: Submitted) -> Result<(), Error> {
        if self.is_outer {
            self.meter.up_to(submitted.read);
        }
        let taken = self.pool.borrow_mut().take();
        let bytes = taken.map_err(|error| Error::Damaged {
            what: "xz block",
            place: submitted.place,
            reason: error.to_string(),
        })?;
        self.block = UnpackedBlock::of(bytes);
        Ok(())
    }
}

/// Goes on in a stream: the state behind that, and the block that was passed.
fn step(
    mut layer: Layer<'_>,
    header: [u8; STREAM_HEADER],
    later: bool,
) -> Result<(State<'_>, Option<XzBlock>), Error> {
    Ok(match next_block(&mut layer, header)? {
        Next::Block(block) => (State::Inside(layer, header, true), Some(block)),
        Next::Index => {
            skip_index(&mut layer)?;
            (State::Between(layer), None)
        }
        // Its index counts the blocks that were read before.
        Next::Unsized if later => {
            return Err(Error::Unsupported {
                what: "an xz stream of blocks with and without sizes".to_owned(),
                place: layer.place(),
            });
        }
        Next::Unsized => {
            let chain = io::Cursor::new(header.to_vec()).chain(layer);
            (State::Whole(Box::new(super::xz(chain, true))), None)
        }
    })
}

enum Next {
    Block(XzBlock),
    Index,
    Unsized,
}

/// Passes over padding, and reads the header of the next stream if there is one.
fn enter(mut layer: Layer<'_>) -> Result<State<'_>, Error> {
    let failed = |error, layer: &Layer<'_>| Error::of(error, "xz stream", || layer.place());
    while layer.position() > 0 {
        match layer.peek(4) {
            Ok([0, 0, 0, 0]) => layer.skip(4, "padding of xz streams")?,
            Ok(_) => break,
            Err(error) => return Err(failed(error, &layer)),
        }
    }
    match layer.peek(1) {
        Ok([]) => return Ok(State::Ended),
        Ok(_) => {}
        Err(error) => return Err(failed(error, &layer)),
    }
    let mut header = [0; STREAM_HEADER];
    layer.exact(&mut header, "header of an xz stream")?;
    let [.., a, b, c, d] = header;
    let flags = header.get(6..8).unwrap_or_default();
    if !header.starts_with(&MAGIC) || crc32fast::hash(flags) != u32::from_le_bytes([a, b, c, d]) {
        return Err(layer.damaged("header of an xz stream", "it does not match its checksum"));
    }
    Ok(State::Inside(layer, header, false))
}

fn next_block(layer: &mut Layer<'_>, header: [u8; STREAM_HEADER]) -> Result<Next, Error> {
    let place = layer.place();
    let start = layer
        .peek(1024)
        .map_err(|error| Error::of(error, "xz block", || place))?
        .to_vec();
    match start.first() {
        Some(0) => return Ok(Next::Index),
        Some(_) => {}
        None => {
            return Err(Error::Cut {
                what: "xz stream",
                place: layer.place(),
            });
        }
    }
    let block = BlockHeader::read(&start, layer)?;
    let (Some(packed), Some(unpacked)) = (block.packed, block.unpacked) else {
        return Ok(Next::Unsized);
    };
    if packed > LARGEST || unpacked > LARGEST_UNPACKED {
        return Ok(Next::Unsized);
    }
    let [.., flags_a, flags_b, _, _, _, _] = header;
    let check = check_len(flags_b);
    let unpadded = block.len as u64 + packed + check as u64;
    let body = (block.len as u64 + packed).next_multiple_of(4) + check as u64;
    let body = usize::try_from(body).unwrap_or(usize::MAX);
    let mut stream = Vec::new();
    if stream.try_reserve_exact(body.saturating_add(128)).is_err() {
        return Ok(Next::Unsized);
    }
    stream.extend(header);
    // Grows with what is there, so that a header cannot ask for memory that no bytes stand behind.
    let read = layer
        .by_ref()
        .take(body as u64)
        .read_to_end(&mut stream)
        .map_err(|error| Error::of(error, "xz block", || layer.place()))?;
    if read < body {
        return Err(Error::Cut {
            what: "xz block",
            place: layer.place(),
        });
    }
    end_stream(&mut stream, [flags_a, flags_b], unpadded, unpacked);
    Ok(Next::Block(XzBlock {
        stream,
        unpacked: usize::try_from(unpacked).unwrap_or(usize::MAX),
    }))
}

impl Read for Blocks<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.block.is_read() || buf.is_empty() {
                return Ok(self.block.read(buf));
            }
            self.feed();
            if let Some(submitted) = self.submitted.pop_front() {
                self.take(submitted)?;
                continue;
            }
            return match std::mem::replace(&mut self.state, State::Ended) {
                State::Failed(error) => Err(error.into()),
                State::Whole(mut reader) => {
                    let read = reader.read(buf);
                    self.state = State::Whole(reader);
                    read
                }
                _ => Ok(0),
            };
        }
    }
}

impl Drop for Blocks<'_> {
    /// Leaves the pool to another stream.
    fn drop(&mut self) {
        self.pool.borrow_mut().clear();
    }
}
