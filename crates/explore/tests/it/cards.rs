//! What is shown of one type: its C, its bytes, its users.

use crate::common::{at, explorer};
use btf::{Btf, Info, Kind, Linkage, TypeId};
use explore::{Card, Explorer, Filling, Line, TokenKind, UseKind, UseRow};
use proptest::prelude::*;
use std::sync::Arc;

const UNIT: &str = "
    typedef unsigned int u32;
    struct list_head { struct list_head *next, *prev; };
    struct ops { int (*read)(struct file *file, u32 count); };
    struct file {
        char kind;
        struct list_head list;
        union { u32 word; struct { short low, high; } half; };
        u32 first:3, second:7;
        const struct ops *ops;
        void *rows[4];
        char end;
    };
    typedef struct file *file_t;
    struct file *file_open(const char *name, u32 flags);
    int file_rename_with_a_long_name(struct file *from, struct list_head *list_of_all, u32 the_flags);
";

fn card(explorer: &Explorer, address: &str) -> Card {
    Card::of(explorer, at(explorer, address)).expect("a type")
}

/// A line as text; links stand in brackets.
fn text(line: &Line) -> String {
    let mut text = "  ".repeat(line.depth as usize);
    for token in &line.tokens {
        match &token.kind {
            TokenKind::Link(address) => text.push_str(&format!("[{address}]")),
            _ => text.push_str(&token.text),
        }
    }
    text
}

fn lines(card: &Card) -> Vec<String> {
    card.lines.iter().map(text).collect()
}

#[test]
fn a_struct_is_c_with_links_and_places() {
    let card = card(&explorer(&[UNIT]), "struct/file");
    assert_eq!(card.title, "struct file");
    assert_eq!(
        lines(&card),
        [
            "struct file {",
            "  char kind;",
            "  /* 7 bytes unused */",
            "  struct [struct/list_head] list;",
            "  union {",
            "    [typedef/u32] word;",
            "    struct {",
            "      short int low;",
            "      short int high;",
            "    } half;",
            "  };",
            "  [typedef/u32] first:3;",
            "  [typedef/u32] second:7;",
            "  /* 22 bits unused */",
            "  const struct [struct/ops] *ops;",
            "  void *rows[4];",
            "  char end;",
            "  /* 7 bytes of padding */",
            "};",
        ]
    );
    let places: Vec<_> = card.lines.iter().filter_map(|line| line.offset).collect();
    assert_eq!(places, [0, 8, 24, 24, 24, 24, 26, 28, 28, 32, 40, 72]);
    let members = card.lines.iter().filter_map(|line| line.member.as_deref());
    assert_eq!(
        members.collect::<Vec<_>>(),
        [
            "kind",
            "list",
            "word",
            "half",
            "half.low",
            "half.high",
            "first",
            "second",
            "ops",
            "rows",
            "end"
        ]
    );
}

#[test]
fn prototypes_members_and_typedefs_are_c_too() {
    let explorer = explorer(&[UNIT]);
    let of = |address: &str| lines(&card(&explorer, address));
    assert_eq!(
        of("struct/ops"),
        [
            "struct ops {",
            "  int (*read)(struct [struct/file] *, [typedef/u32]);",
            "};"
        ]
    );
    assert_eq!(
        of("func/file_open"),
        ["struct [struct/file] *file_open(const char *name, [typedef/u32] flags);"]
    );
    assert_eq!(
        of("func/file_rename_with_a_long_name"),
        [
            "int file_rename_with_a_long_name(",
            "    struct [struct/file] *from,",
            "    struct [struct/list_head] *list_of_all,",
            "    [typedef/u32] the_flags);",
        ]
    );
    assert_eq!(
        of("typedef/file_t"),
        ["typedef struct [struct/file] *file_t;"]
    );
}

#[test]
fn every_byte_of_a_struct_is_in_the_picture_once() {
    let card = card(&explorer(&[UNIT]), "struct/file");
    let memory = card.memory.expect("a struct");
    let blocks: Vec<_> = memory
        .picture
        .blocks
        .iter()
        .map(|block| {
            let name = match &block.filling {
                Filling::Member { name, .. } => name.as_str(),
                Filling::Bits { .. } => ":",
                Filling::Hole => "hole",
                Filling::Padding => "padding",
            };
            (block.start, block.end, name)
        })
        .collect();
    assert_eq!(
        blocks,
        [
            (0, 1, "kind"),
            (1, 8, "hole"),
            (8, 24, "list"),
            (24, 28, "word"),
            (28, 30, ":"),
            (30, 32, "hole"),
            (32, 40, "ops"),
            (40, 72, "rows"),
            (72, 73, "end"),
            (73, 80, "padding"),
        ]
    );
    let bits: Vec<_> = memory
        .picture
        .bits
        .iter()
        .map(|bit| (&*bit.name, bit.start, bit.width))
        .collect();
    assert_eq!(bits, [("first", 224, 3), ("second", 227, 7)]);
    assert_eq!((memory.holes, memory.padding, memory.lines), (1, 7, 2));
    assert_eq!(
        memory.reordered,
        Some(72),
        "both chars at the end, with the bits"
    );
}

#[test]
fn users_are_named_through_what_is_between() {
    let explorer = explorer(&[UNIT]);
    let uses = |address: &str| {
        let found = explorer.users_of(at(&explorer, address));
        let of_role = |kind: UseKind| {
            found
                .iter()
                .filter(|one| one.kind == kind)
                .cloned()
                .collect::<Vec<_>>()
        };
        let by_role = UseKind::ALL.map(|kind| explore::by_name(explorer.btf(), &of_role(kind)));
        let rows = by_role
            .iter()
            .flatten()
            .map(|one| UseRow::of(&explorer, one));
        rows.map(|row| (row.kind, row.text, row.pointer))
            .collect::<Vec<_>>()
    };
    let row = |kind, text: &str, pointer| (kind, text.to_owned(), pointer);
    assert_eq!(
        uses("struct/file"),
        [
            row(
                UseKind::Parameter,
                "file_rename_with_a_long_name(from)",
                true
            ),
            row(UseKind::Result, "file_open()", true),
            row(UseKind::Callback, "struct ops.read", true),
            row(UseKind::Typedef, "file_t", true),
        ]
    );
    assert_eq!(
        uses("struct/list_head"),
        [
            row(UseKind::Member, "struct file.list", false),
            row(UseKind::Member, "struct list_head.next", true),
            row(UseKind::Member, "struct list_head.prev", true),
            row(
                UseKind::Parameter,
                "file_rename_with_a_long_name(list_of_all)",
                true
            ),
        ]
    );
    let u32s = uses("typedef/u32");
    assert!(
        u32s.contains(&row(UseKind::Member, "struct file.word", false)),
        "in an anonymous union: {u32s:?}"
    );
    assert!(
        u32s.contains(&row(UseKind::Callback, "struct ops.read", false)),
        "{u32s:?}"
    );
    let card = card(&explorer, "struct/file");
    assert_eq!(card.users.iter().map(|(_, count)| count).sum::<u32>(), 4);
}

#[test]
fn variables_and_their_sections_are_shown() {
    let mut btf = btf::Btf::new();
    let made = btf
        .add_composite(btf::Kind::Struct, "file", 8, &[])
        .expect("fits");
    let var = btf
        .add_var("root", made, btf::Linkage::Global)
        .expect("fits");
    let part = btf::VarSection {
        ty: var,
        offset: 16,
        size: 8,
    };
    btf.add_datasec(".data..percpu", 24, &[part]).expect("fits");
    let explorer = Explorer::new(btf, None);
    let found = explorer.users_of(made);
    assert_eq!(UseRow::of(&explorer, &found[0]).text, "root");
    assert_eq!(found[0].kind, UseKind::Variable);
    assert_eq!(
        lines(&card(&explorer, "var/root")),
        ["struct [struct/file] root;"]
    );
    let section = card(&explorer, "datasec/.data..percpu");
    assert_eq!(lines(&section)[1], "struct [struct/file] [var/root];");
    assert_eq!(section.lines[1].offset, Some(16));
}

#[test]
fn namesakes_and_what_is_left_of_forwards_are_told() {
    let explorer = explorer(&[
        "struct s { int a; };",
        "struct s { long a; };",
        "struct s; struct user { struct s *s; };",
    ]);
    let card = card(&explorer, "struct/s/2");
    let names: Vec<String> = card.namesakes.iter().map(ToString::to_string).collect();
    assert_eq!(names, ["struct/s", "struct/s/2"]);
    assert_eq!(card.forwards, 1);
    assert_eq!(card.copies, Some(1));
}

proptest! {
    /// Whatever words a type section holds, as long as it can be read: cards are made, and end.
    #[test]
    fn no_type_is_too_strange_for_a_card(words in prop::collection::vec(0_u32..40, 0..200), kinds in prop::collection::vec(1_u32..20, 1..20)) {
        let mut btf = btf::Btf::new();
        let name = btf.intern(b"name").expect("fits").0;
        let mut words = words.into_iter().cycle();
        if words.size_hint().0 == 0 { return Ok(()); }
        let mut next = || words.next().unwrap_or(0);
        for kind in kinds {
            let vlen = if matches!(kind, 4 | 5 | 6 | 13 | 15 | 19) { next() % 4 } else { 0 };
            let tail = match kind {
                1 | 14 | 17 => 1,
                3 => 3,
                4 | 5 | 15 | 19 => 3 * vlen,
                6 | 13 => 2 * vlen,
                _ => 0,
            };
            let named = if next() % 2 == 0 { name } else { 0 };
            let mut all = vec![named, kind << 24 | vlen, next() % 24];
            all.extend((0..tail).map(|at| if kind == 3 || at % 3 != 0 { next() % 24 } else { named }));
            let _ = btf.push(&all);
        }
        let explorer = Explorer::new(btf, None);
        for id in 1..explorer.btf().end_id().0 {
            let card = Card::of(&explorer, btf::TypeId(id)).expect("there is one");
            prop_assert!(!card.lines.is_empty() || card.memory.is_none());
            if let Some(memory) = card.memory {
                let mut at = 0;
                for block in &memory.picture.blocks {
                    prop_assert_eq!(block.start, at, "no gap and nothing twice");
                    at = block.end;
                }
                prop_assert_eq!(at, memory.picture.size);
            }
        }
        for one in explore::why::repeated(explorer.btf()) {
            let _ = one.trails(&explorer);
        }
    }
}

/// A kernel with a function, and the split BTF of its inline sites.
fn inline_sites() -> Explorer {
    let mut kernel = Btf::new();
    let proto = kernel.add_func_proto(TypeId::VOID, &[]).expect("fits");
    kernel
        .add_func("helper", proto, Linkage::Static)
        .expect("fits");
    let mut btf = Btf::split(Arc::new(kernel));
    let mut push = |kind: Kind, name: &str, third: u32, vlen: u32, tail: &[u32]| {
        let name = btf.intern(name.as_bytes()).expect("fits").0;
        let mut words = vec![name, Info::new(kind, vlen, false).0, third];
        words.extend_from_slice(tail);
        btf.push(&words).expect("as long as its kind").0
    };
    let param = push(Kind::LocParam, "", 8, 2, &[0x38, 2, 16]);
    let locations = push(Kind::LocProto, "", 0, 2, &[param, 0]);
    let sites = [2, locations, 0x40, 2, 0, 0x80];
    push(Kind::LocSec, "inline.text", 0, 2, &sites);
    Explorer::new(btf, None)
}

#[test]
fn inline_sites_are_shown_with_the_locations_of_arguments() {
    let explorer = inline_sites();
    assert_eq!(
        lines(&card(&explorer, "type/3")),
        ["/* an argument of 8 bytes: *(reg2 + 0x10) */"]
    );
    assert_eq!(
        lines(&card(&explorer, "type/4")),
        [
            "/* the arguments of an inlined function */",
            "1: [type/3]",
            "2: /* unknown */"
        ]
    );
    let section = card(&explorer, "locsec/inline.text");
    assert_eq!(
        lines(&section),
        [
            "/* functions that were inlined in section .text */",
            "[func/helper]([type/3], /* unknown */)",
            "[func/helper]()"
        ]
    );
    let offsets: Vec<_> = section
        .lines
        .iter()
        .filter_map(|line| line.offset)
        .collect();
    assert_eq!((section.kind, offsets), (Kind::LocSec, vec![0x40, 0x80]));
    assert!(
        section
            .raw
            .contains("name='helper' func_type_id=2 loc_proto_type_id=4")
    );
}
