//! Input that no compiler writes: an error or a result, soon, and never a panic.

use crate::common::Random;
use btf::{Btf, FwdKind, Info, Kind, StringTable, TypeId};
use budget::Budget;
use dedup::{Error, Options, dedup, rebuild_strings};
use proptest::prelude::*;
use std::sync::Arc;

/// Types of any kind with random words.
fn soup(random: &mut Random, btf: &mut Btf, wild: bool) {
    let count = 1 + random.below(40) as u32;
    let first = btf.end_id().0;
    let start = btf.strings().start();
    if btf.base().is_none() {
        btf.set_strings(StringTable::from_bytes(start, b"\0a\0b\0a\0".to_vec()));
    }
    let names = btf.strings().end();
    for _ in 0..count {
        // One more than there are kinds stands for an unknown one.
        let kind = Kind::from_number(1 + random.below(if wild { 23 } else { 19 }) as u8);
        let vlen = match kind {
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 => random.below(4),
            Kind::FuncProto | Kind::Datasec | Kind::Func => random.below(3),
            _ if wild => random.below(5),
            _ => 0,
        } as u32;
        let tail = kind.shape().map_or(0, |shape| shape.tail_len(vlen));
        let mut words = vec![0, Info::new(kind, vlen, random.chance(10)).0, 0];
        words.extend((0..tail).map(|_| random.below(3) as u32));
        words[2] = random.below(3) as u32;
        for id in btf::refs_mut(&mut words) {
            let stray = u32::from(wild && random.chance(2));
            *id = random.below((first + count + stray) as usize) as u32;
        }
        for name in btf::names_mut(&mut words) {
            let names = names as usize + usize::from(wild && random.chance(2));
            *name = if random.chance(60) {
                0
            } else {
                random.below(names) as u32
            };
        }
        btf.push(&words).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn word_soup_never_panics(seed: u64, wild: bool, split: bool, force_collisions: bool) {
        let mut random = Random(seed);
        let mut btf = Btf::new();
        soup(&mut random, &mut btf, wild);
        if split {
            btf = Btf::split(Arc::new(btf));
            soup(&mut random, &mut btf, wild);
        }
        for rebuild_strings in [true, false] {
            let options = Options::default().force_collisions(force_collisions).rebuild_strings(rebuild_strings);
            if let Ok(deduped) = dedup(btf.clone(), &options) {
                deduped.btf.check_references().unwrap();
            }
        }
    }
}

fn const_chain(count: u32, last: u32) -> Btf {
    let mut btf = Btf::new();
    for id in 1..=count {
        let target = if id == count { last } else { id + 1 };
        btf.add_reference(Kind::Const, "", TypeId(target)).unwrap();
    }
    btf
}

#[test]
fn long_chains_need_no_stack() {
    let deduped = dedup(const_chain(1_000_000, 0), &Options::default()).unwrap();
    assert_eq!(
        deduped.btf.len(),
        1_000_000,
        "const of const of … is a type each time"
    );
}

#[test]
fn deep_walks_need_no_stack() {
    // Two lists of structs, each pointing to the next, equal down to the last.
    let links = 100_000u32;
    let mut btf = Btf::new();
    let name = btf.intern(b"next").unwrap().0;
    let tag = btf.intern(b"link").unwrap().0;
    for list in 0..2 {
        for link in 0..links {
            // Each has its own size, so that it has one candidate.
            let info = Info::new(Kind::Struct, 1, false).0;
            let own = list * links + link + 1;
            let next = if link + 1 == links { 0 } else { own + 1 };
            btf.push(&[tag, info, link, name, next, 0]).unwrap();
        }
    }
    let deduped = dedup(btf, &Options::default()).unwrap();
    assert_eq!(deduped.btf.len(), links as usize);
}

#[test]
fn loops_without_a_struct_are_refused_and_named() {
    let error = dedup(const_chain(3, 2), &Options::default()).unwrap_err();
    assert_eq!(
        error,
        Error::Loop {
            id: TypeId(2),
            kind: Kind::Const,
            name: String::new()
        }
    );
}

#[test]
fn loops_of_typedefs_and_pointers_end() {
    // Twice the same two typedefs of pointers to each other.
    let mut btf = Btf::new();
    for unit in 0..2 {
        let first = unit * 4;
        btf.add_typedef("a", TypeId(first + 2)).unwrap();
        btf.add_ptr(TypeId(first + 3)).unwrap();
        btf.add_typedef("b", TypeId(first + 4)).unwrap();
        btf.add_ptr(TypeId(first + 1)).unwrap();
    }
    assert_eq!(dedup(btf, &Options::default()).unwrap().btf.len(), 4);
}

#[test]
fn copies_that_loop_through_pointers_alone_end() {
    // The second unit has two copies of a typedef that points to itself.
    let mut btf = Btf::new();
    let [a, b] = ["a", "b"].map(|name| btf.intern(name.as_bytes()).unwrap().0);
    let tag = btf.intern(b"s").unwrap().0;
    let info = Info::new(Kind::Struct, 2, false).0;
    btf.push(&[tag, info, 16, a, 2, 0, b, 2, 64]).unwrap();
    btf.add_typedef("t", TypeId(3)).unwrap();
    btf.add_ptr(TypeId(2)).unwrap();
    btf.push(&[tag, info, 16, a, 5, 0, b, 7, 64]).unwrap();
    for copy in [5, 7] {
        btf.add_typedef("t", TypeId(copy + 1)).unwrap();
        btf.add_ptr(TypeId(copy)).unwrap();
    }
    assert_eq!(dedup(btf, &Options::default()).unwrap().btf.len(), 3);
}

/// Structs of one name and shape that differ only at the end of a list that each has for itself.
fn structs_that_differ_far_below(structs: u32, links: u32) -> Btf {
    let mut btf = Btf::new();
    let name = btf.intern(b"next").unwrap().0;
    let tag = btf.intern(b"s").unwrap().0;
    let info = Info::new(Kind::Struct, 1, false).0;
    for at in 0..structs {
        let first = btf.end_id().0;
        btf.push(&[tag, info, 8, name, first + 1, 0]).unwrap();
        for link in 1..links {
            btf.add_reference(Kind::Volatile, "", TypeId(first + link + 1))
                .unwrap();
        }
        btf.add_int(
            "int",
            btf::Int {
                size: at,
                encoding: btf::IntEncoding::NONE,
                offset: 0,
                bits: 32,
            },
        )
        .unwrap();
    }
    btf
}

#[test]
fn differences_far_below_are_found_without_walks() {
    let input = structs_that_differ_far_below(3_000, 100);
    let types = input.len();
    assert_eq!(dedup(input, &Options::default()).unwrap().btf.len(), types);
}

#[test]
fn input_made_to_take_long_is_given_up() {
    let mut btf = structs_that_differ_far_below(3_000, 20);
    // A pointer to what nothing may point to: types are not coloured, since a walk that meets it is an error.
    let variable = Info::new(Kind::Var, 0, false).0;
    let int = btf.end_id().0 - 1;
    let variable = btf.push(&[0, variable, int, 0]).unwrap();
    btf.add_ptr(variable).unwrap();
    let error = dedup(btf, &Options::default()).unwrap_err();
    assert!(matches!(error, Error::Budget { .. }), "{error}");
    assert!(error.to_string().contains("(\"s\")"), "{error}");
    assert!(error.to_string().contains("--budget 10"), "{error}");
}

#[test]
fn walks_that_fail_although_types_are_coloured_are_given_up_soon() {
    // A forward passes for any of the structs that differ, so all structs that point to one have one colour.
    let (structs, links) = (2_000, 20);
    let mut btf = structs_that_differ_far_below(structs, links);
    let types_of_each = links + 1;
    let next = btf.intern(b"of").unwrap().0;
    let tag = btf.intern(b"user").unwrap().0;
    let info = Info::new(Kind::Struct, 1, false).0;
    for at in 0..structs {
        let differs = 1 + at * types_of_each;
        btf.push(&[tag, info, 8, next, differs, 0]).unwrap();
    }
    btf.add_fwd("s", FwdKind::Struct).unwrap();
    let types = btf.len();
    let error = dedup(btf.clone(), &Options::default()).unwrap_err();
    // In proportion to the types, and few for each.
    let most = 11_000_000 + 200 * types as u64;
    assert!(
        matches!(error, Error::Budget { steps, .. } if steps < most),
        "{error}"
    );
    let ten_times = Options::default().budget(Budget::times(10));
    assert!(dedup(btf, &ten_times).is_ok());
}

/// A typedef for each suffix of one long name.
fn suffixes(count: u32) -> Btf {
    let mut btf = Btf::new();
    let start = btf.intern(&vec![b'a'; count as usize]).unwrap().0;
    for at in 0..count {
        btf.push(&[start + at, Info::new(Kind::Typedef, 0, false).0, 0])
            .unwrap();
    }
    btf
}

#[test]
fn names_that_are_far_longer_than_the_input_are_refused_with_a_way_out() {
    let error = dedup(suffixes(4_000), &Options::default()).unwrap_err();
    assert!(matches!(error, Error::OverBudget(_)), "{error}");
    assert!(error.to_string().contains("--budget 10"), "{error}");
    let options = Options::default().budget(Budget::times(10));
    assert_eq!(dedup(suffixes(4_000), &options).unwrap().btf.len(), 4_000);
    assert_eq!(
        dedup(suffixes(100), &Options::default()).unwrap().btf.len(),
        100
    );
    // The strings by themselves, as they are rebuilt at the end of a job.
    let mut btf = suffixes(4_000);
    let error = rebuild_strings(&mut btf, Budget::STANDARD).unwrap_err();
    assert!(matches!(error, Error::OverBudget(_)), "{error}");
    rebuild_strings(&mut btf, Budget::times(10)).unwrap();
}

#[test]
fn references_into_nothing_are_refused() {
    let mut btf = Btf::new();
    btf.add_ptr(TypeId(7)).unwrap();
    let error = dedup(btf, &Options::default()).unwrap_err();
    assert!(matches!(
        error,
        Error::Btf(btf::Error::BadReference { id: TypeId(1), .. })
    ));

    // In the base as well.
    let mut base = Btf::new();
    base.add_ptr(TypeId(7)).unwrap();
    let mut split = Btf::split(Arc::new(base));
    split.add_fwd("f", FwdKind::Struct).unwrap();
    let error = dedup(split, &Options::default()).unwrap_err();
    assert!(matches!(
        error,
        Error::Btf(btf::Error::BadReference { id: TypeId(1), .. })
    ));
}

#[test]
fn tags_and_variables_inside_types_are_refused() {
    let mut btf = Btf::new();
    btf.add_fwd("f", FwdKind::Struct).unwrap();
    let name = btf.intern(b"m").unwrap().0;
    for unit in [2, 4] {
        let info = Info::new(Kind::Struct, 1, false).0;
        btf.push(&[0, info, 8, name, unit + 1, 0]).unwrap();
        btf.add_decl_tag("tag", TypeId(1), -1).unwrap();
    }
    assert_eq!(
        dedup(btf, &Options::default()).unwrap_err(),
        Error::UnexpectedReference {
            id: TypeId(5),
            kind: Kind::DeclTag,
            name: "tag".into()
        }
    );
}

#[test]
fn kinds_without_a_rule_are_refused() {
    let mut btf = Btf::new();
    btf.push(&[0, Info::new(Kind::Unknown(40), 0, false).0, 0])
        .unwrap();
    assert_eq!(
        dedup(btf, &Options::default()).unwrap_err(),
        Error::UnsupportedKind {
            id: TypeId(1),
            kind: Kind::Unknown(40)
        }
    );
    // A layout that gives LOC_PROTO another size than we know makes it unknown too.
    let mut btf = Btf::new();
    let mut layout = btf::Layout::current();
    layout.entries.resize(22, btf::LayoutEntry::default());
    layout.entries[21].info_size = 4;
    btf.layout = Some(layout);
    btf.push(&[0, Info::new(Kind::LocProto, 0, false).0, 0, 1])
        .unwrap();
    assert!(matches!(
        dedup(btf, &Options::default()).unwrap_err(),
        Error::UnsupportedKind {
            kind: Kind::Unknown(21),
            ..
        }
    ));
}
