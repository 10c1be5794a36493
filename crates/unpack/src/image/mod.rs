//! Boot images: where the kernel is in them.

mod pe;
mod scan;

use crate::decode::{self, Tail};
use crate::error::{Error, Place};
use crate::extract::{Content, unread};
use crate::format::{Format, HEAD_BYTES, Image};
use crate::layer::{Layer, Meter};
use crate::limits::Limits;
use crate::raw_btf;
use elf::{Elf, ReadAt};
use std::io::{self, Read};
use std::ops::Range;

/// What an image contains.
pub(crate) enum Look<'a> {
    /// The file is no image but this.
    Whole(Content),
    /// BTF in its raw bytes.
    Btf(Range<u64>),
    /// Another file, decompressed.
    Inside {
        /// Its bytes.
        layer: Layer<'a>,
        /// What it is in.
        what: &'static str,
    },
    /// Neither ELF nor BTF.
    Nothing,
}

/// Looks for the kernel in an image.
pub(crate) fn look<'a>(
    name: &str,
    source: &'a dyn ReadAt,
    limits: &Limits,
) -> Result<Look<'a>, Error> {
    let head = head(source)?;
    let format = Format::of(&head);
    let what = format.name();
    match format {
        Format::Btf => Ok(Look::Whole(Content::Btf)),
        Format::Elf => {
            // On some architectures the image is an ELF file with the compressed kernel in a section.
            let has_types = Elf::parse(source).is_ok_and(|elf| {
                let has = |name| elf.section(name).is_some_and(|it| it.data_size() > 0);
                has(".BTF") || has(".debug_info")
            });
            match has_types {
                true => Ok(Look::Whole(Content::Elf)),
                false => Ok(scan::payload(name, source, limits)?.map_or(
                    Look::Whole(Content::Elf),
                    |layer| Look::Inside { layer, what },
                )),
            }
        }
        Format::Image(Image::X86) => {
            let payload = x86_payload(&head, source.len());
            inside(name, source, payload, what, limits)
        }
        Format::Image(Image::Zboot) => {
            let payload = (word(&head, 8), word(&head, 12));
            let payload = (u64::from(payload.0), u64::from(payload.1));
            inside(name, source, checked(payload, source.len()), what, limits)
        }
        Format::Image(Image::Uboot) => {
            uboot_checked(name, &head, source)?;
            inside(name, source, Some(64..source.len()), what, limits)
        }
        Format::Image(Image::Efi) => match pe::section(source, b".linux\0\0")? {
            Some(range) => inside(name, source, Some(range), "a unified kernel image", limits),
            None => raw(name, source, what, limits),
        },
        _ => raw(name, source, what, limits),
    }
}

/// The first bytes of a source.
fn head(source: &dyn ReadAt) -> Result<Vec<u8>, Error> {
    let len = source.len().min(HEAD_BYTES as u64);
    let mut head = vec![0; usize::try_from(len).unwrap_or(HEAD_BYTES)];
    source
        .read_at(0, &mut head)
        .map_err(|error| unread(&error))?;
    Ok(head)
}

/// Bytes of a kernel: BTF in them, or a compressed kernel somewhere.
fn raw<'a>(
    name: &str,
    source: &'a dyn ReadAt,
    what: &'static str,
    limits: &Limits,
) -> Result<Look<'a>, Error> {
    if let Some(range) = raw_btf::find(source, limits.budget)? {
        return Ok(Look::Btf(range));
    }
    Ok(match scan::payload(name, source, limits)? {
        Some(layer) => Look::Inside { layer, what },
        None => Look::Nothing,
    })
}

/// A part of a source as a layer.
pub(crate) fn range<'a>(
    name: &str,
    source: &'a dyn ReadAt,
    range: Range<u64>,
    limits: &Limits,
) -> Layer<'a> {
    let meter = Meter::new(limits.budget, None);
    let reader = RangeReader {
        source,
        at: range.start,
        end: range.end.min(source.len()),
    };
    Layer::bottom(name, Box::new(reader), &meter)
}

/// What is in a range, decompressed if it is compressed. What is behind the compressed stream is not looked at.
fn inside<'a>(
    name: &str,
    source: &'a dyn ReadAt,
    payload: Option<Range<u64>>,
    what: &'static str,
    limits: &Limits,
) -> Result<Look<'a>, Error> {
    let Some(payload) = payload.filter(|payload| payload.start < payload.end) else {
        return Err(Error::Damaged {
            what: "header of the boot image",
            place: Place {
                part: name.to_owned(),
                offset: 0,
                entry: None,
            },
            reason: "what it says of its payload leads out of the file".to_owned(),
        });
    };
    let mut layer = range(name, source, payload, limits);
    let place = layer.place();
    let head = layer.peek(HEAD_BYTES);
    let head = head.map_err(|error| Error::of(error, "payload of the boot image", || place))?;
    let layer = match Format::of(head) {
        Format::Compressed(compression) => decode::open(compression, layer, Tail::Ignored, None)?,
        _ => layer,
    };
    Ok(Look::Inside { layer, what })
}

/// The payload of a bzImage, by the fields `setup_sects`, `payload_offset`, and `payload_length` of the boot protocol.
fn x86_payload(head: &[u8], len: u64) -> Option<Range<u64>> {
    let version = u16::from_le_bytes([*head.get(0x206)?, *head.get(0x207)?]);
    if version < 0x0208 {
        return None;
    }
    let sectors = match head.get(0x1f1)? {
        0 => 4,
        sectors => u64::from(*sectors),
    };
    let start = (sectors + 1) * 512 + u64::from(word(head, 0x248));
    checked((start, u64::from(word(head, 0x24c))), len)
}

fn checked((start, bytes): (u64, u64), len: u64) -> Option<Range<u64>> {
    let end = start.checked_add(bytes)?;
    (start > 0 && end <= len).then_some(start..end)
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    u32::from_le_bytes(*word.unwrap_or(&[0; 4]))
}

/// Compares the checksum of what follows the header of U-Boot, if all of it is there.
fn uboot_checked(name: &str, head: &[u8], source: &dyn ReadAt) -> Result<(), Error> {
    let size = u64::from(word(head, 12).swap_bytes());
    let wanted = word(head, 24).swap_bytes();
    let mut data = RangeReader {
        source,
        at: 64,
        end: 64u64.saturating_add(size),
    };
    let place = |offset| Place {
        part: name.to_owned(),
        offset,
        entry: None,
    };
    let mut crc = crc32fast::Hasher::new();
    let mut buffer = vec![0; 256 << 10];
    if data.end > source.len() {
        return Err(Error::Cut {
            what: "boot image for U-Boot",
            place: place(source.len()),
        });
    }
    loop {
        match data.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => crc.update(buffer.get(..read).unwrap_or_default()),
            Err(error) => {
                return Err(Error::of(error, "boot image for U-Boot", || place(data.at)));
            }
        }
    }
    match crc.finalize() == wanted {
        true => Ok(()),
        false => Err(Error::Checksum {
            what: "the boot image that ends",
            place: place(data.end),
        }),
    }
}

/// A range of a source from front to back.
struct RangeReader<'a> {
    source: &'a dyn ReadAt,
    at: u64,
    end: u64,
}

impl Read for RangeReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let step = left.min(buf.len());
        let Some(buf) = buf.get_mut(..step).filter(|buf| !buf.is_empty()) else {
            return Ok(0);
        };
        self.source
            .read_at(self.at, buf)
            .map_err(io::Error::other)?;
        self.at += step as u64;
        Ok(step)
    }
}
