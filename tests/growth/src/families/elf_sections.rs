//! Section headers, program headers, and notes: many, repeated, or of overlapping ranges.

use super::{dwarf_with, small_unit};
use crate::generator::{Generator, Input};
use crate::write::{ABBREVIATIONS, Code, ElfWriter, Section, UnitWriter, compressed};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf("sections", "n sections of other names", sections),
    Generator::dwarf(
        "section-names-as-suffixes",
        "the bytes of names of sections",
        section_names,
    ),
    Generator::dwarf(
        "headers-of-one-abbreviation-section",
        "n headers of one .debug_abbrev of 60n bytes",
        |n| repeated_abbreviations(n, false),
    ),
    Generator::dwarf(
        "headers-of-compressed-abbreviations",
        "n headers of one .debug_abbrev that grows to 40,000n bytes",
        |n| repeated_abbreviations(n, true),
    ),
    Generator::dwarf(
        "headers-of-one-info-section",
        "n headers of one .debug_info with n types",
        repeated_info,
    ),
    Generator::dwarf(
        "headers-of-one-string-section",
        "n headers of one .debug_str of 60n bytes",
        |n| repeated(n, ".debug_str"),
    ),
    Generator::dwarf(
        "headers-of-one-type-section",
        "n headers of one .debug_types with n type units",
        repeated_types,
    ),
    Generator::dwarf(
        "headers-of-one-aranges-section",
        "n headers of one .debug_aranges of 60n bytes",
        |n| repeated(n, ".debug_aranges"),
    ),
    Generator::dwarf("program-headers", "n program headers", program_headers),
    Generator::dwarf(
        "program-headers-of-one-note",
        "n program headers of one segment of n notes",
        program_headers_of_notes,
    ),
    Generator::dwarf(
        "note-sections-of-one-range",
        "n headers of one section of n notes",
        note_sections,
    ),
    Generator::dwarf(
        "compressed-zeros",
        "strings and abbreviations that grow a thousand times when they are decompressed",
        compressed_zeros,
    ),
    Generator::dwarf(
        "relocations-of-one-place",
        "an object file whose n relocations change one word",
        |n| relocations(n, 1),
    ),
    Generator::dwarf(
        "relocation-sections-of-one-section",
        "n headers of one section of n relocations",
        |n| relocations(n, n),
    ),
];

fn sections(n: usize) -> Input {
    dwarf_with(|elf| {
        for index in 0..n {
            elf.section(&format!(".x{index}"), Vec::new());
        }
    })
}

/// The names are those of `ElfWriter` once more: each header's name is moved into one long string.
fn section_names(n: usize) -> Input {
    let mut file = ElfWriter::with_dwarf(small_unit(), ABBREVIATIONS.whole());
    file.add(Section {
        headers: n,
        ..Section::new(&"s".repeat(64 * n), Vec::new())
    });
    let mut bytes = file.finish();
    let table = u64_at(&bytes, 40) as usize;
    let first = 3 * 64 + table;
    for index in 0..n {
        let at = first + 64 * index;
        let name = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        bytes[at..at + 4].copy_from_slice(&(name + index as u32).to_le_bytes());
    }
    bytes.into()
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

fn repeated_abbreviations(n: usize, compress: bool) -> Input {
    let mut table = ABBREVIATIONS.whole();
    let mut elf = ElfWriter::default();
    elf.section(".debug_info", small_unit());
    let section = match compress {
        true => {
            table.extend(vec![0; 40_000 * n]);
            compressed(".debug_abbrev", &table)
        }
        false => {
            table.extend(vec![0; 60 * n]);
            Section::new(".debug_abbrev", table)
        }
    };
    elf.add(Section {
        headers: n,
        ..section
    });
    elf.finish().into()
}

fn repeated_info(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    for index in 0..4 * n {
        unit.typedef(&format!("t{index:06}"), int);
    }
    let mut elf = ElfWriter::default();
    elf.section(".debug_abbrev", ABBREVIATIONS.whole());
    elf.add(Section {
        headers: n,
        ..Section::new(".debug_info", unit.finish())
    });
    elf.finish().into()
}

fn repeated(n: usize, name: &str) -> Input {
    dwarf_with(|elf| {
        elf.add(Section {
            headers: n,
            ..Section::new(name, vec![0; 60 * n])
        });
    })
}

fn repeated_types(n: usize) -> Input {
    let mut types = Vec::new();
    for index in 0..n {
        let mut unit = UnitWriter::of_type(1 + index as u64);
        unit.structure("s", 4);
        unit.end();
        types.extend(unit.finish());
    }
    dwarf_with(|elf| {
        elf.add(Section {
            headers: n,
            ..Section::new(".debug_types", types)
        });
    })
}

fn program_headers(n: usize) -> Input {
    dwarf_with(|elf| {
        for _ in 0..n.min(65_000) {
            elf.program_header(1, 0, 64);
        }
    })
}

/// A note of type 0 with a name that nothing looks for.
const NOTE: [u8; 16] = [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'x', b'y', b'z', 0];

fn program_headers_of_notes(n: usize) -> Input {
    let mut elf = ElfWriter::default();
    let count = n.min(65_000);
    let notes = NOTE.repeat(3 * n);
    let at = (64 + 56 * count) as u64;
    for _ in 0..count {
        elf.program_header(4, at, notes.len() as u64);
    }
    elf.section(".notes", notes);
    elf.section(".debug_info", small_unit());
    elf.section(".debug_abbrev", ABBREVIATIONS.whole());
    elf.finish().into()
}

fn note_sections(n: usize) -> Input {
    dwarf_with(|elf| {
        elf.add(Section {
            kind: Section::NOTE,
            headers: n,
            ..Section::new(".note.x", NOTE.repeat(3 * n))
        });
    })
}

/// From some size on the input does not grow: it is more than may be decompressed, and takes long to be written.
fn compressed_zeros(n: usize) -> Input {
    let n = n.min(40_000);
    let mut unit = UnitWriter::new();
    let int = unit.int();
    unit.entry(Code::TypedefNamedByOffset);
    unit.word(5).word(int);
    let mut elf = ElfWriter::default();
    elf.section(".debug_info", unit.finish());
    let mut table = ABBREVIATIONS.whole();
    table.extend(vec![0; 1000 * n]);
    elf.add(compressed(".debug_abbrev", &table));
    elf.add(compressed(".debug_str", &vec![0; 1000 * n]));
    elf.finish().into()
}

/// `R_X86_64_32` of the name in the unit's only typedef.
fn relocations(n: usize, headers: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    let name = unit.here() + 1;
    unit.entry(Code::TypedefNamedByOffset);
    unit.word(0).word(int);
    let mut rela = Vec::new();
    for _ in 0..n {
        rela.extend(u64::from(name).to_le_bytes());
        rela.extend((1_u64 << 32 | 10).to_le_bytes());
        rela.extend(2_u64.to_le_bytes());
    }
    let mut elf = ElfWriter::with_dwarf(unit.finish(), ABBREVIATIONS.whole());
    elf.relocatable();
    elf.section(".debug_str", b"name\0".to_vec());
    let symbols = elf.symbols(
        &[crate::write::Symbol {
            name: 0,
            info: 3,
            section: 3,
            value: 0,
        }],
        vec![0],
    );
    elf.add(Section {
        kind: Section::RELOCATIONS,
        link: symbols,
        info: 1,
        entry_size: 24,
        headers,
        ..Section::new(".rela.debug_info", rela)
    });
    elf.finish().into()
}
