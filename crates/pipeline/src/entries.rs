//! Entries of functions in parts, read off their lists of ranges when a choice depends on them.

use elf::{Class, Elf, Endian, ReadAt, Section};
use encode::Ranges;
use std::cell::OnceCell;

/// Reads entries. Of a section whose ranges cannot be read alone all is kept.
pub(crate) struct Entries<'e, R: ReadAt + ?Sized> {
    elf: &'e Elf,
    source: &'e R,
    whole: [OnceCell<Vec<u8>>; 2],
}

impl<'e, R: ReadAt + ?Sized> Entries<'e, R> {
    pub fn new(elf: &'e Elf, source: &'e R) -> Entries<'e, R> {
        Entries {
            elf,
            source,
            whole: Default::default(),
        }
    }

    /// Where a function in parts begins; `None` when its list cannot be read.
    pub fn of(&self, ranges: &Ranges) -> Option<u64> {
        if let Some(entry) = ranges.known_entry() {
            return Some(entry);
        }
        let names = [".debug_ranges", ".debug_rnglists"];
        let section = self.elf.section(names[usize::from(ranges.dwarf5)]);
        let section = section.filter(|section| !section.is_nobits())?;
        let end = ranges.offset.checked_add(Ranges::FIRST)?;
        let range = ranges.offset..end.min(section.data_size());
        let (big_endian, address_size) = (
            self.elf.endian == Endian::Big,
            if self.elf.class == Class::Elf64 { 8 } else { 4 },
        );
        if section.random_access() && !self.elf.is_relocatable() {
            let bytes = self.elf.read_section_range(self.source, section, range);
            return ranges.entry(&bytes.ok()?, big_endian, address_size);
        }
        let whole = self.whole(section, ranges.dwarf5);
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        ranges.entry(whole.get(range)?, big_endian, address_size)
    }

    fn whole(&self, section: &Section, dwarf5: bool) -> &[u8] {
        self.whole[usize::from(dwarf5)].get_or_init(|| {
            let read = self.elf.read_section(self.source, section);
            read.unwrap_or_default()
        })
    }
}
