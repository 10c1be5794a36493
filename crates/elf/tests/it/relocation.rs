//! Relocation of debug sections, by machine.

use crate::common::elf_crate::{Elf, Error, RelocatedReader};
use crate::common::{Fixture, Part, zlib};
use object::Endianness::{self, Big, Little};
use object::elf as e;

/// Reads `.debug_info` of 24 bytes `0x10, 0x11, ..` after these relocations. Symbol 1 is 0x100, symbol 2
/// is undefined with a value that must not count.
fn relocated(
    machine: e::Machine,
    is_64: bool,
    endian: Endianness,
    is_rela: bool,
    relocations: &[(u64, u32, e::RelocationType, i64)],
) -> Result<Vec<u8>, Error> {
    let file = object_file(machine, is_64, endian, is_rela, relocations, e::ET_REL);
    let parsed = Elf::parse(&file)?;
    let whole = parsed.read_section(&file, parsed.section(".debug_info").expect("is there"))?;
    ranges_are_as_in(&whole, &parsed, &file);
    Ok(whole)
}

/// Compares every range with those bytes, if relocations are in order; tells whether they are. A range that cuts a field is
/// refused.
fn ranges_are_as_in(whole: &[u8], elf: &Elf, file: &[u8]) -> bool {
    let section = elf.section(".debug_info").expect("is there");
    let Some(ranges) = elf.relocated_ranges(file, section).expect("is readable") else {
        return false;
    };
    if !ranges.are_in_order(elf, file).expect("is readable") {
        return false;
    }
    let mut reader = RelocatedReader::default();
    let mut read = 0;
    for start in 0..=whole.len() {
        for end in start..=whole.len().min(start + 40) {
            let range = start as u64..end as u64;
            match reader.read(elf, file, &ranges, range) {
                Ok(part) => {
                    assert_eq!(part.bytes, &whole[start..end], "{start}..{end}");
                    read += 1;
                }
                Err(error) => assert!(matches!(error, Error::UnorderedRelocations { .. })),
            }
        }
    }
    assert!(read > whole.len());
    let all = reader.read(elf, file, &ranges, 0..whole.len() as u64);
    assert_eq!(all.expect("cuts no field").bytes, whole);
    let beyond = whole.len() as u64 + 1;
    assert!(reader.read(elf, file, &ranges, 0..beyond).is_err());
    true
}

#[test]
fn ranges_need_relocations_in_order_that_share_no_bytes() {
    let word = e::R_X86_64_32;
    let are_ranges = |relocations: &[(u64, u32, e::RelocationType, i64)]| {
        let file = object_file(e::EM_X86_64, true, Little, true, relocations, e::ET_REL);
        let elf = Elf::parse(&file).expect("is readable");
        let section = elf.section(".debug_info").expect("is there");
        let whole = elf.read_section(&file, section);
        whole.is_ok_and(|whole| ranges_are_as_in(&whole, &elf, &file))
    };
    assert!(are_ranges(&[
        (0, 1, word, 1),
        (4, 1, word, 2),
        (20, 1, word, 3)
    ]));
    assert!(
        are_ranges(&[(4, 1, word, 1), (4, 1, word, 2)]),
        "one place twice"
    );
    assert!(
        !are_ranges(&[(4, 1, word, 1), (0, 1, word, 2)]),
        "backwards"
    );
    assert!(
        !are_ranges(&[(4, 1, word, 1), (6, 1, word, 2)]),
        "shared bytes"
    );
    assert!(!are_ranges(&[(21, 1, word, 1)]), "beyond the end");
    let nothing = e::R_X86_64_NONE;
    assert!(
        are_ranges(&[
            (0, 0, nothing, 0),
            (4, 1, word, 1),
            (8, 0, nothing, 0),
            (8, 1, word, 2),
            (24, 0, nothing, 0)
        ]),
        "some change nothing"
    );
    assert!(
        !are_ranges(&[(4, 1, word, 1), (20, 0, nothing, 0), (8, 1, word, 2)]),
        "one that changes nothing lies ahead"
    );
    assert!(
        !are_ranges(&[(4, 1, word, 1), (6, 0, nothing, 0), (4, 1, word, 2)]),
        "one that changes nothing is in between"
    );
    assert!(!are_ranges(&[(0, 9, word, 1)]), "no such symbol");
}

#[test]
fn ranges_find_their_relocations_among_thousands() {
    let count = 5000_u64;
    let mut fixture = Fixture::new(true, Little);
    fixture.file_type = e::ET_REL;
    let mut fixture = fixture.part(Part::new(".debug_info", vec![0; 8 * count as usize]));
    let symtab = fixture.symbols(&[("here", 0x100, Some(1))]);
    let relocations: Vec<_> = (0..count)
        .map(|number| (number * 8, 1, e::R_X86_64_64, number as i64))
        .collect();
    fixture.relocations(".rela.debug_info", 1, symtab, true, &relocations);
    let file = fixture.build();
    let elf = Elf::parse(&file).expect("is readable");
    let section = elf.section(".debug_info").expect("is there");
    let whole = elf.read_section(&file, section).expect("is readable");
    let ranges = elf.relocated_ranges(&file, section).expect("is readable");
    let (ranges, mut reader) = (
        ranges.expect("they are in order"),
        RelocatedReader::default(),
    );
    // One after the other, and from back to front.
    let starts = (0..whole.len()).step_by(1000);
    for start in starts.clone().chain(starts.rev()) {
        let range = start as u64..start as u64 + 1000;
        let part = reader.read(&elf, &file, &ranges, range).expect("is inside");
        assert_eq!(part.bytes, &whole[start..start + 1000], "from {start}");
        let first = start as u64 / 8;
        assert_eq!(part.relocations, first..first + 125);
    }
}

/// All orders of some numbers.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for number in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut longer = order.clone();
                    longer.insert(at, number);
                    longer
                })
            })
            .collect();
    }
    all
}

#[test]
fn ranges_in_a_row_show_any_disorder_of_relocations() {
    // The fourth changes nothing.
    let places = [0_u64, 4, 8, 12, 16];
    for order in orders(places.len()) {
        let records: Vec<_> = order
            .iter()
            .map(|&at| match at {
                3 => (places[at], 0, e::R_X86_64_NONE, 0),
                _ => (places[at], 1, e::R_X86_64_32, at as i64),
            })
            .collect();
        let file = object_file(e::EM_X86_64, true, Little, true, &records, e::ET_REL);
        let elf = Elf::parse(&file).expect("is readable");
        let section = elf.section(".debug_info").expect("is there");
        let whole = elf.read_section(&file, section).expect("is readable");
        let ranges = elf.relocated_ranges(&file, section).expect("is readable");
        let ranges = ranges.expect("one table");
        let is_sorted = order.is_sorted();
        assert_eq!(ranges.are_in_order(&elf, &file), Ok(is_sorted));
        for cuts in [vec![0, 24], vec![0, 8, 24], vec![0, 4, 12, 16, 20, 24]] {
            // Readers of their own begin anywhere; one goes on where it was.
            for is_one_reader in [true, false] {
                let mut reader = RelocatedReader::default();
                let mut next = 0;
                let holds = cuts.windows(2).all(|cut| {
                    if !is_one_reader {
                        reader = RelocatedReader::default();
                    }
                    let part = reader.read(&elf, &file, &ranges, cut[0]..cut[1]);
                    let Ok(part) = part else { return false };
                    if is_sorted {
                        assert_eq!(part.bytes, &whole[cut[0] as usize..cut[1] as usize]);
                    }
                    std::mem::replace(&mut next, part.relocations.end) == part.relocations.start
                });
                let holds = holds && next == ranges.relocations();
                assert_eq!(holds, is_sorted, "{order:?} {cuts:?} {is_one_reader}");
            }
        }
    }
}

#[test]
fn a_range_tells_to_which_part_of_a_watched_section_it_refers() {
    let mut fixture = Fixture::new(true, Little);
    fixture.file_type = e::ET_REL;
    let mut fixture = fixture
        .part(Part::new(".debug_info", vec![0; 20]))
        .part(Part::new(".debug_str", vec![0; 100]));
    let symbols = [
        ("strings", 0, Some(2)),
        ("code", 0, Some(1)),
        ("label", 7, Some(2)),
    ];
    let symtab = fixture.symbols(&symbols);
    let word = e::R_X86_64_32;
    let relocations = [
        (0, 1, word, 40),
        (4, 2, word, 90),
        (8, 3, word, 2),
        (12, 1, word, 60),
    ];
    fixture.relocations(".rela.debug_info", 1, symtab, true, &relocations);
    let file = fixture.build();
    let elf = Elf::parse(&file).expect("is readable");
    let section = |name| elf.section(name).expect("is there");
    let ranges = elf.relocated_ranges(&file, section(".debug_info"));
    let mut ranges = ranges.expect("is readable").expect("they are in order");
    let mut reader = RelocatedReader::default();
    let mut part = |ranges: &_, range| {
        let part = reader.read(&elf, &file, ranges, range).expect("is inside");
        part.leads_to
    };
    assert_eq!(part(&ranges, 0..20), None, "nothing is watched");
    let watched = ranges.watch(&elf, &file, section(".debug_str"));
    watched.expect("symbols are readable");
    assert_eq!(part(&ranges, 0..20), Some(9..=60));
    assert_eq!(part(&ranges, 12..20), Some(60..=60));
    assert_eq!(part(&ranges, 0..4), Some(40..=40));
    assert_eq!(part(&ranges, 4..8), None, "code is not watched");
    assert_eq!(part(&ranges, 16..20), None);
}

fn object_file(
    machine: e::Machine,
    is_64: bool,
    endian: Endianness,
    is_rela: bool,
    relocations: &[(u64, u32, e::RelocationType, i64)],
    file_type: e::FileType,
) -> Vec<u8> {
    let mut fixture = Fixture {
        machine,
        file_type,
        ..Fixture::new(is_64, endian)
    }
    .part(Part::new(".debug_info", (0x10..0x28).collect::<Vec<u8>>()));
    let symtab = fixture.symbols(&[("here", 0x100, Some(1)), ("nowhere", 0x7777, None)]);
    fixture.relocations(".rel.debug_info", 1, symtab, is_rela, relocations);
    fixture.build()
}

fn field(bytes: &[u8], endian: Endianness, at: usize, len: usize) -> u64 {
    let digits: Box<dyn Iterator<Item = &u8>> = match endian {
        Little => Box::new(bytes[at..at + len].iter().rev()),
        Big => Box::new(bytes[at..at + len].iter()),
    };
    digits.fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[test]
fn absolute_fields_of_every_machine() {
    let machines = [
        (
            e::EM_X86_64,
            true,
            Little,
            true,
            e::R_X86_64_32,
            Some(e::R_X86_64_64),
        ),
        (e::EM_386, false, Little, false, e::R_386_32, None),
        (
            e::EM_AARCH64,
            true,
            Little,
            true,
            e::R_AARCH64_ABS32,
            Some(e::R_AARCH64_ABS64),
        ),
        (
            e::EM_AARCH64,
            true,
            Big,
            true,
            e::R_AARCH64_ABS32,
            Some(e::R_AARCH64_ABS64),
        ),
        (e::EM_ARM, false, Little, false, e::R_ARM_ABS32, None),
        (e::EM_S390, true, Big, true, e::R_390_32, Some(e::R_390_64)),
        (
            e::EM_PPC64,
            true,
            Big,
            true,
            e::R_PPC64_ADDR32,
            Some(e::R_PPC64_ADDR64),
        ),
        (
            e::EM_PPC64,
            true,
            Little,
            true,
            e::R_PPC64_ADDR32,
            Some(e::R_PPC64_ADDR64),
        ),
        (
            e::EM_RISCV,
            true,
            Little,
            true,
            e::R_RISCV_32,
            Some(e::R_RISCV_64),
        ),
        (
            e::EM_LOONGARCH,
            true,
            Little,
            true,
            e::R_LARCH_32,
            Some(e::R_LARCH_64),
        ),
        (e::EM_MIPS, false, Big, false, e::R_MIPS_32, None),
        (
            e::EM_MIPS,
            true,
            Little,
            true,
            e::R_MIPS_32,
            Some(e::R_MIPS_64),
        ),
        (
            e::EM_BPF,
            true,
            Little,
            false,
            e::RelocationType(3),
            Some(e::RelocationType(2)),
        ),
        (e::EM_SPARC, false, Big, true, e::R_SPARC_UA32, None),
        (
            e::EM_SPARCV9,
            true,
            Big,
            true,
            e::R_SPARC_UA32,
            Some(e::R_SPARC_UA64),
        ),
        (e::EM_68K, false, Big, true, e::R_68K_32, None),
        (
            e::EM_ALPHA,
            true,
            Little,
            true,
            e::R_ALPHA_REFLONG,
            Some(e::R_ALPHA_REFQUAD),
        ),
        (e::EM_SH, false, Little, true, e::R_SH_DIR32, None),
        (e::EM_PARISC, false, Big, true, e::R_PARISC_DIR32, None),
        (
            e::EM_PARISC,
            true,
            Big,
            true,
            e::R_PARISC_DIR32,
            Some(e::R_PARISC_DIR64),
        ),
        (
            e::EM_IA_64,
            true,
            Little,
            true,
            e::R_IA64_DIR32LSB,
            Some(e::R_IA64_DIR64LSB),
        ),
        (
            e::EM_ARC_COMPACT2,
            false,
            Little,
            true,
            e::RelocationType(4),
            None,
        ),
        (e::EM_HEXAGON, false, Little, true, e::R_HEX_32, None),
        (e::EM_CSKY, false, Little, true, e::R_CKCORE_ADDR32, None),
        (
            e::EM_MICROBLAZE,
            false,
            Little,
            true,
            e::R_MICROBLAZE_32,
            None,
        ),
        (
            e::EM_ALTERA_NIOS2,
            false,
            Little,
            true,
            e::R_NIOS2_BFD_RELOC_32,
            None,
        ),
        (e::EM_OPENRISC, false, Big, true, e::RelocationType(1), None),
        (e::EM_AVR, false, Little, true, e::R_AVR_32, None),
    ];
    for (machine, is_64, endian, is_rela, word, double) in machines {
        let mut relocations = vec![(1, 1, word, 0x20), (5, 2, word, 7)];
        relocations.extend(double.map(|double| (12, 1, double, -1)));
        let before: Vec<u8> = (0x10..0x28).collect();
        let bytes = relocated(machine, is_64, endian, is_rela, &relocations).expect("is known");
        // REL keeps the addend in the field, RELA in the relocation.
        let addend = |at, len, addend: i64| {
            if is_rela {
                addend as u64
            } else {
                field(&before, endian, at, len)
            }
        };
        let low = u64::from(u32::MAX);
        assert_eq!(
            field(&bytes, endian, 1, 4),
            0x100u64.wrapping_add(addend(1, 4, 0x20)) & low,
            "{machine:?}"
        );
        assert_eq!(field(&bytes, endian, 5, 4), addend(5, 4, 7), "{machine:?}");
        assert_eq!(
            (bytes[0], &bytes[9..12]),
            (before[0], &before[9..12]),
            "{machine:?}"
        );
        if double.is_some() {
            assert_eq!(
                field(&bytes, endian, 12, 8),
                0x100u64.wrapping_add(addend(12, 8, -1)),
                "{machine:?}"
            );
        }
    }
}

#[test]
fn relative_fields_count_from_their_place() {
    let bytes = relocated(
        e::EM_AARCH64,
        true,
        Little,
        true,
        &[(4, 1, e::R_AARCH64_PREL32, 2)],
    )
    .expect("known");
    assert_eq!(field(&bytes, Little, 4, 4), 0x100 + 2 - 4);
}

#[test]
fn riscv_writes_differences() {
    let relocations = [
        (0, 1, e::R_RISCV_SET8, 0x30),
        (0, 1, e::R_RISCV_SUB8, 0x21),
        (1, 1, e::R_RISCV_SET6, 0x3f),
        (1, 1, e::R_RISCV_SUB6, 0x01),
        (2, 1, e::R_RISCV_SET16, 0x4000),
        (2, 1, e::R_RISCV_SUB16, 0x1000),
        (4, 1, e::R_RISCV_ADD32, 0x50),
        (4, 1, e::R_RISCV_SUB32, 0x10),
        (8, 1, e::R_RISCV_ADD64, 0x50),
        (8, 1, e::R_RISCV_SUB64, 0x60),
        (16, 1, e::R_RISCV_RELAX, 0),
        (20, 1, e::R_RISCV_SET_ULEB128, 9),
        (20, 1, e::R_RISCV_SUB_ULEB128, 4),
    ];
    let bytes = relocated(e::EM_RISCV, true, Little, true, &relocations).expect("known");
    assert_eq!(bytes[0], 0x30 - 0x21);
    assert_eq!(bytes[1], 0x3e, "0x11 keeps its two high bits");
    assert_eq!(field(&bytes, Little, 2, 2), 0x3000);
    assert_eq!(field(&bytes, Little, 4, 4), 0x1716_1514 + 0x40);
    assert_eq!(field(&bytes, Little, 8, 8), 0x1f1e_1d1c_1b1a_1918 - 0x10);
    assert_eq!(field(&bytes, Little, 16, 4), 0x2322_2120);
    assert_eq!(bytes[20], 5);
}

#[test]
fn executables_are_relocated_already() {
    let relocations = [(0, 1, e::R_X86_64_64, 5)];
    for (file_type, expected) in [(e::ET_EXEC, 0x10), (e::ET_DYN, 0x10), (e::ET_REL, 0x05)] {
        let file = object_file(e::EM_X86_64, true, Little, true, &relocations, file_type);
        let parsed = Elf::parse(&file).expect("parses");
        let section = parsed.section(".debug_info").expect("is there");
        assert_eq!(section.random_access(), file_type != e::ET_REL);
        assert_eq!(
            parsed.read_section(&file, section).expect("reads")[0],
            expected
        );
        let raw = parsed.read_section_unrelocated(&file, section);
        assert_eq!(raw.expect("reads"), (0x10..0x28).collect::<Vec<u8>>());
        let range = parsed.read_section_range(&file, section, 0..1);
        let stream = parsed.section_stream(&file, section).map(|_| ());
        if file_type == e::ET_REL {
            assert!(matches!(range, Err(Error::NotRandomAccess { .. })));
            assert!(matches!(stream, Err(Error::NotRandomAccess { .. })));
        } else {
            assert_eq!((range, stream), (Ok(vec![0x10]), Ok(())));
        }
    }
}

#[test]
fn compressed_sections_are_relocated_after_decompression() {
    let mut fixture = Fixture {
        file_type: e::ET_REL,
        ..Fixture::new(true, Little)
    };
    let stream = fixture.compression_header(e::ELFCOMPRESS_ZLIB, 4000, &zlib(&[0; 4000]));
    fixture = fixture.part(Part::new(".debug_info", stream).compressed());
    let symtab = fixture.symbols(&[("here", 0x100, Some(1))]);
    fixture.relocations(
        ".rela.debug_info",
        1,
        symtab,
        true,
        &[(3992, 1, e::R_X86_64_64, 0x11)],
    );
    let file = fixture.build();
    let parsed = Elf::parse(&file).expect("parses");
    let bytes = parsed
        .read_section(&file, parsed.section(".debug_info").expect("is there"))
        .expect("reads");
    assert_eq!((bytes.len(), field(&bytes, Little, 3992, 8)), (4000, 0x111));
}

#[test]
fn relocations_that_cannot_be_applied() {
    let try_one = |relocation| relocated(e::EM_X86_64, true, Little, true, &[relocation]);
    let unknown = try_one((8, 1, e::R_X86_64_GOTPCREL, 0)).expect_err("is not for data");
    assert_eq!(
        unknown,
        Error::UnknownRelocation {
            section: ".debug_info".to_owned(),
            offset: 8,
            machine: 62,
            r_type: 9
        }
    );
    assert!(matches!(
        try_one((21, 1, e::R_X86_64_32, 0)),
        Err(Error::RelocationBeyondSection { offset: 21, .. })
    ));
    assert!(matches!(
        try_one((u64::MAX, 1, e::R_X86_64_32, 0)),
        Err(Error::RelocationBeyondSection { .. })
    ));
    assert!(matches!(
        try_one((0, 3, e::R_X86_64_32, 0)),
        Err(Error::BadRelocationSymbol {
            symbol: 3,
            count: 3,
            ..
        })
    ));
    let machine = relocated(
        e::Machine(9999),
        true,
        Little,
        true,
        &[(0, 1, e::RelocationType(1), 0)],
    );
    assert!(matches!(
        machine,
        Err(Error::UnknownRelocation { machine: 9999, .. })
    ));
    assert!(relocated(e::Machine(9999), true, Little, true, &[]).is_ok());
}

#[test]
fn sections_of_a_relocatable_file_get_addresses_that_relocations_follow() {
    let mut fixture = Fixture {
        file_type: e::ET_REL,
        ..Fixture::new(true, Little)
    }
    .part(Part::new(".debug_info", vec![0; 16]))
    .part(Part::new(".text", vec![0; 0x20]).loaded(0))
    .part(Part::new(".init.text", vec![0; 0x20]).loaded(0));
    let symtab = fixture.symbols(&[("first", 4, Some(2)), ("second", 8, Some(3))]);
    let relocations = [(0, 1, e::R_X86_64_64, 1), (8, 2, e::R_X86_64_64, 2)];
    fixture.relocations(".rela.debug_info", 1, symtab, true, &relocations);
    let file = fixture.build();
    let fields = |parsed: &Elf| {
        let section = parsed.section(".debug_info").expect("is there");
        let bytes = parsed.read_section(&file, section).expect("reads");
        [0, 8].map(|at| field(&bytes, Little, at, 8))
    };
    let mut parsed = Elf::parse(&file).expect("parses");
    assert_eq!(fields(&parsed), [5, 10]);
    parsed.assign_addresses();
    assert_eq!(fields(&parsed), [0x10000 + 5, 0x10020 + 10]);
}
