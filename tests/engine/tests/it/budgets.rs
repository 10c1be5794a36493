//! What a job may spend (`--budget`): it applies to each step that spends, and what an attempt cost that is repeated counts once.

use budget::Budget;
use elf::{Elf, ReadAt, ReadError};
use engine_tests::dwarf::constants::*;
use engine_tests::dwarf::{Abbreviations, INT, UnitWriter, elf_file, file_of};
use engine_tests::{encode_with, merge, raw};
use pipeline::{Error, Job, KernelBuild, KernelTypes, Options, Outcome, ShardOutput, Worker};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Structs of one name that differ only at the end of a chain that each has for itself, and a struct of one name for each, so
/// that to tell them apart takes more steps than they may by default. Dedup leaves all of them. The last type has a name that
/// BTF may not have.
fn structs_that_differ_far_below(structs: u32, links: u32) -> Vec<u8> {
    let mut table = Abbreviations::default();
    let structure = table.add(STRUCTURE, true, &[(NAME, STRING), (BYTE_SIZE, DATA1)]);
    let forward = table.add(
        STRUCTURE,
        false,
        &[(NAME, STRING), (DECLARATION, FLAG_PRESENT)],
    );
    let attributes = [(NAME, STRING), (TYPE, REF4), (MEMBER_LOCATION, DATA1)];
    let member = table.add(MEMBER, false, &attributes);
    let volatile = table.add(VOLATILE, false, &[(TYPE, REF4)]);
    let mut unit = UnitWriter::new("structs.c");
    let holder = |unit: &mut UnitWriter, name: &str, of: u32| {
        let at = unit.start(structure);
        unit.text(name).byte(4);
        unit.die(member).text("next").word32(of).byte(0).end();
        at
    };
    let mut all = Vec::new();
    for number in 0..structs {
        let mut last = unit.start(INT);
        unit.text(&format!("int{number}")).byte(4).byte(5);
        for _ in 1..links {
            let link = unit.start(volatile);
            unit.word32(last);
            last = link;
        }
        all.push(holder(&mut unit, "s", last));
    }
    for of in all {
        holder(&mut unit, "user", of);
    }
    unit.die(forward).text("s");
    let int = unit.int();
    unit.alias("not<c>", int);
    file_of(table, &[unit.finish()])
}

#[test]
fn the_budget_of_a_job_applies_to_each_dedup() {
    const STRUCTS: u32 = 1_600;
    let file = structs_that_differ_far_below(STRUCTS, 20);
    let run = |times| {
        let options = Options {
            budget: Budget::times(times),
            kernel: KernelTypes::OfKernel(Some(KernelBuild::DeduplicatesAgain)),
            ..Options::default()
        };
        encode_with(&file[..], &options)
    };
    let error = run(1).unwrap_err();
    assert!(matches!(error, Error::Dedup(_)), "{error}");
    assert!(error.to_string().contains("--budget 10"), "{error}");
    // Nothing becomes one. So the dedup behind the mended typedef and that of the kernel's build take as many steps again.
    let outcome = run(10).unwrap();
    assert!(outcome.btf.len() as u32 > STRUCTS * 21);
    assert!(!raw(&outcome.btf).contains("not<c>"));
}

/// Units that each import a partial unit with 500 types: together they take more than half of what they may. Two of them have
/// structs of one name, whose text stands once or twice in the file. The range of the last unit comes with the file.
fn units_that_import_one(text: &[u8], offsets: [u32; 2]) -> (Vec<u8>, Range<u64>) {
    let mut table = Abbreviations::default();
    let partial = table.add(PARTIAL_UNIT, true, &[]);
    let import = table.add(IMPORTED_UNIT, false, &[(IMPORT, REF_ADDR)]);
    let structure = table.add(STRUCTURE, false, &[(NAME, STRP), (BYTE_SIZE, DATA1)]);
    let mut common = UnitWriter::of_root(partial);
    let int = common.int();
    for number in 0..500 {
        common.alias(&format!("t{number}"), int);
    }
    let mut info = common.finish();
    let mut last = 0;
    for number in 0..UNITS {
        let mut unit = UnitWriter::new(&format!("{number}.c"));
        unit.die(import).word32(0);
        if let Some(&offset) = offsets.get(number) {
            unit.die(structure).word32(offset).byte(number as u8);
        }
        last = info.len() as u64;
        info.extend(unit.finish());
    }
    let file = elf_file(&[
        (".debug_info", &info),
        (".debug_abbrev", &table.finish()),
        (".debug_str", text),
    ]);
    let elf = Elf::parse(&file).unwrap();
    let start = elf.section(".debug_info").unwrap().offset;
    (file, start + last..start + info.len() as u64)
}

const UNITS: usize = 1_000;

/// What a job took of other units: so much that the same once more would have been too much.
#[track_caller]
fn of_other_units(outcome: &Outcome) -> u64 {
    let mut rows = outcome.statistics.budget.iter();
    let row = rows.find(|row| row.resource == "other-units").unwrap();
    assert!(row.spent > row.limit / 2, "{row:?}");
    row.spent
}

#[test]
fn what_is_encoded_again_by_its_names_counts_once() {
    let options = Options::default();
    let run = |text: &[u8], offsets| {
        let (file, _) = units_that_import_one(text, offsets);
        let plan = pipeline::plan(&file, &options).unwrap();
        let mut job: Job<ShardOutput> = Job::new(&plan);
        let mut worker = Worker::new(&file, &plan).unwrap();
        let mut merge = merge(&file, &plan).unwrap();
        let task = job.next_task().unwrap();
        let mut encoded = 0;
        let output = worker.encode(&plan, &task, &mut |_| encoded += 1);
        merge.add(output.unwrap()).unwrap();
        let outcome = merge.finish(&file, &plan, &mut |_| {}).unwrap();
        (encoded, of_other_units(&outcome))
    };
    let (once, spent) = run(b"same\0", [0, 0]);
    // That two structs have one name shows when all units are encoded, if its text stands twice.
    let (twice, spent_too) = run(b"same\0same\0", [0, 5]);
    // The partial unit is a unit too.
    assert_eq!((once, twice), (UNITS + 1, 2 * (UNITS + 1)));
    assert_eq!(spent_too, spent);
}

/// A file of which a range cannot be read, once.
struct FailsOnce<'a> {
    bytes: &'a [u8],
    range: Range<u64>,
    fails: AtomicBool,
}

impl ReadAt for FailsOnce<'_> {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let range = offset..offset + buf.len() as u64;
        if range == self.range && self.fails.swap(false, Ordering::Relaxed) {
            return Err(ReadError::end_of_source(offset, buf.len() as u64));
        }
        self.bytes.read_at(offset, buf)
    }
}

#[test]
fn what_is_encoded_again_unit_by_unit_counts_once() {
    let (file, last) = units_that_import_one(b"same\0", [0, 0]);
    let options = Options::default();
    let run = |fails| {
        let source = FailsOnce {
            bytes: &file,
            range: last.clone(),
            fails: AtomicBool::new(fails),
        };
        let plan = pipeline::plan(&source, &options).unwrap();
        let mut job: Job<ShardOutput> = Job::new(&plan);
        let mut worker = Worker::new(&source, &plan).unwrap();
        let mut merge = merge(&source, &plan).unwrap();
        let mut attempts = 0;
        while let Some(task) = job.next_task() {
            attempts += 1;
            match worker.encode(&plan, &task, &mut |_| {}) {
                Ok(output) => job.finished(task.id, output),
                Err(error) => {
                    assert!(!error.ends_job(), "{error}");
                    job.failed(task.id, &error.to_string(), &plan);
                }
            }
            while let Some(output) = job.take_ready() {
                merge.add(output).unwrap();
            }
        }
        let outcome = merge.finish(&source, &plan, &mut |_| {}).unwrap();
        (attempts, of_other_units(&outcome))
    };
    let (attempts, spent) = run(false);
    assert_eq!(attempts, 1);
    // The partial unit is a unit too.
    assert_eq!(run(true), (1 + UNITS + 1, spent));
}
