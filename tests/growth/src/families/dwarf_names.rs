//! Names in `.debug_str` that share bytes: n names of n bytes take 2n bytes of the file.

use super::{one_unit_with_strings, strings_of_one_letter, units_with_strings};
use crate::generator::{Generator, Input};
use crate::write::{Code, UnitWriter};

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
