//! cpio archives of the format newc: what RPM packages and initial RAM disks contain.

use super::{Container, Entry, EntryKind, part};
use crate::error::Error;
use crate::layer::Layer;
use crate::limits::Limits;
use crate::names;
use std::io;

const HEADER: &str = "cpio header";
const DATA: &str = "cpio entry";
const TRAILER: &[u8] = b"TRAILER!!!";

pub(crate) struct Cpio<'a> {
    layer: Layer<'a>,
    limits: Limits,
    left: u64,
    padding: u64,
    /// The sum of the entry's bytes that the header states, and the sum so far (format `070702`).
    sums: Option<(u32, u32)>,
    ended: bool,
}

impl<'a> Cpio<'a> {
    pub(crate) fn new(layer: Layer<'a>, limits: &Limits) -> Cpio<'a> {
        Cpio {
            layer,
            limits: *limits,
            left: 0,
            padding: 0,
            sums: None,
            ended: false,
        }
    }
}

/// The bytes to the next multiple of four.
fn padding(len: u64) -> u64 {
    len.wrapping_neg() % 4
}

impl Container for Cpio<'_> {
    fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        if self.ended {
            return Ok(None);
        }
        self.layer.skip(self.left, DATA)?;
        self.layer.skip(self.padding, DATA)?;
        (self.left, self.padding, self.sums) = (0, 0, None);
        let mut header = [0; 110];
        self.layer.exact(&mut header, HEADER)?;
        let has_sum = match header.first_chunk::<6>() {
            Some(b"070701") => false,
            Some(b"070702") => true,
            Some(b"07070X") => {
                return Err(Error::Unsupported {
                    what: "an RPM package with files of more than 4 GiB".to_owned(),
                    place: self.layer.place(),
                });
            }
            _ => return Err(self.layer.damaged(HEADER, "its magic number is missing")),
        };
        let field = |index: usize| {
            let at = 6 + index * 8;
            let digits = header
                .get(at..at + 8)
                .and_then(|digits| std::str::from_utf8(digits).ok());
            digits
                .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                .ok_or_else(|| self.layer.damaged(HEADER, "a number in it is damaged"))
        };
        let (mode, size, name_len, sum) = (
            field(1)?,
            u64::from(field(6)?),
            u64::from(field(11)?),
            field(12)?,
        );
        if name_len == 0 || name_len > self.limits.name as u64 + 1 {
            return Err(Error::LongName {
                len: name_len,
                limit: self.limits.name,
                place: self.layer.place(),
            });
        }
        let mut name = vec![0; usize::try_from(name_len).unwrap_or_default()];
        self.layer.exact(&mut name, HEADER)?;
        self.layer.skip(padding(110 + name_len), HEADER)?;
        let name = name.strip_suffix(&[0]).unwrap_or(&name);
        if name == TRAILER {
            self.ended = true;
            return Ok(None);
        }
        (self.left, self.padding) = (size, padding(size));
        self.sums = has_sum.then_some((sum, 0));
        let kind = match mode & 0o170_000 {
            0o100_000 => EntryKind::File,
            0o040_000 => EntryKind::Folder,
            // The entry's bytes are where it leads; nobody follows it.
            0o120_000 => EntryKind::Link {
                target: String::new(),
            },
            _ => EntryKind::Other,
        };
        Ok(Some(Entry {
            path: names::clean(name, || self.layer.place())?,
            kind,
            size: Some(size),
        }))
    }

    fn skip_some(&mut self, most: u64) -> Result<bool, Error> {
        let step = self.left.min(most);
        self.layer.skip(step, DATA)?;
        self.left -= step;
        Ok(self.left > 0)
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = part(&mut self.layer, &mut self.left, buf, DATA)?;
        if let Some((wanted, sum)) = &mut self.sums {
            for byte in buf.get(..read).unwrap_or_default() {
                *sum = sum.wrapping_add(u32::from(*byte));
            }
            if self.left == 0 && wanted != sum {
                return Err(Error::Checksum {
                    what: "the cpio entry that ends",
                    place: self.layer.place(),
                }
                .into());
            }
        }
        Ok(read)
    }

    fn position(&self) -> u64 {
        self.layer.position()
    }

    fn name(&self) -> &str {
        &self.layer.name
    }
}
