//! What a plan says of the input file itself.

use crate::identity::Identity;
use crate::plan::ExistingBtf;
use crate::spending::SectionSizes;
use crate::statistics::InputFile;
use elf::{Class, Elf, Endian, ReadAt, Section};

pub(crate) fn existing_btf(elf: &Elf) -> Option<ExistingBtf> {
    elf.section(".BTF").map(|section| ExistingBtf {
        bytes: section.data_size(),
        loaded: section.is_loaded(),
    })
}

/// How large the sections of units and abbreviations are.
pub(crate) fn sizes(elf: &Elf) -> SectionSizes {
    let bytes = |name: &str| {
        let sizes = elf.sections_named(name).map(Section::data_size);
        sizes.fold(0, u64::saturating_add)
    };
    SectionSizes {
        units: bytes(".debug_info").saturating_add(bytes(".debug_types")),
        abbreviations: bytes(".debug_abbrev"),
    }
}

pub(crate) fn describe<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    info: &Section,
    debug_info_bytes: u64,
) -> InputFile {
    let is_debug = |section: &&Section| {
        (section.name.starts_with(".debug_") || section.name.starts_with(".zdebug_"))
            && !section.is_nobits()
    };
    InputFile {
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
            // A damaged file can claim any sizes.
            .fold(0, u64::saturating_add),
        compressed: info.compression.is_some(),
        identity: Identity::read(elf, source),
    }
}
