//! What a job will do: sections, units, shards, companions. Plain data, which [`crate::planner`] makes.

mod other_units;

pub use other_units::OtherUnitIndex;
pub(crate) use other_units::{Unclaimed, UnitIndex};

use crate::companions::Companion;
use crate::options::Options;
use crate::spending::SectionSizes;
use crate::statistics::InputFile;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The plan of a job. It depends on the file and the options alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The options that it was made with, which every worker uses.
    pub options: Options,
    /// What the plan says of the input file.
    pub input: InputFile,
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
    /// How large the sections of units and abbreviations are.
    pub section_sizes: SectionSizes,
    /// Whether the units are those that the file lists; see [`crate::plan_listed`].
    pub listed: bool,
    /// How many relocations `.debug_info` has, if it can be relocated by ranges.
    pub relocations: Option<u64>,
    /// Whether these are taken to follow the order of its bytes; see [`Plan::relying_on_order`].
    pub relies_on_order: bool,
}

/// A unit of which the input has only the skeleton.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitUnit {
    /// The index of its skeleton among the units of the input.
    pub unit: u32,
    /// The dwo id, which its own file repeats.
    pub id: u64,
    /// `DW_AT_dwo_name`: the path of its own file.
    pub name: String,
    /// `DW_AT_comp_dir`: where the compiler ran; `name` may be relative to it.
    pub directory: Option<String>,
    /// `DW_AT_addr_base`: where the addresses of the unit begin in the input's `.debug_addr`.
    pub addr_base: u64,
    /// `DW_AT_low_pc`: what the unit's address ranges count from.
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
    /// How many bytes it has.
    pub bytes: u64,
    /// Whether it is part of the loaded image (`SHF_ALLOC`).
    pub loaded: bool,
}

impl Plan {
    /// How many units `.debug_info` has.
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

    /// The same plan for a job that does not look through the relocations of `.debug_info` before it encodes: a large relocatable
    /// file has tens of millions.
    ///
    /// [`Worker`](crate::Worker)s and [`Merge`](crate::Merge) see whether the relocations of all units follow each other. If not,
    /// one of them ends with [`Error::UnorderedRelocations`](crate::Error::UnorderedRelocations), and the job starts again with the
    /// plan as it was. Other files are not concerned.
    #[must_use]
    pub fn relying_on_order(mut self) -> Plan {
        // Workers must read every unit, each once.
        self.relies_on_order =
            self.relocations.is_some() && self.split.is_empty() && self.other_units.is_empty();
        self
    }

    /// Bytes of some units in `.debug_info`.
    pub fn bytes_of(&self, units: &Range<u32>) -> Range<u64> {
        self.unit_offset(units.start)..self.unit_offset(units.end)
    }
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
