//! Distilled bases and renumbering: type graphs in and out, as libbpf's own tests state them.

use crate::graph::{add, lines};
use btf::distill::{DistillError, RelocateError, distill, relocate};
use btf::{Btf, PermuteError, TypeId, WriteOptions};
use std::sync::Arc;

const BASE: &str = "
    INT int 4
    PTR 1
    STRUCT s1 8 f1:2@0
    STRUCT - 12 f1:1@0 f2:3@32
    UINT unsigned_int 4
    UNION u1 12 f1:1@0 f2:2@0
    UNION - 4 f1:1@0
    ENUM e1 4 v1=1
    ENUM - 4 av1=2
    SENUM64 e641 8 v1=1024
    SENUM64 - 8 v1=1025
    STRUCT unneeded 4 f1:1@0
    STRUCT embedded 4 f1:1@0
    PROTO 1 p1:1
    ARRAY 1 1 3
    STRUCT from_proto 4 f1:1@0
    UNION u1 4 f1:1@0
";

const SPLIT: &str = "
    PTR 3
    PTR 4
    CONST 6
    RESTRICT 7
    VOLATILE 8
    TYPEDEF et 9
    CONST 10
    PTR 11
    STRUCT with_embedded 4 f1:13@0
    FUNC fn 14
    TYPEDEF arraytype 15
    PROTO 1 p1:16
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
        INT int 4
        STRUCT s1 8
        UNION u1 12
        ENUM e1 4
        ENUM e641 8
        STRUCT embedded 4
        STRUCT from_proto 4
    ";
    assert_eq!(lines(&distilled.base), numbered(1, shells));
    let on_shells = "
        PTR 2
        PTR 20
        CONST 3
        RESTRICT 21
        VOLATILE 4
        TYPEDEF et 22
        CONST 5
        PTR 23
        STRUCT with_embedded 4 f1:6@0
        FUNC fn 24
        TYPEDEF arraytype 25
        PROTO 1 p1:7
        STRUCT - 12 f1:1@0 f2:2@32
        UNION - 4 f1:1@0
        ENUM - 4 av1=2
        SENUM64 - 8 v1=1025
        PROTO 1 p1:1
        ARRAY 1 1 3
    ";
    assert_eq!(lines(&distilled.split), numbered(8, on_shells));
    let back = relocate(&distilled.split, &base).unwrap();
    back.check_references().unwrap();
    let on_base = "
        PTR 3
        PTR 30
        CONST 6
        RESTRICT 31
        VOLATILE 8
        TYPEDEF et 32
        CONST 10
        PTR 33
        STRUCT with_embedded 4 f1:13@0
        FUNC fn 34
        TYPEDEF arraytype 35
        PROTO 1 p1:16
        STRUCT - 12 f1:1@0 f2:3@32
        UNION - 4 f1:1@0
        ENUM - 4 av1=2
        SENUM64 - 8 v1=1025
        PROTO 1 p1:1
        ARRAY 1 1 3
    ";
    assert_eq!(lines(&back), numbered(18, on_base));
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
    let base = base("INT int 4\nINT int 8");
    let distilled = distill(&split("PTR 1\nCONST 2", &base)).unwrap();
    assert_eq!(lines(&distilled.base), numbered(1, "INT int 4\nINT int 8"));
    let back = relocate(&distilled.split, &base).unwrap();
    assert_eq!(lines(&back), numbered(3, "PTR 1\nCONST 2"));
}

/// Distils on one base and relocates to another.
fn moved(from: &str, types: &str, to: &str) -> Result<Btf, RelocateError> {
    let distilled = distill(&split(types, &base(from))).unwrap();
    relocate(&distilled.split, &base(to))
}

#[test]
fn a_type_the_base_lacks_is_named() {
    let error = moved("INT int 4\nINT int 8", "PTR 1\nCONST 2", "INT int 4").unwrap_err();
    let RelocateError::NoMatch {
        id, name, wanted, ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(
        (id.0, name.as_str(), wanted.as_str()),
        (2, "int", "8 bytes")
    );
}

#[test]
fn two_types_of_one_name_and_size_are_ambiguous() {
    let twice = "INT int 4\nINT int 4";
    for (from, types) in [(twice, "PTR 1\nCONST 2"), ("INT int 4", "PTR 1")] {
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
    let text = "INT int 4\nPTR 1\nSTRUCT s1 4 m:1@0\nSTRUCT s2 4 m:1@0\nPROTO 1 p:2\nFUNC f 5";
    let mut btf = Btf::new();
    add(&mut btf, text);
    btf.permute(&[4, 3, 5, 1, 6, 2].map(TypeId)).unwrap();
    let out = "STRUCT s2 4 m:4@0\nFUNC f 6\nPTR 4\nINT int 4\nSTRUCT s1 4 m:4@0\nPROTO 4 p:3";
    assert_eq!(lines(&btf), numbered(1, out));
    let before = lines(&btf);
    for (wrong, message) in [
        (vec![1, 2, 3, 4, 5], "5 new ids were given for 6 types"),
        (
            vec![1, 1, 2, 3, 4, 5],
            "types [1] and [2] cannot both become [1]",
        ),
        (
            vec![1, 2, 3, 4, 5, 7],
            "type [6] cannot become [7]: the ids are [1] to [6]",
        ),
        (
            vec![0, 2, 3, 4, 5, 6],
            "type [1] cannot become [0]: the ids are [1] to [6]",
        ),
    ] {
        let wrong: Vec<TypeId> = wrong.into_iter().map(TypeId).collect();
        assert_eq!(btf.permute(&wrong).unwrap_err().to_string(), message);
        assert_eq!(lines(&btf), before);
    }
}

#[test]
fn permuting_split_btf_leaves_its_base_alone() {
    let base = base("INT int 4\nPTR 1");
    let mut btf = split(
        "STRUCT s1 4 m:1@0\nSTRUCT s2 4 m:1@0\nPROTO 1 p:2\nFUNC f 5",
        &base,
    );
    btf.permute(&[6, 3, 5, 4].map(TypeId)).unwrap();
    let out = "STRUCT s2 4 m:1@0\nFUNC f 5\nPROTO 1 p:2\nSTRUCT s1 4 m:1@0";
    assert_eq!(lines(&btf), numbered(3, out));
    let error = btf.permute(&[3, 4, 5, 2].map(TypeId)).unwrap_err();
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
