//! The bare walk: every DIE with every attribute, by gimli's raw entries, and nothing made of them. It is the
//! floor of an encoder that reads with gimli.

use std::fmt;
use std::hint::black_box;

use elf::{Elf, Endian, ReadAt};
use gimli::{BigEndian, DebugAbbrev, DebugInfo, EndianSlice, Endianity, LittleEndian};

use crate::Trouble;

/// What was met on the walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Units of `.debug_info`.
    pub units: u64,
    /// Entries, without the null entries that end lists of children.
    pub dies: u64,
    /// Their attributes.
    pub attributes: u64,
}

impl fmt::Display for Walked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Walked {
            units,
            dies,
            attributes,
        } = self;
        write!(f, "{units} units, {dies} DIEs, {attributes} attributes")
    }
}

/// Walks all units. A unit is read when its turn comes, as the encoder does, so that the walk needs no more
/// memory than one unit.
///
/// # Errors
///
/// When the file has no DWARF, or it cannot be read.
pub fn walk<R: ReadAt + ?Sized>(source: &R) -> Result<Walked, Trouble> {
    let mut elf = Elf::parse(source)?;
    elf.assign_addresses();
    match elf.endian {
        Endian::Little => walk_as(source, &elf, LittleEndian),
        Endian::Big => walk_as(source, &elf, BigEndian),
    }
}

fn walk_as<R: ReadAt + ?Sized>(
    source: &R,
    elf: &Elf,
    endian: impl Endianity,
) -> Result<Walked, Trouble> {
    let section = |name: &str| elf.section(name).ok_or(format!("there is no {name}"));
    let (info, abbrev) = (section(".debug_info")?, section(".debug_abbrev")?);
    let abbrev = elf.read_section(source, abbrev)?;
    let abbrev = DebugAbbrev::new(&abbrev, endian);
    // Ranges of a section that is compressed or relocated cannot be read alone.
    let direct = info.compression.is_none() && !info.relocated;
    let whole = match direct {
        true => Vec::new(),
        false => elf.read_section(source, info)?,
    };
    let (mut walked, mut unit, mut at) = (Walked::default(), Vec::new(), 0);
    while at < info.data_size() {
        let left = info.data_size() - at;
        let mut head = [0; 12];
        let head = &mut head[..left.min(12) as usize];
        let read = |at: u64, buffer: &mut [u8]| match direct {
            true => source.read_at(info.offset + at, buffer),
            false => whole.read_at(at, buffer),
        };
        read(at, head)?;
        let mut reader = EndianSlice::new(head, endian);
        let (length, format) = gimli::Reader::read_initial_length(&mut reader)?;
        let length = length as u64 + u64::from(format.initial_length_size());
        if length > left {
            return Err(format!("the unit at {at:#x} ends beyond .debug_info").into());
        }
        unit.resize(usize::try_from(length)?, 0);
        read(at, &mut unit)?;
        walk_unit(&unit, &abbrev, endian, &mut walked)?;
        at += length;
    }
    Ok(walked)
}

fn walk_unit<'a, E: Endianity>(
    bytes: &'a [u8],
    abbrev: &DebugAbbrev<EndianSlice<'a, E>>,
    endian: E,
    walked: &mut Walked,
) -> Result<(), gimli::Error> {
    let info = DebugInfo::new(bytes, endian);
    let mut headers = info.units();
    while let Some(header) = headers.next()? {
        walked.units += 1;
        let abbreviations = header.abbreviations(abbrev)?;
        let mut entries = header.entries_raw(&abbreviations, None)?;
        while !entries.is_empty() {
            let Some(abbreviation) = entries.read_abbreviation()? else {
                continue;
            };
            walked.dies += 1;
            for attribute in abbreviation.attributes() {
                black_box(entries.read_attribute(*attribute)?);
                walked.attributes += 1;
            }
        }
    }
    Ok(())
}
