//! What became of types: by name.

use crate::common::explorer;
use btf::{Btf, Int, IntEncoding};
use explore::changes::{Changes, Difference, MemberChange, MemberRow};
use explore::{Explorer, Group};
use proptest::prelude::*;

const OLD: &str = "
    enum state { IDLE, BUSY, GONE = 9 };
    struct kept { int a; };
    struct dropped { int a; };
    struct entity { long load; unsigned int on; struct kept *kept; struct { short low, high; }; int depth; unsigned flag:1; };
    struct holder { struct entity entity; };
    int run(struct kept *kept);
";
const NEW: &str = "
    enum state { IDLE, BUSY = 2, READY };
    struct kept { int a; };
    struct fresh { int a; };
    struct entity { long load; unsigned long deadline; unsigned char on; struct kept *kept; struct { short low; }; unsigned flag:1; long tail; };
    struct holder { struct entity entity; };
    int run(struct kept *kept, int flags);
";

fn changes(a: &Explorer, b: &Explorer) -> Changes {
    explore::changes::changes(a, b).expect("within the budget")
}

/// What became of members, in a few words.
fn words(rows: &[MemberRow]) -> Vec<String> {
    let changed = rows.iter().filter(|row| row.change != MemberChange::Same);
    let word = |row: &MemberRow| match (row.change, &row.left, &row.right) {
        (MemberChange::New, None, Some(b)) => format!("+{} {}", row.name, b.offset),
        (MemberChange::Gone, Some(a), None) => format!("-{} {}", row.name, a.offset),
        (MemberChange::Moved, Some(a), Some(b)) => {
            format!("{} {} {}", row.name, a.offset, b.offset)
        }
        (MemberChange::Type, Some(a), Some(b)) => format!("{}: {}, {}", row.name, a.text, b.text),
        other => panic!("{other:?}"),
    };
    changed.map(word).collect()
}

fn of<'c>(changes: &'c Changes, name: &str) -> &'c Difference {
    let found = changes.changed.iter().find(|one| one.name == name);
    &found
        .unwrap_or_else(|| panic!("{name} has not changed"))
        .difference
}

#[test]
fn members_values_and_declarations_are_told() {
    let found = changes(&explorer(&[OLD]), &explorer(&[NEW]));
    let names = |all: &[explore::changes::Named]| {
        let structs = all.iter().filter(|one| one.group == Group::Struct);
        structs.map(|one| one.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&found.added), ["fresh"]);
    assert_eq!(names(&found.removed), ["dropped"]);
    let Difference::Members(members) = of(&found, "entity") else {
        panic!("members");
    };
    assert_eq!(
        words(members),
        [
            "+deadline 8",
            "on: unsigned int on, unsigned char on",
            "kept 16 24",
            "low 24 32",
            "-high 26",
            "-depth 28",
            "flag 32 32",
            "+tail 40",
        ]
    );
    let Difference::Values(values) = of(&found, "state") else {
        panic!("values");
    };
    assert_eq!(
        values,
        &[
            ("BUSY".to_owned(), Some(1), Some(2)),
            ("READY".to_owned(), None, Some(3)),
            ("GONE".to_owned(), Some(9), None),
        ]
    );
    assert_eq!(
        of(&found, "run"),
        &Difference::Declaration(
            "int run(struct kept *kept);".to_owned(),
            "int run(struct kept *kept, int flags);".to_owned()
        )
    );
    // Its own layout is another, as its member is larger now.
    let Difference::Members(holder) = of(&found, "holder") else {
        panic!("members");
    };
    assert_eq!(
        words(holder)[0],
        "entity: struct entity entity, struct entity entity"
    );
    let structs = found
        .groups
        .iter()
        .find(|of| of.group == Group::Struct)
        .expect("structs");
    assert_eq!(
        (
            structs.equal,
            structs.changed,
            structs.added,
            structs.removed
        ),
        (1, 2, 1, 1)
    );
}

#[test]
fn of_several_of_a_name_those_that_are_alike_are_paired() {
    let two = |b: &str| explorer(&["struct s { int a; };", b]);
    let found = changes(&two("struct s { long a; };"), &two("struct s { char a; };"));
    assert_eq!(found.changed.len(), 1);
    assert_eq!(found.changed[0].size, (Some(8), Some(1)));
    let one = explorer(&["struct s { long a; };"]);
    let found = changes(&two("struct s { long a; };"), &one);
    assert!(found.changed.is_empty());
    let structs: Vec<_> = found
        .removed
        .iter()
        .filter(|one| one.group == Group::Struct)
        .collect();
    assert_eq!(structs.len(), 1);
    assert_eq!(structs[0].size, Some(4));
}

#[test]
fn a_number_of_another_size_has_changed() {
    let with = |size: u32| {
        let mut btf = Btf::new();
        let long = Int {
            size,
            encoding: IntEncoding::SIGNED,
            offset: 0,
            bits: 8 * size as u8,
        };
        btf.add_int("long int", long).expect("fits");
        Explorer::new(btf, None)
    };
    let found = changes(&with(8), &with(4));
    let one = &found.changed[0];
    assert_eq!(
        (one.name.as_str(), one.size),
        ("long int", (Some(8), Some(4)))
    );
    assert_eq!(
        one.lines(),
        [
            "− long int /* 8 bytes, signed */",
            "+ long int /* 4 bytes, signed */"
        ]
    );
}

/// Some structs of some members.
fn units() -> impl Strategy<Value = String> {
    let member = (0_usize..4, 0_usize..6);
    let members = prop::collection::btree_map(0_usize..6, member, 1..5);
    prop::collection::vec(members, 1..5).prop_map(|structs| {
        let types = ["int", "char", "long", "struct s0 *"];
        let text = |(at, members): (usize, std::collections::BTreeMap<usize, (usize, usize)>)| {
            let members = members
                .into_iter()
                .map(|(name, (ty, _))| format!("{} m{name};", types[ty]));
            format!("struct s{at} {{ {} }};", members.collect::<String>())
        };
        structs.into_iter().enumerate().map(text).collect()
    })
}

proptest! {
    /// A kernel has not changed against itself; both directions agree on what is new and gone.
    #[test]
    fn changes_are_none_against_itself_and_mirror(a in units(), b in units()) {
        let load = |text: &str| -> Explorer { explorer(&[text]) };
        let none = changes(&load(&a), &load(&a));
        prop_assert!(none.added.is_empty() && none.removed.is_empty() && none.changed.is_empty());
        let (forth, back) = (changes(&load(&a), &load(&b)), changes(&load(&b), &load(&a)));
        prop_assert_eq!(&forth.added, &back.removed);
        prop_assert_eq!(&forth.removed, &back.added);
        prop_assert_eq!(forth.changed.len(), back.changed.len());
        for (one, other) in forth.changed.iter().zip(&back.changed) {
            let (Difference::Members(x), Difference::Members(y)) = (&one.difference, &other.difference) else {
                panic!("structs have members: {one:?}, {other:?}");
            };
            let sorted = |all: &[MemberRow]| {
                let changed = all.iter().filter(|row| row.change != MemberChange::Same);
                let mut names: Vec<String> = changed.map(|row| row.name.clone()).collect();
                names.sort();
                names
            };
            prop_assert_eq!(sorted(x), sorted(y));
        }
    }
}

#[test]
fn a_group_that_has_a_name_too_counts_once() {
    let text = |more: &str| {
        format!(
            "struct skb {{ union {{ struct {{ int len; {more} }}; struct {{ int len; {more} }} headers; }}; int end; }};"
        )
    };
    let [before, after] = [text(""), text("int mark;")].map(|text| explorer(&[&text]));
    let found = changes(&before, &after);
    let one = found
        .changed
        .iter()
        .find(|one| one.name == "skb")
        .expect("it changed");
    let Difference::Members(rows) = &one.difference else {
        panic!("a struct has members");
    };
    assert_eq!(
        words(rows)
            .iter()
            .filter(|word| word.contains("mark"))
            .count(),
        1,
        "{rows:?}"
    );
    assert_eq!(
        rows.iter().filter(|row| row.name == "len").count(),
        1,
        "{rows:?}"
    );
}
