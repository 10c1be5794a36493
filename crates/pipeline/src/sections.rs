//! Reading the debug sections of a file, by ranges.

use crate::{Error, Plan, SplitUnit};
use elf::{Elf, Endian, ReadAt, Section, SectionStream};
use encode::{LocationSource, Machine, Sections, UnitBytes};
use std::ops::Range;

/// Bytes of location lists that are read at once: the lists of a unit lie close together.
const LOCATION_WINDOW: u64 = 256 << 10;

/// The sections that all units share, in memory: for a kernel some 9 MB.
#[derive(Debug)]
pub(crate) struct DebugSections {
    big_endian: bool,
    machine: Machine,
    abbrev: Vec<u8>,
    str: Vec<u8>,
    line_str: Vec<u8>,
    str_offsets: Vec<u8>,
    addr: Vec<u8>,
}

impl DebugSections {
    pub fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<DebugSections, Error> {
        let read = |name: &str| -> Result<Vec<u8>, Error> {
            match elf.section(name).filter(|section| !section.is_nobits()) {
                Some(section) => Ok(elf.read_section(source, section)?),
                None => Ok(Vec::new()),
            }
        };
        Ok(DebugSections {
            big_endian: elf.endian == Endian::Big,
            machine: Machine::from_elf(elf.machine),
            abbrev: read(".debug_abbrev")?,
            str: read(".debug_str")?,
            line_str: read(".debug_line_str")?,
            str_offsets: read(".debug_str_offsets")?,
            addr: read(".debug_addr")?,
        })
    }

    pub fn view(&self) -> Sections<'_> {
        Sections {
            abbrev_identity: 0,
            str_identity: 0,
            big_endian: self.big_endian,
            machine: self.machine,
            debug_abbrev: &self.abbrev,
            debug_str: &self.str,
            debug_line_str: &self.line_str,
            debug_str_offsets: &self.str_offsets,
            debug_addr: &self.addr,
            supplementary_str: &[],
            has_type_units: false,
            is_supplementary: false,
            split: None,
        }
    }
}

/// Reads units from `.debug_info`.
pub(crate) struct InfoReader<'a, R: ReadAt + ?Sized> {
    source: &'a R,
    section: Section,
    access: Access<'a, R>,
    buffer: Vec<u8>,
}

enum Access<'a, R: ReadAt + ?Sized> {
    /// Any range at any time.
    Ranges,
    /// All of it in memory: a relocatable file, whose sections are small.
    Whole(Vec<u8>),
    /// Compressed: from front to back, begun again for a range that lies behind.
    Stream(Option<SectionStream<'a, R>>),
}

impl<'a, R: ReadAt + ?Sized> InfoReader<'a, R> {
    pub fn new(elf: &Elf, source: &'a R, plan: &Plan) -> Result<InfoReader<'a, R>, Error> {
        let no_dwarf = Error::NoDwarf {
            has_btf: plan.existing_btf.is_some(),
        };
        let section = elf.section(".debug_info").ok_or(no_dwarf)?.clone();
        let access = if elf.is_relocatable() {
            Access::Whole(elf.read_sections_named(source, ".debug_info")?)
        } else if section.random_access() {
            Access::Ranges
        } else {
            Access::Stream(None)
        };
        Ok(InfoReader {
            source,
            section,
            access,
            buffer: Vec::new(),
        })
    }

    /// Tells the source of a range that will be read from front to back.
    pub fn expect(&self, range: Range<u64>) {
        if matches!(self.access, Access::Ranges) {
            let start = self.section.offset.saturating_add(range.start);
            self.source
                .expect(start..start.saturating_add(range.end - range.start));
        }
    }

    /// The bytes of a range of the section, which lies within it.
    pub fn read(&mut self, elf: &Elf, range: Range<u64>) -> Result<&[u8], Error> {
        let len = (range.end - range.start) as usize;
        match &mut self.access {
            Access::Whole(bytes) => Ok(bytes
                .get(range.start as usize..range.end as usize)
                .unwrap_or_default()),
            Access::Ranges => {
                let (section, buffer) = (&self.section, &mut self.buffer);
                elf.read_section_range_into(self.source, section, range, buffer)?;
                Ok(&self.buffer)
            }
            Access::Stream(stream) => {
                if stream
                    .as_ref()
                    .is_none_or(|stream| stream.position() > range.start)
                {
                    *stream = Some(elf.section_stream(self.source, &self.section)?);
                }
                if let Some(stream) = stream {
                    stream.skip(range.start - stream.position())?;
                    self.buffer.resize(len, 0);
                    stream.read_exact(&mut self.buffer)?;
                }
                Ok(&self.buffer)
            }
        }
    }
}

/// Reads what units say of themselves in their own DIE: names, and skeletons.
pub(crate) struct Roots<'a, R: ReadAt + ?Sized> {
    elf: Elf,
    sections: DebugSections,
    info: InfoReader<'a, R>,
}

impl<'a, R: ReadAt + ?Sized> Roots<'a, R> {
    pub fn new(source: &'a R, plan: &Plan) -> Result<Roots<'a, R>, Error> {
        let elf = Elf::parse(source)?;
        let sections = DebugSections::read(&elf, source)?;
        let info = InfoReader::new(&elf, source, plan)?;
        Ok(Roots {
            elf,
            sections,
            info,
        })
    }

    /// The skeletons of split units.
    pub fn skeletons(&mut self, plan: &Plan) -> Result<Vec<SplitUnit>, Error> {
        let mut found = Vec::new();
        for unit in 0..plan.units() {
            let range = plan.bytes_of(&(unit..unit + 1));
            let input = UnitBytes {
                offset: range.start,
                bytes: self.info.read(&self.elf, range)?,
            };
            if let Some(skeleton) = encode::skeleton(&self.sections.view(), input) {
                found.push(SplitUnit {
                    unit,
                    id: skeleton.id,
                    name: skeleton.name,
                    directory: skeleton.directory,
                    addr_base: skeleton.addr_base,
                    low_pc: skeleton.low_pc,
                });
            }
        }
        Ok(found)
    }

    /// The source file of the unit at `offset` of `.debug_info`; of a split unit, its file.
    pub fn name(&mut self, plan: &Plan, offset: u64) -> Option<String> {
        let unit = plan.unit_offsets.binary_search(&offset).ok()?;
        let end = *plan.unit_offsets.get(unit + 1)?;
        if let Some(split) = plan.split_unit(u32::try_from(unit).ok()?) {
            return Some(split.name.clone());
        }
        let bytes = self.info.read(&self.elf, offset..end).ok()?;
        encode::unit_name(&self.sections.view(), UnitBytes { offset, bytes })
    }
}

/// Reads location lists. A failure to read is kept until [`LocationReader::check`] is asked.
pub(crate) struct LocationReader<'a, R: ReadAt + ?Sized> {
    source: &'a R,
    failure: Option<elf::ReadError>,
    loclists: Option<Lists>,
    loc: Option<Lists>,
}

enum Lists {
    Ranges {
        section: Section,
        start: u64,
        window: Vec<u8>,
    },
    Whole(Vec<u8>),
}

impl<'a, R: ReadAt + ?Sized> LocationReader<'a, R> {
    pub fn new(elf: &Elf, source: &'a R) -> Result<LocationReader<'a, R>, Error> {
        let open = |name: &str| -> Result<Option<Lists>, Error> {
            let Some(section) = elf.section(name).filter(|section| !section.is_nobits()) else {
                return Ok(None);
            };
            if section.random_access() && !elf.is_relocatable() {
                let section = section.clone();
                return Ok(Some(Lists::Ranges {
                    section,
                    start: 0,
                    window: Vec::new(),
                }));
            }
            Ok(Some(Lists::Whole(elf.read_section(source, section)?)))
        };
        Ok(LocationReader {
            source,
            failure: None,
            loclists: open(".debug_loclists")?,
            loc: open(".debug_loc")?,
        })
    }
}

impl<R: ReadAt + ?Sized> LocationReader<'_, R> {
    /// The first failure to read since the last call.
    pub fn check(&mut self) -> Result<(), Error> {
        match self.failure.take() {
            Some(error) => Err(elf::Error::from(error).into()),
            None => Ok(()),
        }
    }
}

impl<R: ReadAt + ?Sized> LocationSource for LocationReader<'_, R> {
    fn read(&mut self, dwarf5: bool, offset: u64, len: usize) -> &[u8] {
        let lists = if dwarf5 {
            &mut self.loclists
        } else {
            &mut self.loc
        };
        match lists {
            None => &[],
            Some(Lists::Whole(bytes)) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|at| bytes.get(at..))
                    .unwrap_or_default();
                &rest[..rest.len().min(len)]
            }
            Some(Lists::Ranges {
                section,
                start,
                window,
            }) => {
                let end = offset.saturating_add(len as u64).min(section.size);
                if offset >= end {
                    return &[];
                }
                if offset < *start || end > *start + window.len() as u64 {
                    let want = (section.size - offset).min(LOCATION_WINDOW.max(len as u64));
                    window.resize(want as usize, 0);
                    *start = offset;
                    if let Err(error) = self
                        .source
                        .read_at(section.offset.saturating_add(offset), window)
                    {
                        self.failure.get_or_insert(error);
                        window.clear();
                        return &[];
                    }
                }
                &window[(offset - *start) as usize..(end - *start) as usize]
            }
        }
    }
}
