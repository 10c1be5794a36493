//! References between units that lead in circles, nowhere, or into what was not given: no panic, no endless
//! work; a result, or a unit that is left out and named.

use crate::patience;
use budget::Budget;
use engine_tests::dwarf::constants::*;
use engine_tests::dwarf::{Abbreviations, UnitWriter, elf_file, file_of};
use engine_tests::{Supplement, encode, encode_beside, encode_in_turns, raw};
use pipeline::{Error, NoCompanions, Options, Outcome};

const SIGNATURE: u64 = 0x69;
const GNU_REF_ALT: u64 = 0x1f20;
const SPECIFICATION: u64 = 0x47;
const ORIGIN: u64 = 0x31;

fn in_time(encode: impl FnOnce() -> Result<Outcome, Error>) -> Result<Outcome, Error> {
    let result = patience::in_time(encode);
    if let Ok(outcome) = &result {
        outcome.btf.check_references().unwrap();
        for unit in &outcome.statistics.units.failed {
            assert!(unit.cause.split_whitespace().count() > 4, "{unit:?}");
        }
    }
    result
}

/// A unit of another kind than a compile unit, its root by `code`, without attributes.
fn unit_of(code: u64, build: impl FnOnce(&mut Raw)) -> Vec<u8> {
    let mut unit = Raw(vec![0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8]);
    unit.0.push(code as u8);
    build(&mut unit);
    unit.finish()
}

/// A type unit of DWARF 4.
fn type_unit(code: u64, signature: u64, build: impl FnOnce(&mut Raw)) -> Vec<u8> {
    let mut unit = Raw(vec![0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8]);
    unit.0.extend(signature.to_le_bytes());
    // The type is the first DIE after the root.
    unit.0.extend(24u32.to_le_bytes());
    unit.0.push(code as u8);
    build(&mut unit);
    unit.finish()
}

struct Raw(Vec<u8>);

impl Raw {
    fn finish(mut self) -> Vec<u8> {
        self.0.push(0);
        let length = self.0.len() as u32 - 4;
        self.0[..4].copy_from_slice(&length.to_le_bytes());
        self.0
    }

    fn die(&mut self, code: u64) -> &mut Raw {
        self.0.push(code as u8);
        self
    }

    fn text(&mut self, text: &str) -> &mut Raw {
        self.0.extend(text.bytes());
        self.0.push(0);
        self
    }

    fn word32(&mut self, value: u32) -> &mut Raw {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn word64(&mut self, value: u64) -> &mut Raw {
        self.0.extend(value.to_le_bytes());
        self
    }
}

fn good() -> Vec<u8> {
    let mut unit = UnitWriter::new("good.c");
    unit.int();
    unit.finish()
}

#[test]
fn partial_units_that_import_each_other() {
    let mut table = Abbreviations::default();
    let partial = table.add(PARTIAL_UNIT, true, &[]);
    let import = table.add(IMPORTED_UNIT, false, &[(IMPORT, REF_ADDR)]);
    let alias = table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF_ADDR)]);
    // Two partial units of 24 bytes: each imports the other, itself, and has a typedef of the other's.
    let ring = |other: u32, own: u32, name: &str| {
        unit_of(partial, |unit| {
            unit.die(import).word32(other);
            unit.die(import).word32(own);
            unit.die(alias).text(name).word32(other + 22);
        })
    };
    let size = ring(0, 0, "a").len() as u32;
    let (first, second) = (ring(size, 0, "a"), ring(0, size, "b"));
    let mut unit = UnitWriter::new("importer.c");
    unit.int();
    unit.die(import).word32(0);
    let file = file_of(table, &[first, second, unit.finish(), good()]);
    let found = in_time(|| encode(&file));
    // Typedefs that only lead to each other are no type; the unit that has them is left out.
    let found = found.unwrap();
    assert_eq!(found.statistics.units.total, 4);
    assert!(raw(&found.btf).contains("INT 'int'"));
}

#[test]
fn imports_and_references_that_lead_nowhere() {
    let mut table = Abbreviations::default();
    let import = table.add(IMPORTED_UNIT, false, &[(IMPORT, REF_ADDR)]);
    let alias = table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF_ADDR)]);
    let origin = table.add(
        SUBPROGRAM,
        false,
        &[(ORIGIN, REF_ADDR), (SPECIFICATION, REF_ADDR)],
    );
    let targets = [0, 1, 4, 11, 12, 40, 0x100, 0x7fff_ffff, 0xffff_ffff];
    let mut unit = UnitWriter::new("nowhere.c");
    unit.int();
    for target in targets {
        unit.die(import).word32(target);
        unit.die(alias).text("to").word32(target);
        unit.die(origin).word32(target).word32(target);
    }
    let file = file_of(table, &[good(), unit.finish(), good()]);
    let found = in_time(|| encode(&file)).unwrap();
    assert!(found.statistics.units.encoded >= 2);
    let text = raw(&found.btf);
    assert!(text.contains("INT 'int'"), "{text}");
}

#[test]
fn functions_that_are_each_others_origin_across_units() {
    let mut table = Abbreviations::default();
    let function = table.add(
        SUBPROGRAM,
        false,
        &[
            (NAME, STRING),
            (ORIGIN, REF_ADDR),
            (SPECIFICATION, REF_ADDR),
        ],
    );
    let unit = |name: &str, other: u32| {
        let mut unit = UnitWriter::new(name);
        unit.int();
        let here = unit.here();
        unit.die(function).text(name).word32(other).word32(other);
        (unit.finish(), here)
    };
    let (bytes, at) = unit("a.c", 0);
    let size = bytes.len() as u32;
    let file = file_of(table, &[unit("a.c", size + at).0, unit("b.c", at).0]);
    let found = in_time(|| encode(&file)).unwrap();
    assert_eq!(found.statistics.units.encoded, 2);
}

#[test]
fn signatures_of_no_type_unit_and_of_itself() {
    let mut table = Abbreviations::default();
    let root = table.add(TYPE_UNIT, true, &[]);
    let stub = table.add(
        STRUCTURE,
        false,
        &[(DECLARATION, FLAG_PRESENT), (SIGNATURE, REF_SIG8)],
    );
    let pointer = table.add(POINTER, false, &[(TYPE, REF_SIG8)]);
    let alias = table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF_SIG8)]);
    let mut lost = UnitWriter::new("lost.c");
    lost.int();
    lost.die(alias).text("gone").word64(0xdead_beef);
    let mut own = UnitWriter::new("own.c");
    own.int();
    own.die(alias).text("circle").word64(1);
    let mut chain = UnitWriter::new("chain.c");
    chain.int();
    chain.die(alias).text("ring").word64(2);
    let mut wild = UnitWriter::new("wild.c");
    wild.int();
    wild.die(alias).text("wild").word64(4);
    let types = [
        // Its type stands for itself, and it is there twice.
        type_unit(root, 1, |unit| {
            unit.die(stub).word64(1);
        }),
        type_unit(root, 1, |unit| {
            unit.die(stub).word64(1);
        }),
        // Two whose pointers go in a ring.
        type_unit(root, 2, |unit| {
            unit.die(pointer).word64(3);
        }),
        type_unit(root, 3, |unit| {
            unit.die(pointer).word64(2);
        }),
        // One that ends in the middle of a DIE.
        type_unit(root, 4, |unit| {
            unit.die(alias).text("cut").0.push(7);
        }),
    ];
    let info = [
        lost.finish(),
        own.finish(),
        chain.finish(),
        wild.finish(),
        good(),
    ]
    .concat();
    let file = elf_file(&[
        (".debug_info", &info),
        (".debug_types", &types.concat()),
        (".debug_abbrev", &table.finish()),
    ]);
    let found = in_time(|| encode(&file)).unwrap();
    let failed = &found.statistics.units.failed;
    let cause = |name: &str| {
        let unit = failed
            .iter()
            .find(|unit| unit.name.as_deref() == Some(name));
        unit.map(|unit| unit.cause.clone()).unwrap_or_default()
    };
    assert!(cause("lost.c").contains("0x00000000deadbeef"), "{failed:?}");
    assert!(cause("chain.c").contains("refers to itself"), "{failed:?}");
    assert!(cause("wild.c").contains(".debug_types"), "{failed:?}");
    assert_eq!(failed.len(), 3, "{failed:?}");
    assert!(raw(&found.btf).contains("TYPEDEF 'circle' type_id=0"));
}

/// A file whose units refer to a supplementary file.
fn file_with_link(target: u32) -> Vec<u8> {
    let mut table = Abbreviations::default();
    let alias = table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, GNU_REF_ALT)]);
    let import = table.add(IMPORTED_UNIT, false, &[(IMPORT, GNU_REF_ALT)]);
    let mut unit = UnitWriter::new("linked.c");
    unit.int();
    unit.die(alias).text("away").word32(target);
    unit.die(import).word32(target);
    elf_file(&[
        (".debug_info", &unit.finish()),
        (".debug_abbrev", &table.finish()),
        (".gnu_debugaltlink", b"common.debug\0\x01\x02\x03\x04"),
    ])
}

/// A supplementary file: one partial unit with an `int` and a typedef that leads back into nothing.
fn supplement(id: &[u8]) -> Vec<u8> {
    let mut table = Abbreviations::default();
    let partial = table.add(PARTIAL_UNIT, true, &[]);
    let int = table.add(
        BASE,
        false,
        &[(NAME, STRING), (BYTE_SIZE, DATA1), (ENCODING, DATA1)],
    );
    let alias = table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, GNU_REF_ALT)]);
    let unit = unit_of(partial, |unit| {
        unit.die(int).text("common int").0.extend([4, 5]);
        unit.die(alias).text("further").word32(12);
    });
    let note = [
        &[4, 0, 0, 0, id.len() as u8, 0, 0, 0, 3, 0, 0, 0][..],
        b"GNU\0",
        id,
    ]
    .concat();
    elf_file(&[
        (".debug_info", &unit),
        (".debug_abbrev", &table.finish()),
        (".note.gnu.build-id", &note),
    ])
}

#[test]
fn supplementary_files_that_are_missing_wrong_or_odd() {
    let options = Options::default();
    let file = file_with_link(12);
    let missing = in_time(|| encode(&file)).unwrap_err().to_string();
    assert!(
        missing.contains("common.debug") && missing.contains("01020304"),
        "{missing}"
    );
    let own = supplement(&[1, 2, 3, 4]);
    let found = in_time(|| encode_beside(&file, &options, &Supplement(&own))).unwrap();
    let text = raw(&found.btf);
    assert!(
        text.contains("TYPEDEF 'away'") && text.contains("INT 'common int'"),
        "{text}"
    );
    // It has no supplementary file of its own.
    assert!(text.contains("TYPEDEF 'further' type_id=0"), "{text}");

    let other = supplement(&[4, 3, 2, 1]);
    let wrong = in_time(|| encode_beside(&file, &options, &Supplement(&other)));
    let wrong = wrong.unwrap_err().to_string();
    assert!(
        wrong.contains("04030201") && wrong.contains("01020304"),
        "{wrong}"
    );
    for target in [0, 11, 13, 30, 0x1000, u32::MAX] {
        let file = file_with_link(target);
        let _ = in_time(|| encode_beside(&file, &options, &Supplement(&own)));
    }
    // A file cut short, and one that is its own supplement.
    for cut in [0, 4, 64, 100, own.len() - 1] {
        let _ = in_time(|| encode_beside(&file, &options, &Supplement(&own[..cut])));
    }
    assert!(in_time(|| encode_beside(&file, &options, &Supplement(&file))).is_err());
}

/// Units that each import one partial unit with 500 types.
fn units_that_refer_to_one(count: usize) -> Vec<u8> {
    let mut table = Abbreviations::default();
    let partial = table.add(PARTIAL_UNIT, true, &[]);
    let import = table.add(IMPORTED_UNIT, false, &[(IMPORT, REF_ADDR)]);
    let alias = table.add(TYPEDEF, false, &[(NAME, STRING), (TYPE, REF_ADDR)]);
    let int = table.add(
        BASE,
        false,
        &[(NAME, STRING), (BYTE_SIZE, DATA1), (ENCODING, DATA1)],
    );
    let common = unit_of(partial, |unit| {
        unit.die(int).text("int").0.extend([4, 5]);
        for number in 0..500 {
            unit.die(alias).text(&format!("t{number}")).word32(12);
        }
    });
    let mut units = vec![common];
    for number in 0..count {
        let mut unit = UnitWriter::new(&format!("{number}.c"));
        unit.die(import).word32(0);
        unit.die(alias).text("own").word32(12);
        units.push(unit.finish());
    }
    file_of(table, &units)
}

#[test]
fn thousands_of_units_that_refer_to_one() {
    let file = units_that_refer_to_one(1000);
    let found = in_time(|| encode(&file)).unwrap();
    assert_eq!(
        (found.btf.len(), found.statistics.units.encoded),
        (502, 1000)
    );
}

#[test]
fn a_file_is_beyond_its_budget_whatever_the_number_of_workers() {
    let file = units_that_refer_to_one(2500);
    let run = |workers, times| {
        let options = Options {
            shard_bytes: 4096,
            budget: Budget::times(times),
            ..Options::default()
        };
        encode_in_turns(&file, &NoCompanions, &options, workers, false)
    };
    // Of eight workers none takes as much as the file may.
    for workers in [1, 2, 8] {
        let error = run(workers, 1).unwrap_err();
        assert!(matches!(error, Error::OverBudget(_)), "{workers}: {error}");
        assert!(error.to_string().contains("--budget 10"), "{error}");
    }
    assert_eq!(run(8, 10).unwrap().statistics.units.encoded, 2500);
}
