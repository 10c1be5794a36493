//! tar archives: v7, ustar, GNU, and pax.

use super::{Container, Entry, EntryKind, part};
use crate::error::Error;
use crate::layer::Layer;
use crate::limits::Limits;
use crate::names;
use std::io;

const BLOCK: usize = 512;
const HEADER: &str = "tar header";
const DATA: &str = "tar entry";
/// Bytes of the extended header of an entry. It has attributes besides the path.
const MOST_EXTENDED: u64 = 1 << 20;

pub(crate) struct Tar<'a> {
    layer: Layer<'a>,
    limits: Limits,
    left: u64,
    padding: u64,
    ended: bool,
}

/// What precedes an entry and changes it.
#[derive(Default)]
struct Extended {
    path: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
    has_holes: bool,
}

/// Whether these bytes are the header of an entry: its checksum is right.
pub(crate) fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.first_chunk::<BLOCK>() else {
        return false;
    };
    header.iter().any(|byte| *byte != 0) && has_right_sum(header)
}

/// The sum of all bytes, the field itself counted as spaces. Old programs added signed bytes.
fn has_right_sum(header: &[u8; BLOCK]) -> bool {
    let (before, field, after) = (
        header.get(..148).unwrap_or_default(),
        header.get(148..156).unwrap_or_default(),
        header.get(156..).unwrap_or_default(),
    );
    let Some(wanted) = octal(field) else {
        return false;
    };
    let bytes = || before.iter().chain(after);
    let unsigned: u64 = bytes().map(|byte| u64::from(*byte)).sum::<u64>() + 8 * 32;
    let signed: i64 = bytes().map(|byte| i64::from(*byte as i8)).sum::<i64>() + 8 * 32;
    wanted == unsigned || i64::try_from(wanted) == Ok(signed)
}

fn octal(field: &[u8]) -> Option<u64> {
    let end = field.iter().position(|byte| *byte == 0);
    let text = field.get(..end.unwrap_or(field.len()))?.trim_ascii();
    let text = std::str::from_utf8(text).ok()?;
    u64::from_str_radix(text, 8).ok()
}

/// A number as octal digits, or in base 256 where GNU tar needs more room.
fn number(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => {
            let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
            let low = u64::from_be_bytes(*low.first_chunk()?);
            high.iter().all(|byte| *byte == 0).then_some(low)
        }
        _ if field.iter().all(|byte| matches!(byte, 0 | b' ')) => Some(0),
        _ => octal(field),
    }
}

/// A name up to its NUL.
fn text(field: &[u8]) -> &[u8] {
    let end = field.iter().position(|byte| *byte == 0);
    field.get(..end.unwrap_or(field.len())).unwrap_or_default()
}

impl<'a> Tar<'a> {
    pub(crate) fn new(layer: Layer<'a>, limits: &Limits) -> Tar<'a> {
        Tar {
            layer,
            limits: *limits,
            left: 0,
            padding: 0,
            ended: false,
        }
    }

    /// The next header that is not all zeros; none at the end. Alpine's packages are archives one after the other, of which only the
    /// last one has an end.
    fn header(&mut self) -> Result<Option<[u8; BLOCK]>, Error> {
        self.layer.skip(self.left, DATA)?;
        // Some programs leave out the padding of the last entry.
        let mut padding = self.padding;
        while padding > 0 {
            let place = self.layer.place();
            let rest = self
                .layer
                .peek(1)
                .map_err(|error| Error::of(error, DATA, || place))?;
            if rest.is_empty() {
                return Ok(None);
            }
            self.layer.skip(1, DATA)?;
            padding -= 1;
        }
        (self.left, self.padding) = (0, 0);
        let place = self.layer.place();
        let start = self.layer.peek(BLOCK);
        let start = start.map_err(|error| Error::of(error, HEADER, || place))?;
        if start.is_empty() || start.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let mut header = [0; BLOCK];
        self.layer.exact(&mut header, HEADER)?;
        if !has_right_sum(&header) {
            return Err(Error::Checksum {
                what: "the tar header that ends",
                place: self.layer.place(),
            });
        }
        Ok(Some(header))
    }

    /// The bytes of the current entry, which says something about the next one.
    fn content(&mut self, most: u64) -> Result<Vec<u8>, Error> {
        if self.left > most {
            return Err(Error::LongName {
                len: self.left,
                limit: usize::try_from(most).unwrap_or(usize::MAX),
                place: self.layer.place(),
            });
        }
        let mut bytes = vec![0; usize::try_from(self.left).unwrap_or_default()];
        self.layer.exact(&mut bytes, HEADER)?;
        self.left = 0;
        Ok(bytes)
    }

    /// Passes over the tables of a file with holes.
    fn skip_holes(&mut self, header: &[u8; BLOCK]) -> Result<(), Error> {
        let mut more = header.get(482) == Some(&1);
        while more {
            let mut table = [0; BLOCK];
            self.layer.exact(&mut table, HEADER)?;
            more = table.get(504) == Some(&1);
        }
        Ok(())
    }
}

impl Extended {
    /// Reads the records of a pax header: `LENGTH KEY=VALUE\n`.
    fn add(&mut self, mut records: &[u8], layer: &Layer<'_>) -> Result<(), Error> {
        let damaged = || layer.damaged("pax header", "the length of a record is damaged");
        while !records.is_empty() {
            let space = records
                .iter()
                .position(|byte| *byte == b' ')
                .ok_or_else(damaged)?;
            let digits = records
                .get(..space)
                .and_then(|digits| std::str::from_utf8(digits).ok());
            let len: usize = digits
                .and_then(|digits| digits.parse().ok())
                .ok_or_else(damaged)?;
            let record = records.get(space + 1..len).ok_or_else(damaged)?;
            records = records.get(len..).unwrap_or_default();
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            let Some(equals) = record.iter().position(|byte| *byte == b'=') else {
                return Err(damaged());
            };
            let (key, value) = record.split_at_checked(equals).unwrap_or_default();
            let value = value.get(1..).unwrap_or_default();
            match key {
                b"path" => self.path = Some(value.to_vec()),
                b"linkpath" => self.link = Some(value.to_vec()),
                b"size" => {
                    let size = std::str::from_utf8(value)
                        .ok()
                        .and_then(|size| size.parse().ok());
                    self.size = Some(size.ok_or_else(damaged)?);
                }
                key if key.starts_with(b"GNU.sparse.") => self.has_holes = true,
                _ => {}
            }
        }
        Ok(())
    }
}

impl Container for Tar<'_> {
    fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        let mut extended = Extended::default();
        loop {
            if self.ended {
                return Ok(None);
            }
            let Some(header) = self.header()? else {
                self.ended = true;
                return Ok(None);
            };
            let field = |range: std::ops::Range<usize>| header.get(range).unwrap_or_default();
            let Some(stored) = number(field(124..136)) else {
                return Err(self.layer.damaged(HEADER, "its size is damaged"));
            };
            let flag = header.get(156).copied().unwrap_or(0);
            let has_bytes = !matches!(flag, b'1'..=b'6');
            let is_about_another = matches!(flag, b'L' | b'K' | b'x' | b'X' | b'g');
            let size = match extended.size {
                Some(size) if !is_about_another => size,
                _ => stored,
            };
            // Hard links of pax archives may have bytes; whoever writes none says 0.
            self.left = if has_bytes || flag == b'1' && extended.size.is_some() {
                size
            } else {
                0
            };
            self.padding = self.left.wrapping_neg() % BLOCK as u64;
            let name_limit = self.limits.name as u64 + 1;
            match flag {
                b'L' => extended.path = Some(text(&self.content(name_limit)?).to_vec()),
                b'K' => extended.link = Some(text(&self.content(name_limit)?).to_vec()),
                b'x' | b'X' => {
                    let records = self.content(MOST_EXTENDED)?;
                    extended.add(&records, &self.layer)?;
                }
                // What holds for all entries: no paths or sizes.
                b'g' => {}
                _ => {
                    if flag == b'S' {
                        self.skip_holes(&header)?;
                    }
                    let mut path = extended.path.take().unwrap_or_else(|| {
                        let is_ustar = field(257..263) == b"ustar\0";
                        let prefix = if is_ustar { text(field(345..500)) } else { &[] };
                        match prefix {
                            [] => text(field(0..100)).to_vec(),
                            prefix => [prefix, b"/", text(field(0..100))].concat(),
                        }
                    });
                    if path.len() > self.limits.name {
                        return Err(Error::LongName {
                            len: path.len() as u64,
                            limit: self.limits.name,
                            place: self.layer.place(),
                        });
                    }
                    let link = extended
                        .link
                        .take()
                        .unwrap_or_else(|| text(field(157..257)).to_vec());
                    let is_folder =
                        flag == b'5' || path.ends_with(b"/") && matches!(flag, 0 | b'0');
                    if is_folder {
                        path.pop_if(|last| *last == b'/');
                    }
                    let kind = match flag {
                        _ if is_folder => EntryKind::Folder,
                        b'1' | b'2' => EntryKind::Link {
                            target: String::from_utf8_lossy(&link).into_owned(),
                        },
                        _ if extended.has_holes => EntryKind::Other,
                        0 | b'0' | b'7' => EntryKind::File,
                        _ => EntryKind::Other,
                    };
                    return Ok(Some(Entry {
                        path: names::clean(&path, || self.layer.place())?,
                        kind,
                        size: Some(self.left),
                    }));
                }
            }
        }
    }

    fn skip_some(&mut self, most: u64) -> Result<bool, Error> {
        let step = self.left.min(most);
        self.layer.skip(step, DATA)?;
        self.left -= step;
        Ok(self.left > 0)
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        part(&mut self.layer, &mut self.left, buf, DATA)
    }

    fn position(&self) -> u64 {
        self.layer.position()
    }

    fn name(&self) -> &str {
        &self.layer.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_of_base_256() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(2 << 32));
        assert_eq!(number(b"\x80\0\0\x01\0\0\0\x02\0\0\0\0"), None);
        assert_eq!(number(b"99999999"), None);
        assert_eq!(number(&[0; 12]), Some(0));
    }

    #[test]
    fn zeros_are_no_archive() {
        assert!(!is_tar(&[0; BLOCK]));
        assert!(!is_tar(b"short"));
    }
}
