//! LZ4: frames, and the blocks of the older format that kernel builds still write.

use super::Tail;
use super::unpacked_block::UnpackedBlock;
use crate::error::Error;
use crate::layer::Layer;
use std::io::{self, Read};

/// The most that a block of the older format gives.
const BLOCK: usize = 8 << 20;
const LEGACY_MAGIC: u32 = 0x184c_2102;

/// Frames one after the other.
pub(crate) struct Frames<'a> {
    decoder: Option<lz4_flex::frame::FrameDecoder<Layer<'a>>>,
    tail: Tail,
}

impl<'a> Frames<'a> {
    pub(crate) fn new(layer: Layer<'a>, tail: Tail) -> Frames<'a> {
        Frames {
            decoder: Some(lz4_flex::frame::FrameDecoder::new(layer)),
            tail,
        }
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        while let Some(mut decoder) = self.decoder.take() {
            let read = decoder.read(buf)?;
            if read > 0 {
                self.decoder = Some(decoder);
                return Ok(read);
            }
            let mut layer = decoder.into_inner();
            if self.tail == Tail::Streams && !layer.peek(1)?.is_empty() {
                self.decoder = Some(lz4_flex::frame::FrameDecoder::new(layer));
            }
        }
        Ok(0)
    }
}

/// A magic number, then blocks, each after its length.
pub(crate) struct Legacy<'a> {
    layer: Layer<'a>,
    tail: Tail,
    packed: Vec<u8>,
    block: UnpackedBlock,
    ended: bool,
}

impl<'a> Legacy<'a> {
    pub(crate) fn new(layer: Layer<'a>, tail: Tail) -> Legacy<'a> {
        Legacy {
            layer,
            tail,
            packed: Vec::new(),
            block: UnpackedBlock::default(),
            ended: false,
        }
    }

    /// Decompresses the next block. What has no length is the end.
    fn next_block(&mut self) -> io::Result<()> {
        // Only the last block gives fewer bytes.
        if self.tail == Tail::Ignored
            && !self.block.bytes.is_empty()
            && self.block.bytes.len() < BLOCK
        {
            self.ended = true;
        }
        self.block.clear();
        if self.ended {
            return Ok(());
        }
        let len = loop {
            if self.layer.peek(1)?.is_empty() {
                self.ended = true;
                return Ok(());
            }
            let mut len = [0; 4];
            self.layer.exact(&mut len, "length of an lz4 block")?;
            let len = u32::from_le_bytes(len);
            if len != LEGACY_MAGIC {
                break len as usize;
            }
        };
        let is_possible = len > 0 && len <= lz4_flex::block::get_maximum_output_size(BLOCK);
        if self.tail == Tail::Ignored && (!is_possible || self.layer.peek(1)?.is_empty()) {
            self.ended = true;
            return Ok(());
        }
        if !is_possible {
            let reason = format!("its length is {len}");
            return Err(self.layer.damaged("lz4 block", reason).into());
        }
        self.packed.resize(len, 0);
        self.layer.exact(&mut self.packed, "lz4 block")?;
        let block = &mut self.block.bytes;
        block.resize(BLOCK, 0);
        let unpacked = lz4_flex::block::decompress_into(&self.packed, block)
            .map_err(|error| self.layer.damaged("lz4 block", error.to_string()))?;
        block.truncate(unpacked);
        Ok(())
    }
}

impl Read for Legacy<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.block.is_read() || buf.is_empty() || self.ended {
                return Ok(self.block.read(buf));
            }
            self.next_block().map_err(|error| -> io::Error {
                Error::of(error, "lz4 block", || self.layer.place()).into()
            })?;
        }
    }
}
