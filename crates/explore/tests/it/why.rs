//! Why a name has more than one definition.

use crate::common::explorer;
use explore::Explorer;
use explore::why::{Cause, repeated};

/// The way and its end, for each name that has several types.
fn answers(explorer: &Explorer) -> Vec<String> {
    let all = repeated(explorer.btf());
    let trails = all.iter().flat_map(|one| one.trails(explorer));
    trails.map(|trail| trail.sentence()).collect()
}

#[test]
fn the_nearest_difference_is_named_with_the_way_to_it() {
    let explorer = explorer(&[
        "struct leaf { int a; unsigned int x; }; struct mid { struct leaf *leaf; }; struct top { long id; struct mid mid; };",
        "struct leaf { int a; unsigned long x; }; struct mid { struct leaf *leaf; }; struct top { long id; struct mid mid; };",
    ]);
    assert_eq!(
        answers(&explorer),
        [
            "struct leaf: member 2 is `unsigned int x` at 4 here, `long unsigned int x` at 8 there",
            "struct mid.leaf → struct leaf: member 2 is `unsigned int x` at 4 here, `long unsigned int x` at 8 there",
            "struct top.mid.leaf → struct leaf: member 2 is `unsigned int x` at 4 here, `long unsigned int x` at 8 there",
        ]
    );
}

#[test]
fn each_kind_of_difference_has_its_words() {
    for (first, second, expected) in [
        (
            "struct s { int a; };",
            "struct s { int a, b; };",
            "struct s: member 2 is none here, `int b` at 4 there",
        ),
        (
            "struct s { int a:3; };",
            "struct s { int a:4; };",
            "struct s: member 1 is `int a:3` at 0 here, `int a:4` at 0 there",
        ),
        (
            "struct s { int a; };",
            "struct s { unsigned int a; };",
            "struct s: member 1 is `int a` at 0 here, `unsigned int a` at 0 there",
        ),
        (
            "struct s { int *a; };",
            "struct s { int a[2]; };",
            "struct s: member 1 is `int *a` at 0 here, `int a[2]` at 0 there",
        ),
        (
            "struct s { int a[3]; };",
            "struct s { int a[2]; };",
            "struct s: member 1 is `int a[3]` at 0 here, `int a[2]` at 0 there",
        ),
        (
            "enum e { A, B };",
            "enum e { A, B = 2 };",
            "enum e: value 2 is `B = 1` here, `B = 2` there",
        ),
        (
            "enum e { A };",
            "enum e { A, B };",
            "enum e: the number of values is 1 value here, 2 values there",
        ),
        (
            "struct s { int (*f)(int a); };",
            "struct s { int (*f)(int b); };",
            "",
        ),
        (
            "typedef int t; struct s { t a; };",
            "typedef long t; struct s { t a; };",
            "struct s.a → t: it is int here, long int there",
        ),
    ] {
        let explorer = explorer(&[first, second]);
        let found = answers(&explorer);
        match expected {
            // The lab's prototypes have no names of parameters.
            "" => assert!(found.len() <= 1, "{found:?}"),
            expected => assert!(
                found.iter().any(|one| one == expected),
                "{first} {second}: {found:?}"
            ),
        }
    }
}

#[test]
fn what_moved_a_member_is_looked_for_in_what_is_before_it() {
    let unit = |ty: &str| {
        format!("struct inner {{ {ty} x; }}; struct outer {{ struct inner inner; int tail; }};")
    };
    let explorer = explorer(&[&unit("int"), &unit("long")]);
    let found = answers(&explorer);
    assert_eq!(
        found[1],
        "struct outer.inner: member 1 is `int x` at 0 here, `long int x` at 0 there"
    );
}

#[test]
fn a_loop_of_structs_ends_at_its_difference() {
    let one = "struct b; struct a { struct b *b; }; struct b { struct a *a; int x; };";
    let other = "struct b; struct a { struct b *b; }; struct b { struct a *a; long x; };";
    let explorer = explorer(&[one, other]);
    let expected = ["struct a.b → struct b", "struct b"]
        .map(|way| format!("{way}: member 2 is `int x` at 8 here, `long int x` at 8 there"));
    assert_eq!(answers(&explorer), expected);
}

#[test]
fn what_dedup_makes_one_has_no_answer() {
    let unit =
        "struct b; struct a { struct b *b; int (*f)(struct a *); }; struct b { struct a a; };";
    assert_eq!(
        answers(&explorer(&[unit, unit, "struct b; struct a;"])),
        [""; 0]
    );
}

#[test]
fn every_pair_that_is_left_differs_somewhere() {
    let explorer = explorer(&[
        "struct s { int a; }; struct t { struct s *s; };",
        "struct s { long a; }; struct t { struct s *s; };",
        "struct s { char a; }; struct t { struct s *s; };",
    ]);
    let all = repeated(explorer.btf());
    assert_eq!(all.len(), 2);
    for one in &all {
        let trails = one.trails(&explorer);
        assert_eq!(trails.len(), 2);
        for trail in trails {
            assert!(
                matches!(trail.cause, Some(Cause::Member(..) | Cause::Name(_))),
                "{trail:?}"
            );
        }
    }
}
