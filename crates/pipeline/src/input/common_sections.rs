//! What all workers of a job need of its files: read once, whatever the number of workers.

use super::info::RelocatedInfo;
use super::sections::DebugSections;
use super::strings::Strings;
use super::supplementary;
use crate::companions::Companions;
use crate::error::Error;
use crate::plan::Plan;
use elf::{Elf, ReadAt, Section};
use encode::Sections;
use std::sync::Arc;

/// Tells the supplementary file's abbreviations from the input's.
const SUPPLEMENTARY: u32 = u32::MAX;
/// Lists of locations and of ranges of addresses.
const LISTS: [&str; 4] = [
    ".debug_loclists",
    ".debug_loc",
    ".debug_rnglists",
    ".debug_ranges",
];
/// Of these the ones that only inline sites need.
const RANGES: [&str; 2] = [".debug_rnglists", ".debug_ranges"];

/// What all workers of a job need: abbreviations, strings, and sections that cannot be read by ranges.
/// [`Worker::with_common`](crate::Worker::with_common) takes it.
#[derive(Debug)]
pub struct CommonSections {
    pub(crate) elf: Elf,
    pub(crate) sections: DebugSections,
    pub(crate) supplementary: Option<(Elf, DebugSections)>,
    has_type_units: bool,
    /// The units of a relocatable file.
    pub(crate) info: Option<RelocatedInfo>,
    /// Lists that are read whole: of a relocatable file, since relocations change them.
    whole: Vec<(&'static str, Arc<Vec<u8>>)>,
}

impl CommonSections {
    /// Reads what all workers need.
    ///
    /// # Errors
    ///
    /// When the file, one of these sections, or the supplementary file that the plan knows of cannot be read.
    pub fn read<R: ReadAt + ?Sized>(
        source: &R,
        plan: &Plan,
        companions: &dyn Companions,
    ) -> Result<CommonSections, Error> {
        let mut elf = Elf::parse(source)?.within(plan.options.budget, source);
        elf.assign_addresses();
        // Names of units, which options may ask for before a unit is encoded, may be any strings.
        let in_parts = Strings::section_for_parts(&elf);
        let in_parts = in_parts.filter(|_| plan.options.excluded_units.is_empty());
        let info = RelocatedInfo::read(&elf, source, plan, in_parts)?;
        let is_by_ranges = matches!(info, Some(RelocatedInfo::Ranges(_)));
        let in_parts = in_parts.filter(|_| is_by_ranges);
        let mut whole = Vec::new();
        for name in LISTS {
            let is_wanted = plan.options.features.inline || !RANGES.contains(&name);
            let section = elf.section(name).filter(|section| !section.is_nobits());
            let section = section.filter(|section| is_read_whole(&elf, section));
            if let Some(section) = section.filter(|_| is_wanted) {
                whole.push((name, Arc::new(elf.read_section(source, section)?)));
            }
        }
        let supplementary = match &plan.supplementary {
            Some(companion) => {
                let (elf, source) =
                    supplementary::open(companions, companion, plan.options.budget)?;
                let sections = DebugSections::read(&elf, &source)?;
                Some((elf, sections))
            }
            None => None,
        };
        Ok(CommonSections {
            sections: DebugSections::read_but_strings(&elf, source, in_parts)?,
            supplementary,
            has_type_units: !plan.other_units.signatures.is_empty(),
            info,
            whole,
            elf,
        })
    }

    /// The strings of the file itself.
    pub(crate) fn strings(&self) -> &Strings {
        &self.sections.strings
    }

    /// The bytes of `.debug_str`, unless they are read in parts. Only files whose names are told by content have that.
    pub(crate) fn debug_str(&self) -> &[u8] {
        self.strings().whole().unwrap_or_default()
    }

    /// The sections of the file itself. Strings that are read in parts are none of them.
    pub(crate) fn view(&self) -> Sections<'_> {
        Sections {
            supplementary_str: self.supplementary_view().debug_str,
            has_type_units: self.has_type_units,
            ..self.sections.view()
        }
    }

    pub(crate) fn supplementary_view(&self) -> Sections<'_> {
        let none = Sections::default();
        let file = self.supplementary.as_ref();
        let view = file.map_or(none, |(_, sections)| sections.view());
        Sections {
            supplementary_str: view.debug_str,
            abbrev_identity: SUPPLEMENTARY,
            is_supplementary: true,
            ..view
        }
    }

    /// The bytes of a section that was read whole.
    pub(crate) fn whole(&self, name: &str) -> Option<Arc<Vec<u8>>> {
        let found = self.whole.iter().find(|(known, _)| *known == name);
        found.map(|(_, bytes)| Arc::clone(bytes))
    }
}

/// Whether ranges of a section cannot be read alone.
pub(crate) fn is_read_whole(elf: &Elf, section: &Section) -> bool {
    elf.is_relocatable() || !section.random_access()
}
