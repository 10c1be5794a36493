//! Members of struct and union type, unfolded in place, and where cache lines begin.

use crate::common::{at, explorer};
use btf::{Btf, Kind, Member, TypeId};
use explore::{Explorer, Line, Unfolded, unfolded_definition};
use std::time::{Duration, Instant};

const UNIT: &str = "
    typedef unsigned int u32;
    typedef struct { u32 counter; } atomic_t;
    struct list_head { struct list_head *next, *prev; };
    struct lock { char owner; atomic_t count; union { char byte; long word; } value; short depth; };
    struct none { };
    struct task {
        struct lock lock;
        struct { struct list_head list; } in;
        struct none none;
        char name[40];
        const struct list_head heads[2];
        atomic_t users;
    };
";

fn unfolded(all: bool, listed: &[&str]) -> Unfolded {
    Unfolded {
        all,
        listed: listed.iter().map(|one| (*one).to_owned()).collect(),
    }
}

/// A line as text: its offset, and `+` or `-` before what can be unfolded or is.
fn text(line: &Line) -> String {
    if let Some(begins) = line.cache_line {
        return format!(
            "--- {} at {}, {} ago",
            begins.number, begins.start, begins.ago
        );
    }
    let offset = line.offset.map_or_else(String::new, |at| at.to_string());
    let sign = match line.unfolded {
        Some(true) => "-",
        Some(false) => "+",
        None => "",
    };
    let words = line.tokens.iter().map(|token| token.text.as_str());
    let words: String = words.collect();
    format!(
        "{offset:>3} {}{sign}{words}",
        "  ".repeat(line.depth as usize)
    )
}

fn shown(explorer: &Explorer, unfolded: &Unfolded) -> Vec<String> {
    let lines = unfolded_definition(explorer, at(explorer, "struct/task"), unfolded);
    lines.iter().map(text).collect()
}

#[test]
fn folded_members_have_a_sign_and_cache_lines_begin() {
    assert_eq!(
        shown(&explorer(&[UNIT]), &Unfolded::default()),
        [
            "    struct task {",
            "  0   +struct lock lock;",
            " 24   struct {",
            " 24     +struct list_head list;",
            "      } in;",
            " 40   struct none none;",
            " 40   char name[40];",
            "--- 1 at 64, 16 ago",
            " 80   +const struct list_head heads[2];",
            "112   +atomic_t users;",
            "      /* 4 bytes of padding */",
            "    };",
        ]
    );
}

#[test]
fn all_members_unfold_with_offsets_from_the_outermost_struct() {
    assert_eq!(
        shown(&explorer(&[UNIT]), &unfolded(true, &[])),
        [
            "    struct task {",
            "  0   -struct lock {",
            "  0     char owner;",
            "        /* 3 bytes unused */",
            "  4     -atomic_t { /* struct */",
            "  4       u32 counter;",
            "        } count;",
            "  8     union {",
            "  8       char byte;",
            "  8       long int word;",
            "        } value;",
            " 16     short int depth;",
            "        /* 6 bytes of padding */",
            "      } lock;",
            " 24   struct {",
            " 24     -struct list_head {",
            " 24       struct list_head *next;",
            " 32       struct list_head *prev;",
            "        } list;",
            "      } in;",
            " 40   struct none none;",
            " 40   char name[40];",
            "--- 1 at 64, 16 ago",
            " 80   -const struct list_head { /* the first of 2 */",
            " 80     struct list_head *next;",
            " 88     struct list_head *prev;",
            "      } heads[2];",
            "112   -atomic_t { /* struct */",
            "112     u32 counter;",
            "      } users;",
            "      /* 4 bytes of padding */",
            "    };",
        ]
    );
}

#[test]
fn single_members_unfold_and_fold() {
    let explorer = explorer(&[UNIT]);
    let opened = |unfolded: &Unfolded| {
        let lines = unfolded_definition(&explorer, at(&explorer, "struct/task"), unfolded);
        let opened = lines.iter().filter(|line| line.unfolded == Some(true));
        opened
            .filter_map(|line| line.member.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        opened(&unfolded(false, &["lock", "users"])),
        ["lock", "users"]
    );
    assert_eq!(
        opened(&unfolded(false, &["lock.count"])),
        [""; 0],
        "lock is folded"
    );
    assert_eq!(
        opened(&unfolded(true, &["lock.value", "heads"])),
        ["lock", "lock.count", "in.list", "users"]
    );
    let mut toggled = unfolded(true, &["heads"]);
    toggled.toggle("heads");
    toggled.toggle("lock");
    assert_eq!(toggled, unfolded(true, &["lock"]));
}

#[test]
fn every_line_has_a_row_of_its_own_and_members_within_others_name_the_block_around_them() {
    let explorer = explorer(&[UNIT]);
    let lines = unfolded_definition(
        &explorer,
        at(&explorer, "struct/task"),
        &unfolded(true, &[]),
    );
    let mut rows: Vec<u32> = lines.iter().filter_map(|line| line.row).collect();
    let count = rows.len();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), count);
    for line in lines.iter().filter(|line| line.within.is_some()) {
        let outer = lines
            .iter()
            .find(|outer| outer.row == line.within)
            .expect("a row");
        let (from, to) = (
            outer.offset.unwrap(),
            outer.offset.unwrap() + outer.size.unwrap(),
        );
        let offset = line.offset.unwrap();
        assert!(
            (from..to).contains(&offset),
            "{:?} is in {:?}",
            line.member,
            outer.member
        );
        let (path, outer) = (line.member.as_deref(), outer.member.as_deref().unwrap());
        assert!(path.unwrap().starts_with(outer), "{path:?} is in {outer}");
    }
}

#[test]
fn structs_that_contain_each_other_end() {
    // Each has two of the next, so that unfolding all of them would have 2^30 lines; the last contains the first.
    let mut btf = Btf::new();
    let structs = 30;
    for number in 0..structs {
        let next = TypeId(1 + (number + 1) % structs);
        let members = [b"a", b"b"].map(|name| Member {
            name: btf.intern(name).expect("fits"),
            ty: next,
            bit_offset: 0,
            bitfield_size: 0,
        });
        let name = format!("s{number}");
        let added = btf.add_composite(Kind::Struct, &name, 8, &members);
        assert_eq!(added.expect("fits"), TypeId(1 + number));
    }
    let explorer = Explorer::new(btf, None);
    let start = Instant::now();
    let lines = unfolded_definition(&explorer, TypeId(1), &unfolded(true, &[]));
    assert!(
        lines.len() > 10_000 && lines.len() < 30_000,
        "{}",
        lines.len()
    );
    assert!(start.elapsed() < Duration::from_secs(20));
}
