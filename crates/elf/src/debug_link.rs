//! `.gnu_debuglink`: which file has the debug information that was taken out of this one.

use crate::error::Error;
use crate::header::Endian;
use crate::parse::Elf;
use crate::read_at::ReadAt;

/// A section of a name and four bytes; a longer one names no file that exists.
const LIMIT: u64 = 8 << 10;

/// What a stripped file says of its debug file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebugLink {
    /// The file's name, without a folder; bytes that are not UTF-8 become U+FFFD.
    pub name: String,
    /// The CRC-32 of all its bytes.
    pub crc: u32,
}

impl Elf {
    /// The debug file that `.gnu_debuglink` names, if the file has that section and it can be read as one.
    ///
    /// # Errors
    /// The section cannot be read.
    pub fn debug_link<R: ReadAt + ?Sized>(&self, source: &R) -> Result<Option<DebugLink>, Error> {
        let section = self.section(".gnu_debuglink");
        let Some(section) = section.filter(|section| section.data_size() <= LIMIT) else {
            return Ok(None);
        };
        let bytes = self.read_section_unrelocated(source, section)?;
        Ok(parse(&bytes, self.endian))
    }
}

/// A name that ends with NUL, padding up to a multiple of 4, and the checksum.
fn parse(bytes: &[u8], endian: Endian) -> Option<DebugLink> {
    let end = bytes.iter().position(|&byte| byte == 0)?;
    let name = bytes.get(..end).filter(|name| !name.is_empty())?;
    // A name leads to a file in folders that the reader chooses, not to one elsewhere.
    if name.contains(&b'/') {
        return None;
    }
    let start = (end + 1).next_multiple_of(4);
    let crc = *bytes.get(start..)?.first_chunk::<4>()?;
    Some(DebugLink {
        name: String::from_utf8_lossy(name).into_owned(),
        crc: match endian {
            Endian::Little => u32::from_le_bytes(crc),
            Endian::Big => u32::from_be_bytes(crc),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_a_name_and_a_checksum_at_a_multiple_of_four() {
        let link = parse(b"k.debug\0\x04\x03\x02\x01", Endian::Little).expect("a link");
        assert_eq!((link.name.as_str(), link.crc), ("k.debug", 0x0102_0304));
        let link = parse(b"kernel\0\0\x01\x02\x03\x04", Endian::Big).expect("a link");
        assert_eq!((link.name.as_str(), link.crc), ("kernel", 0x0102_0304));
        for bad in [
            &b"k.debug\0\x01\x02"[..],
            b"\0\0\0\0\0\0\0\0",
            b"../k\0\0\0\0\0\0\0\0",
            b"k",
        ] {
            assert_eq!(parse(bad, Endian::Little), None);
        }
    }
}
