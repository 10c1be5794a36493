//! The sample of the page: the types of pahole 1.32, in its order.

use btf::{Kind, compare};
use engine_tests::{encode, encode_with, raw, read_test_file, small_shards};

fn sample() -> Vec<u8> {
    read_test_file("sample/sample.elf")
}

fn oracle() -> btf::Btf {
    btf::parse(&read_test_file("sample/sample.pahole-1.32.btf"), None).unwrap()
}

#[test]
fn pahole_has_the_same_types_in_the_same_order() {
    let found = encode(&sample()).unwrap();
    let expected = oracle();
    let comparison = compare::compare(&found.btf, &expected);
    assert!(comparison.is_equal(), "{comparison:#?}");
    assert_eq!(raw(&found.btf), raw(&expected));
}

#[test]
fn every_kind_occurs() {
    let found = encode(&sample()).unwrap();
    for number in 1..=Kind::Enum64.number() {
        let kind = Kind::from_number(number);
        assert!(
            found.btf.types().any(|(_, ty)| ty.kind() == kind),
            "{kind:?} does not occur"
        );
    }
}

#[test]
fn the_bytes_are_a_btf_section_that_holds_the_types() {
    let found = encode(&sample()).unwrap();
    let read = btf::parse(&found.bytes, None).unwrap();
    assert_eq!(raw(&read), raw(&found.btf));
    assert_eq!(btf::verify::verify_all(&read), []);
    assert_eq!(found.statistics.after.bytes, found.bytes.len() as u64);
    assert_eq!(found.statistics.after.types, read.len() as u64);
}

#[test]
fn one_shard_or_one_for_each_unit_give_the_same_bytes() {
    let one = encode(&sample()).unwrap();
    let each = encode_with(&sample(), &small_shards()).unwrap();
    assert_eq!(one.bytes, each.bytes);
    assert_eq!(one.copies, each.copies);
    assert_eq!(one.skipped_functions, each.skipped_functions);
    assert_eq!(
        format!("{:?}", one.statistics.before),
        format!("{:?}", each.statistics.before)
    );
}

#[test]
fn copies_and_rows_add_up_to_what_there_was_before() {
    let found = encode(&sample()).unwrap();
    let statistics = &found.statistics;
    let copies: u64 = found.copies.iter().map(|&count| u64::from(count)).sum();
    assert_eq!(copies, statistics.before.types);
    assert_eq!(found.copies.len(), found.btf.len());
    assert!(
        !found.copies.contains(&0),
        "a type that comes from nowhere: {:?}",
        found.copies
    );
    let sum = |of: fn(&pipeline::KindRow) -> u64| statistics.kinds.iter().map(of).sum::<u64>();
    assert_eq!(sum(|row| row.before.types), statistics.before.types);
    assert_eq!(sum(|row| row.after.types), statistics.after.types);
    assert_eq!(sum(|row| row.after.bytes), found.btf.type_bytes() as u64);
}

#[test]
fn a_unit_asked_for_alone_has_the_types_it_has_among_all() {
    for options in [pipeline::Options::default(), small_shards()] {
        let found = encode_with(&sample(), &options).unwrap();
        let bytes = postcard::to_stdvec(&found.provenance).unwrap();
        let read: pipeline::Provenance = postcard::from_bytes(&bytes).unwrap();
        let mut all = Vec::new();
        found.provenance.for_each_unit(
            |_| true,
            |name, types| all.push((name.to_owned(), types.to_vec())),
        );
        assert_eq!(all.len(), 7);
        for (name, types) in &all {
            for provenance in [&found.provenance, &read] {
                let mut alone = Vec::new();
                provenance.for_each_unit(
                    |unit| unit == name,
                    |unit, types| alone.push((unit.to_owned(), types.to_vec())),
                );
                assert_eq!(alone, [(name.clone(), types.clone())]);
            }
        }
    }
}

#[test]
fn damaged_origins_are_refused_or_answer_in_little_memory() {
    let found = encode(&sample()).unwrap();
    let whole = postcard::to_stdvec(&found.provenance).unwrap();
    let ids: Vec<btf::TypeId> = found.btf.types().map(|(id, _)| id).collect();
    let mut refused = 0;
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        // Numbers of up to five bytes, so that a node lies far away.
        for byte in damaged.iter_mut().skip(at).take(4) {
            *byte |= 0x80;
        }
        match postcard::from_bytes::<pipeline::Provenance>(&damaged) {
            Ok(read) => {
                // Names of units may be others, and which type a node became.
                let units: usize = read.units_of_each(&ids).iter().map(Vec::len).sum();
                assert!(units < 1 << 20, "{at}");
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > whole.len() / 4, "{refused} of {}", whole.len());
}

#[test]
fn the_units_of_several_types_are_those_of_each() {
    let found = encode(&sample()).unwrap();
    let ids: Vec<btf::TypeId> = found.btf.types().map(|(id, _)| id).collect();
    let alone = |id: &btf::TypeId| -> Vec<&str> {
        let units = found.provenance.units_of(*id).into_iter();
        units.map(|unit| unit.name).collect()
    };
    let expected: Vec<Vec<&str>> = ids.iter().map(alone).collect();
    assert!(expected.iter().any(|units| units.len() == 7));
    assert_eq!(found.provenance.units_of_each(&ids), expected);
    for (id, expected) in ids.iter().zip(expected) {
        assert_eq!(found.provenance.units_of_each(&[*id]), [expected]);
    }
}
