//! A plan without a look at the units.
//!
//! The header of a unit says where the next one is, so that finding them all touches all of `.debug_info`: for a
//! page, which reads in slices, that takes as long as reading it. Compilers list their units in `.debug_aranges`.
//! Whether the list is complete is seen when the units are read.

use super::by_headers::plan_with;
use super::input_file::{describe, existing_btf, sizes};
use super::shards::cut;
use super::unit_headers;
use crate::companions::Companions;
use crate::error::Error;
use crate::input::supplementary;
use crate::options::Options;
use crate::plan::{OtherUnitIndex, Plan};
use crate::sorting;
use elf::{Elf, ReadAt, Section};

/// A list of more bytes than this is not read: the 2,401 units of a 6.12 kernel take 160 kB.
const LARGEST_LIST: u64 = 64 << 20;

/// Like [`plan_with`], but by the list of units that the file has, where it has one that would do.
///
/// Units may be missing in the list, or be of kinds that a plan must know more of. Then a
/// [`Worker`](crate::Worker) ends with [`Error::UnlistedUnits`], and the job starts again with [`plan_with`].
/// Where none does, the plan is that of `plan_with` but for [`Plan::listed`]. Of a file without such a list it
/// [relies on the order](Plan::relying_on_order) of relocations, if there are any.
///
/// # Errors
///
/// As [`plan_with`].
pub fn plan_listed<R: ReadAt + ?Sized>(
    source: &R,
    options: &Options,
    companions: &dyn Companions,
) -> Result<Plan, Error> {
    match by_list(source, options)? {
        Some(plan) => Ok(plan),
        None => Ok(plan_with(source, options, companions)?.relying_on_order()),
    }
}

fn by_list<R: ReadAt + ?Sized>(source: &R, options: &Options) -> Result<Option<Plan>, Error> {
    let elf = Elf::parse(source)?.within(options.budget, source);
    let Some(info) = plain_info(&elf) else {
        return Ok(None);
    };
    // Sees that the file has all of it.
    elf.section_stream(source, info)?;
    let Some(unit_offsets) = read(&elf, source, info.data_size())? else {
        return Ok(None);
    };
    if supplementary::link(&elf, source)?.is_some() {
        return Ok(None);
    }
    Ok(Some(Plan {
        options: options.clone(),
        input: describe(&elf, source, info, info.data_size()),
        shards: cut(&unit_offsets, &[], options),
        unit_offsets,
        supplementary: None,
        other_units: OtherUnitIndex::default(),
        split: Vec::new(),
        existing_btf: existing_btf(&elf),
        section_sizes: sizes(&elf),
        listed: true,
        relocations: None,
        relies_on_order: false,
    }))
}

/// `.debug_info`, if it can be read by ranges and no other section has units or abbreviations.
fn plain_info(elf: &Elf) -> Option<&Section> {
    let info = elf.section(".debug_info")?;
    let is_plain = !elf.is_relocatable()
        && info.random_access()
        && !info.is_nobits()
        && info.data_size() > 0
        && elf.section(".debug_types").is_none()
        && elf.sections_named(".debug_abbrev").count() == 1;
    is_plain.then_some(info)
}

/// Offsets of the units that are listed, and `size`, the end of the last: each once and in order.
fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R, size: u64) -> Result<Option<Vec<u64>>, Error> {
    let list = elf
        .section(".debug_aranges")
        .filter(|list| !list.is_nobits() && list.data_size() <= LARGEST_LIST);
    let Some(list) = list else {
        return Ok(None);
    };
    let Some(mut offsets) = unit_headers::listed(&elf.read_section(source, list)?, elf.endian)
    else {
        return Ok(None);
    };
    sorting::sort(&mut offsets);
    offsets.push(size);
    let is_cut = offsets.first() == Some(&0) && offsets.is_sorted_by(|a, b| a < b);
    Ok(is_cut.then_some(offsets))
}
