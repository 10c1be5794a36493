//! Split BTF: facts from the kernel's selftests of libbpf, and what holds for any program.

use crate::common::{Traits, random_split, spelled};
use btf::{Btf, FwdKind, Int, IntEncoding, Kind, Member, StringOffset, TypeId};
use dedup::{Options, dedup};
use proptest::prelude::*;
use std::sync::Arc;

const INT: Int = Int {
    size: 4,
    encoding: IntEncoding::SIGNED,
    offset: 0,
    bits: 32,
};

trait Build {
    fn int(&mut self) -> u32;
    fn ptr(&mut self, target: u32) -> u32;
    fn fwd(&mut self, name: &str) -> u32;
    fn strukt(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32;
}

impl Build for Btf {
    fn int(&mut self) -> u32 {
        self.add_int("int", INT).unwrap().0
    }
    fn ptr(&mut self, target: u32) -> u32 {
        self.add_ptr(TypeId(target)).unwrap().0
    }
    fn fwd(&mut self, name: &str) -> u32 {
        self.add_fwd(name, FwdKind::Struct).unwrap().0
    }
    fn strukt(&mut self, name: &str, size: u32, members: &[(&str, u32, u32)]) -> u32 {
        let members: Vec<Member> = members
            .iter()
            .map(|&(name, ty, bit_offset)| Member {
                name: self.intern(name.as_bytes()).unwrap(),
                ty: TypeId(ty),
                bit_offset,
                bitfield_size: 0,
            })
            .collect();
        self.add_composite(Kind::Struct, name, size, &members)
            .unwrap()
            .0
    }
}

/// What is left of the split part, and its map.
fn dedup_split(split: Btf) -> (Btf, Vec<u32>) {
    for force_collisions in [true, false] {
        let options = Options {
            force_collisions,
            ..Options::default()
        };
        let deduped = dedup(split.clone(), &options).unwrap();
        deduped.btf.check_references().unwrap();
        if !force_collisions {
            return (deduped.btf, deduped.map);
        }
    }
    unreachable!()
}

#[test]
fn types_of_the_base_are_found() {
    let mut base = Btf::new();
    base.int();
    base.ptr(1);
    base.strukt("s1", 4, &[("f1", 1, 0)]);
    let base = Arc::new(base);

    let mut split = Btf::split(base.clone());
    split.strukt("s2", 16, &[("f1", 6, 0), ("f2", 5, 32), ("f3", 2, 64)]);
    split.int();
    split.strukt("s1", 4, &[("f1", 5, 0)]);
    let (left, map) = dedup_split(split);

    let mut expected = Btf::split(base);
    expected.strukt("s2", 16, &[("f1", 3, 0), ("f2", 1, 32), ("f3", 2, 64)]);
    assert_eq!(spelled(&left), spelled(&expected));
    assert_eq!(map, [4, 1, 3]);
}

#[test]
fn a_forward_of_the_split_part_becomes_the_bases_definition() {
    let mut base = Btf::new();
    base.int();
    base.ptr(4);
    base.ptr(5);
    base.strukt("s1", 16, &[("f1", 2, 0), ("f2", 3, 64)]);
    base.strukt("s2", 4, &[("f1", 1, 0)]);

    let mut split = Btf::split(Arc::new(base));
    split.int();
    split.ptr(10);
    split.fwd("s2");
    split.ptr(8);
    split.strukt("s1", 16, &[("f1", 7, 0), ("f2", 9, 64)]);
    let (left, map) = dedup_split(split);
    assert!(left.is_empty());
    assert_eq!(map, [1, 2, 5, 3, 4]);
}

#[test]
fn a_forward_of_the_base_is_never_replaced_and_keeps_its_structs_apart() {
    let mut base = Btf::new();
    base.int();
    base.ptr(5);
    base.fwd("s2");
    base.ptr(3);
    base.strukt("s1", 16, &[("f1", 2, 0), ("f2", 4, 64)]);
    let base = Arc::new(base);

    let s2 = |int, ptr, own, s1| {
        [
            ("f1", int, 0),
            ("f2", ptr, 64),
            ("f3", own, 128),
            ("f4", s1, 192),
        ]
    };
    let mut split = Btf::split(base.clone());
    split.int();
    split.ptr(10);
    split.fwd("s2");
    split.ptr(11);
    split.strukt("s1", 16, &[("f1", 7, 0), ("f2", 9, 64)]);
    split.strukt("s2", 40, &s2(7, 9, 6, 10));
    split.ptr(8);
    split.strukt("s3", 8, &[("f1", 12, 0)]);
    let (left, _) = dedup_split(split);

    let mut expected = Btf::split(base);
    expected.ptr(8);
    expected.ptr(9);
    expected.strukt("s1", 16, &[("f1", 6, 0), ("f2", 7, 64)]);
    expected.strukt("s2", 40, &s2(6, 7, 1, 8));
    expected.strukt("s3", 8, &[("f1", 7, 0)]);
    assert_eq!(spelled(&left), spelled(&expected));
}

#[test]
fn copies_inside_one_unit_are_no_contradiction() {
    let anonymous = [("f1", 1, 0), ("f2", 1, 32)];
    let mut base = Btf::new();
    base.int();
    base.strukt("s", 8, &[("a", 3, 0), ("b", 4, 0)]);
    base.strukt("", 8, &anonymous);
    base.strukt("", 8, &anonymous);
    let base = dedup(base, &Options::default()).unwrap().btf;
    let mut expected = Btf::new();
    expected.int();
    expected.strukt("s", 8, &[("a", 3, 0), ("b", 3, 0)]);
    expected.strukt("", 8, &anonymous);
    assert_eq!(spelled(&base), spelled(&expected));

    let anonymous = [("f1", 4, 0), ("f2", 4, 32)];
    let mut split = Btf::split(Arc::new(base));
    split.int();
    split.strukt("s", 8, &[("a", 6, 0), ("b", 7, 0)]);
    split.strukt("", 8, &anonymous);
    split.strukt("", 8, &anonymous);
    let (left, map) = dedup_split(split);
    assert!(left.is_empty());
    assert_eq!(map, [1, 2, 3, 3]);
}

#[test]
fn strings_of_the_base_are_used() {
    let mut base = Btf::new();
    base.strukt("task", 4, &[("pid", 0, 0)]);
    let base = Arc::new(base);
    let start = base.strings().end();
    let mut split = Btf::split(base.clone());
    let own = btf::StringTable::from_bytes(start, b"pid\0other\0unused\0other\0".to_vec());
    split.strukt("task", 8, &[]);
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
            btf::for_each_ref(&mut words, |id| {
                *id += if *id == 0 { 0 } else { count };
                Ok::<(), ()>(())
            }).unwrap();
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
            let kept = deduped.btf.get(TypeId(new)).unwrap();
            prop_assert_eq!(split.str(ty.name()), deduped.btf.str(kept.name()));
        }
    }
}
