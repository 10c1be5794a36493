//! Relocatable files whose relocations do not follow the order of the bytes that they change.

use crate::strings_in_parts::UNITS;
use elf::{Elf, Section};
use engine_tests::{FileRange, Workshop, encode, encode_shards, small_shards};
use pipeline::{Error, Job, Merge, Options, Outcome, ShardOutput, Worker};

/// A file of two units.
fn joined(shop: &Workshop) -> Vec<u8> {
    for (name, program) in UNITS {
        shop.write(&format!("{name}.c"), program);
        shop.run(&format!("gcc -g -O1 -c {name}.c -o {name}.o"));
    }
    shop.run("ld -r -o joined.o one.o two.o");
    shop.read("joined.o")
}

fn table(file: &[u8]) -> Section {
    let elf = Elf::parse(file).expect("an ELF file");
    let table = elf.section(".rela.debug_info");
    table.expect("it is relocatable").clone()
}

/// Encodes without a look at the relocations.
fn encode_relying(file: &[u8], options: &Options) -> Result<Outcome, Error> {
    let plan = pipeline::plan(file, options)?.relying_on_order();
    assert!(plan.relies_on_order);
    encode_shards(file, &plan, |count| (0..count).collect())
}

#[test]
#[ignore = "needs gcc, ld"]
fn a_job_that_relies_on_the_order_reads_relocations_once() {
    let shop = Workshop::new("relocations_once");
    let file = joined(&shop);
    let table = table(&file);
    for options in [Options::default(), small_shards()] {
        let careful = pipeline::plan(&*file, &options).unwrap();
        let shares = [careful.clone(), careful.relying_on_order()].map(|plan| {
            let source = FileRange::new(&file, table.offset..table.offset + table.size);
            let outcome = encode_shards(&source, &plan, |count| (0..count).collect()).unwrap();
            assert_eq!(outcome.bytes, encode(&*file).unwrap().bytes);
            source.share()
        });
        assert!(
            shares[0] >= 2.0 && shares[1] < shares[0] - 0.9,
            "{shares:?}"
        );
    }
}

#[test]
#[ignore = "needs gcc, ld"]
fn whichever_relocations_change_places_the_job_sees_it_and_the_types_are_the_same() {
    let shop = Workshop::new("relocations_out_of_order");
    let file = joined(&shop);
    let table = table(&file);
    let (start, record) = (table.offset as usize, table.entsize as usize);
    let count = table.size as usize / record;
    let offset = |file: &[u8], number: usize| {
        let at = start + number * record;
        u64::from_le_bytes(file[at..at + 8].try_into().unwrap())
    };
    let expected = encode(&*file).unwrap().bytes;
    // Neighbours, and pairs that lie in different units.
    let neighbours = (0..count - 1).step_by(7).map(|at| (at, at + 1));
    let far = (0..count / 2).step_by(11).map(|at| (at, count - 1 - at));
    for (one, other) in neighbours.chain(far) {
        let mut changed = file.clone();
        let (low, high) = changed.split_at_mut(start + other * record);
        low[start + one * record..][..record].swap_with_slice(&mut high[..record]);
        assert_ne!(offset(&file, one), offset(&file, other));
        for options in [Options::default(), small_shards()] {
            let relying = encode_relying(&changed, &options);
            let error = relying.err().map(|error| error.is_of_plan());
            assert_eq!(error, Some(true), "{one} and {other}");
        }
        assert_eq!(
            encode(&*changed).unwrap().bytes,
            expected,
            "{one} and {other}"
        );
    }
}

/// The same with a worker for each shard, of which none knows where the one before ended.
fn encode_apart(file: &[u8]) -> Result<Outcome, Error> {
    let plan = pipeline::plan(file, &small_shards())?.relying_on_order();
    let mut merge = Merge::new(file, &plan)?;
    let mut job: Job<ShardOutput> = Job::new(&plan);
    while let Some(task) = job.next_task() {
        let output = Worker::new(file, &plan)?.encode(&plan, &task, &mut |_| {})?;
        job.finished(task.id, output);
        while let Some(output) = job.take_ready() {
            merge.add(output)?;
        }
    }
    merge.finish(file, &plan, &mut |_| {})
}

#[test]
#[ignore = "needs gcc, ld"]
fn what_no_worker_sees_the_merge_sees() {
    let shop = Workshop::new("relocations_apart");
    let file = joined(&shop);
    let table = table(&file);
    let records = table.offset as usize..(table.offset + table.size) as usize;
    let record = table.entsize as usize;
    let expected = encode(&*file).unwrap().bytes;
    assert_eq!(encode_apart(&file).unwrap().bytes, expected);

    // The last relocation, of the second unit, comes first: the first unit seems to have none.
    let mut changed = file.clone();
    changed[records.clone()].rotate_right(record);
    let error = encode_apart(&changed).unwrap_err();
    assert!(matches!(error, Error::UnorderedRelocations), "{error}");
    assert_eq!(encode(&*changed).unwrap().bytes, expected);

    // The last relocation lies behind the section: no unit takes it.
    let mut changed = file;
    changed[records.end - record..][..8].copy_from_slice(&(1_u64 << 40).to_le_bytes());
    let error = encode_apart(&changed).unwrap_err();
    assert!(matches!(error, Error::UnorderedRelocations), "{error}");
    assert!(matches!(encode(&*changed), Err(Error::Elf(_))));
}
