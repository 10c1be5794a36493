//! Distilled bases and renumbering: type graphs in and out.

use crate::graph::{add, lines};
use btf::distill::{DistillError, RelocateError, distill, relocate};
use btf::{Btf, PermuteError, TypeId, WriteOptions};
use std::sync::Arc;

/// A harbour: every kind that a module can refer to, named and not, and things that it does not refer to.
const BASE: &str = "
    UINT hours 2
    INT metres 4
    STRUCT - 8 lat:2@0 lon:2@32
    STRUCT quay 12 at:3@0 length:2@64
    PTR 4
    STRUCT lamp 8 height:2@0 on:2@32
    UNION load 8 lamp:6@0 weight:2@0
    UNION - 4 depth:2@0
    ENUM flag 1 DOWN=0 UP=1
    ENUM - 4 NORTH=4
    SENUM64 stars 8 POLARIS=1099511627776
    ENUM64 - 8 VEGA=1
    ARRAY 2 1 5
    PROTO 2 at:5
    STRUCT tug 4 pull:2@0
    FWD pilot
    FLOAT knots 8
    STRUCT load 4 weight:2@0
";

const SPLIT: &str = "
    STRUCT crane 16 lamp:6@0 base:20@64
    PTR 4
    PTR 3
    CONST 7
    VOLATILE 8
    TYPEDEF signal 9
    PTR 10
    RESTRICT 20
    TYPEDEF sky 11
    CONST 12
    TYPEDEF berths 13
    FUNC moor 14
    PROTO 17 tug:32
    PTR 15
    PTR 16
    TYPEDEF late 1
";

fn base(text: &str) -> Arc<Btf> {
    let mut btf = Btf::new();
    add(&mut btf, text);
    btf.index_strings();
    Arc::new(btf)
}

fn split(text: &str, base: &Arc<Btf>) -> Btf {
    let mut btf = Btf::split(Arc::clone(base));
    add(&mut btf, text);
    btf
}

/// A graph's lines numbered from `first`.
fn numbered(first: u32, text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .zip(first..)
        .map(|(line, id)| format!("[{id}] {line}\n"))
        .collect()
}

#[test]
fn a_distilled_base_has_names_and_sizes_and_leads_back_to_the_base() {
    let base = base(BASE);
    let split = split(SPLIT, &base);
    let distilled = distill(&split).unwrap();
    let shells = "
        UINT hours 2
        INT metres 4
        STRUCT quay 12
        STRUCT lamp 8
        UNION load 8
        ENUM flag 1
        ENUM stars 8
        STRUCT tug 4
        FWD pilot
        FLOAT knots 8
    ";
    assert_eq!(lines(&distilled.base), numbered(1, shells));
    let on_shells = "
        STRUCT crane 16 lamp:4@0 base:12@64
        PTR 3
        PTR 27
        CONST 5
        VOLATILE 29
        TYPEDEF signal 6
        PTR 30
        RESTRICT 12
        TYPEDEF sky 7
        CONST 31
        TYPEDEF berths 32
        FUNC moor 33
        PROTO 10 tug:24
        PTR 8
        PTR 9
        TYPEDEF late 1
        STRUCT - 8 lat:2@0 lon:2@32
        PTR 3
        UNION - 4 depth:2@0
        ENUM - 4 NORTH=4
        ENUM64 - 8 VEGA=1
        ARRAY 2 1 5
        PROTO 2 at:28
    ";
    let first = distilled.split.first_id().0;
    assert_eq!(lines(&distilled.split), numbered(first, on_shells));
    let back = relocate(&distilled.split, &base).unwrap();
    back.check_references().unwrap();
    let on_base = "
        STRUCT crane 16 lamp:6@0 base:20@64
        PTR 4
        PTR 35
        CONST 7
        VOLATILE 37
        TYPEDEF signal 9
        PTR 38
        RESTRICT 20
        TYPEDEF sky 11
        CONST 39
        TYPEDEF berths 40
        FUNC moor 41
        PROTO 17 tug:32
        PTR 15
        PTR 16
        TYPEDEF late 1
        STRUCT - 8 lat:2@0 lon:2@32
        PTR 4
        UNION - 4 depth:2@0
        ENUM - 4 NORTH=4
        ENUM64 - 8 VEGA=1
        ARRAY 2 1 5
        PROTO 2 at:36
    ";
    assert_eq!(lines(&back), numbered(19, on_base));
}

#[test]
fn a_distilled_base_survives_writing_in_the_other_byte_order() {
    let base = base(BASE);
    let distilled = distill(&split(SPLIT, &base)).unwrap();
    let other = |btf: &Btf| {
        let swapped = btf.clone().with_endian(btf::Endian::Big);
        swapped.to_bytes(WriteOptions::default()).unwrap()
    };
    let small = btf::parse(&other(&distilled.base), None).unwrap();
    let read = btf::parse(&other(&distilled.split), Some(Arc::new(small))).unwrap();
    let back = relocate(&read, &base).unwrap();
    let direct = relocate(&distilled.split, &base).unwrap();
    assert_eq!(lines(&back), lines(&direct));
}

#[test]
fn size_tells_types_of_one_name_apart() {
    let base = base("FLOAT knots 4\nSTRUCT buoy 2\nFLOAT knots 8\nSTRUCT buoy 6");
    let distilled = distill(&split(
        "PTR 4\nTYPEDEF fast 3\nPTR 2\nTYPEDEF slow 1",
        &base,
    ))
    .unwrap();
    let back = relocate(&distilled.split, &base).unwrap();
    let own = "PTR 4\nTYPEDEF fast 3\nPTR 2\nTYPEDEF slow 1";
    assert_eq!(lines(&back), numbered(5, own));
}

/// Distils on one base and relocates to another.
fn moved(from: &str, types: &str, to: &str) -> Result<Btf, RelocateError> {
    let distilled = distill(&split(types, &base(from))).unwrap();
    relocate(&distilled.split, &base(to))
}

#[test]
fn a_type_the_base_lacks_is_named() {
    let error = moved(
        "FLOAT knots 4\nFLOAT knots 8",
        "TYPEDEF slow 1\nTYPEDEF fast 2",
        "FLOAT knots 4",
    )
    .unwrap_err();
    let RelocateError::NoMatch {
        id, name, wanted, ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(
        (id.0, name.as_str(), wanted.as_str()),
        (2, "knots", "8 bytes")
    );
}

#[test]
fn two_types_of_one_name_and_size_are_ambiguous() {
    let twice = "FLOAT knots 4\nFLOAT knots 4";
    for (from, types) in [
        (twice, "TYPEDEF slow 1\nTYPEDEF fast 2"),
        ("FLOAT knots 4", "TYPEDEF slow 1"),
    ] {
        let error = moved(from, types, twice).unwrap_err();
        let RelocateError::Ambiguous { first, second, .. } = error else {
            panic!("{error}");
        };
        assert_eq!((first.0, second.0), (1, 2));
    }
}

#[test]
fn a_struct_may_change_size_behind_a_pointer_but_not_as_a_member() {
    let (small, large) = (
        "INT int 4\nSTRUCT s 4 a:1@0",
        "INT int 4\nSTRUCT s 8 a:1@0 b:1@32",
    );
    moved(small, "PTR 2\nINT own 4", large).unwrap();
    for member in [
        "STRUCT with 4 f:2@0",
        "STRUCT with 4 f:4@0\nCONST 2",
        "STRUCT with 4 f:4@0\nARRAY 2 1 1",
        "UNION with 4 f:4@0\nTYPEDEF s_t 5\nVOLATILE 2",
    ] {
        let error = moved(small, member, large).unwrap_err();
        assert!(
            matches!(error, RelocateError::NoMatch { .. }),
            "{member}: {error}"
        );
        moved(small, member, small).unwrap();
    }
    moved(small, "STRUCT with 8 f:4@0\nPTR 2", large).unwrap();
}

#[test]
fn a_size_is_wanted_where_the_base_has_several_structs_of_a_name() {
    let one = "STRUCT s 4";
    let (with, without) = ("STRUCT s 8\nSTRUCT s 4", "STRUCT s 8\nUNION s 2");
    assert_eq!(lines(&moved(one, "PTR 1", with).unwrap()), "[3] PTR 2\n");
    assert!(moved(one, "PTR 1", without).is_err());
}

#[test]
fn forwards_find_forwards_and_definitions_of_their_kind() {
    for (forward, definition, other) in [
        ("FWD s", "STRUCT s 8 a:0@0/3", "UNION s 8"),
        ("UFWD s", "UNION s 8", "STRUCT s 8"),
    ] {
        assert_eq!(
            lines(&moved(forward, "PTR 1", definition).unwrap()),
            "[2] PTR 1\n"
        );
        assert_eq!(
            lines(&moved(forward, "PTR 1", forward).unwrap()),
            "[2] PTR 1\n"
        );
        assert!(moved(forward, "PTR 1", other).is_err());
    }
}

#[test]
fn enumerations_find_those_of_their_size() {
    let wide = "SENUM64 e 8 a=1";
    assert!(moved(wide, "PTR 1", wide).is_ok());
    assert!(moved(wide, "PTR 1", "ENUM e 4 a=1").is_err());
    assert!(moved("ENUM e 4 a=1", "PTR 1", "SENUM e 4 b=2").is_ok());
}

#[test]
fn what_cannot_be_distilled_or_relocated_is_said() {
    let whole = base("INT int 4");
    assert_eq!(distill(&whole).unwrap_err(), DistillError::NotSplit);
    assert_eq!(
        relocate(&whole, &whole).unwrap_err(),
        RelocateError::NotSplit
    );
    let functions = base("INT int 4\nPROTO 1\nFUNC f 2");
    let tag = split("DECLTAG tag 3 -1", &functions);
    let error = distill(&tag).unwrap_err();
    assert_eq!(
        error.to_string(),
        "type [4] refers to [3] of the base, a FUNC, which a distilled base cannot hold"
    );
    let full = split("PTR 3", &functions);
    let error = relocate(&full, &whole).unwrap_err();
    assert_eq!(
        error.to_string(),
        "type [2] is a FUNC_PROTO, so this is no distilled base"
    );
}

#[test]
fn permuting_renumbers_types_and_what_refers_to_them() {
    let text =
        "FUNC moor 2\nPROTO 4 quay:3\nPTR 5\nINT metres 4\nSTRUCT quay 16 length:4@0 next:3@64";
    let mut btf = Btf::new();
    add(&mut btf, text);
    btf.permute(&[5, 4, 2, 1, 3].map(TypeId)).unwrap();
    let out =
        "INT metres 4\nPTR 3\nSTRUCT quay 16 length:1@0 next:2@64\nPROTO 1 quay:2\nFUNC moor 4";
    assert_eq!(lines(&btf), numbered(1, out));
    let before = lines(&btf);
    for (wrong, message) in [
        (vec![1, 2, 3, 4], "4 new ids were given for 5 types"),
        (
            vec![1, 2, 3, 2, 5],
            "types [2] and [4] cannot both become [2]",
        ),
        (
            vec![1, 2, 6, 4, 5],
            "type [3] cannot become [6]: the ids are [1] to [5]",
        ),
        (
            vec![1, 0, 3, 4, 5],
            "type [2] cannot become [0]: the ids are [1] to [5]",
        ),
    ] {
        let wrong: Vec<TypeId> = wrong.into_iter().map(TypeId).collect();
        assert_eq!(btf.permute(&wrong).unwrap_err().to_string(), message);
        assert_eq!(lines(&btf), before);
    }
}

#[test]
fn permuting_split_btf_leaves_its_base_alone() {
    let base = base("INT metres 4\nSTRUCT quay 4 length:1@0\nPTR 2");
    let mut btf = split("TYPEDEF berth 6\nPROTO 1 quay:3\nVOLATILE 2", &base);
    btf.permute(&[5, 6, 4].map(TypeId)).unwrap();
    let out = "VOLATILE 2\nTYPEDEF berth 4\nPROTO 1 quay:3";
    assert_eq!(lines(&btf), numbered(4, out));
    let error = btf.permute(&[4, 5, 3].map(TypeId)).unwrap_err();
    assert!(matches!(error, PermuteError::OutOfRange { .. }), "{error}");
}

#[test]
fn sorting_is_by_the_bytes_of_names_anonymous_first_and_keeps_the_order_of_equals() {
    let mut btf = Btf::new();
    add(
        &mut btf,
        "STRUCT b 1\nPTR 1\nINT a 4\nFUNC b 6\nSTRUCT Z 1\nPROTO 3\nCONST 5\nSTRUCT _ 2",
    );
    let new_ids = btf.sort_by_name();
    assert_eq!(new_ids, [7, 1, 6, 8, 4, 2, 3, 5].map(TypeId));
    let out = "PTR 7\nPROTO 6\nCONST 4\nSTRUCT Z 1\nSTRUCT _ 2\nINT a 4\nSTRUCT b 1\nFUNC b 2";
    assert_eq!(lines(&btf), numbered(1, out));
}

#[test]
fn references_that_lead_nowhere_are_said() {
    let base = base("INT int 4");
    for target in [3, 1000, u32::MAX] {
        let dangling = split(&format!("PTR {target}"), &base);
        assert!(matches!(distill(&dangling), Err(DistillError::Btf(_))));
        let other = Arc::new(base.as_ref().clone());
        assert!(matches!(
            relocate(&dangling, &other),
            Err(RelocateError::Btf(_))
        ));
    }
}
