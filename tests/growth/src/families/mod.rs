//! The generators, one family a file.

mod dwarf_chains;
mod dwarf_names;
mod dwarf_references;
mod dwarf_units;
mod dwarf_wide;
mod elf_sections;
mod elf_symbols;
mod objects;
mod programs;
mod split;
mod types_chains;
mod types_equal;
mod types_names;
mod types_wide;

use crate::generator::Generator;

/// All families of generators.
pub(crate) const FAMILIES: &[&[Generator]] = &[
    dwarf_chains::FAMILY,
    dwarf_wide::FAMILY,
    dwarf_names::FAMILY,
    dwarf_units::FAMILY,
    dwarf_references::FAMILY,
    elf_sections::FAMILY,
    elf_symbols::FAMILY,
    types_chains::FAMILY,
    types_wide::FAMILY,
    types_names::FAMILY,
    types_equal::FAMILY,
    split::FAMILY,
    objects::FAMILY,
    programs::FAMILY,
];

use crate::generator::Input;
use crate::write::{ABBREVIATIONS, ElfWriter, UnitWriter};

fn one_unit(unit: UnitWriter) -> Input {
    file_of_units(&[unit.finish()])
}

fn file_of_units(units: &[Vec<u8>]) -> Input {
    let elf = ElfWriter::with_dwarf(units.concat(), ABBREVIATIONS.whole());
    elf.finish().into()
}

fn units_with_strings(units: &[Vec<u8>], strings: Vec<u8>) -> Input {
    let mut elf = ElfWriter::with_dwarf(units.concat(), ABBREVIATIONS.whole());
    elf.section(".debug_str", strings);
    elf.finish().into()
}

fn one_unit_with_strings(unit: UnitWriter, strings: Vec<u8>) -> Input {
    units_with_strings(&[unit.finish()], strings)
}

/// A string of n letters: at each offset begins another suffix of it.
fn strings_of_one_letter(n: usize) -> Vec<u8> {
    let mut strings = vec![b'a'; n];
    strings.push(0);
    strings
}

/// The `.debug_info` of a unit with `int` alone.
fn small_unit() -> Vec<u8> {
    UnitWriter::new().finish()
}

/// A file of one small unit and further sections.
fn dwarf_with(add: impl FnOnce(&mut ElfWriter)) -> Input {
    let mut elf = ElfWriter::with_dwarf(small_unit(), ABBREVIATIONS.whole());
    add(&mut elf);
    elf.finish().into()
}
