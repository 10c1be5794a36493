//! The blocks of xz streams.
//!
//! Packages and kernel builds write blocks of 24 MiB with their sizes in front, each of which becomes a stream of its own. A stream
//! without sizes is decompressed as a whole.

use super::block::{BlockFormat, PackedBlock};
use super::blocks::{Cut, Cutter, LARGEST_UNPACKED};
use super::xz_format::{BlockHeader, MAGIC, STREAM_HEADER, check_len, end_stream, skip_index};
use crate::error::Error;
use crate::layer::Layer;
use std::io::{self, Read};

/// Compressed bytes of a block that is worth a task of its own.
const LARGEST: u64 = 64 << 20;

pub(super) struct XzBlocks<'a> {
    /// `None` at the end.
    layer: Option<Layer<'a>>,
    /// The header of the stream that it is in, and whether a block of it was read.
    stream: Option<([u8; STREAM_HEADER], bool)>,
}

impl<'a> XzBlocks<'a> {
    pub(super) fn new(layer: Layer<'a>) -> XzBlocks<'a> {
        XzBlocks {
            layer: Some(layer),
            stream: None,
        }
    }
}

impl<'a> Cutter<'a> for XzBlocks<'a> {
    fn next(&mut self) -> Result<Cut<'a>, Error> {
        let Some(mut layer) = self.layer.take() else {
            return Ok(Cut::End);
        };
        loop {
            let Some((header, later)) = self.stream else {
                match enter(&mut layer)? {
                    Some(header) => self.stream = Some((header, false)),
                    None => return Ok(Cut::End),
                }
                continue;
            };
            let place = layer.place();
            match next_block(&mut layer, header)? {
                Next::Block(block) => {
                    self.stream = Some((header, true));
                    self.layer = Some(layer);
                    return Ok(Cut::Block(block, place));
                }
                Next::Index => {
                    skip_index(&mut layer)?;
                    self.stream = None;
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
                    return Ok(Cut::Rest(Box::new(super::xz(chain, true))));
                }
            }
        }
    }
}

enum Next {
    Block(PackedBlock),
    Index,
    Unsized,
}

/// Passes over padding, and reads the header of the next stream if there is one.
fn enter(layer: &mut Layer<'_>) -> Result<Option<[u8; STREAM_HEADER]>, Error> {
    let failed = |error, layer: &Layer<'_>| Error::of(error, "xz stream", || layer.place());
    while layer.position() > 0 {
        match layer.peek(4) {
            Ok([0, 0, 0, 0]) => layer.skip(4, "padding of xz streams")?,
            Ok(_) => break,
            Err(error) => return Err(failed(error, layer)),
        }
    }
    match layer.peek(1) {
        Ok([]) => return Ok(None),
        Ok(_) => {}
        Err(error) => return Err(failed(error, layer)),
    }
    let mut header = [0; STREAM_HEADER];
    layer.exact(&mut header, "header of an xz stream")?;
    let [.., a, b, c, d] = header;
    let flags = header.get(6..8).unwrap_or_default();
    if !header.starts_with(&MAGIC) || crc32fast::hash(flags) != u32::from_le_bytes([a, b, c, d]) {
        return Err(layer.damaged("header of an xz stream", "it does not match its checksum"));
    }
    Ok(Some(header))
}

/// Reads a block whole, as a stream of its own, if its header has its sizes.
fn next_block(layer: &mut Layer<'_>, start: [u8; STREAM_HEADER]) -> Result<Next, Error> {
    let place = layer.place();
    let bytes = layer
        .peek(1024)
        .map_err(|error| Error::of(error, "xz block", || place))?
        .to_vec();
    match bytes.first() {
        Some(0) => return Ok(Next::Index),
        Some(_) => {}
        None => {
            return Err(Error::Cut {
                what: "xz stream",
                place: layer.place(),
            });
        }
    }
    let header = BlockHeader::read(&bytes, layer)?;
    let (Some(packed), Some(unpacked)) = (header.packed, header.unpacked) else {
        return Ok(Next::Unsized);
    };
    if packed > LARGEST || unpacked > LARGEST_UNPACKED {
        return Ok(Next::Unsized);
    }
    let [.., flags_a, flags_b, _, _, _, _] = start;
    let check = check_len(flags_b);
    let unpadded = header.len as u64 + packed + check as u64;
    let body = (header.len as u64 + packed).next_multiple_of(4) + check as u64;
    let body = usize::try_from(body).unwrap_or(usize::MAX);
    let mut stream = start.to_vec();
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
    let most = usize::try_from(unpacked).unwrap_or(usize::MAX);
    let block = PackedBlock::of(BlockFormat::Xz, stream, most);
    Ok(Next::Block(block.with_dictionary(header.dictionary)))
}
