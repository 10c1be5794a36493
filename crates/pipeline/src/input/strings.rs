//! `.debug_str`: in memory as a whole, or in parts.
//!
//! A linker that does not merge strings (`ld -r`) leaves those of each object file in a row, with many copies of each. In a large
//! file of that kind a unit refers to a small part, which its relocations tell.

use crate::error::Error;
use elf::{Elf, ReadAt, Section};
use encode::DebugStr;
use std::cell::Cell;
use std::ops::{Range, RangeInclusive};
use std::sync::OnceLock;

/// Smaller sections are read as a whole: that is one access to the file.
const LEAST_SECTION: u64 = 16 << 20;
/// A unit that refers to a larger part makes workers read all strings.
const MOST_OF_PART: u64 = 8 << 20;
/// How much is read at once if more than the asked part may be of use: the next unit's part follows.
const READ_AHEAD: u64 = 256 << 10;
/// What the last string of a part may have, beyond which all strings are read.
const LAST_STRING: u64 = 4096;

/// The strings of a file.
#[derive(Debug)]
pub(crate) enum Strings {
    /// All of them, in memory.
    Whole(Vec<u8>),
    /// In this section, from which workers read parts; all of them once a worker needed that.
    InParts(Section, OnceLock<Vec<u8>>),
}

impl Strings {
    /// The section whose strings may be read in parts.
    pub fn section_for_parts(elf: &Elf) -> Option<&Section> {
        let section = elf.section(".debug_str")?;
        // An index of strings refers to them without the unit's relocations.
        let has_index = elf.section(".debug_str_offsets").is_some();
        let is_plain = section.random_access() && !section.is_nobits();
        let is_large = section.data_size() >= LEAST_SECTION;
        (is_plain && is_large && !has_index).then_some(section)
    }

    /// All strings, if they are in memory.
    pub fn whole(&self) -> Option<&[u8]> {
        match self {
            Strings::Whole(bytes) => Some(bytes),
            Strings::InParts(_, whole) => whole.get().map(Vec::as_slice),
        }
    }

    /// Reads all strings, if that was not done before.
    pub fn read_whole<R: ReadAt + ?Sized>(&self, elf: &Elf, source: &R) -> Result<(), Error> {
        if let Strings::InParts(section, whole) = self
            && whole.get().is_none()
        {
            let bytes = elf.read_section(source, section)?;
            // Another worker may have been faster, with the same bytes.
            whole.get_or_init(|| bytes);
        }
        Ok(())
    }
}

/// Reads the strings of units, for one worker.
#[derive(Debug, Default)]
pub(crate) struct StringReader {
    buffer: Vec<u8>,
    /// What the buffer contains.
    range: Range<u64>,
    /// Bytes that were read.
    read: u64,
    missed: Cell<bool>,
}

impl StringReader {
    /// The strings of a unit that refers to this part of them.
    pub fn of_unit<'s, R: ReadAt + ?Sized>(
        &'s mut self,
        strings: &'s Strings,
        elf: &Elf,
        source: &R,
        part: Option<RangeInclusive<u64>>,
    ) -> Result<DebugStr<'s>, Error> {
        self.missed.set(false);
        let section = match strings {
            Strings::InParts(section, whole) if whole.get().is_none() => section,
            _ => return Ok(DebugStr::whole(strings.whole().unwrap_or_default())),
        };
        if let Some(part) = part {
            let size = section.data_size();
            let end = part.end().saturating_add(LAST_STRING).min(size);
            let range = (*part.start()).min(end)..end;
            let is_known = self.range.start <= range.start && range.end <= self.range.end;
            if !is_known && !self.read(section, elf, source, range)? {
                strings.read_whole(elf, source)?;
                return Ok(DebugStr::whole(strings.whole().unwrap_or_default()));
            }
        }
        Ok(DebugStr::part(&self.buffer, self.range.start, &self.missed))
    }

    /// Whether a string was asked for since then that is not in the part. What follows from the answer is wrong.
    pub fn has_missed(&self) -> bool {
        self.missed.get()
    }

    /// Reads a part and some of what follows; `false` if reading all strings is better.
    fn read<R: ReadAt + ?Sized>(
        &mut self,
        section: &Section,
        elf: &Elf,
        source: &R,
        part: Range<u64>,
    ) -> Result<bool, Error> {
        let size = section.data_size();
        let len = part.end - part.start;
        let end = part.start.saturating_add(len.max(READ_AHEAD)).min(size);
        self.read = self.read.saturating_add(end - part.start);
        // Parts of units that follow each other have little in common. Where units refer to any strings, all of them cost less.
        if len > MOST_OF_PART || self.read > size.saturating_mul(3) {
            return Ok(false);
        }
        let range = part.start..end;
        // Nothing, should reading fail.
        self.range = 0..0;
        elf.read_section_range_into(source, section, range.clone(), &mut self.buffer)?;
        self.range = range;
        Ok(true)
    }
}
