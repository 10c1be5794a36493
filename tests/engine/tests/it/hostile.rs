//! Damaged and made-up DWARF: no panic, no endless work; a result, or a sentence that says what and where.

use crate::patience;
use engine_tests::dwarf::constants::*;
use engine_tests::dwarf::{Abbreviations, UnitWriter, elf_file, file_of};
use engine_tests::{encode, encode_with, raw, read_test_file, small_shards};
use pipeline::{Error, Outcome};
use proptest::prelude::*;

fn sample() -> Vec<u8> {
    read_test_file("sample/sample.elf")
}

/// Encodes in bounded time; what comes out makes sense.
fn in_time(file: &[u8]) -> Result<Outcome, Error> {
    let result = patience::in_time(|| encode(file));
    match &result {
        Ok(outcome) => {
            outcome.btf.check_references().unwrap();
            btf::parse(&outcome.bytes, None).unwrap();
            for failed in &outcome.statistics.units.failed {
                assert!(is_a_sentence(&failed.cause), "{failed:?}");
            }
        }
        Err(error) => assert!(is_a_sentence(&error.to_string()), "{error}"),
    }
    result
}

/// Several words, and none of them from the inside.
fn is_a_sentence(text: &str) -> bool {
    text.split_whitespace().count() >= 4 && !text.contains("unwrap") && !text.contains("None")
}

/// The section's place in the file.
fn place_of(file: &[u8], name: &str) -> std::ops::Range<usize> {
    let parsed = elf::Elf::parse(file).unwrap();
    let section = parsed.section(name).unwrap();
    section.offset as usize..(section.offset + section.size) as usize
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(1500)
    })]

    #[test]
    fn damaged_bytes(
        hits in prop::collection::vec((0usize..6, any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut file = sample();
        let names =
            [".debug_info", ".debug_info", ".debug_abbrev", ".debug_str", ".debug_loclists", ".symtab"];
        for (section, at, byte) in hits {
            let place = place_of(&sample(), names[section]);
            file[place.start + at.index(place.len())] = byte;
        }
        let _ = in_time(&file);
    }

    #[test]
    fn damaged_headers(hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut file = sample();
        let table = elf_table(&file);
        for (at, byte) in hits {
            let at = at.index(64 + file.len() - table);
            let at = if at < 64 { at } else { table + at - 64 };
            file[at] = byte;
        }
        let _ = in_time(&file);
    }

    #[test]
    fn cut_short(at in any::<prop::sample::Index>()) {
        let file = sample();
        let cut = at.index(file.len());
        // Its section headers stand at the end.
        let error = in_time(&file[..cut]).unwrap_err();
        prop_assert!(is_a_sentence(&error.to_string()));
    }

    #[test]
    fn sections_of_another_size(which in 0usize..5, size: u32, narrow: bool) {
        let mut file = sample();
        let names = [".debug_info", ".debug_abbrev", ".debug_str", ".symtab", ".strtab"];
        let table = elf_table(&file);
        let parsed = elf::Elf::parse(&file).unwrap();
        let index = parsed.sections.iter().position(|section| section.name == names[which]).unwrap();
        let size = if narrow { u64::from(size) % 0x3000 } else { u64::from(size) << 20 };
        let at = table + 64 * index + 32;
        file[at..at + 8].copy_from_slice(&size.to_le_bytes());
        let _ = in_time(&file);
    }
}

/// Where the section headers begin.
fn elf_table(file: &[u8]) -> usize {
    u64::from_le_bytes(file[40..48].try_into().unwrap()) as usize
}

#[test]
fn a_unit_damaged_in_the_middle_is_listed_and_the_others_are_encoded() {
    let file = sample();
    let info = place_of(&file, ".debug_info");
    let plan = pipeline::plan(&file, &small_shards()).unwrap();
    for unit in 0..plan.units() {
        let mut damaged = file.clone();
        let (start, end) = (
            plan.unit_offset(unit) as usize,
            plan.unit_offset(unit + 1) as usize,
        );
        // No abbreviation has the code 127 followed by 127s.
        let middle = (start + end) / 2;
        damaged[info.start + middle..info.start + end].fill(0x7f);
        let found = in_time(&damaged).unwrap();
        let units = &found.statistics.units;
        assert_eq!(units.failed.len(), 1, "{:?}", units.failed);
        assert_eq!(units.failed[0].offset, start as u64);
        let name = units.failed[0].name.as_deref().unwrap_or_default();
        assert!(
            name.ends_with(".c"),
            "the unit's name is known: {:?}",
            units.failed
        );
        let place = units.failed[0]
            .cause
            .split("0x")
            .nth(1)
            .unwrap_or_else(|| panic!("{units:?}"));
        let place = place
            .split(|c: char| !c.is_ascii_hexdigit())
            .next()
            .unwrap();
        let place = usize::from_str_radix(place, 16).unwrap();
        assert!((start..end).contains(&place), "{}", units.failed[0].cause);
        assert_eq!(units.encoded, u64::from(plan.units()) - 1);
        assert!(found.btf.len() > 20);
    }
}

#[test]
fn a_damaged_unit_leaves_nothing_behind_in_its_shard() {
    let file = sample();
    let info = place_of(&file, ".debug_info");
    let plan = pipeline::plan(&file, &small_shards()).unwrap();
    let (start, end) = (plan.unit_offset(2) as usize, plan.unit_offset(3) as usize);
    let mut damaged = file.clone();
    damaged[info.start + (start + end) / 2..info.start + end].fill(0x7f);
    let one_shard = encode(&damaged).unwrap();
    let each = encode_with(&damaged, &small_shards()).unwrap();
    assert_eq!(one_shard.bytes, each.bytes);
}

fn ints(file: &Outcome) -> usize {
    raw(&file.btf)
        .lines()
        .filter(|line| line.contains(" INT 'int' size=4 "))
        .count()
}

#[test]
fn made_up_files_are_read() {
    let mut unit = UnitWriter::new("one.c");
    let int = unit.int();
    unit.alias("number", int);
    let found = in_time(&file_of(Abbreviations::default(), &[unit.finish()])).unwrap();
    assert_eq!(
        raw(&found.btf),
        "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] TYPEDEF 'number' type_id=1\n"
    );
}

#[test]
fn attributes_that_take_no_bytes() {
    for form in [FLAG_PRESENT, IMPLICIT_CONST] {
        let mut abbreviations = Abbreviations::default();
        let many = vec![(EXTERNAL, form); 4_000];
        let code = abbreviations.add(TYPEDEF, false, &many);
        let mut unit = UnitWriter::new("attributes.c");
        unit.int();
        // 100 kB that stand for 400 million attributes.
        for _ in 0..100_000 {
            unit.die(code);
        }
        let found = in_time(&file_of(abbreviations, &[unit.finish()])).unwrap();
        assert_eq!(ints(&found), 1);
    }
}

#[test]
fn deep_nesting() {
    for tag in [STRUCTURE, BLOCK, SUBPROGRAM, ARRAY] {
        let mut abbreviations = Abbreviations::default();
        let code = abbreviations.add(tag, true, &[]);
        let mut unit = UnitWriter::new("deep.c");
        unit.int();
        for _ in 0..100_000 {
            unit.die(code);
        }
        for _ in 0..100_000 {
            unit.end();
        }
        let mut good = UnitWriter::new("good.c");
        good.int();
        let found = in_time(&file_of(abbreviations, &[unit.finish(), good.finish()])).unwrap();
        assert_eq!(ints(&found), 1);
        match &found.statistics.units.failed[..] {
            // What is in blocks is skipped.
            [] => assert_eq!(tag, BLOCK),
            [failed] => {
                assert_eq!(failed.name.as_deref(), Some("deep.c"));
                assert!(failed.cause.contains("deep"), "{}", failed.cause);
            }
            more => panic!("{more:?}"),
        }
    }
}

#[test]
fn thousands_of_abbreviations_that_each_unit_reads_anew() {
    let mut abbreviations = Abbreviations::default();
    for _ in 0..30_000 {
        abbreviations.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF4)]);
    }
    let units: Vec<Vec<u8>> = (0..1500)
        .map(|number| {
            let mut unit = UnitWriter::new(&format!("{number}.c"));
            unit.int();
            unit.finish()
        })
        .collect();
    let found = in_time(&file_of(abbreviations, &units)).unwrap();
    assert_eq!((ints(&found), found.statistics.units.encoded), (1, 1500));
}

#[test]
fn damaged_tables_of_abbreviations_leave_out_the_units_that_use_them() {
    // Units with tables of their own behind each other; a unit names where its table begins.
    let mut tables = Vec::new();
    let mut info = Vec::new();
    let mut add = |table: Vec<u8>, units: usize| {
        let mut unit = UnitWriter::new("unit.c");
        unit.int();
        let mut unit = unit.finish();
        unit[6..10].copy_from_slice(&(tables.len() as u32).to_le_bytes());
        tables.extend(table);
        info.extend(unit.repeat(units));
    };
    let damaged = |length: u64| {
        let mut table = Abbreviations::default();
        for _ in 0..length {
            table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF4)]);
        }
        // The code 1 is declared twice.
        [
            table.finish().split_last().unwrap().1,
            &[1, TYPEDEF as u8, 0, 0, 0, 0],
        ]
        .concat()
    };
    for _ in 0..30 {
        add(damaged(0), 1);
        add(Abbreviations::default().finish(), 1);
    }
    add(damaged(1000), 900);
    // What follows was taken for the size of each damaged table.
    add(vec![0; 200_000], 0);
    let file = elf_file(&[(".debug_info", &info), (".debug_abbrev", &tables)]);
    for found in [encode(&file), encode_with(&file, &small_shards())] {
        let units = found.unwrap().statistics.units;
        assert_eq!((units.encoded, units.failed.len()), (30, 930));
        let is_named = |cause: &str| cause.contains("duplicate abbreviation code: 1");
        assert!(units.failed.iter().all(|unit| is_named(&unit.cause)));
    }
}

#[test]
fn codes_of_abbreviations_that_are_huge_or_twice() {
    let mut table = Abbreviations::default().finish();
    table.pop();
    // Code 1 once more, and code u64::MAX.
    table.extend([1, TYPEDEF as u8, 0, 0, 0]);
    engine_tests::dwarf::uleb(&mut table, u64::MAX);
    table.extend([TYPEDEF as u8, 0, 0, 0, 0]);
    let mut unit = UnitWriter::new("codes.c");
    unit.int();
    let error = in_time(&elf_file(&[
        (".debug_info", &unit.finish()),
        (".debug_abbrev", &table),
    ]));
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("0x0") && error.contains("duplicate abbreviation code: 1"),
        "{error}"
    );
}

#[test]
fn typedefs_of_themselves() {
    let mut unit = UnitWriter::new("loop.c");
    let int = unit.int();
    let here = unit.here();
    unit.alias("own", here);
    // Three that go in a ring.
    let ring = unit.here();
    let length = 1 + 2 + 4;
    unit.alias("a", ring + length);
    unit.alias("b", ring + 2 * length);
    unit.alias("c", ring);
    unit.alias("fine", int);
    let mut good = UnitWriter::new("good.c");
    good.int();
    let file = file_of(Abbreviations::default(), &[unit.finish(), good.finish()]);
    assert_eq!(ints(&in_time(&file).unwrap()), 1);
}

#[test]
fn pointers_consts_and_arrays_in_rings() {
    for tag in [POINTER, CONST, ARRAY] {
        let mut abbreviations = Abbreviations::default();
        let code = abbreviations.add(tag, false, &[(TYPE, REF4)]);
        let mut unit = UnitWriter::new("ring.c");
        unit.int();
        let start = unit.here();
        for at in 0..1000 {
            unit.die(code).word32(start + (at + 1) % 1000 * 5);
        }
        // No C has such a type. The unit is left out, not the whole file.
        let file = file_of(abbreviations, &[unit.finish(), unit_bytes()]);
        let found = in_time(&file).unwrap();
        assert_eq!(ints(&found), 1);
        let [failed] = &found.statistics.units.failed[..] else {
            panic!("{:?}", found.statistics.units.failed);
        };
        assert_eq!(failed.name.as_deref(), Some("ring.c"));
    }
}

#[test]
fn long_chains_of_references() {
    let mut abbreviations = Abbreviations::default();
    let code = abbreviations.add(POINTER, false, &[(TYPE, REF4)]);
    let mut unit = UnitWriter::new("chain.c");
    // Each points to the next one, so that none is settled before the last.
    for _ in 0..200_000 {
        let next = unit.here() + 5;
        unit.die(code).word32(next);
    }
    unit.int();
    let found = in_time(&file_of(abbreviations, &[unit.finish()])).unwrap();
    assert_eq!(found.btf.len(), 200_001);
}

#[test]
fn arrays_of_huge_and_of_many_dimensions() {
    let mut abbreviations = Abbreviations::default();
    let array = abbreviations.add(ARRAY, true, &[(TYPE, REF4)]);
    let bound = abbreviations.add(SUBRANGE, false, &[(UPPER_BOUND, DATA8)]);
    let count = abbreviations.add(SUBRANGE, false, &[(COUNT, UDATA)]);
    let mut unit = UnitWriter::new("arrays.c");
    let int = unit.int();
    for value in [
        u64::MAX,
        u64::MAX - 1,
        1 << 63,
        1 << 32,
        u64::from(u32::MAX),
    ] {
        unit.die(array).word32(int).die(bound).word64(value).end();
    }
    unit.die(array).word32(int);
    for _ in 0..100_000 {
        unit.die(count).byte(2);
    }
    unit.end();
    let found = in_time(&file_of(abbreviations, &[unit.finish()])).unwrap();
    assert_eq!(ints(&found), 1);
    assert!(raw(&found.btf).contains("ARRAY '(anon)' type_id=1 index_type_id=1 nr_elems="));
}

#[test]
fn structs_with_members_everywhere() {
    let mut abbreviations = Abbreviations::default();
    let structure = abbreviations.add(STRUCTURE, true, &[(NAME, STRING), (BYTE_SIZE, UDATA)]);
    let attributes = [(NAME, STRING), (TYPE, REF4), (MEMBER_LOCATION, DATA8)];
    let member = abbreviations.add(MEMBER, false, &attributes);
    let mut unit = UnitWriter::new("members.c");
    let int = unit.int();
    let here = unit.here();
    unit.die(structure).text("far").byte(8);
    unit.die(member).text("beyond").word32(int).word64(u64::MAX);
    unit.die(member).text("outside").word32(int).word64(1 << 40);
    unit.die(member).text("own").word32(here).word64(0);
    unit.die(member)
        .text("nothing")
        .word32(u32::MAX)
        .word64(0)
        .end();
    let mut good = UnitWriter::new("good.c");
    good.int();
    let found = in_time(&file_of(abbreviations, &[unit.finish(), good.finish()])).unwrap();
    assert_eq!(ints(&found), 1);
}

#[test]
fn a_unit_of_no_bytes() {
    let mut unit = UnitWriter::new("good.c");
    unit.int();
    for empty in [vec![0; 4], vec![0; 64]] {
        let file = file_of(Abbreviations::default(), &[empty, unit_bytes()]);
        let text = in_time(&file).unwrap_err().to_string();
        assert!(
            text.contains(".debug_info") && text.contains("0x0"),
            "{text}"
        );
    }
}

fn unit_bytes() -> Vec<u8> {
    let mut unit = UnitWriter::new("good.c");
    unit.int();
    unit.finish()
}

#[test]
fn a_length_beyond_the_section_is_named() {
    for length in [0x7fff_ffffu32, 0xffff_fff0, 0x100] {
        let mut bytes = unit_bytes();
        let good = bytes.len();
        bytes.extend(length.to_le_bytes());
        bytes.extend([4, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let error = in_time(&file_of(Abbreviations::default(), &[bytes])).unwrap_err();
        assert!(error.to_string().contains(&format!("{good:#x}")), "{error}");
    }
}

#[test]
fn the_64_bit_format_of_dwarf_is_read() {
    let mut unit = UnitWriter::new_wide("wide.c");
    let int = unit.int();
    unit.alias("number", int);
    let found = in_time(&file_of(
        Abbreviations::default(),
        &[unit.finish(), unit_bytes()],
    ))
    .unwrap();
    assert!(raw(&found.btf).contains("TYPEDEF 'number' type_id=1"));
    assert_eq!((found.btf.len(), found.statistics.units.encoded), (2, 2));
}

#[test]
fn a_root_without_abbreviation_and_units_of_unknown_versions() {
    for (at, value) in [(4, 9u8), (4, 1), (4, 0), (10, 3), (11, 99)] {
        let mut bad = unit_bytes();
        bad[at] = value;
        let found = in_time(&file_of(Abbreviations::default(), &[bad, unit_bytes()])).unwrap();
        assert_eq!(
            found.statistics.units.failed.len(),
            1,
            "byte {at} as {value}"
        );
        assert_eq!(ints(&found), 1);
    }
}

#[test]
fn files_without_dwarf_say_so() {
    let error = in_time(&elf_file(&[(".text", &[0; 16])]))
        .unwrap_err()
        .to_string();
    assert!(error.contains("no debug information"), "{error}");
    let error = in_time(&elf_file(&[(".BTF", &[0; 16])]))
        .unwrap_err()
        .to_string();
    assert!(error.contains(".BTF"), "{error}");
    let error = in_time(b"not an ELF file, but text")
        .unwrap_err()
        .to_string();
    assert!(error.contains("ELF"), "{error}");
    let no_types = file_of(
        Abbreviations::default(),
        &[UnitWriter::new("empty.c").finish()],
    );
    let error = in_time(&no_types).unwrap_err().to_string();
    assert!(error.contains("no types"), "{error}");
}
