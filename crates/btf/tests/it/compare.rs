//! Comparison by meaning: ids and order do not matter, everything else does.

use crate::common::{INT, every_kind, random};
use btf::compare::{Difference, compare};
use btf::{Array, Btf, FwdKind, Kind, Member, TypeId};
use std::sync::Arc;

fn member(btf: &mut Btf, name: &str, ty: TypeId, bit_offset: u32) -> Member {
    Member {
        name: btf.intern(name.as_bytes()).unwrap(),
        ty,
        bit_offset,
        bitfield_size: 0,
    }
}

/// `struct list { struct list *next; struct { int a; } inner; }` with ids in two orders.
fn list(reversed: bool, inner_name: &str) -> Btf {
    let mut btf = Btf::new();
    if reversed {
        btf.intern(b"unused").unwrap();
        btf.add_int("int", INT).unwrap();
        let a = member(&mut btf, inner_name, TypeId(1), 0);
        btf.add_composite(Kind::Struct, "", 4, &[a]).unwrap();
        let next = member(&mut btf, "next", TypeId(4), 0);
        let inner = member(&mut btf, "inner", TypeId(2), 64);
        btf.add_composite(Kind::Struct, "list", 16, &[next, inner])
            .unwrap();
        btf.add_ptr(TypeId(3)).unwrap();
    } else {
        let next = member(&mut btf, "next", TypeId(2), 0);
        let inner = member(&mut btf, "inner", TypeId(3), 64);
        btf.add_composite(Kind::Struct, "list", 16, &[next, inner])
            .unwrap();
        btf.add_ptr(TypeId(1)).unwrap();
        let a = member(&mut btf, inner_name, TypeId(4), 0);
        btf.add_composite(Kind::Struct, "", 4, &[a]).unwrap();
        btf.add_int("int", INT).unwrap();
    }
    btf
}

fn names(list: &[Difference]) -> Vec<(Kind, &str)> {
    let name = |difference: &'_ Difference| difference.kind;
    list.iter()
        .map(|difference| (name(difference), difference.name.as_str()))
        .collect()
}

#[test]
fn order_does_not_matter() {
    let comparison = compare(&list(false, "a"), &list(true, "a"));
    assert!(comparison.is_equal(), "{comparison:?}");
    assert_eq!(comparison.types(), (4, 4));
}

#[test]
fn a_change_shows_where_it_is_and_not_where_it_is_only_named() {
    let comparison = compare(&list(false, "a"), &list(true, "b"));
    // The unnamed struct, and the named one that has it inside; the pointer to that is the same.
    let expected = [(Kind::Struct, ""), (Kind::Struct, "list")];
    assert_eq!(names(&comparison.only_in_a), expected);
    assert_eq!(names(&comparison.only_in_b), expected);
    let text = &comparison.only_in_b[1].signature;
    assert!(
        text.starts_with("STRUCT list{16; next@0: *STRUCT list; inner@64: STRUCT {4; b@0: INT int"),
        "{text}"
    );
    assert_eq!(comparison.differing(), 4);
}

#[test]
fn every_field_of_every_kind_counts() {
    let original = every_kind();
    assert!(compare(&original, &original.clone()).is_equal());
    // Left out: words that the format leaves unused for the kind.
    let unused = |kind: Kind, word: usize| match kind {
        Kind::Ptr | Kind::Const | Kind::Volatile | Kind::Restrict => word < 2,
        Kind::Array => word < 3,
        Kind::FuncProto => word < 2,
        Kind::Fwd => word == 2,
        Kind::Int => word == 3,
        _ => false,
    };
    for id in original.types().map(|(id, _)| id) {
        let ty = original.get(id).unwrap();
        for word in (0..ty.words().len()).filter(|&word| word != 1 && !unused(ty.kind(), word)) {
            let mut changed = original.clone();
            let words = changed.words_mut(id).unwrap();
            words[word] ^= 1;
            let comparison = compare(&original, &changed);
            assert!(!comparison.is_equal(), "word {word} of {id} {}", ty.kind());
        }
    }
}

#[test]
fn several_definitions_of_a_name_are_told_apart() {
    // Two structs of one name, and a pointer to the first or to the second.
    let make = |second: bool| {
        let mut btf = Btf::new();
        let int = btf.add_int("int", INT).unwrap();
        let a = member(&mut btf, "a", int, 0);
        let b = member(&mut btf, "b", int, 0);
        let ids = [a, b].map(|member| {
            btf.add_composite(Kind::Struct, "twice", 4, &[member])
                .unwrap()
        });
        btf.add_ptr(ids[usize::from(second)]).unwrap();
        btf
    };
    let comparison = compare(&make(false), &make(true));
    assert_eq!(names(&comparison.only_in_a), [(Kind::Ptr, "")]);
    assert_eq!(names(&comparison.only_in_b), [(Kind::Ptr, "")]);
    let texts =
        [&comparison.only_in_a, &comparison.only_in_b].map(|side| side[0].signature.clone());
    assert!(texts.iter().all(|text| text.starts_with("*STRUCT twice#")));
    assert_ne!(texts[0], texts[1]);
}

#[test]
fn equal_types_are_counted() {
    let make = |count: usize| {
        let mut btf = Btf::new();
        for _ in 0..count {
            btf.add_fwd("later", FwdKind::Struct).unwrap();
        }
        btf
    };
    let comparison = compare(&make(5), &make(2));
    assert_eq!(comparison.only_in_a.len(), 1);
    assert_eq!(comparison.only_in_a[0].count, 3);
    assert_eq!(comparison.only_in_a[0].signature, "FWD struct later");
    assert!(comparison.only_in_b.is_empty());
}

#[test]
fn split_btf_is_compared_by_what_it_means_on_its_base() {
    // The same module on two bases whose types have other ids.
    let module = |base: Btf, target: TypeId| {
        let mut btf = Btf::split(Arc::new(base));
        btf.add_ptr(target).unwrap();
        btf
    };
    let a = module(list(false, "a"), TypeId(1));
    let b = module(list(true, "a"), TypeId(3));
    assert!(compare(&a, &b).is_equal());
    let other = module(list(true, "a"), TypeId(1));
    assert_eq!(compare(&a, &other).differing(), 2);
    assert_eq!(compare(&a, &other).types(), (1, 1));
}

#[test]
fn rings_of_unnamed_types_and_long_chains_end() {
    let mut ring = Btf::new();
    ring.add_ptr(TypeId(2)).unwrap();
    ring.add_ptr(TypeId(1)).unwrap();
    ring.add_ptr(TypeId(99)).unwrap();
    assert!(compare(&ring, &ring.clone()).is_equal());
    let differing = compare(&ring, &Btf::new());
    assert_eq!(differing.differing(), 3);
    assert!(
        differing
            .only_in_a
            .iter()
            .all(|difference| difference.signature.len() < 2100)
    );

    let mut chain = Btf::new();
    for target in 0..200_000 {
        chain.add_ptr(TypeId(target)).unwrap();
    }
    let mut longer = chain.clone();
    longer.add_ptr(TypeId(200_000)).unwrap();
    assert_eq!(compare(&chain, &longer).differing(), 1);
}

#[test]
fn spelling_out_does_not_explode() {
    // Each level has the one below twice: spelled out, 2^64 members.
    let mut btf = Btf::new();
    let mut ty = btf.add_int("int", INT).unwrap();
    for _ in 0..64 {
        let members = [0, 32].map(|offset| member(&mut btf, "m", ty, offset));
        ty = btf.add_composite(Kind::Struct, "", 8, &members).unwrap();
    }
    let array = Array {
        element: ty,
        index: TypeId(1),
        count: 3,
    };
    btf.add_array(array).unwrap();
    let comparison = compare(&btf, &Btf::new());
    assert_eq!(comparison.differing(), 66);
}

#[test]
fn random_btf_equals_itself_and_differs_by_what_is_added() {
    let steps: Vec<_> = (0..300u32)
        .map(|n| (n as u8, n * 7, n * 11, n * 13))
        .collect();
    let a = random(&steps, None);
    let mut b = random(&steps, None);
    b.add_typedef("only_here", TypeId(1)).unwrap();
    let comparison = compare(&a, &b);
    assert_eq!(names(&comparison.only_in_b), [(Kind::Typedef, "only_here")]);
    assert!(comparison.only_in_a.is_empty());
}

#[test]
fn texts_are_shorter_once_there_are_many_long_ones() {
    let mut btf = Btf::new();
    let tag = "a_tag_with_a_long_name_".repeat(8);
    let mut target = TypeId::VOID;
    for _ in 0..10_000 {
        target = btf.add_reference(Kind::TypeTag, &tag, target).unwrap();
    }
    let comparison = compare(&btf, &Btf::new());
    let long = |one: &&Difference| one.signature.len() > 1_900;
    let lens = comparison.only_in_a.iter().map(|one| one.signature.len());
    assert_eq!(lens.len(), 10_000);
    assert!(lens.sum::<usize>() < (16 << 20) + 10_000 * 204);
    // What a comparison of kernels writes stays whole.
    let full = comparison.only_in_a.iter().filter(long).count();
    assert!(full > 8_000, "{full}");
}

#[test]
fn a_name_is_shown_by_its_first_characters_however_long_it_is() {
    let mut btf = Btf::new();
    btf.add_typedef(&"é".repeat(100_000), TypeId::VOID).unwrap();
    let comparison = compare(&btf, &Btf::new());
    let shown = format!("{}…", "é".repeat(200));
    assert_eq!(comparison.only_in_a[0].name, shown);
    assert_eq!(
        comparison.only_in_a[0].signature,
        format!("typedef {shown} = void")
    );
}
