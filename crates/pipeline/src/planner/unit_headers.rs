//! Where the units of a section are, read off their headers.

use crate::error::{BadUnitHeader, Error};
use crate::plan::UnitIndex;
use elf::{Elf, Endian, ReadAt, Section, SectionStream};
use encode::{Area, SectionOffset};

/// Bytes of a unit that are read to know its length: 4, or 12 in 64-bit DWARF.
const LENGTH: usize = 12;
/// Bytes of the longest header, that of a type unit in 64-bit DWARF.
const HEADER: usize = 40;
/// `DW_UT_type`.
const TYPE: u8 = 2;
/// `DW_UT_skeleton`.
const SKELETON: u8 = 4;

/// Reads the headers of all units, one after the other.
pub(crate) fn read<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    name: &str,
    area: Area,
) -> Result<UnitIndex, Error> {
    let Some((size, mut headers)) = HeaderReader::open(elf, source, name)? else {
        return Ok(UnitIndex::default());
    };
    let mut index = UnitIndex::default();
    let mut offset = 0;
    while offset < size {
        let section = area.title();
        let bad = |cause| Error::UnitHeader {
            offset,
            section,
            cause,
        };
        let left = size - offset;
        let mut header = UnitHeader::new(elf.endian);
        let have = left.min(LENGTH as u64) as usize;
        if have < 4 {
            return Err(bad(BadUnitHeader::TooFewBytes { left }));
        }
        headers.read(offset, &mut header.bytes[..have])?;
        let (length, prefix) = header
            .length(have)
            .map_err(|length| bad(BadUnitHeader::ReservedLength { length }))?;
        let end = offset
            .checked_add(prefix)
            .and_then(|start| start.checked_add(length));
        let Some(end) = end.filter(|&end| end <= size) else {
            return Err(bad(BadUnitHeader::TooLong { length, left }));
        };
        if end < offset + have as u64 && end < size {
            return Err(bad(BadUnitHeader::TooShort { length }));
        }
        let want = (end - offset).min(HEADER as u64) as usize;
        if want > have {
            headers.read(offset + have as u64, &mut header.bytes[have..want])?;
        }
        // Before DWARF 5 the header of a skeleton is that of any unit.
        index.may_be_split |= header.version() < 5 || header.unit_type() == SKELETON;
        if let Some((signature, at)) = header.type_unit(area) {
            let offset = offset.saturating_add(at);
            index
                .types
                .push((signature, SectionOffset { area, offset }));
        }
        index.offsets.push(offset);
        offset = end;
    }
    index.offsets.push(size);
    Ok(index)
}

/// Offsets of units that `.debug_aranges` lists, in the order of its sets; `None` where these do not follow
/// each other to the end of its bytes.
pub(crate) fn listed(aranges: &[u8], endian: Endian) -> Option<Vec<u64>> {
    let (mut offsets, mut rest) = (Vec::new(), aranges);
    while !rest.is_empty() {
        let mut header = UnitHeader::of(rest, endian);
        let (length, prefix) = header.length(rest.len()).ok()?;
        let set = usize::try_from(length).ok()?;
        let end = set.checked_add(prefix as usize)?;
        // After the version: offset of the unit.
        let unit = header.start() + 2;
        if end > rest.len() || end < unit + if header.wide { 8 } else { 4 } {
            return None;
        }
        offsets.push(header.offset(unit));
        rest = rest.get(end..)?;
    }
    Some(offsets)
}

/// The version of a unit that bytes hold, all of it and nothing else; `None` also of units that a plan must know
/// more of, as far as their header tells: type units and, from DWARF 5 on, skeletons.
pub(crate) fn version_of_only(bytes: &[u8], endian: Endian) -> Option<u16> {
    let mut header = UnitHeader::of(bytes, endian);
    let (length, prefix) = header.length(bytes.len()).ok()?;
    if length.checked_add(prefix) != Some(bytes.len() as u64) {
        return None;
    }
    let version = header.version();
    let is_plain = version < 5 || ![TYPE, SKELETON].contains(&header.unit_type());
    is_plain.then_some(version)
}

/// The first bytes of a unit; 0 beyond its end.
struct UnitHeader {
    bytes: [u8; HEADER],
    endian: Endian,
    wide: bool,
}

impl UnitHeader {
    fn new(endian: Endian) -> UnitHeader {
        UnitHeader {
            bytes: [0; HEADER],
            endian,
            wide: false,
        }
    }

    /// The header that these bytes begin with.
    fn of(bytes: &[u8], endian: Endian) -> UnitHeader {
        let mut header = UnitHeader::new(endian);
        for (to, &from) in header.bytes.iter_mut().zip(bytes) {
            *to = from;
        }
        header
    }

    /// The length that it states, and the bytes in which it does; an error with a reserved length. `have`
    /// bytes of it are known.
    fn length(&mut self, have: usize) -> Result<(u64, u64), u32> {
        match self.word(0) {
            u32::MAX if have >= LENGTH => {
                self.wide = true;
                Ok((self.offset(4), 12))
            }
            length if length < 0xffff_fff0 => Ok((u64::from(length), 4)),
            length => Err(length),
        }
    }

    /// Where the version is.
    fn start(&self) -> usize {
        if self.wide { 12 } else { 4 }
    }

    fn version(&self) -> u16 {
        let word = self.word(self.start());
        match self.endian {
            Endian::Little => word as u16,
            Endian::Big => (word >> 16) as u16,
        }
    }

    /// The type of the unit, which DWARF 5 has after the version.
    fn unit_type(&self) -> u8 {
        self.bytes.get(self.start() + 2).copied().unwrap_or(0)
    }

    fn word(&self, at: usize) -> u32 {
        let bytes = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
        let bytes = bytes.copied().unwrap_or_default();
        match self.endian {
            Endian::Little => u32::from_le_bytes(bytes),
            Endian::Big => u32::from_be_bytes(bytes),
        }
    }

    fn long(&self, at: usize) -> u64 {
        let bytes = self.bytes.get(at..).and_then(|rest| rest.first_chunk());
        let bytes = bytes.copied().unwrap_or_default();
        match self.endian {
            Endian::Little => u64::from_le_bytes(bytes),
            Endian::Big => u64::from_be_bytes(bytes),
        }
    }

    fn offset(&self, at: usize) -> u64 {
        if self.wide {
            self.long(at)
        } else {
            u64::from(self.word(at))
        }
    }

    /// Signature of a type unit, and where in the unit its type is.
    fn type_unit(&self, area: Area) -> Option<(u64, u64)> {
        let (start, offset) = (self.start(), if self.wide { 8 } else { 4 });
        // After the version: offset of abbreviations and size of addresses; in DWARF 5 the type of
        // the unit and the size come first.
        let signature = match (area, self.version()) {
            (Area::Types, 2..=4) => start + 2 + offset + 1,
            (_, 5) if self.unit_type() == TYPE => start + 4 + offset,
            _ => return None,
        };
        Some((self.long(signature), self.offset(signature + 8)))
    }
}

/// Unit headers, read from front to back. No relocation touches what they say of a unit's length and kind.
struct HeaderReader<'a, R: ReadAt + ?Sized> {
    elf: &'a Elf,
    source: &'a R,
    /// The section at hand, and where its bytes begin among those of all.
    stream: SectionStream<'a, R>,
    start: u64,
    /// Those that follow: a relocatable file may have several of one name.
    following: std::vec::IntoIter<&'a Section>,
}

impl<'a, R: ReadAt + ?Sized> HeaderReader<'a, R> {
    /// Opens the sections of a name, and tells how many bytes they have together.
    fn open(
        elf: &'a Elf,
        source: &'a R,
        name: &str,
    ) -> Result<Option<(u64, HeaderReader<'a, R>)>, Error> {
        let present = |section: &&Section| !section.is_nobits() && section.data_size() > 0;
        let sections: Vec<&Section> = match elf.is_relocatable() {
            true => elf.sections_named(name).filter(present).collect(),
            false => elf.section(name).filter(present).into_iter().collect(),
        };
        let size = sections.iter().fold(0_u64, |size, section| {
            size.saturating_add(section.data_size())
        });
        let mut following = sections.into_iter();
        let Some(first) = following.next() else {
            return Ok(None);
        };
        let reader = HeaderReader {
            elf,
            source,
            stream: elf.section_stream_unrelocated(source, first)?,
            start: 0,
            following,
        };
        Ok(Some((size, reader)))
    }

    /// Fills `out` from `offset` on, which is not before the end of the last read.
    fn read(&mut self, mut offset: u64, mut out: &mut [u8]) -> Result<(), Error> {
        while !out.is_empty() {
            let end = self.start.saturating_add(self.stream.size());
            if offset >= end {
                let Some(next) = self.following.next() else {
                    break;
                };
                self.start = end;
                self.stream = self.elf.section_stream_unrelocated(self.source, next)?;
                continue;
            }
            let have = usize::try_from(end - offset).unwrap_or(usize::MAX);
            let (here, behind) = out.split_at_mut(have.min(out.len()));
            let passed = offset.saturating_sub(self.start.saturating_add(self.stream.position()));
            self.stream.skip(passed)?;
            self.stream.read_exact(here)?;
            offset = offset.saturating_add(here.len() as u64);
            out = behind;
        }
        Ok(())
    }
}
