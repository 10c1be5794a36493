//! What there is to do: sections, units, shards.

use crate::others::OtherUnitIndex;
use crate::sections::Roots;
use crate::{
    Companion, Companions, Error, Input, NoCompanions, Options, split, supplementary, unclaimed,
    units,
};
use elf::{Class, Elf, Endian, ReadAt, Section};
use encode::Area;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The plan of a job. It depends on the file and the options alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The options it was made with.
    pub options: Options,
    /// The file.
    pub input: Input,
    /// Offset of each unit in `.debug_info`, and the section's end as last entry.
    pub unit_offsets: Vec<u64>,
    /// Runs of units, in file order.
    pub shards: Vec<Shard>,
    /// The supplementary file that units refer to.
    pub supplementary: Option<Companion>,
    /// Units that are not in shards: those others refer to.
    pub other_units: OtherUnitIndex,
    /// Units whose types are in other files (split DWARF), in file order.
    pub split: Vec<SplitUnit>,
    /// The `.BTF` section the file already has.
    pub existing_btf: Option<ExistingBtf>,
    /// Whether the units are those that the file lists; see [`crate::plan_listed`].
    pub listed: bool,
}

/// A unit of which the input has but the skeleton.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitUnit {
    /// Its index in the file.
    pub unit: u32,
    /// The dwo id, which its own file repeats.
    pub id: u64,
    /// `DW_AT_dwo_name`.
    pub name: String,
    /// `DW_AT_comp_dir`.
    pub directory: Option<String>,
    /// `DW_AT_addr_base`.
    pub addr_base: u64,
    /// `DW_AT_low_pc`.
    pub low_pc: u64,
}

/// A run of units that one worker encodes at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Units, by their index in the file.
    pub units: Range<u32>,
    /// Bytes in `.debug_info`.
    pub bytes: Range<u64>,
}

/// A `.BTF` section that the input has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExistingBtf {
    /// Its bytes.
    pub bytes: u64,
    /// Whether it is part of the loaded image (`SHF_ALLOC`).
    pub loaded: bool,
}

/// Bytes that a split unit counts when units are cut into shards: those of a kernel have about as many.
const SPLIT_UNIT: u64 = 128 << 10;
/// Shards are not cut smaller than this many bytes: each repeats what headers say.
const SMALLEST_SHARD: u64 = 4 << 20;

impl Plan {
    /// Number of units.
    pub fn units(&self) -> u32 {
        self.unit_offsets.len().saturating_sub(1) as u32
    }

    /// Offset of a unit in `.debug_info`.
    pub fn unit_offset(&self, unit: u32) -> u64 {
        self.unit_offsets
            .get(unit as usize)
            .copied()
            .unwrap_or_default()
    }

    /// The unit around an offset of `.debug_info`.
    pub(crate) fn unit_around(&self, offset: u64) -> Option<Range<u64>> {
        let after = self.unit_offsets.partition_point(|&start| start <= offset);
        let start = *self.unit_offsets.get(after.checked_sub(1)?)?;
        Some(start..*self.unit_offsets.get(after)?)
    }

    /// The unit, if it is a split one.
    pub fn split_unit(&self, unit: u32) -> Option<&SplitUnit> {
        let at = self.split.binary_search_by_key(&unit, |split| split.unit);
        at.ok().and_then(|at| self.split.get(at))
    }

    /// The files that the job would like to have beside the input, each once. Of split units the package
    /// comes first, which stands for all `.dwo` files where there is one; what is missing of these only
    /// leaves units out.
    pub fn companions(&self) -> Vec<Companion> {
        let mut wanted: Vec<Companion> = self.supplementary.iter().cloned().collect();
        if !self.split.is_empty() {
            wanted.push(Companion::Package);
            wanted.extend(self.split.iter().map(SplitUnit::companion));
        }
        wanted
    }

    /// Bytes of some units in `.debug_info`.
    pub fn bytes_of(&self, units: &Range<u32>) -> Range<u64> {
        self.unit_offset(units.start)..self.unit_offset(units.end)
    }
}

/// Reads the file's headers and its unit headers, and cuts the units into shards.
///
/// # Errors
///
/// When the file is not a readable ELF file, has no DWARF, or its unit headers cannot be followed.
pub fn plan<R: ReadAt + ?Sized>(source: &R, options: &Options) -> Result<Plan, Error> {
    plan_with(source, options, &NoCompanions)
}

/// Like [`plan`], for a file that refers to others.
///
/// # Errors
///
/// As [`plan`]; and when the supplementary file is missing, or is that of another build.
pub fn plan_with<R: ReadAt + ?Sized>(
    source: &R,
    options: &Options,
    companions: &dyn Companions,
) -> Result<Plan, Error> {
    let elf = Elf::parse(source)?;
    let existing_btf = existing_btf(&elf);
    let no_dwarf = Error::NoDwarf {
        has_btf: existing_btf.is_some(),
    };
    if elf.section(".debug_info").is_none() && elf.section(split::INFO).is_some() {
        return Err(Error::SplitFile);
    }
    let info = elf
        .section(".debug_info")
        .filter(|section| section.data_size() > 0)
        .ok_or(no_dwarf)?;
    if info.is_nobits() {
        return Err(Error::NoDwarf {
            has_btf: existing_btf.is_some(),
        });
    }
    let index = units::read(&elf, source, ".debug_info", Area::Info)?;
    let (unit_offsets, may_be_split) = (index.offsets, index.may_be_split);
    let mut other_units = OtherUnitIndex {
        types: units::read(&elf, source, ".debug_types", Area::Types)?,
        ..OtherUnitIndex::default()
    };
    let supplementary = supplementary::link(&elf, source)?;
    if let Some(companion) = &supplementary {
        let (elf, source) = supplementary::open(companions, companion)?;
        let area = Area::Supplementary;
        other_units.supplementary = units::read(&elf, &source, ".debug_info", area)?;
    }
    other_units.signatures = index.types;
    let types = std::mem::take(&mut other_units.types.types);
    other_units.signatures.extend(types);
    // Of equal signatures the first unit counts: they are the same type.
    other_units.signatures.sort();
    other_units
        .signatures
        .dedup_by_key(|(signature, _)| *signature);
    let mut plan = Plan {
        options: options.clone(),
        input: describe(
            &elf,
            source,
            info,
            unit_offsets.last().copied().unwrap_or_default(),
        ),
        unit_offsets,
        shards: Vec::new(),
        supplementary,
        other_units,
        split: Vec::new(),
        existing_btf,
        listed: false,
    };
    if !plan.other_units.signatures.is_empty() {
        plan.other_units.unclaimed = unclaimed::find(&elf, source, &plan)?;
    }
    if may_be_split && has_skeletons(&elf, source)? {
        plan.split = Roots::new(source, &plan)?.skeletons(&plan)?;
    }
    plan.shards = cut(&plan.unit_offsets, &plan.split, options);
    Ok(plan)
}

impl SplitUnit {
    /// The file that it is in, where no package has it.
    pub fn companion(&self) -> Companion {
        Companion::SplitUnit {
            name: self.name.clone(),
            directory: self.directory.clone(),
            id: self.id,
        }
    }
}

pub(crate) fn existing_btf(elf: &Elf) -> Option<ExistingBtf> {
    elf.section(".BTF").map(|section| ExistingBtf {
        bytes: section.data_size(),
        loaded: section.is_loaded(),
    })
}

pub(crate) fn describe<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    info: &Section,
    debug_info_bytes: u64,
) -> Input {
    let is_debug = |section: &&Section| {
        (section.name.starts_with(".debug_") || section.name.starts_with(".zdebug_"))
            && !section.is_nobits()
    };
    Input {
        file_bytes: source.len(),
        bits: if elf.class == Class::Elf64 { 64 } else { 32 },
        big_endian: elf.endian == Endian::Big,
        machine: elf.machine,
        debug_info_bytes,
        dwarf_bytes: elf
            .sections
            .iter()
            .filter(is_debug)
            .map(Section::file_size)
            .sum(),
        compressed: info.compression.is_some(),
    }
}

/// Whether there may be skeletons of split units.
fn has_skeletons<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<bool, Error> {
    for section in elf.sections_named(".debug_abbrev") {
        if !section.is_nobits() && encode::has_skeletons(&elf.read_section(source, section)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Cuts units into runs: each of as much as half of what each of several workers would get of the rest, so that
/// all end at about the same time. The cuts depend on the units alone: what a split unit has in its own file is not
/// known here and taken to be [`SPLIT_UNIT`].
pub(crate) fn cut(offsets: &[u64], split: &[SplitUnit], options: &Options) -> Vec<Shard> {
    let mut shards = Vec::new();
    let units = offsets.len().saturating_sub(1);
    let elsewhere = SPLIT_UNIT * split.len() as u64;
    let mut rest = offsets.last().copied().unwrap_or_default() + elsewhere;
    let mut split = split.iter().map(|split| split.unit as usize).peekable();
    let most = options.shard_bytes.max(1);
    let parts = match options.workers {
        0 | 1 => 1,
        workers => 2 * u64::from(workers),
    };
    let (mut first, mut bytes) = (0, 0);
    for unit in 0..units {
        bytes += offsets[unit + 1] - offsets[unit];
        if split.next_if_eq(&unit).is_some() {
            bytes += SPLIT_UNIT;
        }
        let size = (rest / parts).clamp(SMALLEST_SHARD.min(most), most);
        if bytes >= size || unit + 1 == units {
            shards.push(Shard {
                units: first as u32..unit as u32 + 1,
                bytes: offsets[first]..offsets[unit + 1],
            });
            rest = rest.saturating_sub(bytes);
            (first, bytes) = (unit + 1, 0);
        }
    }
    shards
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(shard_bytes: u64, workers: u32) -> Options {
        Options {
            shard_bytes,
            workers,
            ..Options::default()
        }
    }

    #[test]
    fn shards_cover_every_unit_once() {
        let offsets = [0, 10, 20, 100, 101, 102];
        let shards = cut(&offsets, &[], &options(30, 1));
        let units: Vec<u32> = shards
            .iter()
            .flat_map(|shard| shard.units.clone())
            .collect();
        assert_eq!(units, [0, 1, 2, 3, 4]);
        assert_eq!(shards[0].bytes, 0..100);
        assert_eq!(shards[1].bytes, 100..102);
    }

    #[test]
    fn shards_get_smaller_so_that_workers_end_together() {
        let offsets: Vec<u64> = (0..=2000).map(|unit| unit * 100_000).collect();
        let sizes = |workers| -> Vec<u64> {
            let shards = cut(&offsets, &[], &options(32 << 20, workers));
            let sizes = shards
                .iter()
                .map(|shard| shard.bytes.end - shard.bytes.start);
            sizes.collect()
        };
        for workers in [1, 2, 8] {
            let sizes = sizes(workers);
            assert_eq!(sizes.iter().sum::<u64>(), 200_000_000);
            assert!(sizes.is_sorted_by(|a, b| a >= b), "{sizes:?}");
            assert!(sizes.len() as u32 >= workers, "{sizes:?}");
            assert!(sizes.iter().all(|&size| size <= (32 << 20) + 100_000));
        }
        assert!(sizes(1).len() < sizes(8).len());
    }
}
