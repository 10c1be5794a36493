//! LZO in the format of `lzop`: a header, then blocks with their lengths and checksums.

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
    block: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<'a> Lzop<'a> {
    pub(crate) fn open(layer: Layer<'a>) -> Result<Lzop<'a>, Error> {
        let mut lzop = Lzop {
            layer,
            flags: 0,
            packed: Vec::new(),
            block: Vec::new(),
            at: 0,
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
        self.at = 0;
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
            std::mem::swap(&mut self.block, &mut self.packed);
        } else {
            self.block.resize(unpacked as usize, 0);
            let got = lzokay::decompress::decompress(&self.packed, &mut self.block);
            match got {
                Ok(got) if got == self.block.len() => {}
                Ok(got) => {
                    let reason = format!("it gives {got} bytes instead of {unpacked}");
                    return Err(self.layer.damaged(BLOCK, reason));
                }
                Err(error) => return Err(self.layer.damaged(BLOCK, format!("{error:?}"))),
            }
        }
        let is_right = adler.is_none_or(|adler| adler == adler32(&self.block))
            && crc.is_none_or(|crc| crc == crc32fast::hash(&self.block));
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

/// The checksum of RFC 1950.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    // So many steps cannot exceed 32 bits.
    for part in bytes.chunks(5552) {
        for byte in part {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    b << 16 | a
}

impl Read for Lzop<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let rest = self.block.get(self.at..).unwrap_or_default();
            if !rest.is_empty() || buf.is_empty() || self.ended {
                let step = rest.len().min(buf.len());
                if let (Some(to), Some(from)) = (buf.get_mut(..step), rest.get(..step)) {
                    to.copy_from_slice(from);
                }
                self.at += step;
                return Ok(step);
            }
            self.next_block()?;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_that_of_the_rfc() {
        assert_eq!(super::adler32(b"Wikipedia"), 0x11e6_0398);
        assert_eq!(super::adler32(&[0xff; 100_000]), {
            let (mut a, mut b) = (1u64, 0u64);
            for _ in 0..100_000 {
                a = (a + 255) % 65521;
                b = (b + a) % 65521;
            }
            (b << 16 | a) as u32
        });
    }
}
