//! The frames of zstd files that have several, as pzstd and the seekable format write them.
//!
//! The headers of a frame's blocks say where the frame ends, so it is found without decompressing it. A frame whose end is not
//! found, or that is too large, is decompressed as a stream with all that follows it; so is a file of a single frame.

use super::Tail;
use super::block::{BlockFormat, PackedBlock};
use super::blocks::{Cut, Cutter, LARGEST_UNPACKED};
use super::zstd::{Frames, WINDOW};
use super::zstd_frame::{BLOCK_HEADER, CHECKSUM, FrameHeader, ZstdBlock, skippable};
use crate::error::{Error, Place};
use crate::layer::Layer;
use std::io::{self, Read};

/// Compressed bytes of a frame that is worth a task of its own.
const LARGEST: usize = 32 << 20;
/// Bytes of a skippable frame's header.
const SKIPPABLE_HEADER: u64 = 8;

pub(super) struct ZstdBlocks<'a> {
    /// `None` at the end.
    layer: Option<Layer<'a>>,
    /// Whether a frame was found.
    later: bool,
}

impl<'a> ZstdBlocks<'a> {
    pub(super) fn new(layer: Layer<'a>) -> ZstdBlocks<'a> {
        ZstdBlocks {
            layer: Some(layer),
            later: false,
        }
    }
}

impl<'a> Cutter<'a> for ZstdBlocks<'a> {
    fn next(&mut self) -> Result<Cut<'a>, Error> {
        let Some(mut layer) = self.layer.take() else {
            return Ok(Cut::End);
        };
        let mut place = layer.place();
        let cut = next_frame(&mut layer, self.later, &mut place);
        match cut.map_err(|error| Error::of(error, BlockFormat::Zstd.what(), || place.clone()))? {
            Next::Frame(frame) => {
                self.later = true;
                self.layer = Some(layer);
                Ok(Cut::Block(frame, place))
            }
            Next::Stream => Ok(Cut::Rest(Box::new(Frames::new(layer, Tail::Streams)))),
            Next::End => Ok(Cut::End),
        }
    }
}

enum Next {
    Frame(PackedBlock),
    /// What follows is decompressed as a stream.
    Stream,
    End,
}

/// Passes over skippable frames, and reads the next one whole if it can be decompressed by itself.
fn next_frame(layer: &mut Layer<'_>, later: bool, place: &mut Place) -> io::Result<Next> {
    loop {
        *place = layer.place();
        let start = layer.peek(FrameHeader::MOST)?;
        match skippable(start) {
            Some(len) => layer.skip(SKIPPABLE_HEADER + len, "skippable zstd frame")?,
            None if start.is_empty() => return Ok(Next::End),
            None => break,
        }
    }
    let mut frame = Vec::new();
    let header = FrameHeader::read(layer.peek(FrameHeader::MOST)?);
    let most = match &header {
        Some(header) => pass(layer, header, &mut frame)?,
        None => None,
    };
    match (header, most) {
        // A single frame is one stream, of which nothing needs to be in memory.
        (Some(header), Some(most)) if later || !layer.peek(1)?.is_empty() => {
            let block = PackedBlock::of(BlockFormat::Zstd, frame, most);
            // The window grows with what comes out.
            let window = header.window.min(most as u64);
            Ok(Next::Frame(block.with_dictionary(window)))
        }
        _ => {
            layer.give_back(frame);
            Ok(Next::Stream)
        }
    }
}

/// Reads a frame into `frame`: how much comes out of it at most, if it is whole and small enough.
fn pass(
    layer: &mut Layer<'_>,
    header: &FrameHeader,
    frame: &mut Vec<u8>,
) -> io::Result<Option<usize>> {
    let content = header.content.unwrap_or(0);
    if header.has_dictionary || header.window > WINDOW || content > LARGEST_UNPACKED {
        return Ok(None);
    }
    let mut most = 0usize;
    let mut wanted = header.len;
    loop {
        // What was found, and the header of the next block.
        if !read_more(layer, wanted + BLOCK_HEADER, frame)? {
            return Ok(None);
        }
        let Some(block) = frame.last_chunk().copied().and_then(ZstdBlock::read) else {
            return Ok(None);
        };
        most += block.most;
        wanted = block.packed;
        if frame.len() + wanted > LARGEST || most as u64 > LARGEST_UNPACKED {
            return Ok(None);
        }
        if block.is_last {
            break;
        }
    }
    if header.has_checksum {
        wanted += CHECKSUM;
    }
    if !read_more(layer, wanted, frame)? {
        return Ok(None);
    }
    Ok(match header.content {
        Some(content) => usize::try_from(content).ok().filter(|len| *len <= most),
        None => Some(most),
    })
}

/// Adds so many bytes to `frame`. Whether the input has them.
fn read_more(layer: &mut Layer<'_>, bytes: usize, frame: &mut Vec<u8>) -> io::Result<bool> {
    // Grows with what is there, so that a header cannot ask for memory that no bytes stand behind.
    let read = layer.by_ref().take(bytes as u64).read_to_end(frame)?;
    Ok(read == bytes)
}
