//! The inputs of each stage of the engine, made once: units, their types, their nodes, all types of a file.
//!
//! The file is the sample, or the one that `BTFSCOPE_KERNEL` names.

use btf::{Btf, StringTable};
use budget::Budget;
use dedup::sharing::{MergedNodes, NodeRef, SharedRun, Sharer};
use elf::{Elf, Endian};
use encode::{
    Choices, Encoder, INDEX_TYPE, Machine, Names, NoLocations, NoOtherUnits, Outcome, Sections,
    Spending, Unit, UnitBytes, UnitContext,
};
use gimli::{DebugInfo, EndianSlice, RunTimeEndian};
use std::error::Error;
use std::ops::Range;

/// The variable that names the file.
const KERNEL: &str = "BTFSCOPE_KERNEL";
/// The file otherwise.
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/sample/sample.elf");
/// Runs into which units are divided, so that merging has something to merge.
const RUNS: usize = 4;

/// The sections of a file that encoding reads.
#[derive(Debug, Default)]
pub struct Dwarf {
    info: Vec<u8>,
    abbrev: Vec<u8>,
    str: Vec<u8>,
    line_str: Vec<u8>,
    str_offsets: Vec<u8>,
    addr: Vec<u8>,
    big_endian: bool,
    machine: Machine,
    units: Vec<Range<usize>>,
}

/// The types of a unit.
#[derive(Clone, Debug)]
pub struct Types {
    /// Their words, one type after the other.
    pub words: Vec<u32>,
    /// Word at which each starts.
    pub starts: Vec<u32>,
}

impl Dwarf {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or has no units.
    pub fn read() -> Result<Dwarf, Box<dyn Error>> {
        let file = std::fs::read(std::env::var_os(KERNEL).unwrap_or_else(|| SAMPLE.into()))?;
        let (file, elf) = (&file[..], Elf::parse(&file[..])?);
        let read = |name: &str| match elf.section(name) {
            Some(section) => elf.read_section(file, section),
            None => Ok(Vec::new()),
        };
        let mut dwarf = Dwarf {
            info: read(".debug_info")?,
            abbrev: read(".debug_abbrev")?,
            str: read(".debug_str")?,
            line_str: read(".debug_line_str")?,
            str_offsets: read(".debug_str_offsets")?,
            addr: read(".debug_addr")?,
            big_endian: elf.endian == Endian::Big,
            machine: Machine::from_elf(elf.machine),
            units: Vec::new(),
        };
        let endian = match dwarf.big_endian {
            true => RunTimeEndian::Big,
            false => RunTimeEndian::Little,
        };
        let mut headers = DebugInfo::from(EndianSlice::new(&dwarf.info, endian)).units();
        while let Some(header) = headers.next()? {
            let start = header.debug_info_offset().map_or(0, |offset| offset.0);
            dwarf
                .units
                .push(start..start + header.length_including_self());
        }
        Ok(dwarf)
    }

    /// Encodes all units, and calls `take` with each.
    pub fn encode(&self, names: &mut Names, mut take: impl FnMut(&Unit)) {
        let sections = Sections {
            big_endian: self.big_endian,
            machine: self.machine,
            debug_abbrev: &self.abbrev,
            debug_str: encode::DebugStr::whole(&self.str),
            debug_line_str: &self.line_str,
            debug_str_offsets: &self.str_offsets,
            debug_addr: &self.addr,
            ..Sections::default()
        };
        let bytes = |section: &[u8]| section.len() as u64;
        let mut spending = Spending::new(Budget::STANDARD, bytes(&self.info), bytes(&self.abbrev));
        let (mut encoder, mut unit) = (Encoder::new(), Unit::default());
        for range in &self.units {
            let input = UnitBytes {
                offset: range.start as u64,
                bytes: self.info.get(range.clone()).unwrap_or_default(),
            };
            let mut context = UnitContext {
                sections: &sections,
                choices: Choices::default(),
                names,
                locations: &mut NoLocations,
                others: &mut NoOtherUnits,
                spending: &mut spending,
            };
            if let Ok(Outcome::Encoded) = encoder.encode(input, &mut context, &mut unit) {
                take(&unit);
            }
        }
    }

    /// The types of each unit, and the strings of their names.
    pub fn types(&self) -> (Vec<Types>, StringTable) {
        let (mut names, mut units) = (Names::new(), Vec::new());
        self.encode(&mut names, |unit| {
            units.push(Types {
                words: unit.words.clone(),
                starts: unit.starts.clone(),
            });
        });
        (units, names.into_strings())
    }
}

/// The nodes of all units.
pub fn share(units: &[Types]) -> SharedRun {
    let mut sharer = Sharer::new();
    for unit in units {
        sharer.add_unit(&unit.words, &unit.starts, INDEX_TYPE);
    }
    sharer.finish()
}

/// The nodes of several runs of units.
pub fn runs(units: &[Types]) -> Vec<SharedRun> {
    let run = units.len().div_ceil(RUNS).max(1);
    units.chunks(run).map(share).collect()
}

/// Runs as one.
pub fn merge(runs: Vec<SharedRun>) -> MergedNodes {
    let mut merged = MergedNodes::new();
    for run in runs {
        merged.add(run, |name| name);
    }
    merged
}

/// The types that merged nodes stand for.
///
/// # Errors
///
/// When there are more types than BTF can number.
pub fn expand(merged: &MergedNodes, strings: &StringTable) -> Result<Btf, btf::Error> {
    let mut btf = Btf::new();
    btf.set_strings(strings.clone());
    Ok(merged.expand(btf, &[], NodeRef::INDEX)?.btf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_one_after_the_other_make_the_types_of_the_sample() {
        let (units, strings) = Dwarf::read().unwrap().types();
        assert!(units.len() >= 6);
        let all: usize = units.iter().map(|unit| unit.starts.len()).sum();
        let types = expand(&merge(runs(&units)), &strings).unwrap();
        assert!(types.len() < all, "{} of {all}", types.len());
        let once = expand(&merge(vec![share(&units)]), &strings).unwrap();
        let dump = |btf: Btf| dedup::dedup(btf, &dedup::Options::default()).unwrap().btf;
        let (types, once) = (dump(types), dump(once));
        assert_eq!(types.len(), once.len());
        assert!(
            types
                .types()
                .zip(once.types())
                .all(|(a, b)| a.1.words() == b.1.words())
        );
    }
}
