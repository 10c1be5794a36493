//! ZIP archives, read from their front: each entry has a header of its own there.

use super::{Container, Entry, EntryKind, part};
use crate::error::Error;
use crate::layer::Layer;
use crate::limits::Limits;
use crate::names;
use flate2::{Decompress, FlushDecompress, Status};
use std::io::{self, BufRead};

const HEADER: &str = "header of a ZIP entry";
const DATA: &str = "ZIP entry";

// Bits of an entry's flags.
const ENCRYPTED: u16 = 1;
const SIZES_BEHIND: u16 = 8;

pub(crate) struct Zip<'a> {
    layer: Layer<'a>,
    limits: Limits,
    body: Body,
    crc: crc32fast::Hasher,
    wanted: u32,
    /// Whether checksum and sizes come behind the entry's bytes, and whether as 64-bit numbers.
    behind: Option<bool>,
    ended: bool,
}

enum Body {
    /// So many bytes as they are; after them nothing.
    Stored(u64),
    Deflated(Box<Decompress>),
    /// So many bytes that cannot be read.
    Closed(u64, u16),
    Done,
}

impl<'a> Zip<'a> {
    pub(crate) fn new(layer: Layer<'a>, limits: &Limits) -> Zip<'a> {
        Zip {
            layer,
            limits: *limits,
            body: Body::Done,
            crc: crc32fast::Hasher::new(),
            wanted: 0,
            behind: None,
            ended: false,
        }
    }

    fn finish_entry(&mut self) -> Result<(), Error> {
        if let Body::Closed(len, _) = self.body {
            self.layer.skip(len, DATA)?;
            self.body = Body::Done;
        }
        let mut buffer = vec![0; 64 << 10];
        while !matches!(self.body, Body::Done) {
            let read = Container::read(self, &mut buffer);
            read.map_err(|error| Error::of(error, DATA, || self.layer.place()))?;
        }
        Ok(())
    }

    /// Whether what comes behind an entry without bytes is next.
    fn is_at_empty_end(&mut self) -> Result<bool, Error> {
        let place = self.layer.place();
        let next = self.layer.peek(12);
        let next = next.map_err(|error| Error::of(error, HEADER, || place))?;
        Ok(next == b"PK\x07\x08\0\0\0\0\0\0\0\0")
    }

    /// The entry's bytes have ended: reads what comes behind, and compares the checksum.
    fn close(&mut self) -> Result<(), Error> {
        self.body = Body::Done;
        if let Some(is_wide) = self.behind.take() {
            let mut word = [0; 4];
            self.layer.exact(&mut word, DATA)?;
            if word == *b"PK\x07\x08" {
                self.layer.exact(&mut word, DATA)?;
            }
            self.wanted = u32::from_le_bytes(word);
            // Some programs write 64-bit numbers without the header that announces them. The next header or the directory begins
            // with `PK`.
            let place = self.layer.place();
            let rest = self.layer.peek(18);
            let rest = rest.map_err(|error| Error::of(error, DATA, || place))?;
            let is_at = |at: usize| rest.get(at..).is_some_and(|rest| rest.starts_with(b"PK"));
            let is_wide = if is_at(8) {
                false
            } else {
                is_wide || is_at(16)
            };
            self.layer.skip(if is_wide { 16 } else { 8 }, DATA)?;
        }
        let crc = std::mem::take(&mut self.crc).finalize();
        match crc == self.wanted {
            true => Ok(()),
            false => Err(Error::Checksum {
                what: "the ZIP entry that ends",
                place: self.layer.place(),
            }),
        }
    }

    fn inflate(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let Body::Deflated(decoder) = &mut self.body else {
                return Ok(0);
            };
            let input = self.layer.fill_buf()?;
            let is_cut = input.is_empty();
            let (in_before, out_before) = (decoder.total_in(), decoder.total_out());
            let status = decoder.decompress(input, buf, FlushDecompress::None);
            let taken = usize::try_from(decoder.total_in() - in_before).unwrap_or(0);
            let read = usize::try_from(decoder.total_out() - out_before).unwrap_or(0);
            self.layer.consume(taken);
            match status {
                Err(error) => return Err(self.layer.damaged(DATA, error.to_string()).into()),
                Ok(Status::StreamEnd) => {
                    self.crc.update(buf.get(..read).unwrap_or_default());
                    self.close()?;
                    return Ok(read);
                }
                Ok(_) if read > 0 => {
                    self.crc.update(buf.get(..read).unwrap_or_default());
                    return Ok(read);
                }
                Ok(_) if is_cut || taken == 0 => {
                    return Err(Error::Cut {
                        what: DATA,
                        place: self.layer.place(),
                    }
                    .into());
                }
                Ok(_) => {}
            }
        }
    }
}

impl Container for Zip<'_> {
    fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        self.finish_entry()?;
        if self.ended {
            return Ok(None);
        }
        let mut header = [0; 30];
        let place = self.layer.place();
        let start = self.layer.peek(4);
        let start = start.map_err(|error| Error::of(error, HEADER, || place))?;
        if matches!(start, [b'P', b'K', 1 | 5 | 6, ..]) {
            self.ended = true;
            return Ok(None);
        }
        self.layer.exact(&mut header, HEADER)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(self.layer.damaged(HEADER, "its magic number is missing"));
        }
        let short = |at: usize| {
            let bytes = header.get(at..).and_then(|rest| rest.first_chunk::<2>());
            u16::from_le_bytes(*bytes.unwrap_or(&[0; 2]))
        };
        let word = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let (flags, method) = (short(6), short(8));
        let (mut packed, mut unpacked) = (u64::from(word(18)), u64::from(word(22)));
        let (name_len, extra_len) = (usize::from(short(26)), usize::from(short(28)));
        if name_len > self.limits.name {
            return Err(Error::LongName {
                len: name_len as u64,
                limit: self.limits.name,
                place: self.layer.place(),
            });
        }
        let mut name = vec![0; name_len];
        self.layer.exact(&mut name, HEADER)?;
        let mut extra = vec![0; extra_len];
        self.layer.exact(&mut extra, HEADER)?;
        let wide = wide_sizes(&extra);
        if let Some((whole, part)) = wide {
            if unpacked == u64::from(u32::MAX) {
                unpacked = whole;
            }
            if packed == u64::from(u32::MAX) {
                packed = part;
            }
        }
        let comes_behind = flags & SIZES_BEHIND != 0;
        self.wanted = word(14);
        self.behind = comes_behind.then_some(wide.is_some());
        self.crc = crc32fast::Hasher::new();
        let is_encrypted = flags & ENCRYPTED != 0;
        let is_known = matches!(method, 0 | 8) && !is_encrypted;
        // Of stored bytes only the directory at the end states the length, unless there are none.
        let is_empty = method == 0 && comes_behind && self.is_at_empty_end()?;
        let has_end = method == 8 || !comes_behind || is_empty;
        if !has_end || !is_known && comes_behind {
            return Err(Error::Unsupported {
                what: format!("a ZIP entry of method {method} whose length comes behind it"),
                place: self.layer.place(),
            });
        }
        self.body = match method {
            _ if !is_known => Body::Closed(packed, method),
            8 => Body::Deflated(Box::new(Decompress::new(false))),
            _ => Body::Stored(packed),
        };
        let is_folder = name.ends_with(b"/");
        if matches!(self.body, Body::Stored(0)) {
            self.close()?;
        }
        Ok(Some(Entry {
            path: names::clean(&name, || self.layer.place())?,
            kind: match is_folder {
                true => EntryKind::Folder,
                false => EntryKind::File,
            },
            size: (!comes_behind).then_some(unpacked),
        }))
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        match &mut self.body {
            Body::Done => Ok(0),
            Body::Closed(_, method) => Err(Error::Unsupported {
                what: format!("a ZIP entry that is encrypted, or of method {method}"),
                place: self.layer.place(),
            }
            .into()),
            Body::Deflated(_) => {
                let read = self.inflate(buf)?;
                self.layer.meter.spend(read as u64)?;
                Ok(read)
            }
            Body::Stored(left) => {
                let read = part(&mut self.layer, left, buf, DATA)?;
                let is_done = *left == 0;
                self.crc.update(buf.get(..read).unwrap_or_default());
                if is_done {
                    self.close()?;
                }
                Ok(read)
            }
        }
    }

    fn position(&self) -> u64 {
        self.layer.position()
    }

    fn name(&self) -> &str {
        &self.layer.name
    }
}

/// The 64-bit sizes of an entry: unpacked, packed.
fn wide_sizes(mut extra: &[u8]) -> Option<(u64, u64)> {
    while let Some((&[a, b, c, d], rest)) = extra.split_first_chunk::<4>() {
        let len = usize::from(u16::from_le_bytes([c, d]));
        let body = rest.get(..len)?;
        if [a, b] == [1, 0] {
            let (whole, rest) = body.split_first_chunk::<8>()?;
            let part = rest.first_chunk::<8>()?;
            return Some((u64::from_le_bytes(*whole), u64::from_le_bytes(*part)));
        }
        extra = rest.get(len..)?;
    }
    None
}
