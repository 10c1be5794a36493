//! The prelude: types and macros that kernel code takes from headers.
//!
//! A unit gets only what it uses and does not declare itself, so a prelude that is on changes no unit that can be
//! read without it. Typedefs name their type directly: `u32` is `unsigned int`, without the steps between that the
//! kernel's headers take.

use super::tokens::Token;
use crate::Abi;
use std::fmt::Write as _;

/// A name of a type, and what it stands for: on 64-bit machines, and on 32-bit ones if that differs.
struct Typedef {
    name: &'static str,
    is: &'static str,
    is_on_32: Option<&'static str>,
}

const fn typedef(name: &'static str, is: &'static str) -> Typedef {
    Typedef {
        name,
        is,
        is_on_32: None,
    }
}

const fn by_word(name: &'static str, is: &'static str, is_on_32: &'static str) -> Typedef {
    Typedef {
        name,
        is,
        is_on_32: Some(is_on_32),
    }
}

/// What comes later may use what comes before.
const TYPEDEFS: &[Typedef] = &[
    typedef("u8", "unsigned char"),
    typedef("u16", "unsigned short"),
    typedef("u32", "unsigned int"),
    typedef("u64", "unsigned long long"),
    typedef("s8", "signed char"),
    typedef("s16", "short"),
    typedef("s32", "int"),
    typedef("s64", "long long"),
    typedef("__u8", "unsigned char"),
    typedef("__u16", "unsigned short"),
    typedef("__u32", "unsigned int"),
    typedef("__u64", "unsigned long long"),
    typedef("__s8", "signed char"),
    typedef("__s16", "short"),
    typedef("__s32", "int"),
    typedef("__s64", "long long"),
    typedef("__le16", "unsigned short"),
    typedef("__le32", "unsigned int"),
    typedef("__le64", "unsigned long long"),
    typedef("__be16", "unsigned short"),
    typedef("__be32", "unsigned int"),
    typedef("__be64", "unsigned long long"),
    typedef("__sum16", "unsigned short"),
    typedef("__wsum", "unsigned int"),
    by_word("size_t", "unsigned long", "unsigned int"),
    by_word("ssize_t", "long", "int"),
    by_word("ptrdiff_t", "long", "int"),
    typedef("uintptr_t", "unsigned long"),
    typedef("intptr_t", "long"),
    typedef("bool", "_Bool"),
    typedef("uint8_t", "unsigned char"),
    typedef("uint16_t", "unsigned short"),
    typedef("uint32_t", "unsigned int"),
    typedef("uint64_t", "unsigned long long"),
    typedef("int8_t", "signed char"),
    typedef("int16_t", "short"),
    typedef("int32_t", "int"),
    typedef("int64_t", "long long"),
    typedef("uint", "unsigned int"),
    typedef("ulong", "unsigned long"),
    typedef("ushort", "unsigned short"),
    typedef("loff_t", "long long"),
    typedef("pid_t", "int"),
    typedef("gfp_t", "unsigned int"),
    typedef("umode_t", "unsigned short"),
    typedef("dev_t", "unsigned int"),
    typedef("atomic_t", "struct { int counter; }"),
    typedef("atomic64_t", "struct { long long counter; }"),
    by_word(
        "atomic_long_t",
        "struct { long long counter; }",
        "struct { int counter; }",
    ),
    typedef("refcount_t", "struct { struct { int counter; } refs; }"),
];

/// Structs that are defined where a unit needs their size, and their members.
const STRUCTS: &[(&str, &str)] = &[
    ("list_head", "struct list_head *next, *prev;"),
    ("hlist_node", "struct hlist_node *next, **pprev;"),
    ("hlist_head", "struct hlist_node *first;"),
    ("llist_node", "struct llist_node *next;"),
    ("llist_head", "struct llist_node *first;"),
    (
        "callback_head",
        "struct callback_head *next; void (*func)(struct callback_head *head);",
    ),
    (
        "rb_node",
        "unsigned long __rb_parent_color; struct rb_node *rb_right; struct rb_node *rb_left;",
    ),
    ("rb_root", "struct rb_node *rb_node;"),
    ("kref", "refcount_t refcount;"),
];

/// Macros: their parameters if they have brackets, and what they stand for.
type PreludeMacro = (&'static str, Option<&'static str>, &'static str);

const MACROS: &[PreludeMacro] = &[
    ("__packed", None, "__attribute__((packed))"),
    ("__aligned", Some("x"), "__attribute__((aligned(x)))"),
    (
        "____cacheline_aligned",
        None,
        "__attribute__((aligned(64)))",
    ),
    (
        "____cacheline_aligned_in_smp",
        None,
        "__attribute__((aligned(64)))",
    ),
    ("__cacheline_aligned", None, "__attribute__((aligned(64)))"),
    (
        "__cacheline_aligned_in_smp",
        None,
        "__attribute__((aligned(64)))",
    ),
    (
        "DECLARE_BITMAP",
        Some("name, bits"),
        "unsigned long name[((bits) + 8 * sizeof(long) - 1) / (8 * sizeof(long))]",
    ),
    // What follows says nothing of layout.
    ("__user", None, ""),
    ("__rcu", None, ""),
    ("__percpu", None, ""),
    ("__iomem", None, ""),
    ("__kernel", None, ""),
    ("__force", None, ""),
    ("__bitwise", None, ""),
    ("__nocast", None, ""),
    ("__private", None, ""),
    ("__init", None, ""),
    ("__exit", None, ""),
    ("__initdata", None, ""),
    ("__initconst", None, ""),
    ("__read_mostly", None, ""),
    ("__ro_after_init", None, ""),
    ("__must_check", None, ""),
    ("__maybe_unused", None, ""),
    ("__always_unused", None, ""),
    ("__used", None, ""),
    ("__weak", None, ""),
    ("__pure", None, ""),
    ("__cold", None, ""),
    ("__visible", None, ""),
    ("__deprecated", None, ""),
    ("__noreturn", None, ""),
    ("__randomize_layout", None, ""),
    ("__no_randomize_layout", None, ""),
    ("__always_inline", None, "inline"),
    ("noinline", None, ""),
    ("notrace", None, ""),
    ("asmlinkage", None, ""),
    ("__counted_by", Some("member"), ""),
    ("__printf", Some("format, first"), ""),
    ("__scanf", Some("format, first"), ""),
    ("__section", Some("name"), ""),
    ("__must_hold", Some("lock"), ""),
    ("__acquires", Some("lock"), ""),
    ("__releases", Some("lock"), ""),
];

pub(super) fn find_macro(name: &str) -> Option<PreludeMacro> {
    let plain = |it: &&PreludeMacro| it.0 == name;
    MACROS.iter().find(plain).copied()
}

/// What a name of a type stands for.
pub(super) fn meaning(name: &str, abi: Abi) -> Option<&'static str> {
    let found = TYPEDEFS.iter().find(|it| it.name == name)?;
    Some(found.on(abi))
}

/// Whether it defines a struct of this tag.
pub(super) fn defines(tag: &str) -> bool {
    STRUCTS.iter().any(|(name, _)| *name == tag)
}

/// The names of all its types.
pub(super) fn type_names() -> impl Iterator<Item = &'static str> {
    TYPEDEFS.iter().map(|it| it.name)
}

impl Typedef {
    fn on(&self, abi: Abi) -> &'static str {
        match (abi, self.is_on_32) {
            (Abi::I386, Some(other)) => other,
            _ => self.is,
        }
    }
}

/// The declarations of the prelude that these tokens mention: with or without names of types that they do not
/// declare themselves.
pub(super) fn declarations(tokens: &[Token<'_>], abi: Abi, own: &[&str], names: bool) -> String {
    let mentions = |name: &str| tokens.iter().any(|token| token.is(name));
    let defines = |name: &str| {
        let is_definition = |three: &[Token<'_>]| {
            matches!(three, [keyword, tag, bracket]
                if (keyword.is("struct") || keyword.is("union")) && tag.is(name) && bracket.is("{"))
        };
        tokens.windows(3).any(is_definition)
    };
    let mut text = String::new();
    let structs = STRUCTS
        .iter()
        .filter(|(name, _)| mentions(name) && !defines(name));
    let used: Vec<_> = structs.collect();
    for it in TYPEDEFS {
        let by_struct = used.iter().any(|(_, members)| members.contains(it.name));
        if by_struct || names && mentions(it.name) && !own.contains(&it.name) {
            // Writing into a string does not fail.
            let _ = write!(text, "typedef {} {};", it.on(abi), it.name);
        }
    }
    for (name, members) in used {
        let _ = write!(text, "struct {name} {{ {members} }};");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{MACROS, STRUCTS, TYPEDEFS};
    use crate::Abi;
    use crate::c::{read, unit};

    #[test]
    fn each_type_can_be_used_alone_and_adds_nothing_otherwise() {
        for abi in [Abi::X86_64, Abi::I386] {
            let plain = unit("struct probe { char c; };", abi).expect("C").len();
            for it in TYPEDEFS {
                let used = format!("struct probe {{ {} x; char c; }};", it.name);
                let read = unit(&used, abi).expect(it.name);
                let own = format!("typedef {} {}; {used}", it.on(abi), it.name);
                assert_eq!(read.len(), unit(&own, abi).expect(it.name).len(), "{used}");
                assert!(read.len() > plain);
            }
            for (name, members) in STRUCTS {
                let used = format!("struct probe {{ struct {name} x; }};");
                let own = format!("struct {name} {{ {members} }}; {used}");
                let (read, own) = (unit(&used, abi).expect(name), unit(&own, abi).expect(name));
                assert_eq!(read.len(), own.len(), "{used}");
                // A pointer needs no definition, so it stays a declaration.
                let pointer = unit(&format!("struct {name} *x;"), abi).expect(name);
                assert_eq!(pointer.len(), 2, "{name}");
            }
        }
    }

    #[test]
    fn each_macro_is_accepted_where_it_belongs_and_named_when_the_prelude_is_off() {
        for (name, parameters, _) in MACROS {
            let text = match (*name, parameters) {
                ("DECLARE_BITMAP", _) => "struct probe { DECLARE_BITMAP(x, 65); };".to_owned(),
                ("__always_inline", _) => format!("static {name} int probe(void) {{ }}"),
                (_, None) if !name.starts_with('_') => format!("static {name} int probe(void);"),
                (_, None) => format!("struct probe {{ int x; }} {name};"),
                (_, Some(all)) => {
                    let arguments = all.split(", ").map(|_| "8").collect::<Vec<_>>().join(", ");
                    format!("struct probe {{ int x; }} {name}({arguments});")
                }
            };
            let used = read(&text, Abi::X86_64, true).expect(name);
            assert!(used.notes.is_empty(), "{text}: {:?}", used.notes);
            let error = read(&text, Abi::X86_64, false).expect_err(name);
            let said = error.to_string();
            assert!(said.contains(name) && said.contains("prelude"), "{said}");
        }
    }
}
