//! Reads split units from a package (`.dwp`).

use super::split_error::BadPackage;
use super::split_sections::{INFO, SectionIdentities, SplitSections, parse};
use crate::companions::{Companion, Companions, NotOpened};
use elf::{Elf, ReadAt, Section};
use encode::Contribution;
use std::ops::Range;
use std::rc::Rc;

/// An open package. Its index and strings are in memory; of a unit only its parts are read.
pub(crate) struct Package<'a> {
    source: Box<dyn ReadAt + 'a>,
    elf: Elf,
    index: Vec<u8>,
    /// The index of type units.
    types: Vec<u8>,
    str: Rc<Vec<u8>>,
    str_identity: u32,
    /// Sections that are compressed, so that no part of them can be read on its own.
    whole: Vec<(&'static str, Vec<u8>)>,
    /// Bytes that were read of the unit asked for last, of which another part cannot be read.
    pub in_vain: u64,
}

impl<'a> Package<'a> {
    /// Asks for the package and reads its index; `None` if there is no package.
    pub fn open(
        companions: &'a dyn Companions,
        input: &Elf,
        new: &mut SectionIdentities,
    ) -> Result<Option<Package<'a>>, BadPackage> {
        let source = match companions.open(&Companion::Package) {
            Ok(source) => source,
            Err(NotOpened::Missing { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let elf = parse(&*source, input)?;
        let read = |name: &str| match elf.section(name).filter(|section| !section.is_nobits()) {
            Some(section) => elf.read_section(&*source, section),
            None => Ok(Vec::new()),
        };
        if elf.section(INFO).is_none() || elf.section(".debug_cu_index").is_none() {
            return Err(BadPackage::NoIndex);
        }
        Ok(Some(Package {
            index: read(".debug_cu_index")?,
            types: read(".debug_tu_index")?,
            str: Rc::new(read(".debug_str.dwo")?),
            str_identity: new.next(),
            whole: Vec::new(),
            in_vain: 0,
            elf,
            source,
        }))
    }

    /// The parts of the unit with this dwo id; `None` if the package has no such unit.
    pub fn read(
        &mut self,
        id: u64,
        new: &mut SectionIdentities,
    ) -> Result<Option<SplitSections>, BadPackage> {
        let big_endian = self.elf.endian == elf::Endian::Big;
        let parts = encode::contributions(&self.index, big_endian, id);
        self.sections(parts, new)
    }

    /// The parts of the type unit with this signature.
    pub fn read_type(
        &mut self,
        signature: u64,
        new: &mut SectionIdentities,
    ) -> Result<Option<SplitSections>, BadPackage> {
        let big_endian = self.elf.endian == elf::Endian::Big;
        let parts = encode::contributions(&self.types, big_endian, signature);
        self.sections(parts, new)
    }

    fn sections(
        &mut self,
        parts: Result<Option<Vec<Contribution>>, encode::Error>,
        new: &mut SectionIdentities,
    ) -> Result<Option<SplitSections>, BadPackage> {
        self.in_vain = 0;
        let Some(parts) = parts.map_err(BadPackage::Index)? else {
            return Ok(None);
        };
        let mut sections = SplitSections {
            abbrev_identity: new.next(),
            str_identity: self.str_identity,
            str: self.str.clone(),
            budget: self.elf.budget(),
            ..SplitSections::default()
        };
        for part in parts {
            let to = match part.section {
                INFO => &mut sections.info,
                ".debug_types.dwo" => &mut sections.types,
                ".debug_abbrev.dwo" => &mut sections.abbrev,
                ".debug_str_offsets.dwo" => &mut sections.str_offsets,
                ".debug_rnglists.dwo" => &mut sections.rnglists,
                ".debug_loclists.dwo" => &mut sections.loclists,
                ".debug_loc.dwo" => &mut sections.loc,
                _ => continue,
            };
            match self.part(part.section, part.range) {
                Ok(bytes) => *to = bytes,
                Err(error) => {
                    self.in_vain = sections.len();
                    return Err(error);
                }
            }
        }
        Ok(Some(sections))
    }

    fn part(&mut self, name: &'static str, range: Range<u64>) -> Result<Vec<u8>, BadPackage> {
        let Some(section) = self
            .elf
            .section(name)
            .filter(|section| !section.is_nobits())
        else {
            return Err(BadPackage::NoSection { section: name });
        };
        let size = section.data_size();
        if range.start > range.end || range.end > size {
            return Err(BadPackage::BeyondSection {
                section: name,
                from: range.start,
                to: range.end,
                size,
            });
        }
        if section.random_access() {
            return Ok(self.elf.read_section_range(&*self.source, section, range)?);
        }
        let section: Section = section.clone();
        let at = match self.whole.iter().position(|(known, _)| *known == name) {
            Some(at) => at,
            None => {
                let bytes = self.elf.read_section(&*self.source, &section)?;
                self.whole.push((name, bytes));
                self.whole.len() - 1
            }
        };
        let bytes = self.whole.get(at).map_or(&[][..], |(_, bytes)| bytes);
        let range = range.start as usize..range.end as usize;
        Ok(bytes.get(range).unwrap_or_default().to_vec())
    }
}
