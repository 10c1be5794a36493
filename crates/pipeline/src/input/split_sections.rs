//! The sections of split units, as files and packages have them.

use super::sections::DebugSections;
use super::split_error::SplitFileError;
use crate::plan::SplitUnit;
use budget::Budget;
use elf::{Elf, ReadAt};
use encode::{DebugStr, Sections, Spending, SplitBases, SplitUnits, UnitReader};
use std::rc::Rc;

/// The section that shows that a file has split units.
pub(crate) const INFO: &str = ".debug_info.dwo";

/// The sections of a `.dwo` file, or a unit's parts of those of a package.
#[derive(Debug, Default)]
pub(crate) struct SplitSections {
    /// As in [`Sections`].
    pub abbrev_identity: u32,
    pub str_identity: u32,
    pub info: Vec<u8>,
    pub types: Vec<u8>,
    pub abbrev: Vec<u8>,
    pub str: Rc<Vec<u8>>,
    pub str_offsets: Vec<u8>,
    pub rnglists: Vec<u8>,
    pub loclists: Vec<u8>,
    pub loc: Vec<u8>,
    /// That of the file which refers to them.
    pub budget: Budget,
}

/// Numbers that tell sections apart; 0 stands for the input's own.
#[derive(Debug, Default)]
pub(crate) struct SectionIdentities(u32);

impl SectionIdentities {
    pub fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(1).max(1);
        self.0
    }
}

impl SplitSections {
    /// Reads all sections of a `.dwo` file. What is read before one that cannot be read is added to `in_vain` too.
    pub fn read(
        elf: &Elf,
        source: &dyn ReadAt,
        new: &mut SectionIdentities,
        in_vain: &mut u64,
    ) -> Result<Self, elf::Error> {
        // Type units have sections of their own under the same name.
        let mut read = |name: &str| -> Result<Vec<u8>, elf::Error> {
            let bytes = elf.read_sections_named(source, name)?;
            *in_vain = in_vain.saturating_add(bytes.len() as u64);
            Ok(bytes)
        };
        Ok(SplitSections {
            abbrev_identity: new.next(),
            str_identity: new.next(),
            info: read(INFO)?,
            types: read(".debug_types.dwo")?,
            abbrev: read(".debug_abbrev.dwo")?,
            str: Rc::new(read(".debug_str.dwo")?),
            str_offsets: read(".debug_str_offsets.dwo")?,
            rnglists: read(".debug_rnglists.dwo")?,
            loclists: read(".debug_loclists.dwo")?,
            loc: read(".debug_loc.dwo")?,
            budget: elf.budget(),
        })
    }

    /// The sections as the encoder reads them.
    pub fn view<'s>(&'s self, main: &'s DebugSections, unit: &SplitUnit) -> Sections<'s> {
        Sections {
            abbrev_identity: self.abbrev_identity,
            str_identity: self.str_identity,
            debug_abbrev: &self.abbrev,
            debug_str: DebugStr::whole(&self.str),
            debug_line_str: &[],
            debug_str_offsets: &self.str_offsets,
            split: Some(SplitBases {
                addr_base: unit.addr_base,
                low_pc: unit.low_pc,
                debug_rnglists: &self.rnglists,
            }),
            ..main.view()
        }
    }

    pub fn len(&self) -> u64 {
        let parts = [
            &self.info,
            &self.types,
            &self.abbrev,
            &self.str_offsets,
            &self.rnglists,
            &self.loclists,
            &self.loc,
        ];
        parts.iter().map(|part| part.as_slice().len() as u64).sum()
    }

    /// What reading the units by themselves may take.
    pub fn spending(&self) -> Spending {
        Spending::new(self.budget, self.len(), self.len())
    }

    /// Where a unit is.
    pub fn find(
        &self,
        main: &DebugSections,
        unit: &SplitUnit,
    ) -> Result<SplitUnits, encode::Error> {
        let mut reader = UnitReader::new(self.spending());
        SplitUnits::find(&mut reader, &self.view(main, unit), &self.info, unit.id)
    }
}

/// Reads the headers of a companion, which must be of the input's machine. Its budget is the input's.
pub(crate) fn parse(source: &dyn ReadAt, input: &Elf) -> Result<Elf, SplitFileError> {
    let own = Elf::parse(source)?.within(input.budget(), source);
    if (own.machine, own.endian, own.class) != (input.machine, input.endian, input.class) {
        return Err(SplitFileError::OtherMachine);
    }
    Ok(own)
}
