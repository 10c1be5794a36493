//! Which forwards become definitions by their name alone, and what declared enumerations become.

use btf::{Btf, FwdKind, Kind, StringOffset, TypeId};
use dedup::{Options, dedup};
use std::sync::Arc;

fn define(btf: &mut Btf, kind: Kind, size: u32) {
    btf.add_composite(kind, "s", size, &[]).unwrap();
}

fn map(btf: Btf) -> Vec<u32> {
    map_with(btf, &Options::default())
}

fn map_with(btf: Btf, options: &Options) -> Vec<u32> {
    let map = dedup(btf, options).unwrap().map;
    map.iter().map(|id| id.0).collect()
}

#[test]
fn a_forward_becomes_the_only_definition_of_its_name() {
    let mut btf = Btf::new();
    btf.add_fwd("s", FwdKind::Struct).unwrap();
    define(&mut btf, Kind::Struct, 8);
    assert_eq!(map(btf.clone()), [1, 1]);
    let options = Options::default().resolve_forwards(false);
    assert_eq!(map_with(btf, &options), [1, 2]);
}

/// Two units with a struct that points at another: one defines that, the other declares it.
fn declared_and_defined() -> Btf {
    let mut btf = Btf::new();
    for defined in [true, false] {
        let target = match defined {
            true => btf.add_composite(Kind::Struct, "s", 0, &[]).unwrap(),
            false => btf.add_fwd("s", FwdKind::Struct).unwrap(),
        };
        let pointer = btf.add_ptr(target).unwrap();
        let name = btf.intern(b"to").unwrap();
        let member = btf::Member {
            name,
            ty: pointer,
            bit_offset: 0,
            bitfield_size: 0,
        };
        btf.add_composite(Kind::Struct, "holder", 8, &[member])
            .unwrap();
    }
    btf
}

#[test]
fn what_reaches_a_forward_is_what_reaches_its_definition() {
    let all = Options::default();
    assert_eq!(map_with(declared_and_defined(), &all), [1, 2, 3, 1, 2, 3]);
    // Without the fourth pass the walk is enough here.
    let walked = all.resolve_forwards(false);
    assert_eq!(
        map_with(declared_and_defined(), &walked),
        [1, 2, 3, 1, 2, 3]
    );
    // When the walk does not match them, the holders stay apart whatever becomes of the forward.
    let apart = walked.match_forwards(false);
    assert_eq!(map_with(declared_and_defined(), &apart), [1, 2, 3, 4, 5, 6]);
}

#[test]
fn declared_enumerations_stay_when_forwards_do() {
    let mut btf = Btf::new();
    btf.add_enum("e", 4, false, &[]).unwrap();
    let value = btf.intern(b"A").unwrap();
    btf.add_enum("e", 4, false, &[(value, 1)]).unwrap();
    assert_eq!(map(btf.clone()), [1, 1]);
    let options = Options::default().match_forwards(false);
    assert_eq!(map_with(btf, &options), [1, 2]);
}

#[test]
fn declared_enumerations_stay_apart_as_in_the_article_of_2018() {
    let mut btf = Btf::new();
    btf.add_enum("e", 4, false, &[]).unwrap();
    let value = btf.intern(b"A").unwrap();
    btf.add_enum("e", 4, false, &[(value, 1)]).unwrap();
    assert_eq!(map_with(btf.clone(), &Options::of_2018()), [1, 2]);
    assert_eq!(
        map_with(btf, &Options::default().match_enums(false)),
        [1, 2]
    );
    // A walk lets a forward declaration of a struct pass there too.
    let walked = map_with(declared_and_defined(), &Options::of_2018());
    assert_eq!(walked, [1, 2, 3, 1, 2, 3]);
}

/// Two units with a struct `r` that points at `a` in two places. The second unit has `a` twice, with an enumeration that it defines
/// and with one that it declares. What `r` refers to comes behind it, so that a walk meets both before they are settled.
fn copies_that_differ_in_an_enumeration() -> Btf {
    let mut btf = Btf::new();
    let value = btf.intern(b"A").unwrap();
    let struct_of = |btf: &mut Btf, name: &str, targets: &[u32]| {
        let mut members = Vec::new();
        for (at, &target) in (0..).zip(targets) {
            members.push(btf::Member {
                name: btf.intern(format!("m{at}").as_bytes()).unwrap(),
                ty: TypeId(target),
                bit_offset: 64 * at,
                bitfield_size: 0,
            });
        }
        let size = 8 * targets.len() as u32;
        btf.add_composite(Kind::Struct, name, size, &members)
            .unwrap();
    };
    for (r, second) in [(1, 4), (7, 13)] {
        struct_of(&mut btf, "r", &[r + 1, r + 2]);
        btf.add_ptr(TypeId(r + 3)).unwrap();
        btf.add_ptr(TypeId(second)).unwrap();
        struct_of(&mut btf, "a", &[r + 4]);
        btf.add_ptr(TypeId(r + 5)).unwrap();
        btf.add_enum("e", 4, false, &[(value, 1)]).unwrap();
    }
    struct_of(&mut btf, "a", &[14]);
    btf.add_ptr(TypeId(15)).unwrap();
    btf.add_enum("e", 4, false, &[]).unwrap();
    btf
}

#[test]
fn copies_that_differ_in_a_declared_enumeration_are_none_when_forwards_stay() {
    let keep = Options::default().match_forwards(false);
    let map = |options: Options| map_with(copies_that_differ_in_an_enumeration(), &options);
    assert_eq!(map(keep), map(keep.colour_first(true)));
    assert_ne!(map(keep)[6], map(keep)[0]);
    assert_eq!(map(Options::default())[6], map(Options::default())[0]);
}

#[test]
fn two_definitions_leave_a_forward_alone() {
    let mut btf = Btf::new();
    btf.add_fwd("s", FwdKind::Struct).unwrap();
    define(&mut btf, Kind::Struct, 8);
    define(&mut btf, Kind::Struct, 16);
    assert_eq!(map(btf), [1, 2, 3]);
}

#[test]
fn a_struct_and_a_union_of_one_name_are_two_definitions() {
    let mut btf = Btf::new();
    btf.add_fwd("s", FwdKind::Struct).unwrap();
    define(&mut btf, Kind::Struct, 8);
    define(&mut btf, Kind::Union, 8);
    assert_eq!(map(btf), [1, 2, 3]);
}

#[test]
fn a_forward_of_a_struct_is_no_union() {
    let mut btf = Btf::new();
    btf.add_fwd("s", FwdKind::Struct).unwrap();
    define(&mut btf, Kind::Union, 8);
    assert_eq!(map(btf), [1, 2]);
}

#[test]
fn definitions_of_the_base_count() {
    let mut base = Btf::new();
    define(&mut base, Kind::Struct, 8);
    let base = Arc::new(base);
    let mut split = Btf::split(base);
    split.add_fwd("s", FwdKind::Struct).unwrap();
    assert_eq!(map(split.clone()), [1]);
    define(&mut split, Kind::Struct, 16);
    assert_eq!(map(split), [2, 3], "now there are two");
}

fn enums(values: &[&str]) -> Btf {
    let mut btf = Btf::new();
    btf.add_enum("e", 4, false, &[]).unwrap();
    for name in values {
        let name: StringOffset = btf.intern(name.as_bytes()).unwrap();
        btf.add_enum("e", 4, false, &[(name, 1)]).unwrap();
    }
    btf
}

#[test]
fn a_declared_enumeration_takes_the_last_new_definition() {
    let deduped = dedup(enums(&["A", "B", "A"]), &Options::default()).unwrap();
    assert_eq!(deduped.map, [2, 1, 2, 1].map(TypeId));
    assert_eq!(deduped.btf.get(TypeId(1)).unwrap().vlen(), 1);
}

#[test]
fn a_definition_that_takes_a_declaration_can_still_find_its_equal() {
    // The fourth kept type makes the table turn round, so that the last definition meets the
    // declaration before its equal.
    assert_eq!(map(enums(&["A", "B", "C", "A"])), [1, 1, 2, 3, 1]);
}
