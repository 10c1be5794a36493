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
    relies_on_order: bool,
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
    /// Reads it; `None` if the file is not relocatable, or has none. Where the plan does not rely on the order of relocations,
    /// that is looked at first. Readers of ranges note to which part of `watched` the units refer.
    pub fn read<R: ReadAt + ?Sized>(
        elf: &Elf,
        source: &R,
        plan: &Plan,
        watched: Option<&Section>,
    ) -> Result<Option<RelocatedInfo>, Error> {
        let name = ".debug_info";
        let mut sections = elf.sections_named(name).filter(|it| !it.is_nobits());
        let Some(section) = sections.next().filter(|_| elf.is_relocatable()) else {
            return Ok(None);
        };
        if sections.next().is_none()
            && let Some(mut ranges) = elf.relocated_ranges(source, section)?
            && (plan.relies_on_order || ranges.are_in_order(elf, source)?)
        {
            if let Some(watched) = watched {
                ranges.watch(elf, source, watched)?;
            }
            return Ok(Some(RelocatedInfo::Ranges(Arc::new(ranges))));
        }
        Ok(Some(RelocatedInfo::Whole(whole(elf, source)?)))
    }
}

fn whole<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<Arc<Vec<u8>>, Error> {
    Ok(Arc::new(elf.read_sections_named(source, ".debug_info")?))
}

/// A range of `.debug_info`.
pub(crate) struct UnitPart<'b> {
    pub bytes: &'b [u8],
    /// To which part of the strings it refers, if that was [asked for](RelocatedInfo::read).
    pub strings: Option<RangeInclusive<u64>>,
    /// The numbers of its relocations, if it is relocated by itself.
    pub relocations: Option<Range<u64>>,
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
        let relocated = RelocatedInfo::read(elf, source, plan, None)?;
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
            relies_on_order: plan.relies_on_order,
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

    /// The bytes of a range of the section, which lies within it and consists of units.
    pub fn read(&mut self, elf: &Elf, range: Range<u64>) -> Result<&[u8], Error> {
        Ok(self.read_part(elf, range)?.bytes)
    }

    /// The same, and to what it refers.
    ///
    /// # Errors
    ///
    /// As always; and [`Error::UnorderedRelocations`] if the plan relies on the order of relocations.
    pub fn read_part(&mut self, elf: &Elf, range: Range<u64>) -> Result<UnitPart<'_>, Error> {
        let mut of_relocations = None;
        if let InfoAccess::Relocated(ranges, reader) = &mut self.access {
            match reader.read(elf, self.source, ranges, range.clone()) {
                Ok(part) => of_relocations = Some((part.leads_to, part.relocations)),
                Err(elf::Error::UnorderedRelocations { .. }) if self.relies_on_order => {
                    return Err(Error::UnorderedRelocations);
                }
                // They are in order, but one belongs to two units.
                Err(elf::Error::UnorderedRelocations { .. }) => {
                    self.access = InfoAccess::Whole(whole(elf, self.source)?);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let bytes = match &mut self.access {
            InfoAccess::Whole(bytes) => bytes
                .get(range.start as usize..range.end as usize)
                .unwrap_or_default(),
            InfoAccess::Relocated(_, reader) => reader.latest(),
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
                    self.buffer.resize((range.end - range.start) as usize, 0);
                    stream.read_exact(&mut self.buffer)?;
                }
                &self.buffer
            }
        };
        let (strings, relocations) = of_relocations.unzip();
        Ok(UnitPart {
            bytes,
            strings: strings.flatten(),
            relocations,
        })
    }
}
