//! The plan of a job, by the headers of all units.

use super::input_file::{describe, existing_btf, sizes};
use super::shards::cut;
use super::{unclaimed, unit_headers};
use crate::companions::{Companions, NoCompanions};
use crate::error::Error;
use crate::input::roots::Roots;
use crate::input::{split_sections, supplementary};
use crate::options::Options;
use crate::plan::{OtherUnitIndex, Plan};
use crate::sorting;
use elf::{Elf, ReadAt};
use encode::Area;

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
    let elf = Elf::parse(source)?.within(options.budget, source);
    let existing_btf = existing_btf(&elf);
    if elf.section(".debug_info").is_none() && elf.section(split_sections::INFO).is_some() {
        return Err(Error::SplitFile);
    }
    let info = elf
        .section(".debug_info")
        .filter(|section| section.data_size() > 0);
    let Some(info) = info else {
        let link = elf.debug_link(source).ok().flatten();
        return Err(Error::NoDwarf {
            has_btf: existing_btf.is_some(),
            link: link.map(|link| link.name),
        });
    };
    let index = unit_headers::read(&elf, source, ".debug_info", Area::Info)?;
    let (unit_offsets, may_be_split) = (index.offsets, index.may_be_split);
    let mut other_units = OtherUnitIndex {
        types: unit_headers::read(&elf, source, ".debug_types", Area::Types)?,
        ..OtherUnitIndex::default()
    };
    let mut section_sizes = sizes(&elf);
    let supplementary = supplementary::link(&elf, source)?;
    if let Some(companion) = &supplementary {
        let (elf, source) = supplementary::open(companions, companion, options.budget)?;
        section_sizes = section_sizes.plus(sizes(&elf));
        let area = Area::Supplementary;
        other_units.supplementary = unit_headers::read(&elf, &source, ".debug_info", area)?;
    }
    other_units.signatures = index.types;
    let types = std::mem::take(&mut other_units.types.types);
    other_units.signatures.extend(types);
    // Of equal signatures the first unit counts: they are the same type.
    sorting::sort_by(&mut other_units.signatures, Ord::cmp);
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
        section_sizes,
        listed: false,
        relocations: relocations(&elf, source)?,
        relies_on_order: false,
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

/// How many relocations the units have, if these can be relocated one by one.
fn relocations<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<Option<u64>, Error> {
    let mut sections = elf
        .sections_named(".debug_info")
        .filter(|it| !it.is_nobits());
    match (sections.next(), sections.next()) {
        (Some(section), None) if elf.is_relocatable() => Ok(elf.relocations_of(source, section)?),
        _ => Ok(None),
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
