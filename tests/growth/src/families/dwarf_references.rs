//! Units that refer to other units: by address, by import, by signature.

use super::file_of_units;
use crate::generator::{Generator, Input};
use crate::write::{ABBREVIATIONS, Code, ElfWriter, UnitWriter};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf(
        "units-in-a-chain",
        "each unit points into the next, by DW_FORM_ref_addr",
        |n| references(n, 1),
    ),
    Generator::dwarf(
        "units-with-many-references",
        "each of n units has n/100 references into the units after it",
        |n| references(n, n.div_ceil(100)),
    ),
    Generator::dwarf(
        "units-that-refer-to-one",
        "n units that point into one unit of n structs in a chain",
        references_to_one,
    ),
    Generator::dwarf(
        "import-of-all-by-all",
        "n units that import n partial units",
        imports_of_all,
    ),
    Generator::dwarf(
        "import-of-tiny-entries",
        "n/64 units that import n entries of one byte",
        imports_of_tiny_entries,
    ),
    Generator::dwarf(
        "import-in-a-chain",
        "each partial unit imports the next; n units import the first",
        |n| import_chain(n, 1, n),
    ),
    Generator::dwarf(
        "import-in-a-chain-twice",
        "each partial unit imports the next twice: 2^n ways",
        |n| import_chain(n, 2, 1),
    ),
    Generator::dwarf(
        "type-units-in-a-chain",
        "each type unit refers to the next by signature; n units refer to the first",
        |n| type_units(n, true),
    ),
    Generator::dwarf(
        "type-units",
        "n type units; n units refer to one each",
        |n| type_units(n, false),
    ),
];

/// Struct `k` holds pointers to the `wide` structs after it, each in its own unit.
fn references(n: usize, wide: usize) -> Input {
    let unit = |index: usize, len: u32| {
        let mut unit = UnitWriter::new();
        let first = unit.here();
        let own = first + 5 * wide as u32;
        for step in 1..=wide {
            let other = ((index + step) % n) as u32;
            unit.to(Code::PointerAcross, other * len + own);
        }
        unit.structure(&format!("s{index:06}"), 8 * wide as u32);
        for step in 0..wide as u32 {
            unit.member("x", first + 5 * step, 8 * step);
        }
        unit.end();
        unit.finish()
    };
    let len = unit(0, 0).len() as u32;
    let units = (0..n).map(|index| unit(index, len));
    file_of_units(&units.collect::<Vec<_>>())
}

fn references_to_one(n: usize) -> Input {
    let mut first = UnitWriter::new();
    let mut target = first.int();
    for index in 0..n {
        let pointer = first.to(Code::Pointer, target);
        target = first.holder(&format!("s{index:06}"), "x", pointer);
    }
    let mut units = vec![first.finish()];
    for index in 0..n {
        let mut unit = UnitWriter::new();
        let pointer = unit.to(Code::PointerAcross, target);
        unit.typedef(&format!("t{index:06}"), pointer);
        units.push(unit.finish());
    }
    file_of_units(&units)
}

fn imports_of_all(n: usize) -> Input {
    let mut info = Vec::new();
    let mut imports = Vec::new();
    for index in 0..n {
        let mut unit = UnitWriter::partial().with_int();
        let int = unit.int();
        unit.typedef(&format!("t{index:06}"), int);
        imports.push(info.len() as u32 + UnitWriter::ROOT);
        info.extend(unit.finish());
    }
    for _ in 0..n {
        let mut unit = UnitWriter::new();
        for &root in &imports {
            unit.to(Code::Import, root);
        }
        info.extend(unit.finish());
    }
    file_of_units(&[info])
}

fn imports_of_tiny_entries(n: usize) -> Input {
    let mut entries = UnitWriter::partial();
    for _ in 0..n {
        entries.entry(Code::PointerToNothing);
    }
    let mut units = vec![entries.finish()];
    for _ in 0..n.div_ceil(64) {
        let mut unit = UnitWriter::new();
        unit.to(Code::Import, UnitWriter::ROOT);
        units.push(unit.finish());
    }
    file_of_units(&units)
}

fn import_chain(n: usize, times: usize, importers: usize) -> Input {
    let partial = |index: usize, next: u32| {
        let mut unit = UnitWriter::partial();
        for _ in 0..times {
            unit.to(Code::Import, next);
        }
        let mut unit = unit.with_int();
        let int = unit.int();
        unit.typedef(&format!("t{index:06}"), int);
        unit.finish()
    };
    let len = partial(0, 0).len() as u32;
    let mut units = Vec::new();
    for index in 0..n {
        let next = match index + 1 < n {
            true => (index as u32 + 1) * len + UnitWriter::ROOT,
            false => UnitWriter::ROOT,
        };
        units.push(partial(index, next));
    }
    for _ in 0..importers {
        let mut unit = UnitWriter::new();
        unit.to(Code::Import, UnitWriter::ROOT);
        units.push(unit.finish());
    }
    file_of_units(&units)
}

fn type_units(n: usize, chained: bool) -> Input {
    let mut types = Vec::new();
    for index in 0..n {
        let mut unit = UnitWriter::of_type(1 + index as u64);
        let at = unit.here();
        let size_of_struct = 1 + 8 + 4 + 1 + 2 + 8 + 1;
        unit.holder(&format!("s{index:06}"), "x", at + size_of_struct);
        match chained && index + 1 < n {
            true => {
                unit.entry(Code::PointerBySignature);
                unit.long(2 + index as u64);
            }
            false => {
                unit.entry(Code::Int);
                unit.text("int").byte(4).byte(5);
            }
        }
        types.extend(unit.finish());
    }
    let mut info = Vec::new();
    for index in 0..n as u64 {
        let mut unit = UnitWriter::new();
        let pointer = unit.entry(Code::PointerBySignature);
        unit.long(if chained { 1 } else { 1 + index });
        unit.typedef(&format!("t{index:06}"), pointer);
        info.extend(unit.finish());
    }
    let mut elf = ElfWriter::with_dwarf(info, ABBREVIATIONS.whole());
    elf.section(".debug_types", types);
    elf.finish().into()
}
