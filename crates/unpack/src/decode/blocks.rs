//! xz streams of several blocks, which are decompressed at the same time.
//!
//! Packages and kernel builds write blocks of 24 MiB with their sizes in front. Each is handed to a pool as a stream of its
//! own. A stream without sizes is decompressed as a whole.

use super::xz_format::{BlockHeader, MAGIC, STREAM_HEADER, check_len, end_stream, skip_index};
use super::{DICTIONARY_KIB, Pool};
use crate::error::Error;
use crate::layer::Layer;
use std::io::{self, Read};

/// Compressed bytes of a block that is worth a task of its own. Larger ones are decompressed as a stream, to save memory.
const LARGEST: u64 = 64 << 20;
/// Bytes that come out of such a block.
const LARGEST_UNPACKED: u64 = 128 << 20;

/// A block as a stream of its own.
#[derive(Debug)]
pub struct XzBlock {
    stream: Vec<u8>,
    unpacked: usize,
}

impl XzBlock {
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
}

/// The bytes of a layer of xz streams.
pub(crate) struct Blocks<'a> {
    state: State<'a>,
    pool: Pool,
    submitted: usize,
    bytes: Vec<u8>,
    at: usize,
}

enum State<'a> {
    /// Before a stream, or at the end.
    Between(Layer<'a>),
    /// Before a block or the index of a stream with this header, and whether a block of it was read.
    Inside(Layer<'a>, [u8; STREAM_HEADER], bool),
    /// A stream that has blocks without sizes.
    Whole(Box<lzma_rust2::XzReader<io::Chain<io::Cursor<Vec<u8>>, Layer<'a>>>>),
    Ended,
}

impl<'a> Blocks<'a> {
    pub(crate) fn new(layer: Layer<'a>, pool: Pool) -> Blocks<'a> {
        Blocks {
            state: State::Between(layer),
            pool,
            submitted: 0,
            bytes: Vec::new(),
            at: 0,
        }
    }

    /// Reads until the pool has enough to do, the streams end, or one must be decompressed as a whole.
    fn feed(&mut self) -> Result<(), Error> {
        let width = self.pool.borrow().width();
        while self.submitted <= width {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Between(layer) => self.state = enter(layer)?,
                State::Inside(mut layer, header, later) => match next_block(&mut layer, header)? {
                    Next::Block(block) => {
                        self.pool.borrow_mut().submit(block);
                        self.submitted += 1;
                        self.state = State::Inside(layer, header, true);
                    }
                    Next::Index => {
                        skip_index(&mut layer)?;
                        self.state = State::Between(layer);
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
                        self.state = State::Whole(Box::new(super::xz(chain, true)));
                    }
                },
                whole @ State::Whole(_) => {
                    self.state = whole;
                    return Ok(());
                }
                State::Ended => return Ok(()),
            }
        }
        Ok(())
    }
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
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            if !rest.is_empty() || buf.is_empty() {
                let step = rest.len().min(buf.len());
                if let (Some(to), Some(from)) = (buf.get_mut(..step), rest.get(..step)) {
                    to.copy_from_slice(from);
                }
                self.at += step;
                return Ok(step);
            }
            self.feed()?;
            if self.submitted > 0 {
                self.submitted -= 1;
                self.bytes = self.pool.borrow_mut().take()?;
                self.at = 0;
                continue;
            }
            return match &mut self.state {
                State::Whole(reader) => reader.read(buf),
                _ => Ok(0),
            };
        }
    }
}

impl Drop for Blocks<'_> {
    /// Takes what nobody will ask for any more, so that the pool can serve another stream.
    fn drop(&mut self) {
        for _ in 0..self.submitted {
            let _unwanted = self.pool.borrow_mut().take();
        }
    }
}
