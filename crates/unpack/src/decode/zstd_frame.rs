//! The headers of zstd frames and of the blocks in them (RFC 8878, section 3.1.1).

/// The number with which a frame begins.
const MAGIC: [u8; 4] = 0xfd2f_b528u32.to_le_bytes();
/// The most that a block gives, and has.
pub(super) const MOST_OF_BLOCK: usize = 128 << 10;
/// Bytes of a block's header.
pub(super) const BLOCK_HEADER: usize = 3;
/// Bytes of a frame's checksum.
pub(super) const CHECKSUM: usize = 4;

/// The header of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FrameHeader {
    /// Bytes of the header.
    pub(super) len: usize,
    /// Bytes that come out of the frame, if it says so.
    pub(super) content: Option<u64>,
    /// Bytes of what was decompressed last, to which the frame may refer.
    pub(super) window: u64,
    /// Whether a checksum follows the blocks.
    pub(super) has_checksum: bool,
    /// Whether it needs a dictionary.
    pub(super) has_dictionary: bool,
}

impl FrameHeader {
    /// The longest header.
    pub(super) const MOST: usize = 18;

    /// Reads the header at the start of `bytes`; `None` if they begin otherwise.
    pub(super) fn read(bytes: &[u8]) -> Option<FrameHeader> {
        let (&descriptor, fields) = bytes.strip_prefix(&MAGIC)?.split_first()?;
        let is_single_segment = descriptor & 0x20 != 0;
        let window_len = usize::from(!is_single_segment);
        let dictionary_len = [0, 1, 2, 4][usize::from(descriptor & 3)];
        let content_len = match descriptor >> 6 {
            0 => usize::from(is_single_segment),
            exponent => 1 << exponent,
        };
        let (window, fields) = fields.split_at_checked(window_len)?;
        let (dictionary, fields) = fields.split_at_checked(dictionary_len)?;
        let content = number(fields.get(..content_len)?);
        let content = match content_len {
            0 => None,
            2 => Some(content + 256),
            _ => Some(content),
        };
        let window = match window {
            &[window] => window_size(window),
            // The frame is its own window.
            _ => content.unwrap_or(0),
        };
        Some(FrameHeader {
            len: MAGIC.len() + 1 + window_len + dictionary_len + content_len,
            content,
            window,
            has_checksum: descriptor & 4 != 0,
            has_dictionary: number(dictionary) != 0,
        })
    }
}

/// Of five bits for a power of two, and three for eighths of it.
fn window_size(byte: u8) -> u64 {
    let base = 1024 << (byte >> 3);
    base + base / 8 * u64::from(byte & 7)
}

fn number(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().rev();
    bytes.fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// The header of a block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ZstdBlock {
    /// Whether it is the last one of its frame.
    pub(super) is_last: bool,
    /// Bytes behind the header.
    pub(super) packed: usize,
    /// Bytes that come out of it at most.
    pub(super) most: usize,
}

impl ZstdBlock {
    /// Reads the header of a block; `None` for one that is not allowed.
    pub(super) fn read(header: [u8; BLOCK_HEADER]) -> Option<ZstdBlock> {
        let value = number(&header) as usize;
        let (kind, size) = (value >> 1 & 3, value >> 3);
        if size > MOST_OF_BLOCK {
            return None;
        }
        let (packed, most) = match kind {
            // As it is; one byte repeated; compressed.
            0 => (size, size),
            1 => (1, size),
            2 => (size, MOST_OF_BLOCK),
            _ => return None,
        };
        Some(ZstdBlock {
            is_last: value & 1 != 0,
            packed,
            most,
        })
    }
}

/// Bytes that follow the first eight of a skippable frame; `None` for any other.
pub(super) fn skippable(start: &[u8]) -> Option<u64> {
    match start {
        &[0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] => {
            Some(u32::from_le_bytes([a, b, c, d]).into())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_has_what_its_descriptor_says() {
        let of = |rest: &[u8]| FrameHeader::read(&[&MAGIC, rest].concat());
        // A window of 2 MiB, a checksum.
        let piped = FrameHeader {
            len: 6,
            content: None,
            window: 2 << 20,
            has_checksum: true,
            has_dictionary: false,
        };
        assert_eq!(of(&[0x04, 0x58]), Some(piped));
        // One segment of 256 + 0x0201 bytes.
        let small = FrameHeader {
            len: 7,
            content: Some(0x301),
            window: 0x301,
            has_checksum: false,
            has_dictionary: false,
        };
        assert_eq!(of(&[0x60, 1, 2]), Some(small));
        // A window of 1 KiB and seven eighths, a dictionary of two bytes, eight of size.
        let long = FrameHeader {
            len: 16,
            content: Some(1 << 40),
            window: 1920,
            has_checksum: false,
            has_dictionary: true,
        };
        assert_eq!(of(&[0xc2, 7, 9, 0, 0, 0, 0, 0, 0, 1, 0, 0]), Some(long));
        assert_eq!(of(&[0x60, 1]), None);
        assert_eq!(FrameHeader::read(b"\xfd7zXZ\0"), None);
    }

    #[test]
    fn a_block_is_as_long_as_its_kind_says() {
        let of = |kind: u32, size: u32| {
            let [a, b, c, _] = (size << 3 | kind << 1 | 1).to_le_bytes();
            let block = ZstdBlock::read([a, b, c])?;
            assert!(block.is_last);
            Some((block.packed, block.most))
        };
        assert_eq!(of(0, 1000), Some((1000, 1000)));
        assert_eq!(of(1, 1000), Some((1, 1000)));
        assert_eq!(of(2, 1000), Some((1000, MOST_OF_BLOCK)));
        assert_eq!(of(3, 1000), None);
        assert_eq!(of(0, (128 << 10) + 1), None);
        assert_eq!(
            ZstdBlock::read([0, 0, 0]).map(|block| block.is_last),
            Some(false)
        );
    }

    #[test]
    fn skippable_frames_are_known_by_their_number() {
        assert_eq!(skippable(b"\x5e\x2a\x4d\x18\x0d\0\0\0"), Some(13));
        assert_eq!(skippable(b"\x60\x2a\x4d\x18\x0d\0\0\0"), None);
        assert_eq!(skippable(b"\x50\x2a\x4d\x18\x0d"), None);
    }
}
