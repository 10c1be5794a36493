//! One unit with entries of many children, or nested ones.

use super::one_unit;
use crate::generator::{Generator, Input};
use crate::write::{Code, UnitWriter};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf("many-members", "a struct of n members", members),
    Generator::dwarf(
        "many-enumerators",
        "an enumeration of n values",
        enumerators,
    ),
    Generator::dwarf("many-dimensions", "an array of n dimensions", dimensions),
    Generator::dwarf("many-parameters", "a function of n parameters", parameters),
    Generator::dwarf(
        "wide-prototypes",
        "n functions of one prototype, which has n parameters in sum",
        wide_prototypes,
    ),
    Generator::dwarf(
        "functions-of-one-name",
        "functions of one name whose prototypes are compared",
        functions_of_one_name,
    ),
    Generator::dwarf(
        "instances-of-one-function",
        "n concrete functions of one abstract one that has n parameters",
        instances,
    ),
    Generator::dwarf("nested-structs", "structs declared in structs", |n| {
        nested(n, |unit| {
            unit.entry(Code::StructureEmpty);
        })
    }),
    Generator::dwarf(
        "nested-namespaces",
        "names that their parents qualify",
        |n| {
            nested(n, |unit| {
                unit.entry(Code::Namespace);
                unit.text("n");
            })
        },
    ),
    Generator::dwarf("nested-blocks", "scopes within a function", nested_blocks),
    Generator::dwarf(
        "nested-inline-sites",
        "functions inlined into functions inlined into functions",
        nested_inline_sites,
    ),
    Generator::dwarf(
        "inline-sites-of-one",
        "n sites of one inlined function that has n parameters",
        inline_sites_of_one,
    ),
    Generator::dwarf("annotations-of-one", "decl tags of one struct", annotations),
    Generator::dwarf(
        "enumerations-of-one-name",
        "n enumerations of one name with other values",
        enumerations_of_one_name,
    ),
];

fn members(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    unit.structure("s", 4 * n as u32);
    for index in 0..n as u32 {
        unit.member(&format!("m{index}"), int, 4 * index);
    }
    unit.end();
    one_unit(unit)
}

fn enumerators(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    unit.entry(Code::Enumeration);
    unit.text("e").byte(4);
    for index in 0..n as u32 {
        unit.entry(Code::Enumerator);
        unit.text(&format!("m{index}")).word(index);
    }
    unit.end();
    one_unit(unit)
}

fn dimensions(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    let array = unit.to(Code::Array, int);
    for _ in 0..n {
        unit.entry(Code::Dimension);
        unit.word(1);
    }
    unit.end();
    unit.holder("s", "x", array);
    one_unit(unit)
}

fn parameters(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    unit.function("f", 0x1000);
    for _ in 0..n {
        unit.parameter("p");
    }
    unit.end();
    one_unit(unit)
}

/// Half of the bytes is one prototype, the other half typedefs for pointers to it.
fn wide_prototypes(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    let prototype = unit.to(Code::Prototype, int);
    for _ in 0..n {
        unit.to(Code::PrototypeParameter, int);
    }
    unit.end();
    for index in 0..n {
        let pointer = unit.to(Code::Pointer, prototype);
        unit.typedef(&format!("t{index}"), pointer);
    }
    one_unit(unit)
}

fn functions_of_one_name(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for index in 0..n {
        unit.function("f", 0x1000);
        unit.parameter(&format!("p{index}")).end();
    }
    one_unit(unit)
}

fn instances(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    let declared = unit.entry(Code::FunctionDeclared);
    unit.text("f").word(int).byte(1);
    for _ in 0..n {
        unit.parameter("p");
    }
    unit.end();
    for _ in 0..n {
        unit.to(Code::FunctionOfOrigin, declared);
    }
    for index in 0..n {
        unit.entry(Code::FunctionOfSpecification);
        unit.word(declared).long(0x1000 + index as u64);
    }
    one_unit(unit)
}

fn nested(n: usize, open: fn(&mut UnitWriter)) -> Input {
    let mut unit = UnitWriter::new();
    for _ in 0..n {
        open(&mut unit);
    }
    unit.typedef("t", 0);
    for _ in 0..n {
        unit.end();
    }
    one_unit(unit)
}

fn nested_blocks(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    unit.function("f", 0x1000);
    for _ in 0..n {
        unit.entry(Code::Block);
    }
    for _ in 0..n {
        unit.end();
    }
    unit.end();
    one_unit(unit)
}

fn inline_site(unit: &mut UnitWriter, of: u32, address: u64) {
    unit.entry(Code::Inlined);
    unit.word(of).long(address).word(16);
}

fn nested_inline_sites(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    let inlined = unit.entry(Code::FunctionDeclared);
    unit.text("inlined").word(int).byte(1).end();
    unit.function("f", 0x1000);
    for _ in 0..n {
        inline_site(&mut unit, inlined, 0x1000);
    }
    for _ in 0..n {
        unit.end();
    }
    unit.end();
    one_unit(unit)
}

fn inline_sites_of_one(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    let inlined = unit.entry(Code::FunctionDeclared);
    unit.text("inlined").word(int).byte(1);
    for _ in 0..n {
        unit.parameter("p");
    }
    unit.end();
    unit.function("f", 0x1000);
    for index in 0..n as u64 {
        inline_site(&mut unit, inlined, 0x1000 + 16 * index);
        unit.end();
    }
    unit.end();
    one_unit(unit)
}

fn annotations(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    unit.structure("s", 4);
    unit.member("x", int, 0);
    for index in 0..n {
        unit.entry(Code::Annotation);
        unit.text("btf_decl_tag").text(&format!("t{index}"));
    }
    unit.end();
    one_unit(unit)
}

fn enumerations_of_one_name(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for index in 0..n as u32 {
        unit.entry(Code::Enumeration);
        unit.text("e").byte(4);
        unit.entry(Code::Enumerator);
        unit.text(&format!("m{index}")).word(index).end();
    }
    one_unit(unit)
}
