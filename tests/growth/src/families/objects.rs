//! ELF files with BTF: sets of kfuncs that overlap, and records of `.BTF.ext`.

use crate::generator::{Generator, Input};
use crate::write::{BtfWriter, ElfWriter, Section, Symbol, symbol_table};

pub(super) const FAMILY: &[Generator] = &[
    Generator::object(
        "sets-of-kfuncs-that-overlap",
        "n sets in .BTF_ids, each of which contains all n functions after it",
        overlapping_sets,
    ),
    Generator::object("kfuncs-in-sets", "n sets of one function", separate_sets),
    Generator::object(
        "headers-of-one-btf-section",
        "n headers of one .BTF with n types",
        repeated_btf,
    ),
    Generator::object(
        "extension-records",
        "n records of .BTF.ext for one function",
        |n| extension(n, 1),
    ),
    Generator::object(
        "extension-sections",
        "n sections in .BTF.ext with one record each",
        |n| extension(1, n),
    ),
];

/// The flag of a set whose functions are kfuncs.
const KFUNCS: u32 = 1;

fn file_of_sets(n: usize, size: fn(usize, usize) -> u64) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = btf.prototype(1, &[]);
    let mut ids = Vec::new();
    let (mut strings, mut symbols) = (vec![0], symbol_table(&[]));
    let mut symbol = |name: String, value: u64, size: u64| {
        symbols.extend((strings.len() as u32).to_le_bytes());
        symbols.extend([Symbol::OBJECT, 0, 2, 0]);
        symbols.extend(value.to_le_bytes());
        symbols.extend(size.to_le_bytes());
        strings.extend(name.bytes());
        strings.push(0);
    };
    for index in 0..n {
        let function = btf.function(&format!("f{index}"), prototype);
        let at = ids.len() as u64;
        symbol(format!("__BTF_ID__set8__s{index}"), at, size(index, n));
        symbol(format!("__BTF_ID__func__f{index}__{index}"), at + 8, 4);
        for word in [1, KFUNCS, function, 0] {
            ids.extend(word.to_le_bytes());
        }
    }
    let mut elf = ElfWriter::default();
    elf.section(".BTF", btf.finish());
    elf.section(".BTF_ids", ids);
    let strings = elf.add(Section {
        kind: Section::STRINGS,
        ..Section::new(".strtab", strings)
    });
    elf.add(Section {
        kind: Section::SYMBOLS,
        link: strings,
        info: 1,
        entry_size: 24,
        ..Section::new(".symtab", symbols)
    });
    elf.finish().into()
}

fn overlapping_sets(n: usize) -> Input {
    file_of_sets(n, |index, n| 16 * (n - index) as u64)
}

fn separate_sets(n: usize) -> Input {
    file_of_sets(n, |_, _| 16)
}

fn repeated_btf(n: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    for index in 0..4 * n {
        btf.typedef(&format!("t{index}"), 1);
    }
    let mut elf = ElfWriter::default();
    elf.add(Section {
        headers: n,
        ..Section::new(".BTF", btf.finish())
    });
    elf.finish().into()
}

/// Function records: for each section its name, their number, and for each the offset of an instruction and a type.
fn extension(records: usize, sections: usize) -> Input {
    let mut btf = BtfWriter::with_int();
    let prototype = btf.prototype(1, &[]);
    let function = btf.function("f", prototype);
    let mut functions: Vec<u32> = vec![8];
    for index in 0..sections {
        let name = btf.name(&format!("s{index}"));
        functions.extend([name, records as u32]);
        for record in 0..records as u32 {
            functions.extend([8 * record, function]);
        }
    }
    let len = 4 * functions.len() as u32;
    let mut bytes = Vec::new();
    bytes.extend(0xeb9f_u16.to_le_bytes());
    bytes.extend([1, 0]);
    // The header's length, then offset and length of functions and lines, which there are none of.
    for word in [24, 0, len, len, 0].iter().chain(&functions) {
        bytes.extend(word.to_le_bytes());
    }
    let mut elf = ElfWriter::default();
    elf.section(".BTF", btf.finish());
    elf.section(".BTF.ext", bytes);
    elf.finish().into()
}
