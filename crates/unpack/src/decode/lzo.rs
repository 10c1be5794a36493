//! LZO in the format of `lzop`: a header, then blocks with their lengths and checksums.

use super::unpacked_block::UnpackedBlock;
use crate::error::Error;
use crate::layer::Layer;
use std::io::{self, Read};

const HEADER: &str = "lzop header";
const BLOCK: &str = "lzo block";
/// The most that a block gives: lzop's own limit.
const MOST: u32 = 64 << 20;

// Flags of the header.
const ADLER_UNPACKED: u32 = 0x1;
const ADLER_PACKED: u32 = 0x2;
const EXTRA: u32 = 0x40;
const CRC_UNPACKED: u32 = 0x100;
const CRC_PACKED: u32 = 0x200;
const FILTER: u32 = 0x800;

pub(crate) struct Lzop<'a> {
    layer: Layer<'a>,
    flags: u32,
    packed: Vec<u8>,
    block: UnpackedBlock,
    ended: bool,
}

impl<'a> Lzop<'a> {
    pub(crate) fn open(layer: Layer<'a>) -> Result<Lzop<'a>, Error> {
        let mut lzop = Lzop {
            layer,
            flags: 0,
            packed: Vec::new(),
            block: UnpackedBlock::default(),
            ended: false,
        };
        lzop.header()?;
        Ok(lzop)
    }

    fn header(&mut self) -> Result<(), Error> {
        self.layer.skip(9, HEADER)?;
        let [version, _library] = [self.short()?, self.short()?];
        // Version 0.94 added a field here and there.
        let is_new = version >= 0x940;
        if is_new {
            self.short()?;
        }
        let method = self.byte()?;
        if !matches!(method, 1..=3) {
            let reason = format!("its method is {method}");
            return Err(self.layer.damaged(HEADER, reason));
        }
        if is_new {
            self.byte()?;
        }
        self.flags = self.word()?;
        if self.flags & FILTER != 0 {
            return Err(Error::Unsupported {
                what: "an lzop file with a filter".to_owned(),
                place: self.layer.place(),
            });
        }
        // Mode, time, and its upper half.
        self.layer.skip(if is_new { 12 } else { 8 }, HEADER)?;
        let name = self.byte()?;
        self.layer.skip(u64::from(name) + 4, HEADER)?;
        if self.flags & EXTRA != 0 {
            let len = self.word()?;
            self.layer.skip(u64::from(len) + 4, HEADER)?;
        }
        Ok(())
    }

    fn next_block(&mut self) -> Result<(), Error> {
        self.block.clear();
        let unpacked = self.word()?;
        if unpacked == 0 {
            self.ended = true;
            return Ok(());
        }
        let packed = self.word()?;
        if unpacked > MOST || packed > unpacked {
            let reason = format!("{packed} bytes become {unpacked}");
            return Err(self.layer.damaged(BLOCK, reason));
        }
        let is_stored = packed == unpacked;
        let adler = self.word_if(ADLER_UNPACKED, true)?;
        let crc = self.word_if(CRC_UNPACKED, true)?;
        self.word_if(ADLER_PACKED, !is_stored)?;
        self.word_if(CRC_PACKED, !is_stored)?;
        self.packed.resize(packed as usize, 0);
        self.layer.exact(&mut self.packed, BLOCK)?;
        if is_stored {
            std::mem::swap(&mut self.block.bytes, &mut self.packed);
        } else {
            let block = &mut self.block.bytes;
            block.resize(unpacked as usize, 0);
            let got = lzokay::decompress::decompress(&self.packed, block);
            match got {
                Ok(got) if got == block.len() => {}
                Ok(got) => {
                    let reason = format!("it gives {got} bytes instead of {unpacked}");
                    return Err(self.layer.damaged(BLOCK, reason));
                }
                Err(error) => return Err(self.layer.damaged(BLOCK, format!("{error:?}"))),
            }
        }
        let block = &self.block.bytes;
        let is_right = adler.is_none_or(|adler| adler == simd_adler32::adler32(&block.as_slice()))
            && crc.is_none_or(|crc| crc == crc32fast::hash(block));
        if !is_right {
            return Err(Error::Checksum {
                what: "the lzo block that ends",
                place: self.layer.place(),
            });
        }
        Ok(())
    }

    fn word_if(&mut self, flag: u32, has: bool) -> Result<Option<u32>, Error> {
        match has && self.flags & flag != 0 {
            true => self.word().map(Some),
            false => Ok(None),
        }
    }

    fn word(&mut self) -> Result<u32, Error> {
        let mut bytes = [0; 4];
        self.layer.exact(&mut bytes, BLOCK)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn short(&mut self) -> Result<u16, Error> {
        let mut bytes = [0; 2];
        self.layer.exact(&mut bytes, HEADER)?;
        Ok(u16::from_be_bytes(bytes))
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let mut byte = [0];
        self.layer.exact(&mut byte, HEADER)?;
        let [byte] = byte;
        Ok(byte)
    }
}

impl Read for Lzop<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.block.is_read() || buf.is_empty() || self.ended {
                return Ok(self.block.read(buf));
            }
            self.next_block()?;
        }
    }
}
