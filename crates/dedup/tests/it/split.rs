//! Split BTF: what becomes of a module's types on its kernel's, and what holds for any program.

use crate::common::{Traits, random_split};
use crate::graph;
use btf::{Btf, Kind, StringOffset, TypeId};
use dedup::{Options, dedup};
use proptest::prelude::*;
use std::sync::Arc;

/// What is left of the split part, and its map.
fn dedup_split(split: Btf) -> (Btf, Vec<u32>) {
    for force_collisions in [true, false] {
        let options = Options::default().force_collisions(force_collisions);
        let deduped = dedup(split.clone(), &options).unwrap();
        deduped.btf.check_references().unwrap();
        if !force_collisions {
            let map = deduped.map.iter().map(|id| id.0).collect();
            return (deduped.btf, map);
        }
    }
    unreachable!()
}

/// What is left of a module's types on a base, as lines, and what became of each. Lines of the base come first.
fn on_a_base(base: &str, module: &str) -> (String, Vec<u32>) {
    let mut on = Btf::new();
    graph::add(&mut on, base);
    let mut split = Btf::split(Arc::new(on));
    graph::add(&mut split, module);
    let (left, map) = dedup_split(split);
    (graph::lines(&left), map)
}

#[test]
fn types_of_the_base_are_found_however_late_they_come() {
    let base = "INT int 4\nSTRUCT buoy 4 depth:1@0\nPTR 2\nTYPEDEF mark 2";
    // A struct of the module's own, in front of copies of what it is made of.
    let module = "STRUCT channel 16 left:8@0 right:9@64\nINT int 4\nSTRUCT buoy 4 depth:6@0\nPTR 7\nPTR 10\nTYPEDEF mark 7";
    let (left, map) = on_a_base(base, module);
    assert_eq!(
        left,
        "[5] STRUCT channel 16 left:3@0 right:6@64\n[6] PTR 4\n"
    );
    assert_eq!(map, [5, 1, 2, 3, 6, 4]);
}

#[test]
fn a_forward_of_the_module_becomes_the_bases_definition() {
    let base =
        "INT int 4\nSTRUCT crew 4 hands:1@0\nPTR 2\nSTRUCT boat 16 crew:3@0 next:5@64\nPTR 4";
    let module = "FWD crew\nPTR 6\nSTRUCT boat 16 crew:7@0 next:9@64\nPTR 8";
    let (left, map) = on_a_base(base, module);
    assert_eq!((left.as_str(), map), ("", vec![2, 3, 4, 5]));
}

#[test]
fn a_forward_of_the_base_is_never_replaced_and_keeps_its_structs_apart() {
    let base = "INT int 4\nFWD crew\nPTR 2\nSTRUCT boat 8 crew:3@0";
    // The module knows the crew, and the boat by way of it.
    let module = "INT int 4\nSTRUCT crew 16 boat:8@0 hands:5@64\nPTR 6\nPTR 9\nSTRUCT boat 8 crew:7@0\nSTRUCT fleet 8 first:8@0";
    let (left, map) = on_a_base(base, module);
    let expected = "[5] STRUCT crew 16 boat:7@0 hands:1@64\n[6] PTR 5\n[7] PTR 8\n\
                    [8] STRUCT boat 8 crew:6@0\n[9] STRUCT fleet 8 first:7@0\n";
    assert_eq!((left.as_str(), map), (expected, vec![1, 5, 6, 7, 8, 9]));
}

#[test]
fn copies_inside_one_unit_are_no_contradiction() {
    let twice = "INT int 4\nSTRUCT map 16 here:3@0 there:4@64\nSTRUCT - 8 x:1@0 y:1@32\nSTRUCT - 8 x:1@0 y:1@32";
    let mut base = Btf::new();
    graph::add(&mut base, twice);
    let base = dedup(base, &Options::default()).unwrap().btf;
    let once =
        "[1] INT int 4\n[2] STRUCT map 16 here:3@0 there:3@64\n[3] STRUCT - 8 x:1@0 y:1@32\n";
    assert_eq!(graph::lines(&base), once);
    let mut module = Btf::split(Arc::new(base));
    let again = "INT int 4\nSTRUCT map 16 here:6@0 there:7@64\nSTRUCT - 8 x:4@0 y:4@32\nSTRUCT - 8 x:4@0 y:4@32";
    graph::add(&mut module, again);
    let (left, map) = dedup_split(module);
    assert!(left.is_empty());
    assert_eq!(map, [1, 2, 3, 3]);
}

#[test]
fn strings_of_the_base_are_used() {
    let mut base = Btf::new();
    graph::add(&mut base, "STRUCT task 4 pid:0@0");
    let base = Arc::new(base);
    let start = base.strings().end();
    let mut split = Btf::split(base.clone());
    let own = btf::StringTable::from_bytes(start, b"pid\0other\0unused\0other\0".to_vec());
    graph::add(&mut split, "STRUCT task 8");
    split.set_strings(own);
    let typedef = btf::Info::new(Kind::Typedef, 0, false).0;
    split.push(&[start, typedef, 0]).unwrap();
    split.push(&[start + 4, typedef, 0]).unwrap();
    split.push(&[start + 17, typedef, 0]).unwrap();

    let (left, map) = dedup_split(split);
    assert_eq!(map, [2, 3, 4, 4]);
    assert_eq!(left.strings().as_bytes(), b"other\0");
    let name = |id| left.get(TypeId(id)).unwrap().name();
    assert_eq!(
        (left.str(name(2)), left.str(name(3))),
        ("task".into(), "pid".into())
    );
    assert!(
        name(2).0 < start && name(3).0 < start,
        "both are the base's"
    );
    assert_eq!(name(4), StringOffset(start));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_part_of_the_base_adds_nothing(seed: u64) {
        let traits = Traits { declared: 0, variants: 0, copies: false, same_tags: false };
        let base = crate::common::random_units(seed, traits);
        let values = |kind| !matches!(kind, Kind::Var | Kind::Datasec);
        let base = dedup(base, &Options::default()).unwrap().btf;
        let again = dedup(base.clone(), &Options::default()).unwrap().btf;
        prop_assume!(again.len() == base.len(), "rarely, a second run finds more");
        // The same types once more, as split BTF that refers to itself alone.
        let count = base.len() as u32;
        let mut split = Btf::split(Arc::new(base.clone()));
        for (_, ty) in base.types() {
            let mut words = ty.words().to_vec();
            for id in btf::refs_mut(&mut words) {
                *id += if *id == 0 { 0 } else { count };
}
            split.push(&words).unwrap();
        }
        let split_start = split.first_id().0;
        let (left, map) = dedup_split(split);
        prop_assert!(left.types().all(|(_, ty)| !values(ty.kind())));
        for ((_, ty), new) in base.types().zip(map) {
            prop_assert!(new < split_start || !values(ty.kind()));
        }
    }

    #[test]
    fn the_base_keeps_its_ids(seed: u64) {
        let finish = |base| dedup(base, &Options::default()).unwrap().btf;
        let split = random_split(seed, Traits::HARD, finish);
        let base = split.base().unwrap().clone();
        let deduped = dedup(split.clone(), &Options::default()).unwrap();
        deduped.btf.check_references().unwrap();
        prop_assert_eq!(deduped.btf.first_id(), base.end_id());
        for ((_, ty), &new) in split.types().zip(&deduped.map) {
            let kept = deduped.btf.get(new).unwrap();
            prop_assert_eq!(split.str(ty.name()), deduped.btf.str(kept.name()));
        }
    }
}
