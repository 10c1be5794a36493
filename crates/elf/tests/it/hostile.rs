//! Damaged files: whatever the bytes, an answer or an error, never a panic.

use crate::common::elf_crate::{Elf, patch_btf};
use crate::common::{Fixture, Part, contents, gnu_zlib, zlib, zstd};
use object::Endianness;
use object::elf;
use proptest::prelude::*;

fn seed(is_64: bool, endian: Endianness) -> Vec<u8> {
    let data = contents(300);
    let mut fixture = Fixture {
        file_type: elf::ET_REL,
        machine: elf::EM_RISCV,
        ..Fixture::new(is_64, endian)
    };
    let packed = |kind, stream: &[u8]| fixture.compression_header(kind, 300, stream);
    let (deflated, zstandard) = (
        packed(elf::ELFCOMPRESS_ZLIB, &zlib(&data)),
        packed(elf::ELFCOMPRESS_ZSTD, &zstd(&data)),
    );
    fixture = fixture
        .part(Part::new(".debug_info", data.clone()))
        .part(Part::new(".debug_str", deflated).compressed())
        .part(Part::new(".debug_line", zstandard).compressed())
        .part(Part::new(".zdebug_abbrev", gnu_zlib(&data)))
        .part(Part::new(".BTF", contents(16)));
    fixture.segment = Some(200);
    let symtab = fixture.symbols(&[("a", 1, Some(1)), ("far", 2, Some(70_000))]);
    let relocations = [
        (0, 1, elf::R_RISCV_32, 5),
        (8, 1, elf::R_RISCV_64, 5),
        (20, 2, elf::R_RISCV_SET_ULEB128, 5),
        (24, 2, elf::R_RISCV_SUB6, 5),
    ];
    fixture.relocations(".rela.debug_info", 1, symtab, true, &relocations);
    fixture.build()
}

/// Asks everything of a file. Says how far it came, so that the seeds can be shown to be sound.
fn exercise(file: &[u8]) -> usize {
    let Ok(parsed) = Elf::parse(file) else {
        return 0;
    };
    let mut good = 1;
    for section in &parsed.sections {
        good += usize::from(parsed.read_section(file, section).is_ok());
        let middle = section.data_size() / 2;
        let _ = parsed.read_section_range(file, section, middle..section.data_size());
        if let Ok(mut stream) = parsed.section_stream(file, section) {
            let _ = stream.skip(3);
            let _ = stream.read_exact(&mut [0; 5]);
        }
    }
    if let Ok(symbols) = parsed.symbols(file) {
        good += symbols
            .iter()
            .map(|symbol| symbol.name.len().min(1))
            .sum::<usize>();
    }
    if let Ok(patched) = patch_btf(&parsed, file, vec![7; 40]) {
        // What was patched must be readable again.
        let after = crate::common::spliced(&patched.splice, file);
        let again = Elf::parse(&after).expect("a patched file parses");
        let btf = again.section(".BTF").expect("a patched file has .BTF");
        assert_eq!(
            again.read_section(&after, btf).as_deref(),
            Ok([7; 40].as_slice())
        );
        good += 1;
    }
    good
}

#[test]
fn the_seeds_are_sound() {
    for (is_64, endian) in crate::common::KINDS {
        // 11 sections with the null section, 2 named symbols, 1 for the file itself, 1 for the patch.
        assert_eq!(exercise(&seed(is_64, endian)), 15);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes(
        kind in 0..4usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let (is_64, endian) = crate::common::KINDS[kind];
        let mut file = seed(is_64, endian);
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        exercise(&file);
    }

    #[test]
    fn changed_headers(
        kind in 0..4usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![0u8, 1, 2, 4, 7, 8, 0x7f, 0x80, 0xfe, 0xff])), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (is_64, endian) = crate::common::KINDS[kind];
        let mut file = seed(is_64, endian);
        // The file header, the program header, and the section headers at the end.
        let table = if is_64 { 12 * 64 } else { 12 * 40 };
        let start = file.len() - table;
        for (at, byte) in changes {
            let at = at.index(table + 120);
            file[if at < 120 { at } else { start + at - 120 }] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        exercise(&file);
    }

    #[test]
    fn bytes_behind_an_ident(bytes in prop::collection::vec(any::<u8>(), 0..400), is_64 in 1..3u8, endian in 1..3u8) {
        exercise(&[b"\x7fELF".as_slice(), &[is_64, endian, 1], &bytes].concat());
    }
}
