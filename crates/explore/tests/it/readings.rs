//! What people type finds what they mean.

use crate::common::explorer;
use explore::{Explorer, Field, FoundTypes, Match, Page, Query, Reading, Wanted};

const UNIT: &str = "
    typedef unsigned long pgoff_t;
    typedef unsigned int u32;
    enum color { RED, DARK_BLUE };
    struct sock_common { u32 skc_family; };
    struct sock { struct sock_common __sk_common; u32 sk_rcvbuf; };
    struct dst { union { struct { u32 dst_pending; u32 key; }; u32 other; }; };
    struct sk_buff { struct sock *sk; u32 len; union { u32 dst_pending; u32 mark; }; pgoff_t offset; };
    struct sk_buff_head { struct sk_buff *first; u32 qlen; };
    struct task_struct { int pid; struct { u32 flags; } thread; };
    struct tcp_request_sock { u32 a; };
    struct tcp_timewait_sock { u32 a; };
    int sk_read(struct sk_buff *skb, u32 wanted);
";

fn page(explorer: &Explorer, text: &str, field: Field) -> Page {
    let query = Query {
        text: text.to_owned(),
        field,
        ..Query::default()
    };
    let found = FoundTypes::of(explorer, query).expect("a query");
    found.page(explorer, 0, 100)
}

fn names(explorer: &Explorer, text: &str) -> Vec<String> {
    let rows = page(explorer, text, Field::Name).rows;
    let name = |row: explore::Row| match row.by {
        Some(by) => format!("{}.{by}", row.name),
        None => row.name,
    };
    rows.into_iter().map(name).collect()
}

#[test]
fn declarations_find_their_type() {
    let explorer = explorer(&[UNIT]);
    assert_eq!(names(&explorer, "struct task_struct"), ["task_struct"]);
    assert_eq!(
        names(&explorer, "const struct sock *"),
        [
            "sock",
            "sock_common",
            "tcp_request_sock",
            "tcp_timewait_sock"
        ]
    );
    assert_eq!(names(&explorer, "task struct"), ["task_struct"]);
    assert_eq!(names(&explorer, "SK_BUFF"), ["sk_buff", "sk_buff_head"]);
    assert_eq!(names(&explorer, "unsigned long"), ["long unsigned int"]);
    assert_eq!(
        names(&explorer, "tcp_*_sock"),
        ["tcp_request_sock", "tcp_timewait_sock"]
    );
    assert_eq!(names(&explorer, "/^tcp_t.*sock$/"), ["tcp_timewait_sock"]);
    assert_eq!(
        names(&explorer, "union task_struct"),
        [""; 0],
        "of another kind"
    );
}

#[test]
fn a_path_finds_the_member_at_its_end() {
    let explorer = explorer(&[UNIT]);
    for text in [
        "sk_buff->len",
        "sk_buff.len",
        "sk_buff::len",
        "struct sk_buff.len",
        "SK_BUFF.len",
    ] {
        assert_eq!(names(&explorer, text), ["sk_buff.len"], "{text}");
    }
    assert_eq!(
        names(&explorer, "sk_buff->sk->sk_rcvbuf"),
        ["sock.sk_rcvbuf"]
    );
    assert_eq!(
        names(&explorer, "sk_buff->sk->__sk_common.skc_family"),
        ["sock_common.skc_family"]
    );
    assert_eq!(
        names(&explorer, "sk_buff->dst_pending"),
        ["sk_buff.dst_pending"]
    );
    assert_eq!(
        names(&explorer, "task_struct.thread.flags"),
        ["task_struct.flags"]
    );
    assert_eq!(names(&explorer, "sk_buff->nothing"), [""; 0]);
    let without = page(&explorer, "sk_buff->nothing", Field::Name).similar;
    assert_eq!(without[0].name, "sk_buff", "the type without the member");
    let row = &page(&explorer, "sk_buff.le", Field::Name).rows[0];
    assert_eq!(
        (row.by.as_deref(), &*row.marks),
        (Some("len"), &[(0, 2)][..])
    );
}

#[test]
fn members_of_anonymous_types_are_the_outer_types() {
    let explorer = explorer(&[UNIT]);
    let rows = page(&explorer, "dst_pending", Field::Member).rows;
    let rows: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    assert_eq!(rows, ["dst", "sk_buff"]);
}

#[test]
fn without_a_hit_it_says_what_comes_near_and_where_else_the_text_stands() {
    let explorer = explorer(&[UNIT]);
    let near = page(&explorer, "tsk_struct", Field::Name);
    assert_eq!(
        (near.total, near.similar[0].to_string()),
        (0, "struct/task_struct".to_owned())
    );
    let member = page(&explorer, "dst_pending", Field::Name);
    assert_eq!(member.elsewhere, [(Field::Member, 2)]);
    let enumerator = page(&explorer, "DARK_BLUE", Field::Name);
    assert_eq!(enumerator.elsewhere, [(Field::Enumerator, 1)]);
    let nothing = page(&explorer, "xyzzy", Field::Name);
    assert_eq!((nothing.total, nothing.similar.len()), (0, 0));
    assert_eq!(
        page(&explorer, "sk_buff", Field::Name).reading,
        Reading::AsTyped
    );
}

#[test]
fn patterns_asked_for_as_such_are_taken_as_they_are() {
    let explorer = explorer(&[UNIT]);
    let query = Query {
        text: "tsk_struct".to_owned(),
        matching: Match::Regex,
        ..Query::default()
    };
    let found = FoundTypes::of(&explorer, query).expect("a pattern");
    assert!(found.page(&explorer, 0, 10).similar.is_empty());
}

#[test]
fn one_type_is_named_as_in_c() {
    let explorer = explorer(&[UNIT]);
    let find = |text| {
        let found = Wanted::parse(text).find(explorer.btf());
        let name = |id: &btf::TypeId| explorer.btf().name(*id).into_owned();
        found.iter().map(name).collect::<Vec<_>>()
    };
    assert_eq!(find("struct sk_buff *"), ["sk_buff"]);
    assert_eq!(find("const struct sock"), ["sock"]);
    assert_eq!(find("unsigned long"), ["long unsigned int"]);
    assert_eq!(find("SK_BUFF"), ["sk_buff"]);
    assert_eq!(find("tsk_struct"), [""; 0]);
}
