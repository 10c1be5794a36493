//! Blocks outside the memory of WebAssembly, which never shrinks: a decompressor reads one and writes what comes out piece by piece.

use js_sys::Uint8Array;
use std::io::{self, BufReader, Read};
use unpack::{BlockFormat, unpack_block};

/// Bytes of a block that are in memory at a time.
const PIECE: usize = 64 << 10;

/// Bytes from front to back.
pub struct Outside {
    bytes: Uint8Array,
    at: u32,
}

impl Outside {
    /// All bytes of an array.
    pub fn new(bytes: Uint8Array) -> Outside {
        Outside { bytes, at: 0 }
    }
}

impl Read for Outside {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.bytes.length().saturating_sub(self.at);
        let step = left.min(u32::try_from(buf.len()).unwrap_or(u32::MAX));
        if let Some(buf) = buf.get_mut(..step as usize) {
            self.bytes.subarray(self.at, self.at + step).copy_to(buf);
        }
        self.at += step;
        Ok(step as usize)
    }
}

/// Decompresses a block of which `most` bytes come out at most.
pub fn unpacked(format: BlockFormat, block: Uint8Array, most: u32) -> io::Result<Uint8Array> {
    let bytes = Uint8Array::new_with_length(most);
    let mut end = 0;
    let mut input = BufReader::with_capacity(PIECE, Outside::new(block));
    unpack_block(format, most as usize, &mut input, &mut |piece| {
        let start = end;
        // Not more than `most` bytes come out.
        end += piece.len() as u32;
        bytes.subarray(start, end).copy_from(piece);
        Ok(())
    })?;
    // What is sent to another worker is the whole buffer.
    Ok(match end == most {
        true => bytes,
        false => bytes.slice(0, end),
    })
}
