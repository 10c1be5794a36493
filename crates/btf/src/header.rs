//! The header, in its two lengths, and the layout section.

use crate::{Error, Kind, Word};
use alloc::vec::Vec;

/// The number with which BTF and `.BTF.ext` start, written in the byte order of the rest.
pub const MAGIC: u16 = 0xeb9f;
/// Length in bytes of the header without layout fields, which every reader knows.
pub const HEADER_LEN: u32 = 24;
/// Length in bytes of the header with `layout_off` and `layout_len` (libbpf 1.8, 2026).
pub const HEADER_LEN_LAYOUT: u32 = 32;

/// The fields of `struct btf_header` after magic and version, under the format's names ([encoding]). All are in bytes;
/// offsets count from the end of the header.
///
/// Sections must not overlap. The types come first, then the layout, if one exists, and the strings.
///
/// [encoding]: https://docs.kernel.org/bpf/btf.html#btf-type-and-string-encoding
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// Flags, of which none is defined: 0.
    pub flags: u8,
    /// Length of the header: 24, 32, or more in formats to come.
    pub hdr_len: u32,
    /// Where the types start; a multiple of 4.
    pub type_off: u32,
    /// Length of the types; a multiple of 4.
    pub type_len: u32,
    /// Where the strings start.
    pub str_off: u32,
    /// Length of the strings.
    pub str_len: u32,
    /// Where the layout section starts; a multiple of 4. 0 if the header has 24 bytes.
    pub layout_off: u32,
    /// Length of the layout section; a multiple of 4. 0 if none exists.
    pub layout_len: u32,
}

/// How large a kind's types are: `12 + info_size + vlen * element_size` bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LayoutEntry {
    /// Bytes that follow the three common words once.
    pub info_size: u8,
    /// Bytes that follow for each of `vlen` members.
    pub element_size: u8,
    /// Flags, of which none is defined: 0.
    pub flags: u16,
}

/// The layout section: an entry for each kind from 0 on, so that readers can skip kinds that they do not know.
///
/// An entry decides the length of its kind's types. Where it disagrees with [`Kind::shape`], the types are kept and
/// written as words without meaning, and their kind is [`Kind::Unknown`]; of kinds up to ENUM64, whose lengths the format
/// has fixed, such BTF is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Entries, indexed by the number of the kind. Entry 0, for `void`, is unused.
    pub entries: Vec<LayoutEntry>,
}

impl Layout {
    /// The layout of the kinds up to `ENUM64`, as libbpf 1.8 writes it.
    pub fn current() -> Layout {
        let mut layout = Layout::default();
        layout.extend_to(Kind::Enum64);
        layout
    }

    /// Adds what is missing up to `last`, as this crate knows the kinds.
    pub(crate) fn extend_to(&mut self, last: Kind) {
        let have = u8::try_from(self.entries.len()).unwrap_or(u8::MAX);
        let known = |number| {
            let shape = Kind::from_number(number).shape();
            let bytes = |words: &[Word]| words.len() as u8 * 4;
            shape.map_or_else(LayoutEntry::default, |shape| LayoutEntry {
                info_size: bytes(shape.once),
                element_size: bytes(shape.each),
                flags: 0,
            })
        };
        self.entries.extend((have..=last.number()).map(known));
    }
}

impl Header {
    /// Reads the header from the first 32 bytes (or all there are) of `len`; `big` says whether its numbers
    /// are big-endian.
    pub(crate) fn read(bytes: &[u8], len: u64) -> Result<(Header, bool), Error> {
        let too_short = Error::TooShort {
            len,
            need: u64::from(HEADER_LEN),
        };
        let Some(fixed) = bytes.first_chunk::<24>() else {
            return Err(match bytes.first_chunk::<2>() {
                Some(&[a, b])
                    if u16::from_le_bytes([a, b]) != MAGIC
                        && u16::from_be_bytes([a, b]) != MAGIC =>
                {
                    Error::BadMagic {
                        found: u16::from_le_bytes([a, b]),
                    }
                }
                _ => too_short,
            });
        };
        let found = u16::from_le_bytes([fixed[0], fixed[1]]);
        let big = match found {
            MAGIC => false,
            swapped if swapped.swap_bytes() == MAGIC => true,
            _ => return Err(Error::BadMagic { found }),
        };
        if fixed[2] != 1 {
            return Err(Error::BadVersion { found: fixed[2] });
        }
        let word = |at: usize| -> u32 {
            let four = bytes
                .get(at..)
                .and_then(|rest| rest.first_chunk::<4>())
                .copied();
            let four = four.unwrap_or_default();
            if big {
                u32::from_be_bytes(four)
            } else {
                u32::from_le_bytes(four)
            }
        };
        let hdr_len = word(4);
        if hdr_len < HEADER_LEN || u64::from(hdr_len) > len {
            return Err(Error::BadHeaderLength { hdr_len, len });
        }
        let with_layout = hdr_len >= HEADER_LEN_LAYOUT;
        let header = Header {
            flags: fixed[3],
            hdr_len,
            type_off: word(8),
            type_len: word(12),
            str_off: word(16),
            str_len: word(20),
            layout_off: if with_layout { word(24) } else { 0 },
            layout_len: if with_layout { word(28) } else { 0 },
        };
        header.check(len - u64::from(hdr_len))?;
        Ok((header, big))
    }

    /// How many bytes follow the header before its last section ends.
    pub(crate) fn body_len(&self) -> u64 {
        let end = |offset: u32, len: u32| u64::from(offset) + u64::from(len);
        let layout = match self.layout_len {
            0 => 0,
            len => end(self.layout_off, len),
        };
        end(self.type_off, self.type_len)
            .max(end(self.str_off, self.str_len))
            .max(layout)
    }

    /// The bounds that libbpf checks, against `len` bytes after the header.
    fn check(&self, len: u64) -> Result<(), Error> {
        let sections = [
            ("type", self.type_off, self.type_len),
            ("string", self.str_off, self.str_len),
            ("layout", self.layout_off, self.layout_len),
        ];
        for (section, offset, size) in sections {
            if u64::from(offset) + u64::from(size) > len {
                return Err(Error::SectionOutOfBounds {
                    section,
                    offset,
                    size,
                    len,
                });
            }
        }
        if !self.type_off.is_multiple_of(4) {
            return Err(Error::Misaligned {
                section: "type",
                offset: self.type_off,
            });
        }
        if !self.type_len.is_multiple_of(4) {
            return Err(Error::Misaligned {
                section: "type",
                offset: self.type_len,
            });
        }
        let type_end = u64::from(self.type_off) + u64::from(self.type_len);
        if type_end > u64::from(self.str_off) {
            return Err(Error::Overlap {
                section: "string",
                offset: self.str_off,
            });
        }
        if self.layout_len != 0 {
            for offset in [self.layout_off, self.layout_len] {
                if !offset.is_multiple_of(4) {
                    return Err(Error::Misaligned {
                        section: "layout",
                        offset,
                    });
                }
            }
            let layout_end = u64::from(self.layout_off) + u64::from(self.layout_len);
            if u64::from(self.layout_off) < type_end || layout_end > u64::from(self.str_off) {
                return Err(Error::Overlap {
                    section: "layout",
                    offset: self.layout_off,
                });
            }
        }
        Ok(())
    }
}
