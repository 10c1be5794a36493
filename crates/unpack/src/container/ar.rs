//! ar archives: Debian packages, and libraries.

use super::{Container, Entry, EntryKind, part};
use crate::error::Error;
use crate::layer::Layer;
use crate::limits::Limits;
use crate::names;
use std::io;

const MAGIC: u64 = 8;
const HEADER: &str = "header of an ar member";
const MEMBER: &str = "ar member";

pub(crate) struct Ar<'a> {
    layer: Layer<'a>,
    limits: Limits,
    left: u64,
    is_odd: bool,
    /// GNU's table of names that do not fit into headers.
    long_names: Vec<u8>,
}

impl<'a> Ar<'a> {
    pub(crate) fn open(mut layer: Layer<'a>, limits: &Limits) -> Result<Ar<'a>, Error> {
        layer.skip(MAGIC, "ar archive")?;
        Ok(Ar {
            layer,
            limits: *limits,
            left: 0,
            is_odd: false,
            long_names: Vec::new(),
        })
    }

    /// The rest of the current member as a layer of that name.
    pub(crate) fn into_member(self, name: String) -> Layer<'a> {
        let meter = self.layer.meter.clone();
        Layer::over(name, Box::new(Member(self)), meter)
    }

    fn header(&mut self) -> Result<Option<([u8; 16], u64)>, Error> {
        self.layer.skip(self.left, MEMBER)?;
        let at_end = |layer: &mut Layer<'_>| {
            let place = layer.place();
            let rest = layer.peek(1).map(<[u8]>::is_empty);
            rest.map_err(|error| Error::of(error, HEADER, || place))
        };
        // The padding of the last member may be missing.
        if self.is_odd && !at_end(&mut self.layer)? {
            self.layer.skip(1, MEMBER)?;
        }
        self.is_odd = false;
        if at_end(&mut self.layer)? {
            return Ok(None);
        }
        let mut header = [0; 60];
        self.layer.exact(&mut header, HEADER)?;
        let (Some(name), Some(size), Some(b"`\n")) = (
            header.first_chunk::<16>(),
            header.get(48..58),
            header.get(58..),
        ) else {
            return Err(self.layer.damaged(HEADER, "its magic number is missing"));
        };
        let text = std::str::from_utf8(size).unwrap_or_default().trim();
        let Ok(size) = text.parse::<u64>() else {
            let reason = format!("its size is {text:?}");
            return Err(self.layer.damaged(HEADER, reason));
        };
        self.left = size;
        self.is_odd = size % 2 == 1;
        Ok(Some((*name, size)))
    }

    fn bytes(&mut self, len: u64) -> Result<Vec<u8>, Error> {
        let most = self.limits.name as u64;
        if len > most {
            return Err(Error::LongName {
                len,
                limit: self.limits.name,
                place: self.layer.place(),
            });
        }
        let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
        self.layer.exact(&mut bytes, HEADER)?;
        self.left = self.left.saturating_sub(len);
        Ok(bytes)
    }
}

impl Container for Ar<'_> {
    fn next_entry(&mut self) -> Result<Option<Entry>, Error> {
        loop {
            let Some((name, size)) = self.header()? else {
                return Ok(None);
            };
            let name = name.trim_ascii_end();
            let raw = match name {
                // The table of symbols.
                b"/" | b"/SYM64/" => continue,
                b"//" => {
                    // Libraries may have long tables; of a table that is too long no name is known.
                    if size <= 1 << 20 {
                        self.long_names = vec![0; usize::try_from(size).unwrap_or_default()];
                        self.layer.exact(&mut self.long_names, HEADER)?;
                        self.left = 0;
                    }
                    continue;
                }
                [b'#', b'1', b'/', digits @ ..] => {
                    let len = std::str::from_utf8(digits)
                        .ok()
                        .and_then(|text| text.parse().ok());
                    let len = len.filter(|len| *len <= size);
                    let Some(len) = len else {
                        return Err(self
                            .layer
                            .damaged(HEADER, "the length of its name is damaged"));
                    };
                    let name = self.bytes(len)?;
                    let end = name.iter().position(|byte| *byte == 0);
                    name.get(..end.unwrap_or(name.len()))
                        .unwrap_or_default()
                        .to_vec()
                }
                [b'/', digits @ ..] if digits.first().is_some_and(u8::is_ascii_digit) => {
                    let at = std::str::from_utf8(digits)
                        .ok()
                        .and_then(|text| text.parse().ok());
                    let rest = at.and_then(|at: usize| self.long_names.get(at..));
                    let rest = rest.unwrap_or_default();
                    let end = rest.iter().position(|byte| matches!(byte, b'\n' | 0));
                    let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                    name.strip_suffix(b"/").unwrap_or(name).to_vec()
                }
                name => name.strip_suffix(b"/").unwrap_or(name).to_vec(),
            };
            return Ok(Some(Entry {
                path: names::clean(&raw, || self.layer.place())?,
                kind: EntryKind::File,
                size: Some(self.left),
            }));
        }
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        part(&mut self.layer, &mut self.left, buf, MEMBER)
    }

    fn position(&self) -> u64 {
        self.layer.position()
    }

    fn name(&self) -> &str {
        &self.layer.name
    }
}

struct Member<'a>(Ar<'a>);

impl io::Read for Member<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        Container::read(&mut self.0, buf)
    }
}
