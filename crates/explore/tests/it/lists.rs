//! Lists: what is found, in which order, and what a row says.

use crate::common::explorer;
use explore::{Explorer, Field, Filter, FoundTypes, Group, Match, Order, Query};
use proptest::prelude::*;

const UNIT: &str = "
    typedef unsigned int u32;
    enum color { RED, GREEN = 7, DARK_BLUE };
    struct list_head { struct list_head *next, *prev; };
    struct sk_buff { struct list_head list; u32 len; u32 cloned:1, peeked:2; char tail; };
    struct sk_buff_head { struct sk_buff *first; u32 qlen; };
    struct flex { u32 count; u32 rows[]; };
    union either { u32 word; char bytes[4]; };
    struct holey { char a; int b; char c; };
    int sk_read(struct sk_buff *skb, u32 wanted);
";

fn names(explorer: &Explorer, query: Query) -> Vec<String> {
    let found = FoundTypes::of(explorer, query).expect("a query");
    let page = found.page(explorer, 0, 1000);
    assert_eq!(page.total as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.name).collect()
}

fn text(text: &str, matching: Match) -> Query {
    Query {
        text: text.to_owned(),
        matching,
        ..Query::default()
    }
}

fn filter(filter: Filter) -> Query {
    Query {
        filter,
        ..Query::default()
    }
}

#[test]
fn a_part_of_a_name_finds_whole_names_first() {
    let explorer = explorer(&[UNIT]);
    assert_eq!(
        names(&explorer, text("sk_buff", Match::Substring)),
        ["sk_buff", "sk_buff_head"]
    );
    assert_eq!(
        names(&explorer, text("head", Match::Substring)),
        ["list_head", "sk_buff_head"],
        "a word within comes by name"
    );
}

#[test]
fn letters_in_order_and_expressions_find_too() {
    let explorer = explorer(&[UNIT]);
    assert_eq!(
        names(&explorer, text("skbh", Match::Fuzzy)),
        ["sk_buff_head"]
    );
    assert_eq!(
        names(&explorer, text("^(list|sk_buff)_head$", Match::Regex)),
        ["list_head", "sk_buff_head"]
    );
    let error = FoundTypes::of(&explorer, text("a(", Match::Regex)).expect_err("no expression");
    assert!(
        error
            .to_string()
            .starts_with("invalid regular expression “a(”: "),
        "{error}"
    );
}

#[test]
fn members_enumerators_and_parameters_are_searched() {
    let explorer = explorer(&[UNIT]);
    let by = |field, word: &str| {
        let query = Query {
            field,
            ..text(word, Match::Substring)
        };
        let found = FoundTypes::of(&explorer, query).expect("a query");
        let rows = found.page(&explorer, 0, 10).rows;
        rows.into_iter()
            .map(|row| (row.name, row.by.expect("a name within"), row.marks))
            .collect::<Vec<_>>()
    };
    let row = |name: &str, by: &str, from, to| (name.to_owned(), by.to_owned(), vec![(from, to)]);
    assert_eq!(
        by(Field::Member, "len"),
        [
            row("sk_buff", "len", 0, 3),
            row("sk_buff_head", "qlen", 1, 4)
        ]
    );
    assert_eq!(
        by(Field::Enumerator, "blue"),
        [row("color", "DARK_BLUE", 5, 9)]
    );
    assert_eq!(
        by(Field::Parameter, "wanted"),
        [row("sk_read", "wanted", 0, 6)]
    );
}

#[test]
fn without_a_text_a_field_finds_the_types_that_have_such_names() {
    let explorer = explorer(&[UNIT]);
    let of = |field| {
        let query = Query {
            field,
            ..Query::default()
        };
        names(&explorer, query)
    };
    let composites = [
        "either",
        "flex",
        "holey",
        "list_head",
        "sk_buff",
        "sk_buff_head",
    ];
    assert_eq!(of(Field::Member), composites);
    assert_eq!(of(Field::Enumerator), ["color"]);
    assert_eq!(of(Field::Parameter), ["sk_read"]);
}

#[test]
fn conditions_leave_what_meets_them() {
    let explorer = explorer(&[UNIT]);
    let of = |filter_of: Filter| names(&explorer, filter(filter_of));
    let groups = |groups: &[Group]| Filter {
        groups: groups.to_vec(),
        ..Filter::default()
    };
    assert_eq!(
        of(groups(&[Group::Union, Group::Enum])),
        ["color", "either"]
    );
    assert_eq!(of(groups(&[Group::Func])), ["sk_read"]);
    assert_eq!(
        of(Filter {
            holes: true,
            ..Filter::default()
        }),
        ["holey", "sk_buff"],
        "unused bits are a hole too"
    );
    assert_eq!(
        of(Filter {
            bitfields: true,
            ..Filter::default()
        }),
        ["sk_buff"]
    );
    assert_eq!(
        of(Filter {
            flexible: true,
            ..Filter::default()
        }),
        ["flex"]
    );
    assert_eq!(
        of(Filter {
            at_least: Some(17),
            ..groups(&[Group::Struct])
        }),
        ["sk_buff"]
    );
    assert_eq!(
        of(Filter {
            at_most: Some(4),
            ..groups(&[Group::Struct, Group::Union])
        }),
        ["either", "flex"]
    );
}

#[test]
fn orders_put_the_most_first() {
    let explorer = explorer(&[UNIT, "struct list_head { struct list_head *next, *prev; };"]);
    let first = |order| {
        let query = Query {
            order,
            ..filter(Filter {
                groups: vec![Group::Struct],
                ..Filter::default()
            })
        };
        let found = FoundTypes::of(&explorer, query).expect("a query");
        let row = found.page(&explorer, 0, 1).rows.remove(0);
        (row.name, row.value)
    };
    assert_eq!(first(Order::Size), ("sk_buff".into(), None));
    assert_eq!(first(Order::Holes), ("holey".into(), Some(3)));
    assert_eq!(first(Order::Members), ("sk_buff".into(), Some(5)));
    assert_eq!(first(Order::Copies), ("list_head".into(), Some(2)));
    // Three words, and two members of three words each.
    assert_eq!(first(Order::Saved), ("list_head".into(), Some(36)));
    // Its own two members, and the one of sk_buff.
    assert_eq!(first(Order::Users), ("list_head".into(), Some(3)));
    let reversed = Query {
        order: Order::Name,
        reversed: true,
        ..Query::default()
    };
    assert_eq!(names(&explorer, reversed)[0], "unsigned int");
}

#[test]
fn a_name_with_two_definitions_is_repeated_and_has_two_addresses() {
    let explorer = explorer(&["struct twice { int a; };", "struct twice { long a; };"]);
    let query = filter(Filter {
        repeated: true,
        ..Filter::default()
    });
    let found = FoundTypes::of(&explorer, query).expect("a query");
    let rows = found.page(&explorer, 0, 10).rows;
    let addresses: Vec<String> = rows.iter().map(|row| row.address.to_string()).collect();
    assert_eq!(addresses, ["struct/twice", "struct/twice/2"]);
    for row in &rows {
        assert_eq!(
            crate::common::at(&explorer, &row.address.to_string()).0,
            row.id
        );
    }
}

proptest! {
    /// Pages one after the other are the whole, and where a text matched is where it stands.
    #[test]
    fn pages_and_marks_agree_with_the_whole(word in "[a-z_]{1,3}", from in 0_usize..20, count in 0_usize..20) {
        let explorer = explorer(&[UNIT]);
        let found = FoundTypes::of(&explorer, text(&word, Match::Substring)).expect("a query");
        let all = found.page(&explorer, 0, usize::MAX);
        let some = found.page(&explorer, from, count);
        let expected: Vec<_> = all.rows.iter().skip(from).take(count).cloned().collect();
        prop_assert_eq!(some.rows, expected);
        for row in &all.rows {
            let (start, end) = row.marks[0];
            let chars: Vec<char> = row.name.chars().collect();
            let marked: String = chars[start as usize..end as usize].iter().collect();
            prop_assert_eq!(marked.to_lowercase(), word.clone());
        }
    }
}

#[test]
fn the_deepest_stand_first() {
    let explorer = crate::common::explorer(&[
        "struct a { int x; }; struct b { struct a a[3][2]; union { struct { struct a in; }; long l; }; }; \
         struct c { struct b *far; struct a near; };",
    ]);
    let query = explore::Query {
        order: explore::Order::Depth,
        filter: explore::Filter {
            groups: vec![explore::Group::Struct],
            ..explore::Filter::default()
        },
        ..explore::Query::default()
    };
    let found = explore::FoundTypes::of(&explorer, query).expect("no expression");
    let rows = found.page(&explorer, 0, 10).rows;
    let depths: Vec<(&str, Option<u64>)> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.value))
        .collect();
    // b, the union in it, the struct in that, and a; a pointer leads nowhere in memory.
    assert_eq!(depths, [("b", Some(4)), ("c", Some(2)), ("a", Some(1))]);
}

#[test]
fn one_search_finds_names_of_every_sort() {
    let explorer = explorer(&[UNIT]);
    let said = |text: &str| -> Vec<(explore::Named, u32, String)> {
        let all = explore::find(&explorer, text, 1);
        let one = |found: explore::FoundNames| {
            let best = found.best.into_iter().next().expect("one of them");
            let by = best.row.by.map_or_else(String::new, |by| format!(".{by}"));
            let offset = best.offset.map_or_else(String::new, |at| format!(" @{at}"));
            let text = format!("{}{by}|{}{offset}", best.row.name, best.declared);
            (found.of, found.total, text)
        };
        all.into_iter().map(one).collect()
    };
    use explore::Named::{Enumerator, Function, Member, Type};
    let row = |of, total, text: &str| (of, total, text.to_owned());
    assert_eq!(
        said("sk_"),
        [
            row(Type, 2, "sk_buff|"),
            row(
                Function,
                1,
                "sk_read|int sk_read(struct sk_buff *skb, u32 wanted);"
            ),
        ]
    );
    assert_eq!(
        said("len"),
        [row(Member, 2, "sk_buff.len|u32 len @16")],
        "the whole name first"
    );
    assert_eq!(
        said("sk_buff->peeked"),
        [row(Member, 1, "sk_buff.peeked|u32 peeked:2 @20")]
    );
    assert_eq!(said("green"), [row(Enumerator, 1, "color.GREEN|")]);
    assert_eq!(said("nothing like it"), []);
    assert_eq!(said(" "), []);
}
