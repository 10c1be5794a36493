//! What people type who know C: each input gets its types, or a sentence that helps.

use crate::compiler::{assertions, compile};
use crate::typed_inputs::Fits::{Noted, Says, Types};
use crate::typed_inputs::INPUTS;
use btf::WriteOptions;
use lab::{Abi, c, raw};

/// What the compiler knows from headers; the laboratory has it from its prelude.
const HEADERS: &str = "\
typedef unsigned char u8; typedef unsigned int u32; typedef unsigned int __u32; typedef unsigned int __be32;
typedef __SIZE_TYPE__ size_t; typedef _Bool bool; typedef unsigned int uint32_t;
typedef struct { int counter; } atomic_t;
#define __packed __attribute__((packed))
#define __aligned(x) __attribute__((aligned(x)))
#define ____cacheline_aligned __attribute__((aligned(64)))
#define __user
#define __iomem
#define __init
#define asmlinkage
#define DECLARE_BITMAP(name, bits) unsigned long name[(bits + 63) / 64]
";
const LIST: &str = "struct list_head { struct list_head *next, *prev; };\n";

fn answer(text: &str, prelude: bool) -> Result<c::Read, String> {
    match raw::is_raw(text) {
        true => {
            let read = raw::unit(text).map_err(|error| error.to_string())?;
            Ok(c::Read {
                btf: read,
                notes: Vec::new(),
            })
        }
        false => c::read(text, Abi::X86_64, prelude).map_err(|error| error.to_string()),
    }
}

#[test]
fn each_input_gets_its_types_or_a_sentence_that_helps() {
    let mut wrong = String::new();
    for (text, fits) in INPUTS {
        let said = match answer(text, true) {
            Ok(read) => {
                let notes: Vec<String> = read.notes.iter().map(ToString::to_string).collect();
                format!("{} types; {}", read.btf.len(), notes.join("; "))
            }
            Err(said) => said,
        };
        let fine = match fits {
            Types(number) => said.starts_with(&format!("{number} types; ")),
            Noted(number, note) => {
                said.starts_with(&format!("{number} types; ")) && said.contains(note)
            }
            Says(words) => said.starts_with(words),
        };
        if !fine {
            wrong += &format!("{text:?}\n    {said}\n");
        }
    }
    assert_eq!(wrong, "");
}

/// No sentence shows how the parser is made.
#[test]
fn no_answer_shows_the_inside_of_the_grammar() {
    let inputs = INPUTS.iter().map(|(text, _)| (*text).to_owned());
    // Each input cut off at each of its characters is one that somebody has on the screen while typing.
    let cut = INPUTS.iter().flat_map(|(text, _)| {
        let cuts = text.char_indices().step_by(3);
        cuts.map(|(at, _)| text[..at].to_owned())
    });
    for text in inputs.chain(cut) {
        for prelude in [true, false] {
            let Err(said) = answer(&text, prelude) else {
                continue;
            };
            for inside in [
                "typedef_name",
                "[_",
                "expected is",
                "expected one",
                "Some(",
                "``",
            ] {
                assert!(!said.contains(inside), "{text:?}: {said}");
            }
        }
    }
}

#[test]
fn what_is_accepted_is_laid_out_as_the_compiler_does() {
    let mut asserted = 0;
    for (text, _) in INPUTS.iter().filter(|(_, fits)| !matches!(fits, Says(_))) {
        let Ok(read) = answer(text, true) else {
            continue;
        };
        let claims = assertions(&read.btf);
        // There is no such header, and a byte order mark would not be the first of what gcc is given.
        if claims.is_empty() || text.contains("#include") || text.starts_with('\u{feff}') {
            continue;
        }
        let list = if text.contains("list_head") && !text.contains("*prev") {
            LIST
        } else {
            ""
        };
        let said = compile(&format!("{HEADERS}{list}{text}\n{claims}"), "-m64");
        assert_eq!(said, "", "{text}");
        asserted += claims.lines().count();
    }
    assert!(asserted > 90, "{asserted}");
}

#[test]
fn a_prelude_that_is_off_is_named_where_it_would_help() {
    for (text, says) in [
        (
            "struct s { u32 x; };",
            "line 1, column 12: unknown type `u32`: switch the prelude on, or add `typedef unsigned int u32;`",
        ),
        (
            "struct s { int x; size_t y; };",
            "line 1, column 19: unknown type `size_t`: switch the prelude on, or add `typedef unsigned long size_t;`",
        ),
        ("int f(u32 x);", "line 1, column 7: unknown type `u32`"),
        (
            "struct s { char c; int i; } __packed;",
            "line 1, column 29: `__packed` looks like a macro: the prelude has it and is off",
        ),
        (
            "struct s { struct list_head list; };",
            "line 1, column 29: the type of `list` has no size: it is declared, but not defined; the prelude, which is off, defines it",
        ),
    ] {
        let said = c::read(text, Abi::X86_64, false)
            .expect_err(text)
            .to_string();
        assert!(said.starts_with(says), "{said}");
    }
    let small = c::read("struct s { size_t x; };", Abi::I386, false).expect_err("off");
    assert!(
        small
            .to_string()
            .ends_with("add `typedef unsigned int size_t;`"),
        "{small}"
    );
}

/// What a unit declares itself counts, whatever the prelude has.
#[test]
fn the_prelude_changes_no_unit_that_can_be_read_without_it() {
    for text in [
        "typedef char u32; struct s { u32 x; };",
        "struct list_head { int own; }; struct s { struct list_head list; };",
        "struct list_head; struct s { struct list_head *list; };",
        "struct s { int u8; unsigned bool:1; }; enum { size_t }; int u16(int u64, struct s *s16);",
        "typedef struct u8 { int x; } u8; u8 *first; struct u8 *second;",
        "typedef unsigned int u32, *pu32; typedef int (*bool)(u32, pu32);",
        "#define u32 char\nstruct s { u32 x; };",
        "struct s { int notrace, noinline:1; }; int asmlinkage(void);",
    ] {
        let (on, off) = (
            answer(text, true).expect(text),
            answer(text, false).expect(text),
        );
        let bytes = |read: &c::Read| read.btf.to_bytes(WriteOptions::default()).expect("BTF");
        assert_eq!(bytes(&on), bytes(&off), "{text}");
    }
    // Own names beside those of the prelude.
    let mixed = "typedef unsigned char u32; struct list_head { u32 own; }; struct s { u32 x; u64 y; struct list_head z; };";
    let own = mixed.replace("struct s {", "typedef unsigned long long u64; struct s {");
    assert_eq!(
        answer(mixed, true).expect("C").btf.len(),
        answer(&own, false).expect("C").btf.len()
    );
    assert!(answer(mixed, false).is_err());
}
