//! What units say of themselves in their own DIE.

use super::info::InfoReader;
use super::sections::DebugSections;
use crate::error::Error;
use crate::plan::{Plan, SplitUnit};
use elf::{Elf, ReadAt};
use encode::{UnitBytes, UnitReader};

/// Reads what units say of themselves in their own DIE: names, and skeletons.
pub(crate) struct Roots<'a, R: ReadAt + ?Sized> {
    elf: Elf,
    sections: DebugSections,
    info: InfoReader<'a, R>,
    reader: UnitReader,
}

impl<'a, R: ReadAt + ?Sized> Roots<'a, R> {
    pub fn new(source: &'a R, plan: &Plan) -> Result<Roots<'a, R>, Error> {
        let elf = Elf::parse(source)?.within(plan.options.budget, source);
        let sections = DebugSections::read(&elf, source)?;
        let info = InfoReader::new(&elf, source, plan)?;
        Ok(Roots {
            elf,
            sections,
            info,
            reader: UnitReader::new(plan.spending()),
        })
    }

    /// The skeletons of split units. The names of their files may be as long as all names of a job.
    pub fn skeletons(&mut self, plan: &Plan) -> Result<Vec<SplitUnit>, Error> {
        let mut found = Vec::new();
        let mut names = plan.names_allowance();
        for unit in 0..plan.units() {
            let range = plan.bytes_of(&(unit..unit + 1));
            let input = UnitBytes {
                offset: range.start,
                bytes: self.info.read(&self.elf, range)?,
            };
            if let Some(skeleton) = self.reader.skeleton(&self.sections.view(), input) {
                let directory = skeleton.directory.as_ref().map_or(0, String::len);
                names.spend((skeleton.name.len() + directory) as u64)?;
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
        let input = UnitBytes { offset, bytes };
        self.reader.name(&self.sections.view(), input)
    }
}
