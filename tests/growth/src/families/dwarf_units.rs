//! Many units, which are equal, nearly equal, or share tables of abbreviations.

use super::{file_of_units, one_unit};
use crate::generator::{Generator, Input};
use crate::write::{ABBREVIATIONS, Code, ElfWriter, UnitWriter, abbreviation, uleb};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf("units", "what each unit costs by itself", |n| {
        file_of_units(&vec![UnitWriter::new().finish(); n])
    }),
    Generator::dwarf(
        "forwards-of-one-name",
        "declarations of one struct in one unit",
        forwards,
    ),
    Generator::dwarf(
        "forwards-in-units",
        "declarations of one struct in n units",
        forwards_in_units,
    ),
    Generator::dwarf(
        "structs-of-one-name",
        "structs of one name in one unit that differ in a member's name",
        structs_of_one_name,
    ),
    Generator::dwarf(
        "structs-of-one-hash",
        "structs of one name that differ only in what a pointer's target is called",
        structs_of_one_hash,
    ),
    Generator::dwarf(
        "structs-of-one-hash-in-units",
        "the same, one in each unit",
        structs_of_one_hash_in_units,
    ),
    Generator::dwarf(
        "pairs-that-point-at-each-other",
        "in each unit two structs that point at each other, one of which differs",
        mutual_pairs,
    ),
    Generator::dwarf(
        "paths-to-a-difference",
        "in n/10 units a path of n/50 structs, whose last one differs",
        paths_to_a_difference,
    ),
    Generator::dwarf(
        "abbreviation-tables-that-overlap",
        "n tables of abbreviations, each of which begins within the one before",
        overlapping_tables,
    ),
    Generator::dwarf(
        "one-large-abbreviation-table",
        "a table of n abbreviations that n units use",
        one_large_table,
    ),
    Generator::dwarf(
        "large-abbreviation-table-by-turns",
        "two tables of n abbreviations that n units use by turns",
        tables_by_turns,
    ),
    Generator::dwarf(
        "attributes-of-one-abbreviation",
        "an abbreviation of n attributes without bytes that n entries use",
        attributes_without_bytes,
    ),
    Generator::dwarf(
        "many-abbreviation-tables-by-turns",
        "300 tables of n/300 abbreviations that n units use by turns",
        many_tables_by_turns,
    ),
    Generator::dwarf(
        "large-unit-and-small-ones",
        "tables that a unit made large, which n small units clear",
        large_and_small,
    ),
];

fn forwards(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for _ in 0..n {
        unit.entry(Code::Forward);
        unit.text("s");
    }
    one_unit(unit)
}

fn forwards_in_units(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    unit.entry(Code::Forward);
    unit.text("s");
    file_of_units(&vec![unit.finish(); n])
}

fn structs_of_one_name(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    for index in 0..n {
        unit.holder("s", &format!("x{index}"), int);
    }
    one_unit(unit)
}

fn struct_with_pointer_to_typedef(unit: &mut UnitWriter, index: usize) {
    let int = unit.int();
    let typedef = unit.typedef(&format!("t{index:06}"), int);
    let pointer = unit.to(Code::Pointer, typedef);
    unit.holder("s", "x", pointer);
}

fn structs_of_one_hash(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for index in 0..n {
        struct_with_pointer_to_typedef(&mut unit, index);
    }
    one_unit(unit)
}

fn structs_of_one_hash_in_units(n: usize) -> Input {
    let units = (0..n).map(|index| {
        let mut unit = UnitWriter::new();
        struct_with_pointer_to_typedef(&mut unit, index);
        unit.finish()
    });
    file_of_units(&units.collect::<Vec<_>>())
}

fn mutual_pairs(n: usize) -> Input {
    let units = (0..n).map(|index| {
        let mut unit = UnitWriter::new();
        let pointers = unit.here();
        let a = pointers + 10;
        let size_of_a = 1 + 2 + 4 + 1 + 2 + 8 + 1;
        unit.to(Code::Pointer, a);
        unit.to(Code::Pointer, a + size_of_a);
        unit.holder("a", "x", pointers + 5);
        unit.holder("b", &format!("y{index:06}"), pointers);
        unit.finish()
    });
    file_of_units(&units.collect::<Vec<_>>())
}

fn paths_to_a_difference(n: usize) -> Input {
    let length = (n / 50).max(2);
    let units = (0..n.div_ceil(10)).map(|index| {
        let mut unit = UnitWriter::new();
        let mut target = unit.int();
        for step in 0..length {
            let pointer = unit.to(Code::Pointer, target);
            let member = match step {
                0 => format!("v{:02}", index % 97),
                _ => "x".to_owned(),
            };
            target = unit.holder(&format!("s{step:05}"), &member, pointer);
        }
        unit.finish()
    });
    file_of_units(&units.collect::<Vec<_>>())
}

/// Each unit begins its table one abbreviation later; its root has that abbreviation's code.
fn overlapping_tables(n: usize) -> Input {
    let mut table = ABBREVIATIONS.open();
    let mut info = Vec::new();
    for index in 0..n as u64 {
        let code = 100 + index;
        let offset = table.len() as u32;
        abbreviation(&mut table, code, 0x16, false, &[]);
        let mut root = Vec::new();
        uleb(&mut root, code);
        info.extend((7 + root.len() as u32).to_le_bytes());
        info.extend([4, 0]);
        info.extend(offset.to_le_bytes());
        info.push(8);
        info.extend(root);
    }
    table.push(0);
    info.extend(UnitWriter::new().finish());
    ElfWriter::with_dwarf(info, table).finish().into()
}

fn large_table(n: usize) -> Vec<u8> {
    let mut table = ABBREVIATIONS.open();
    for code in 0..n as u64 {
        abbreviation(
            &mut table,
            100 + code,
            0x16,
            false,
            &[(0x03, 0x08), (0x49, 0x13)],
        );
    }
    table.push(0);
    table
}

fn one_large_table(n: usize) -> Input {
    let info = UnitWriter::new().finish().repeat(n);
    ElfWriter::with_dwarf(info, large_table(n)).finish().into()
}

fn tables_by_turns(n: usize) -> Input {
    let mut table = large_table(n);
    let second = table.len() as u32;
    table.extend_from_within(..);
    let mut pair = UnitWriter::new().finish();
    pair.extend(UnitWriter::new().finish_with_table_at(second));
    ElfWriter::with_dwarf(pair.repeat(n), table).finish().into()
}

fn many_tables_by_turns(n: usize) -> Input {
    let table = large_table(n / 300);
    let turn: Vec<u8> = (0..300.min(n))
        .flat_map(|at| UnitWriter::new().finish_with_table_at((at * table.len()) as u32))
        .collect();
    let tables = table.repeat(300.min(n));
    ElfWriter::with_dwarf(turn.repeat(n.div_ceil(300)), tables)
        .finish()
        .into()
}

/// The large unit and each small one have references to other units, typedefs of void, and inline sites.
fn large_and_small(n: usize) -> Input {
    let unit = |count: usize| {
        let mut unit = UnitWriter::new();
        let int = unit.int();
        let inlined = unit.entry(Code::FunctionDeclared);
        unit.text("i").word(int).byte(1);
        for _ in 0..count {
            unit.parameter("p");
        }
        unit.end();
        for index in 0..count as u32 {
            // Into this unit, which is the first one.
            unit.to(Code::PointerAcross, 11 + index);
        }
        unit.function("f", 0x1000);
        for index in 0..count as u64 {
            unit.entry(Code::Inlined);
            unit.word(inlined).long(0x1000 + index).word(1).end();
        }
        unit.end();
        unit.finish()
    };
    let mut units = vec![unit(n)];
    units.extend(std::iter::repeat_n(unit(1), n));
    file_of_units(&units)
}

/// `DW_FORM_flag_present` takes no byte of an entry.
fn attributes_without_bytes(n: usize) -> Input {
    let mut table = ABBREVIATIONS.open();
    let flags = vec![(0x3f, 0x19); n];
    abbreviation(&mut table, 100, 0x16, false, &flags);
    table.push(0);
    let mut unit = UnitWriter::new();
    for _ in 0..3 * n {
        unit.byte(100);
    }
    ElfWriter::with_dwarf(unit.finish(), table).finish().into()
}
