//! Symbols: names that share bytes, equal names, equal addresses, variables of the per-CPU section.

use super::small_unit;
use crate::generator::{Generator, Input};
use crate::write::{ABBREVIATIONS, Code, ElfWriter, Section, Symbol, UnitWriter};

pub(super) const FAMILY: &[Generator] = &[
    Generator::dwarf(
        "symbol-names-as-suffixes",
        "the bytes of names of symbols",
        |n| functions(n, |index| 1 + index, letters(24 * n)),
    ),
    Generator::dwarf(
        "symbols-of-one-long-name",
        "the bytes of one name, which n symbols have",
        |n| functions(n, |_| 1, letters(24 * n)),
    ),
    Generator::dwarf(
        "symbols-of-one-address",
        "n symbols at the address of n functions",
        symbols_of_one_address,
    ),
    Generator::dwarf(
        "variables-of-one-name",
        "n variables and n symbols of one name and address in the per-CPU section",
        variables_of_one_name,
    ),
    Generator::dwarf(
        "symbol-tables",
        "n headers of one symbol table of n symbols",
        symbol_tables,
    ),
    Generator::dwarf(
        "functions-and-symbols-of-one-name",
        "n functions and n symbols of one name, each at an address of its own",
        functions_and_symbols_of_one_name,
    ),
];

fn letters(n: usize) -> Vec<u8> {
    let mut strings = vec![b'f'; n + 2];
    strings[0] = 0;
    strings[n + 1] = 0;
    strings
}

fn functions(n: usize, name: fn(u32) -> u32, strings: Vec<u8>) -> Input {
    let symbols = (0..n as u32).map(|index| Symbol {
        name: name(index),
        info: Symbol::FUNCTION,
        section: 3,
        value: 0x1000 + u64::from(index),
    });
    let mut elf = ElfWriter::with_dwarf(small_unit(), ABBREVIATIONS.whole());
    text_section(&mut elf);
    elf.symbols(&symbols.collect::<Vec<_>>(), strings);
    elf.finish().into()
}

fn text_section(elf: &mut ElfWriter) {
    elf.add(Section {
        flags: Section::CODE,
        address: 0x1000,
        ..Section::new(".text", vec![0; 64])
    });
}

fn symbols_of_one_address(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let mut strings = vec![0];
    let mut symbols = Vec::new();
    for index in 0..n {
        let name = format!("f{index:06}");
        symbols.push(Symbol {
            name: strings.len() as u32,
            info: Symbol::FUNCTION,
            section: 3,
            value: 0x1000,
        });
        strings.extend(name.bytes());
        strings.push(0);
        unit.function(&name, 0x1000);
        unit.end();
    }
    let mut elf = ElfWriter::with_dwarf(unit.finish(), ABBREVIATIONS.whole());
    text_section(&mut elf);
    elf.symbols(&symbols, strings);
    elf.finish().into()
}

fn variables_of_one_name(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    let int = unit.int();
    for _ in 0..n {
        unit.entry(Code::Variable);
        // DW_OP_addr 0.
        unit.text("v").word(int).byte(9).byte(3).long(0);
    }
    let symbol = Symbol {
        name: 1,
        info: Symbol::OBJECT,
        section: 3,
        value: 0,
    };
    let mut elf = ElfWriter::with_dwarf(unit.finish(), ABBREVIATIONS.whole());
    elf.add(Section {
        flags: Section::DATA,
        ..Section::new(".data..percpu", vec![0; 64])
    });
    elf.symbols(&vec![symbol; n], b"\0v\0".to_vec());
    elf.finish().into()
}

fn symbol_tables(n: usize) -> Input {
    let symbol = Symbol {
        name: 1,
        info: Symbol::FUNCTION,
        section: 3,
        value: 0x1000,
    };
    let mut elf = ElfWriter::with_dwarf(small_unit(), ABBREVIATIONS.whole());
    text_section(&mut elf);
    let strings = elf.add(Section {
        kind: Section::STRINGS,
        ..Section::new(".strtab", b"\0f\0".to_vec())
    });
    elf.add(Section {
        kind: Section::SYMBOLS,
        link: strings,
        info: 1,
        entry_size: 24,
        headers: n,
        ..Section::new(".symtab", crate::write::symbol_table(&vec![symbol; 2 * n]))
    });
    elf.finish().into()
}

/// No function is at the address of a symbol.
fn functions_and_symbols_of_one_name(n: usize) -> Input {
    let mut unit = UnitWriter::new();
    for index in 0..n as u64 {
        unit.function("f", 0x1000 + index);
        unit.end();
    }
    let symbols = (0..n as u64).map(|index| Symbol {
        name: 1,
        info: Symbol::FUNCTION,
        section: 3,
        value: 0x8000_0000 + index,
    });
    let mut elf = ElfWriter::with_dwarf(unit.finish(), ABBREVIATIONS.whole());
    text_section(&mut elf);
    elf.symbols(&symbols.collect::<Vec<_>>(), b"\0f\0".to_vec());
    elf.finish().into()
}
