//! A program and its separate debug file, read as the one file that they were.

use crate::error::Error;
use crate::header::SectionHeader;
use crate::parse::Elf;
use crate::read::narrow;
use crate::read_at::{ReadAt, ReadError};
use crate::section::Section;
use object::elf;
use std::ops::Range;

/// A file with debug information alone (`objcopy --only-keep-debug`), with the bytes of the sections that were left in the
/// other half. The headers are those of the debug file; sections that have no bytes there have those of the other file.
///
/// ```no_run
/// use elf::{Elf, Joined};
///
/// let (debug, program) = (std::fs::read("vmlinux.debug")?, std::fs::read("vmlinux")?);
/// let joined = Joined::new(&debug, &program)?;
/// let elf = Elf::parse(&joined)?;
/// println!("{} sections came from the program", joined.sections());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Joined<'a, A: ?Sized, B: ?Sized> {
    debug: &'a A,
    other: &'a B,
    /// Where the other file's bytes begin.
    shift: u64,
    /// The section header table that takes the place of the debug file's.
    headers: Vec<u8>,
    shoff: u64,
    sections: usize,
}

impl<'a, A: ReadAt + ?Sized, B: ReadAt + ?Sized> Joined<'a, A, B> {
    /// Reads the headers of both files. A section is joined if its name, address, and size are the same in both files, and
    /// only `other` has its bytes.
    ///
    /// # Errors
    /// One of the files is not a readable ELF file.
    pub fn new(debug: &'a A, other: &'a B) -> Result<Joined<'a, A, B>, Error> {
        let (own, rest) = (Elf::parse(debug)?, Elf::parse(other)?);
        let shift = debug.len().next_multiple_of(16);
        let mut headers = Vec::new();
        let mut sections = 0;
        let mut index = 0;
        own.each_header(debug, own.sections.len(), |header| {
            let section = own.sections.get(index);
            index += 1;
            let encoded = |header: SectionHeader| header.encode(own.class, own.endian);
            let joined = section
                .and_then(|section| bytes_of(section, &own, &rest))
                .and_then(|found| {
                    encoded(SectionHeader {
                        sh_type: found.sh_type,
                        offset: shift.checked_add(found.offset)?,
                        ..header
                    })
                });
            sections += usize::from(joined.is_some());
            // A section whose new offset does not fit the class stays as it is; so does every other header.
            let bytes = joined.or_else(|| encoded(header));
            headers.extend_from_slice(&bytes.unwrap_or_default());
            Ok(())
        })?;
        Ok(Joined {
            debug,
            other,
            shift,
            headers,
            shoff: own.header.shoff,
            sections,
        })
    }

    /// How many sections have their bytes from the other file.
    #[must_use]
    pub fn sections(&self) -> usize {
        self.sections
    }
}

/// The section of the other file that has the bytes of one without. Tables that refer to other sections by their numbers
/// are left out: the numbers of the two files may differ.
fn bytes_of<'e>(section: &Section, own: &Elf, other: &'e Elf) -> Option<&'e Section> {
    if !section.is_nobits() || section.name.is_empty() || own.class != other.class {
        return None;
    }
    let mut found = other.sections_named(&section.name);
    let (first, second) = (found.next()?, found.next());
    let has_bytes = first.sh_type == elf::SHT_PROGBITS.0 || first.sh_type == elf::SHT_NOTE.0;
    let is_same = first.size == section.size && first.addr == section.addr;
    let is_plain = first.compression.is_none() && !first.relocated;
    (second.is_none() && has_bytes && is_same && is_plain).then_some(first)
}

impl<A: ReadAt + ?Sized, B: ReadAt + ?Sized> ReadAt for Joined<'_, A, B> {
    fn len(&self) -> u64 {
        self.shift.saturating_add(self.other.len())
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let len = buf.len() as u64;
        if let Some(behind) = offset.checked_sub(self.shift) {
            return self.other.read_at(behind, buf);
        }
        let own = self.debug.len().saturating_sub(offset).min(len);
        let own = narrow("a range of the debug file", own).unwrap_or(buf.len());
        let (first, rest) = buf.split_at_mut(own);
        self.debug.read_at(offset, first)?;
        if !rest.is_empty() {
            // Padding lies between the files; no section crosses it.
            return Err(ReadError::end_of_source(offset, len));
        }
        // The header table may lie anywhere in the range.
        let table = self.shoff..self.shoff.saturating_add(self.headers.len() as u64);
        let (start, end) = (table.start.max(offset), table.end.min(offset + len));
        if start < end {
            let places = |from: u64| (start - from) as usize..(end - from) as usize;
            if let (Some(to), Some(from)) = (
                first.get_mut(places(offset)),
                self.headers.get(places(table.start)),
            ) {
                to.copy_from_slice(from);
            }
        }
        Ok(())
    }

    fn will_read(&self, range: Range<u64>) {
        match range.start.checked_sub(self.shift) {
            Some(start) => {
                let end = range.end.saturating_sub(self.shift);
                self.other.will_read(start..end);
            }
            None => self.debug.will_read(range.start..range.end.min(self.shift)),
        }
    }
}
