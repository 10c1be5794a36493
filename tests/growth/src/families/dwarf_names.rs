//! Names in `.debug_str` that share bytes: n names of n bytes take 2n bytes of the file.

use super::{one_unit_with_strings, strings_of_one_letter, units_with_strings};
use crate::generator::{Generator, Input};
use crate::write::{ABBREVIATIONS, Code, ElfWriter, UnitWriter};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf(
        "typedef-names-as-suffixes",
        "the bytes of names: each is a suffix of one string",
        |n| entries(n, |index| index, Code::TypedefNamedByOffset),
    ),
    Generator::dwarf(
        "typedefs-of-one-long-name",
        "the bytes of one name, which n types have",
        |n| entries(n, |_| 0, Code::TypedefNamedByOffset),
    ),
    Generator::dwarf(
        "typedef-names-as-suffixes-in-line-strings",
        "the bytes of names in the section whose strings are mostly names of files",
        |n| line_strings(n, |index| index),
    ),
    Generator::dwarf(
        "typedefs-of-one-long-line-string",
        "the bytes of one name there, which n types have",
        |n| line_strings(n, |_| 0),
    ),
    Generator::dwarf(
        "struct-names-as-suffixes",
        "the bytes of names of structs",
        |n| entries(n, |index| index, Code::StructureNamedByOffset),
    ),
    Generator::dwarf(
        "member-names-as-suffixes",
        "the bytes of names of members",
        |n| inside(n, Code::MemberNamedByOffset),
    ),
    Generator::dwarf(
        "enumerator-names-as-suffixes",
        "the bytes of names of values",
        |n| inside(n, Code::EnumeratorNamedByOffset),
    ),
    Generator::dwarf(
        "parameter-names-as-suffixes",
        "the bytes of names of parameters",
        |n| inside(n, Code::ParameterNamedByOffset),
    ),
    Generator::dwarf(
        "function-names-as-suffixes",
        "the bytes of names of functions, which are candidates until the merge",
        functions,
    ),
    Generator::dwarf(
        "unit-names-as-suffixes",
        "the bytes of names of units, which provenance keeps",
        |n| units(n, |index| index),
    ),
    Generator::dwarf(
        "units-of-one-long-name",
        "the bytes of one name, which n units have",
        |n| units(n, |_| 0),
    ),
    Generator::dwarf(
        "functions-left-out-of-a-unit-of-a-long-name",
        "the bytes of the name of one unit, which n functions that are left out have in common",
        functions_left_out,
    ),
    Generator::dwarf(
        "definitions-in-units-of-a-long-name",
        "the same for structs of one name that differ",
        definitions_in_units,
    ),
    Generator::dwarf(
        "types-in-a-long-folder",
        "the bytes of the name of a folder, which contains n types",
        types_in_a_folder,
    ),
    Generator::dwarf(
        "skeletons-of-one-path",
        "n skeletons of split units whose path and folder are one string of 28n bytes",
        skeletons_of_one_path,
    ),
];

fn entries(n: usize, name: fn(u32) -> u32, code: Code) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    for index in 0..n as u32 {
        unit.entry(code);
        unit.word(name(index));
        match code {
            Code::StructureNamedByOffset => unit.word(4).end(),
            _ => unit.word(int),
        };
    }
    one_unit_with_strings(unit, strings_of_one_letter(n))
}

fn line_strings(n: usize, name: fn(u32) -> u32) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    for index in 0..n as u32 {
        unit.entry(Code::TypedefNamedInLineStrings);
        unit.word(name(index)).word(int);
    }
    let mut elf = ElfWriter::with_dwarf(unit.finish(), ABBREVIATIONS.whole());
    elf.section(".debug_line_str", strings_of_one_letter(n));
    elf.finish().into()
}

fn inside(n: usize, code: Code) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    match code {
        Code::MemberNamedByOffset => {
            unit.structure("s", 4 * n as u32);
        }
        Code::ParameterNamedByOffset => {
            unit.function("f", 0x1000);
        }
        _ => {
            unit.entry(Code::Enumeration);
            unit.text("e").byte(4);
        }
    }
    for index in 0..n as u32 {
        unit.entry(code);
        unit.word(index);
        match code {
            Code::MemberNamedByOffset => unit.word(int).word(4 * index),
            Code::ParameterNamedByOffset => unit.word(int),
            _ => unit.word(index),
        };
    }
    unit.end();
    one_unit_with_strings(unit, strings_of_one_letter(n))
}

fn functions(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    for index in 0..n as u32 {
        unit.entry(Code::FunctionNamedByOffset);
        unit.word(index)
            .word(int)
            .long(0x1000 + u64::from(index))
            .end();
    }
    one_unit_with_strings(unit, strings_of_one_letter(n))
}

fn units(n: usize, name: fn(u32) -> u32) -> Input {
    let units = (0..n as u32).map(|index| UnitWriter::named_by_offset(name(index)).finish());
    // A unit takes some thirty bytes: the names are half of the file.
    let strings = strings_of_one_letter(32 * n);
    units_with_strings(&units.collect::<Vec<_>>(), strings)
}

/// The name of a folder and a file in it, of n letters.
fn long_path(n: usize) -> Vec<u8> {
    let mut strings = strings_of_one_letter(n);
    let slash = strings.len() / 2;
    strings[0] = b'/';
    strings[slash] = b'/';
    strings
}

/// Two functions of each name that take other parameters.
fn functions_left_out(n: usize) -> Input {
    let mut unit = UnitWriter::named_by_offset(0);
    for index in 0..n {
        let name = format!("f{index:06}");
        unit.function(&name, 0x1000 + 2 * index as u64);
        unit.end();
        unit.function(&name, 0x1001 + 2 * index as u64);
        unit.parameter("p").end();
    }
    one_unit_with_strings(unit, long_path(40 * n))
}

/// √n units with √n structs each, of the same names, with members of other names.
fn definitions_in_units(n: usize) -> Input {
    let count = n.isqrt().max(2);
    let units = (0..count).map(|of| {
        let mut unit = UnitWriter::named_by_offset(of as u32);
        let int = unit.int();
        for index in 0..count {
            unit.structure(&format!("s{index:04}"), 4);
            unit.member(&format!("m{of}"), int, 0).end();
        }
        unit.finish()
    });
    // The names of units take what names may take.
    units_with_strings(&units.collect::<Vec<_>>(), long_path(n))
}

fn types_in_a_folder(n: usize) -> Input {
    let mut unit = UnitWriter::named_by_offset(0);
    let int = unit.int();
    for index in 0..n {
        unit.typedef(&format!("t{index:06}"), int);
    }
    // Another folder: one that contains all units has no name.
    let units = [unit.finish(), UnitWriter::new().finish()];
    units_with_strings(&units, long_path(20 * n))
}

/// Skeletons as GNU's extension to DWARF 4 has them. The string is no longer than a path may be.
fn skeletons_of_one_path(n: usize) -> Input {
    const LONGEST: usize = 4000;
    let abbreviations = [
        // DW_TAG_compile_unit without children: DW_AT_GNU_dwo_id as data8, DW_AT_GNU_dwo_name and DW_AT_comp_dir as strp.
        &[1, 0x11, 0][..],
        &[0xb1, 0x42, 0x07],
        &[0xb0, 0x42, 0x0e],
        &[0x1b, 0x0e, 0, 0, 0],
    ];
    let mut info = Vec::new();
    for id in 0..n as u64 {
        // The length, version 4, the table of abbreviations at 0, addresses of 8 bytes.
        info.extend([24, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1]);
        info.extend(id.to_le_bytes());
        info.extend([0; 8]);
    }
    let mut elf = ElfWriter::with_dwarf(info, abbreviations.concat());
    let mut path = vec![b'x'; LONGEST.min(28 * n)];
    path.push(0);
    elf.section(".debug_str", path);
    elf.finish().into()
}
