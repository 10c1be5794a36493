//! Reads units from `.debug_info`, by ranges where the file allows it.

use crate::error::Error;
use crate::plan::Plan;
use elf::{Elf, ReadAt, RelocatedRanges, RelocatedReader, Section, SectionStream};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Reads units from `.debug_info`.
pub(crate) struct InfoReader<'a, R: ReadAt + ?Sized> {
    source: &'a R,
    section: Section,
    access: InfoAccess<'a, R>,
    buffer: Vec<u8>,
}

/// What all readers of a relocatable file's `.debug_info` have in common.
#[derive(Clone, Debug)]
pub(crate) enum RelocatedInfo {
    /// How to relocate ranges of it.
    Ranges(Arc<RelocatedRanges>),
    /// All of it.
    Whole(Arc<Vec<u8>>),
}

impl RelocatedInfo {
    /// Reads it; `None` if the file is not relocatable, or has none.
    /// Readers of ranges note to which part of `watched` the units refer.
    pub fn read<R: ReadAt + ?Sized>(
        elf: &Elf,
        source: &R,
        watched: Option<&Section>,
    ) -> Result<Option<RelocatedInfo>, Error> {
        let name = ".debug_info";
        let mut sections = elf.sections_named(name).filter(|it| !it.is_nobits());
        let Some(section) = sections.next().filter(|_| elf.is_relocatable()) else {
            return Ok(None);
        };
        if sections.next().is_none()
            && let Some(mut ranges) = elf.relocated_ranges(source, section)?
        {
            if let Some(watched) = watched {
                ranges.watch(elf, source, watched)?;
            }
            return Ok(Some(RelocatedInfo::Ranges(Arc::new(ranges))));
        }
        let whole = elf.read_sections_named(source, name)?;
        Ok(Some(RelocatedInfo::Whole(Arc::new(whole))))
    }
}

enum InfoAccess<'a, R: ReadAt + ?Sized> {
    /// Any range at any time.
    Ranges,
    /// The same, of a relocatable file.
    Relocated(Arc<RelocatedRanges>, RelocatedReader),
    /// All of it in memory: of a relocatable file, where ranges cannot be relocated one by one.
    Whole(Arc<Vec<u8>>),
    /// Compressed: from front to back, begun again for a range that lies behind.
    Stream(Option<SectionStream<'a, R>>),
}

impl<'a, R: ReadAt + ?Sized> InfoReader<'a, R> {
    pub fn new(elf: &Elf, source: &'a R, plan: &Plan) -> Result<InfoReader<'a, R>, Error> {
        let relocated = RelocatedInfo::read(elf, source, None)?;
        InfoReader::with_relocated(elf, source, plan, relocated.as_ref())
    }

    /// Like [`InfoReader::new`], with what was read of a relocatable file.
    pub fn with_relocated(
        elf: &Elf,
        source: &'a R,
        plan: &Plan,
        relocated: Option<&RelocatedInfo>,
    ) -> Result<InfoReader<'a, R>, Error> {
        let no_dwarf = Error::NoDwarf {
            has_btf: plan.existing_btf.is_some(),
            link: None,
        };
        let section = elf.section(".debug_info").ok_or(no_dwarf)?.clone();
        let access = if let Some(relocated) = relocated {
            match relocated {
                RelocatedInfo::Ranges(ranges) => {
                    InfoAccess::Relocated(Arc::clone(ranges), RelocatedReader::default())
                }
                RelocatedInfo::Whole(whole) => InfoAccess::Whole(Arc::clone(whole)),
            }
        } else if section.random_access() {
            InfoAccess::Ranges
        } else {
            InfoAccess::Stream(None)
        };
        Ok(InfoReader {
            source,
            section,
            access,
            buffer: Vec::new(),
        })
    }

    /// Tells the source of a range that will be read from front to back.
    pub fn will_read(&self, range: Range<u64>) {
        if matches!(self.access, InfoAccess::Ranges) {
            let start = self.section.offset.saturating_add(range.start);
            self.source
                .will_read(start..start.saturating_add(range.end - range.start));
        }
    }

    /// The bytes of a range of the section, which lies within it.
    pub fn read(&mut self, elf: &Elf, range: Range<u64>) -> Result<&[u8], Error> {
        Ok(self.read_with_strings(elf, range)?.0)
    }

    /// The same; and to which part of the strings the bytes refer, if that was [asked for](RelocatedInfo::read).
    pub fn read_with_strings(
        &mut self,
        elf: &Elf,
        range: Range<u64>,
    ) -> Result<(&[u8], Option<RangeInclusive<u64>>), Error> {
        let len = (range.end - range.start) as usize;
        let bytes = match &mut self.access {
            InfoAccess::Whole(bytes) => bytes
                .get(range.start as usize..range.end as usize)
                .unwrap_or_default(),
            InfoAccess::Relocated(ranges, reader) => {
                let part = reader.read(elf, self.source, ranges, range)?;
                return Ok((part.bytes, part.leads_to));
            }
            InfoAccess::Ranges => {
                let (section, buffer) = (&self.section, &mut self.buffer);
                elf.read_section_range_into(self.source, section, range, buffer)?;
                &self.buffer
            }
            InfoAccess::Stream(stream) => {
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
                &self.buffer
            }
        };
        Ok((bytes, None))
    }
}
