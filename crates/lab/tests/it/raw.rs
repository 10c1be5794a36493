//! What is printed as bpftool prints it is read back as it was.

use btf::Btf;
use btf::print::raw as print;
use lab::{Abi, c, raw};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use std::cell::Cell;

fn printed(btf: &Btf) -> String {
    let mut text = String::new();
    print::write_all(&mut text, btf).expect("printed");
    text
}

#[test]
fn what_declarations_become_comes_back_byte_by_byte() {
    let text = "
        struct list { struct list *next; const volatile int value; unsigned low : 3, high : 5; };
        union either { struct none *none; union other *other; float real; double rows[2][3]; };
        enum small { MINUS = -1, ZERO }; enum large { HUGE = 1ULL << 63 };
        typedef int (*compare_t)(const void *restrict a, ...);
        _Bool known(compare_t by, char name[]);";
    let btf = c::unit(text, Abi::X86_64).expect(text);
    let back = raw::unit(&printed(&btf)).expect("what was printed");
    assert_eq!(printed(&back), printed(&btf));
    let bytes = |btf: &Btf| btf.to_bytes(btf::WriteOptions::default()).expect("fits");
    assert_eq!(bytes(&back), bytes(&btf));
}

#[test]
fn kinds_that_no_declaration_makes() {
    let text = "\
[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
[2] VAR 'counter' type_id=1, linkage=global
[3] DATASEC '.data' size=4 vlen=1
\ttype_id=2 offset=0 size=4 (VAR 'counter')
[4] DECL_TAG 'hot' type_id=2 component_idx=-1
[5] TYPE_TAG 'user' type_id=1
[6] PTR '(anon)' type_id=5
[7] FUNC_PROTO '(anon)' ret_type_id=0 vlen=0
[8] FUNC 'main' type_id=7 linkage=global
";
    assert_eq!(printed(&raw::unit(text).expect(text)), text);
    assert!(raw::is_raw(&format!("\n  {text}")) && !raw::is_raw("struct a;"));
}

#[test]
fn errors_name_the_line() {
    for (text, expected) in [
        ("[1] INT 'int' size=4", "line 1: encoding is missing"),
        (
            "[2] FWD 'a' fwd_kind=struct",
            "line 1: the id here is [1]: ids count from 1",
        ),
        (
            "[1] FWD 'a' fwd_kind=enum",
            "line 1: fwd_kind cannot be enum",
        ),
        (
            "\n[1] THING 'a'",
            "line 2: THING is no kind of type that can be given here",
        ),
        ("[1] PTR '(anon)' type_id=x", "line 1: type_id cannot be x"),
        (
            "[1] STRUCT 'a' size=4 vlen=2\n\t'x' type_id=0 bits_offset=0",
            "line 1: vlen says 2 parts, and 1 follow",
        ),
        (
            "[1] STRUCT 'a' size=4 vlen=1\n\t'x' type_id=0",
            "line 2: bits_offset is missing",
        ),
        (
            "[1] ENUM 'e' encoding=UNSIGNED size=4 vlen=1\n\t'A' val=-1",
            "line 2: val cannot be -1",
        ),
        (
            "[1] FLOAT 'f' size=4\n\t'x' type_id=0",
            "line 1: vlen says 0 parts, and 1 follow",
        ),
        (
            "struct a;",
            "line 1: a type begins like [1] INT 'int', its parts are indented lines like 'name' type_id=1",
        ),
    ] {
        assert_eq!(
            raw::unit(text).expect_err(text).to_string(),
            expected,
            "{text}"
        );
    }
    let nowhere = raw::unit("[1] PTR '(anon)' type_id=7\n").expect_err("there is no 7");
    assert_eq!(nowhere.line, 1);
    assert!(raw::unit(&" ".repeat(2 << 20)).is_err());
}

const WORDS: &[&str] = &[
    "[1] ",
    "[2] ",
    "[3] ",
    "INT ",
    "STRUCT ",
    "PTR ",
    "ENUM64 ",
    "DATASEC ",
    "'a' ",
    "'",
    "(anon)",
    "size=4 ",
    "vlen=1 ",
    "vlen=4294967295 ",
    "type_id=1 ",
    "type_id=0 ",
    "bits_offset=0 ",
    "nr_bits=32 ",
    "encoding=SIGNED ",
    "val=-5 ",
    "\n",
    "\n\t",
    "é",
];

/// Lines of which some words are replaced.
const TEXT: &str = "[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
[2] PTR '(anon)' type_id=1
[3] STRUCT 'a' size=4 vlen=1
\t'a' type_id=1 bits_offset=0
[4] ENUM64 'a' encoding=SIGNED size=8 vlen=1
\t'a' val=-5
[5] FWD 'b' fwd_kind=union
";

/// Whatever is typed, there is an answer; what is taken comes back as it is printed.
#[test]
fn any_text_has_an_answer() {
    let changes = vec((any::<Index>(), select(WORDS)), 0..4);
    let given = Cell::new(0);
    let answer = |changes: Vec<(Index, &str)>| {
        let mut words: Vec<String> = TEXT
            .split_inclusive([' ', '\n'])
            .map(str::to_owned)
            .collect();
        for (at, word) in changes {
            let at = at.index(words.len());
            let end = words[at]
                .pop()
                .into_iter()
                .filter(|_| !word.ends_with([' ', '\n']));
            words[at] = word.chars().chain(end).collect();
        }
        if let Ok(btf) = raw::unit(&words.concat()) {
            let text = printed(&btf);
            prop_assert_eq!(printed(&raw::unit(&text).expect("printed")), text);
            given.set(given.get() + 1);
        }
        Ok(())
    };
    let mut runner = TestRunner::new(ProptestConfig::with_cases(512));
    runner.run(&changes, answer).expect("an answer");
    assert!((100..412).contains(&given.get()), "{} of 512", given.get());
}

proptest! {
    #[test]
    fn any_words_have_an_answer(words in vec(select(WORDS), 0..40)) {
        let _ = raw::unit(&words.concat());
    }
}
