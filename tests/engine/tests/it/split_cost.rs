//! What split units cost. What is read for units that are not found counts like what is read for those that are, and the type
//! units of a package, whose parts can overlap, have a limit.

use budget::Resource;
use elf::{Elf, ReadAt};
use engine_tests::dwarf::constants::*;
use engine_tests::dwarf::{Abbreviations, INT, UnitWriter, elf_file};
use engine_tests::{FileRange, encode_beside, encode_in_turns, small_shards, spent};
use pipeline::{Companion, Companions, Error, NoCompanions, NotOpened, Options, UnitStatistics};
use std::ops::Range;

const SKELETON: u64 = 4;
const SPLIT_UNIT: u64 = 5;
const TYPE_UNIT_ROOT: u64 = 6;
const BY_SIGNATURE: u64 = 7;

/// The table of abbreviations of all files here.
fn table() -> Vec<u8> {
    let mut table = Abbreviations::default();
    let id = (GNU_DWO_ID, DATA8);
    let codes = [
        table.add(COMPILE_UNIT, true, &[id, (GNU_DWO_NAME, STRING)]),
        table.add(COMPILE_UNIT, true, &[id, (LANGUAGE, DATA1)]),
        table.add(TYPE_UNIT, true, &[]),
        table.add(POINTER, false, &[(TYPE, REF_SIG8)]),
    ];
    assert_eq!(codes, [SKELETON, SPLIT_UNIT, TYPE_UNIT_ROOT, BY_SIGNATURE]);
    table.finish()
}

/// A program whose units are in these files, by their ids, and its own split units, if it has any.
fn program(units: &[(u64, &str)], own: Option<&[u8]>) -> Vec<u8> {
    let mut info = Vec::new();
    for &(id, name) in units {
        let mut unit = UnitWriter::of_root(SKELETON);
        unit.word64(id).text(name);
        info.extend(unit.finish());
    }
    let table = table();
    let mut sections = vec![(".debug_info", &info[..]), (".debug_abbrev", &table)];
    if let Some(own) = own {
        sections.extend([(".debug_info.dwo", own), (".debug_abbrev.dwo", &table)]);
    }
    elf_file(&sections)
}

/// A split unit with `int` and pointers to the types with these signatures.
fn split_unit(id: u64, signatures: Range<u64>) -> Vec<u8> {
    let mut unit = UnitWriter::of_root(SPLIT_UNIT);
    unit.word64(id).byte(12);
    unit.int();
    for signature in signatures {
        unit.die(BY_SIGNATURE).word64(signature);
    }
    unit.finish()
}

/// A `.dwo` file with these units, and so many bytes that nothing refers to.
fn dwo(info: &[u8], more: usize) -> Vec<u8> {
    elf_file(&[
        (".debug_info.dwo", info),
        (".debug_abbrev.dwo", &table()),
        (".debug_loc.dwo", &vec![0; more]),
    ])
}

/// How many bytes the sections of [`dwo`] have.
fn size(info: &[u8], more: usize) -> u64 {
    (info.len() + table().len() + more) as u64
}

/// [`dwo`], but what is nothing's lies beyond the end of the file.
fn cut_dwo(info: &[u8]) -> Vec<u8> {
    let mut file = dwo(info, 1);
    // At the end are the headers of no section, these three, and that of names.
    let headers = file.len() - 5 * 64;
    file[headers + 3 * 64 + 32..][..8].copy_from_slice(&(1u64 << 32).to_le_bytes());
    file
}

/// Numbers of the sections that an index of a package tells of.
const IN_INFO: u32 = 1;
const IN_TYPES: u32 = 2;
const IN_ABBREV: u32 = 3;
const IN_LOC: u32 = 5;

/// An index of a package in GNU's form: the parts of these sections that each unit has, by its id or signature.
fn index<const N: usize>(sections: [u32; N], units: &[(u64, [Range<usize>; N])]) -> Vec<u8> {
    let slots = (2 * units.len()).next_power_of_two();
    let mut table = vec![(0, 0); slots];
    for (row, &(id, _)) in units.iter().enumerate() {
        let mask = slots as u64 - 1;
        let (mut slot, step) = (id & mask, (id >> 32) & mask | 1);
        while table[slot as usize].1 != 0 {
            slot = (slot + step) & mask;
        }
        table[slot as usize] = (id, row as u32 + 1);
    }
    let head = [2, N as u32, units.len() as u32, slots as u32];
    let parts = || units.iter().flat_map(|(_, parts)| parts);
    let words = table
        .iter()
        .map(|&(_, row)| row)
        .chain(sections)
        .chain(parts().map(|part| part.start as u32))
        .chain(parts().map(|part| part.len() as u32));
    let mut out: Vec<u8> = head.into_iter().flat_map(u32::to_le_bytes).collect();
    out.extend(table.iter().flat_map(|&(id, _)| id.to_le_bytes()));
    out.extend(words.flat_map(u32::to_le_bytes));
    out
}

/// Companions in memory.
#[derive(Default)]
struct Beside<'a> {
    package: Option<&'a dyn ReadAt>,
    files: Vec<(&'a str, Vec<u8>)>,
}

impl Companions for Beside<'_> {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        if let (Companion::Package, Some(package)) = (companion, self.package) {
            return Ok(Box::new(package));
        }
        let mut files = self.files.iter();
        match files.find(|(name, _)| *name == companion.file_name()) {
            Some((_, bytes)) => Ok(Box::new(&bytes[..])),
            None => NoCompanions.open(companion),
        }
    }
}

/// Sees that so many units failed, and that the job took so many bytes, whatever the number of workers.
#[track_caller]
fn assert_cost(file: &[u8], beside: &Beside<'_>, failed: usize, cost: u64) -> UnitStatistics {
    let mut units = UnitStatistics::default();
    for workers in [1, 2, 8] {
        let outcome = encode_in_turns(file, beside, &small_shards(), workers, false).unwrap();
        units = outcome.statistics.units.clone();
        assert_eq!(units.failed.len(), failed, "{workers} workers: {units:?}");
        let own = spent(&outcome, Resource::SplitUnits);
        assert_eq!(own, cost, "{workers} workers");
    }
    units
}

#[test]
fn files_that_do_not_have_their_unit_count_for_the_budget() {
    let (good, other) = (split_unit(1, 0..0), split_unit(99, 0..0));
    // A length that is reserved.
    let damaged = [0xf0, 0xff, 0xff, 0xff];
    let file = program(
        &[
            (1, "good.dwo"),
            (2, "other.dwo"),
            (3, "damaged.dwo"),
            (4, "missing.dwo"),
            (5, "other.dwo"),
            (6, "cut.dwo"),
        ],
        None,
    );
    let beside = Beside {
        files: vec![
            ("good.dwo", dwo(&good, 10)),
            ("other.dwo", dwo(&other, 1000)),
            ("damaged.dwo", dwo(&damaged, 100_000)),
            ("cut.dwo", cut_dwo(&other)),
        ],
        ..Beside::default()
    };
    let in_vain = 2 * size(&other, 1000) + size(&damaged, 100_000) + size(&other, 0);
    let units = assert_cost(&file, &beside, 5, size(&good, 10) + in_vain);
    // They are no units whose types came from there.
    assert_eq!((units.split, units.split_bytes), (1, size(&good, 10)));
}

#[test]
fn split_units_of_the_input_that_are_passed_in_vain_count_for_the_budget() {
    let (own, good) = (split_unit(99, 0..0), split_unit(1, 0..0));
    let file = program(&[(1, "good.dwo"), (2, "missing.dwo")], Some(&own));
    let beside = Beside {
        files: vec![("good.dwo", dwo(&good, 10))],
        ..Beside::default()
    };
    assert_cost(&file, &beside, 1, 2 * size(&own, 0) + size(&good, 10));
}

#[test]
fn parts_of_a_package_that_have_another_unit_count_for_the_budget() {
    let (good, other) = (split_unit(1, 0..0), split_unit(99, 0..0));
    let table = table();
    let parts =
        |start: usize, unit: &[u8], more| [start..start + unit.len(), 0..table.len(), 0..more];
    let units = [
        (1, parts(0, &good, 10)),
        (2, parts(good.len(), &other, 100_000)),
        (3, parts(good.len(), &other, 1000)),
        // Its location lists lie beyond the section.
        (4, parts(good.len(), &other, 100_001)),
    ];
    let package = elf_file(&[
        (".debug_info.dwo", &[&good[..], &other].concat()),
        (".debug_abbrev.dwo", &table),
        (".debug_loc.dwo", &vec![0; 100_000]),
        (
            ".debug_cu_index",
            &index([IN_INFO, IN_ABBREV, IN_LOC], &units),
        ),
    ]);
    // The third has a file of its own.
    let third = split_unit(3, 0..0);
    let names = [(1, "1.dwo"), (2, "2.dwo"), (3, "3.dwo"), (4, "4.dwo")];
    let file = program(&names, None);
    let beside = Beside {
        package: Some(&package),
        files: vec![("3.dwo", dwo(&third, 0))],
    };
    let in_vain = size(&other, 100_000) + size(&other, 1000) + size(&other, 0);
    let found = size(&good, 10) + size(&third, 0);
    assert_cost(&file, &beside, 2, found + in_vain);
}

#[test]
fn looking_for_units_in_a_file_that_has_none_of_them_is_beyond_the_budget() {
    const EACH: usize = 1 << 20;
    let (good, other) = (split_unit(1, 0..0), split_unit(99, 0..0));
    let mut units = vec![(1, "good.dwo")];
    units.extend((100..180).map(|id| (id, "other.dwo")));
    let file = program(&units, None);
    let beside = Beside {
        files: vec![
            ("good.dwo", dwo(&good, 0)),
            ("other.dwo", dwo(&other, EACH)),
        ],
        ..Beside::default()
    };
    let run = |workers, times| {
        let options = Options {
            budget: budget::Budget::times(times),
            ..small_shards()
        };
        encode_in_turns(&file, &beside, &options, workers, false)
    };
    for workers in [1, 8] {
        let error = run(workers, 1).unwrap_err();
        assert!(matches!(error, Error::OverBudget(_)), "{workers}: {error}");
        let said = error.to_string();
        assert!(said.contains("bytes of split units"), "{said}");
        assert!(said.contains("--budget 10"), "{said}");
    }
    assert_eq!(run(8, 10).unwrap().statistics.units.failed.len(), 80);
}

/// What is in each part of a package that a type unit has: an eighth of what any unit may have of them.
const PART: usize = 8 << 20;

/// A package with a unit that refers to so many type units, which all have the same part of location lists, and with another
/// unit.
fn package_of_types(count: u64) -> Vec<u8> {
    let (table, first, second) = (
        table(),
        split_unit(1, 100..100 + count),
        split_unit(2, 0..0),
    );
    let info = [&first[..], &second].concat();
    let units = [
        (1, [0..first.len(), 0..table.len()]),
        (2, [first.len()..info.len(), 0..table.len()]),
    ];
    let (mut types, mut type_units) = (Vec::new(), Vec::new());
    for signature in 100..100 + count {
        let mut unit = UnitWriter::of_type(TYPE_UNIT_ROOT as u8, signature);
        unit.die(INT)
            .text(&format!("type {signature}"))
            .byte(4)
            .byte(5);
        let start = types.len();
        types.extend(unit.finish());
        let parts = [start..types.len(), 0..table.len(), 0..PART];
        type_units.push((signature, parts));
    }
    elf_file(&[
        (".debug_info.dwo", &info),
        (".debug_types.dwo", &types),
        (".debug_abbrev.dwo", &table),
        (".debug_loc.dwo", &vec![0; PART]),
        (".debug_cu_index", &index([IN_INFO, IN_ABBREV], &units)),
        (
            ".debug_tu_index",
            &index([IN_TYPES, IN_ABBREV, IN_LOC], &type_units),
        ),
    ])
}

/// The units of a program with [`package_of_types`], and how often the package's location lists were read.
fn encode_types(count: u64, times: u32) -> (UnitStatistics, f64) {
    let package = package_of_types(count);
    let elf = Elf::parse(&package[..]).unwrap();
    let lists = elf.section(".debug_loc.dwo").unwrap();
    let package = FileRange::new(&package, lists.offset..lists.offset + lists.size);
    let beside = Beside {
        package: Some(&package),
        ..Beside::default()
    };
    let options = Options {
        budget: budget::Budget::times(times),
        ..Options::default()
    };
    let file = program(&[(1, "1.dwo"), (2, "2.dwo")], None);
    let outcome = encode_beside(&file[..], &options, &beside).unwrap();
    (outcome.statistics.units.clone(), package.share())
}

#[test]
fn a_unit_whose_type_units_overlap_too_much_is_left_out() {
    let (units, _) = encode_types(7, 1);
    assert_eq!((units.split, units.failed.len()), (2, 0), "{units:?}");
    let (units, share) = encode_types(40, 1);
    let [failed] = &units.failed[..] else {
        panic!("{units:?}")
    };
    assert_eq!(failed.name.as_deref(), Some("1.dwo"));
    assert!(
        failed.cause.contains("in its split unit (1.dwo)"),
        "{failed:?}"
    );
    assert!(failed.cause.contains("signature"), "{failed:?}");
    // Nothing is read for those behind the first that is too much.
    assert!(share < 10.0, "{share}");
    let (units, share) = encode_types(40, 10);
    assert_eq!((units.split, units.failed.len()), (2, 0), "{units:?}");
    assert!(share >= 40.0, "{share}");
}
