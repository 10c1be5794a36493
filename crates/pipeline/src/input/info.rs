//! Reads units from `.debug_info`, by ranges where the file allows it.

use crate::error::Error;
use crate::plan::Plan;
use elf::{Elf, ReadAt, Section, SectionStream};
use std::ops::Range;
use std::sync::Arc;

/// Reads units from `.debug_info`.
pub(crate) struct InfoReader<'a, R: ReadAt + ?Sized> {
    source: &'a R,
    section: Section,
    access: InfoAccess<'a, R>,
    buffer: Vec<u8>,
}

enum InfoAccess<'a, R: ReadAt + ?Sized> {
    /// Any range at any time.
    Ranges,
    /// All of it in memory: of a relocatable file.
    Whole(Arc<Vec<u8>>),
    /// Compressed: from front to back, begun again for a range that lies behind.
    Stream(Option<SectionStream<'a, R>>),
}

impl<'a, R: ReadAt + ?Sized> InfoReader<'a, R> {
    pub fn new(elf: &Elf, source: &'a R, plan: &Plan) -> Result<InfoReader<'a, R>, Error> {
        InfoReader::with_whole(elf, source, plan, None)
    }

    /// Like [`InfoReader::new`], with the bytes of the whole section if they have been read.
    pub fn with_whole(
        elf: &Elf,
        source: &'a R,
        plan: &Plan,
        whole: Option<Arc<Vec<u8>>>,
    ) -> Result<InfoReader<'a, R>, Error> {
        let no_dwarf = Error::NoDwarf {
            has_btf: plan.existing_btf.is_some(),
            link: None,
        };
        let section = elf.section(".debug_info").ok_or(no_dwarf)?.clone();
        let access = if let Some(whole) = whole {
            InfoAccess::Whole(whole)
        } else if elf.is_relocatable() {
            let whole = elf.read_sections_named(source, ".debug_info")?;
            InfoAccess::Whole(Arc::new(whole))
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
        let len = (range.end - range.start) as usize;
        match &mut self.access {
            InfoAccess::Whole(bytes) => Ok(bytes
                .get(range.start as usize..range.end as usize)
                .unwrap_or_default()),
            InfoAccess::Ranges => {
                let (section, buffer) = (&self.section, &mut self.buffer);
                elf.read_section_range_into(self.source, section, range, buffer)?;
                Ok(&self.buffer)
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
                Ok(&self.buffer)
            }
        }
    }
}
