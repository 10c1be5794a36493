//! What the xz format says around its blocks, so that each block can be decompressed by itself.

use crate::error::Error;
use crate::layer::Layer;

/// The magic number and flags at the start of a stream, with their checksum.
pub(crate) const STREAM_HEADER: usize = 12;
pub(crate) const MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
const FOOTER_MAGIC: [u8; 2] = *b"YZ";
const BLOCK: &str = "header of an xz block";

/// The header of a block.
pub(crate) struct BlockHeader {
    /// Bytes of the header.
    pub(crate) len: usize,
    /// Bytes of compressed data behind it, if it says so.
    pub(crate) packed: Option<u64>,
    /// Bytes that come out, if it says so.
    pub(crate) unpacked: Option<u64>,
    /// Bytes of the dictionary of LZMA2, or 0.
    pub(crate) dictionary: u64,
}

/// Bytes of the checksum behind each block, by the stream's flags.
pub(crate) fn check_len(flags: u8) -> usize {
    match flags & 0x0f {
        0 => 0,
        kind => 4 << ((kind - 1) / 3),
    }
}

impl BlockHeader {
    /// Reads the header at the start of `bytes`. The first byte is not 0, which an index starts with.
    pub(crate) fn read(bytes: &[u8], layer: &Layer<'_>) -> Result<BlockHeader, Error> {
        let len = (usize::from(bytes.first().copied().unwrap_or(0)) + 1) * 4;
        let damaged = |reason: &str| layer.damaged(BLOCK, reason);
        let header = bytes.get(..len).ok_or_else(|| Error::Cut {
            what: BLOCK,
            place: layer.place(),
        })?;
        let Some((fields, crc)) = header.split_last_chunk::<4>() else {
            return Err(damaged("it is too short"));
        };
        if crc32fast::hash(fields) != u32::from_le_bytes(*crc) {
            return Err(damaged("its checksum does not match"));
        }
        let flags = fields.get(1).copied().unwrap_or(0);
        let mut rest = fields.get(2..).unwrap_or_default();
        let mut size = |has: bool| match has {
            true => number(&mut rest)
                .map(Some)
                .ok_or_else(|| damaged("a size is damaged")),
            false => Ok(None),
        };
        let packed = size(flags & 0x40 != 0)?;
        let unpacked = size(flags & 0x80 != 0)?;
        Ok(BlockHeader {
            len,
            packed,
            unpacked,
            dictionary: dictionary(rest, flags & 3).unwrap_or(0),
        })
    }
}

/// The size of the dictionary by the last filter, of which the numbers and properties come one after the other.
fn dictionary(mut filters: &[u8], before: u8) -> Option<u64> {
    const LZMA2: u64 = 0x21;
    for _ in 0..before {
        number(&mut filters)?;
        let len = number(&mut filters)?;
        filters = filters.get(usize::try_from(len).ok()?..)?;
    }
    if number(&mut filters)? != LZMA2 || number(&mut filters)? != 1 {
        return None;
    }
    let bits = *filters.first().filter(|bits| **bits < 40)?;
    Some(u64::from(2 | bits & 1) << (bits / 2 + 11))
}

/// A number in groups of seven bits, the lowest first.
fn number(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..63).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn put_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Ends a stream that consists of its header and one block: the index with these sizes, and the footer.
pub(crate) fn end_stream(stream: &mut Vec<u8>, flags: [u8; 2], unpadded: u64, unpacked: u64) {
    let mut index = vec![0];
    put_number(&mut index, 1);
    put_number(&mut index, unpadded);
    put_number(&mut index, unpacked);
    index.resize(index.len().next_multiple_of(4), 0);
    index.extend(crc32fast::hash(&index).to_le_bytes());
    let backward = u32::try_from(index.len() / 4).unwrap_or(u32::MAX) - 1;
    stream.extend(&index);
    let mut footer = backward.to_le_bytes().to_vec();
    footer.extend(flags);
    stream.extend(crc32fast::hash(&footer).to_le_bytes());
    stream.extend(&footer);
    stream.extend(FOOTER_MAGIC);
}

/// Passes over the index, of which the first byte is the next, and the footer.
pub(crate) fn skip_index(layer: &mut Layer<'_>) -> Result<(), Error> {
    const INDEX: &str = "index of an xz stream";
    let start = layer.position();
    layer.skip(1, INDEX)?;
    let value = |layer: &mut Layer<'_>| -> Result<u64, Error> {
        let mut value = 0u64;
        for shift in (0..63).step_by(7) {
            let mut byte = [0];
            layer.exact(&mut byte, INDEX)?;
            let [byte] = byte;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(layer.damaged(INDEX, "a number is damaged"))
    };
    let records = value(layer)?;
    for _ in 0..records.saturating_mul(2) {
        value(layer)?;
    }
    let len = layer.position() - start;
    let padding = len.next_multiple_of(4) - len;
    // The checksum of the index, then the footer.
    layer.skip(padding + 4 + STREAM_HEADER as u64, INDEX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_of_seven_bits() {
        for value in [0, 1, 127, 128, 25_165_824, u64::from(u32::MAX) << 20] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, value);
            assert_eq!(number(&mut &bytes[..]), Some(value));
        }
        assert_eq!(number(&mut &[0x80u8; 12][..]), None);
        assert_eq!([0, 1, 4, 10].map(check_len), [0, 4, 8, 32]);
    }

    #[test]
    fn a_dictionary_is_as_large_as_its_filter_says() {
        // As `xz -6` writes it, alone and behind the filter for x86.
        assert_eq!(dictionary(&[0x21, 1, 22], 0), Some(8 << 20));
        assert_eq!(dictionary(&[4, 0, 0x21, 1, 23], 1), Some(12 << 20));
        assert_eq!(dictionary(&[4, 0], 1), None);
        assert_eq!(dictionary(&[0x21, 1, 41], 0), None);
    }
}
