//! One unit in which types refer to one another, one after the other.

use super::one_unit;
use crate::generator::{Generator, Input};
use crate::write::{Code, UnitWriter};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf(
        "pointers-to-earlier",
        "what follows a reference to an entry that was read already",
        |n| chain_backwards(n, Code::Pointer),
    ),
    Generator::dwarf(
        "pointers-to-later",
        "what waits for an entry that is not read yet",
        |n| chain_forwards(n, Code::Pointer),
    ),
    Generator::dwarf(
        "consts-to-later",
        "modifiers, which are looked through",
        |n| chain_forwards(n, Code::Const),
    ),
    Generator::dwarf(
        "typedefs-to-later",
        "named types that wait for one another",
        typedefs_forwards,
    ),
    Generator::dwarf(
        "arrays-of-arrays",
        "the size of an array, which is that of its element",
        arrays_of_arrays,
    ),
    Generator::dwarf(
        "origins-of-origins",
        "a function whose attributes are those of an origin, and so on",
        origins,
    ),
    Generator::dwarf(
        "prototypes-of-prototypes",
        "pointers to functions that take pointers to functions",
        prototypes,
    ),
];

fn chain_backwards(n: usize, code: Code) -> Input {
    let mut unit = UnitWriter::new();
    let mut target = unit.int();
    for _ in 0..n {
        target = unit.to(code, target);
    }
    one_unit(unit)
}

fn chain_forwards(n: usize, code: Code) -> Input {
    let mut unit = UnitWriter::new();
    for _ in 1..n {
        let next = unit.here() + 5;
        unit.to(code, next);
    }
    let int = unit.int();
    unit.to(code, int);
    one_unit(unit)
}

fn typedefs_forwards(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for index in 0..n {
        let next = match index + 1 < n {
            true => unit.here() + 14,
            false => unit.int(),
        };
        unit.typedef(&format!("t{index:07}"), next);
    }
    one_unit(unit)
}

fn arrays_of_arrays(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let mut element = unit.int();
    for _ in 0..n {
        element = unit.to(Code::Array, element);
        unit.entry(Code::Dimension);
        unit.word(1).end();
    }
    unit.holder("s", "x", element);
    one_unit(unit)
}

fn origins(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for _ in 0..n {
        let next = unit.here() + 5;
        unit.to(Code::FunctionOfOrigin, next);
    }
    unit.function("f", 0x1000);
    unit.end();
    one_unit(unit)
}

fn prototypes(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let mut taken = unit.int();
    for _ in 0..n {
        let int = unit.int();
        let prototype = unit.to(Code::Prototype, int);
        for _ in 0..2 {
            unit.to(Code::PrototypeParameter, taken);
        }
        unit.end();
        taken = unit.to(Code::Pointer, prototype);
    }
    unit.holder("s", "x", taken);
    one_unit(unit)
}
