//! Relocatable files whose relocations do not follow the order of the bytes that they change.

use crate::strings_in_parts::UNITS;
use elf::{Elf, Section};
use engine_tests::{FileRange, Workshop, encode, encode_shards, small_shards};
use pipeline::{Error, Options, Outcome};

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
