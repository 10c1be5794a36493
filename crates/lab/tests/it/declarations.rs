//! Declarations and the types they become, as bpftool would print them.

use btf::print::raw;
use lab::{Abi, c};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestRunner;
use std::cell::Cell;

fn types(text: &str) -> String {
    let btf = c::unit(text, Abi::X86_64).expect(text);
    let mut out = String::new();
    raw::write_all(&mut out, &btf).expect("printed");
    out
}

#[test]
fn a_list_refers_to_itself() {
    let expected = "\
[1] STRUCT 'list' size=16 vlen=2
\t'next' type_id=2 bits_offset=0
\t'value' type_id=3 bits_offset=64
[2] PTR '(anon)' type_id=1
[3] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
";
    assert_eq!(
        types("struct list { struct list *next; int value; };"),
        expected
    );
}

#[test]
fn what_is_never_defined_is_a_forward() {
    let expected = "\
[1] STRUCT 'file' size=24 vlen=3
\t'inode' type_id=3 bits_offset=0
\t'data' type_id=5 bits_offset=64
\t'mode' type_id=7 bits_offset=128
[2] FWD 'inode' fwd_kind=struct
[3] PTR '(anon)' type_id=2
[4] FWD 'data' fwd_kind=union
[5] PTR '(anon)' type_id=4
[6] ENUM 'mode' encoding=UNSIGNED size=4 vlen=0
[7] PTR '(anon)' type_id=6
";
    let text = "struct file { struct inode *inode; union data *data; enum mode *mode; };";
    assert_eq!(types(text), expected);
}

#[test]
fn declarators_are_read_from_the_inside() {
    // An array of three pointers to functions that give a pointer to an array of two.
    let expected = "\
[1] INT 'int' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED
[2] INT '__ARRAY_SIZE_TYPE__' size=4 bits_offset=0 nr_bits=32 encoding=(none)
[3] ARRAY '(anon)' type_id=1 index_type_id=2 nr_elems=2
[4] PTR '(anon)' type_id=3
[5] INT 'char' size=1 bits_offset=0 nr_bits=8 encoding=SIGNED
[6] PTR '(anon)' type_id=5
[7] FUNC_PROTO '(anon)' ret_type_id=4 vlen=2
\t'name' type_id=6
\t'(anon)' type_id=0
[8] PTR '(anon)' type_id=7
[9] ARRAY '(anon)' type_id=8 index_type_id=2 nr_elems=3
[10] TYPEDEF 'table' type_id=9
";
    let text = "typedef int (*(*table[3])(char *name, ...))[2];";
    assert_eq!(types(text), expected);
}

#[test]
fn pointers_and_qualifiers_that_say_the_same_are_one() {
    let all = types("struct pair { const char *a; const char *b; const volatile int *const c; };");
    assert_eq!(all.matches("PTR").count(), 2, "{all}");
    assert_eq!(all.matches("CONST").count(), 3, "{all}");
}

#[test]
fn parameters_decay_and_functions_are_kept() {
    let all = types("int sort(int values[10], int compare(int, int)); static void none(void) { }");
    assert!(
        all.contains("FUNC 'sort'") && all.contains("FUNC 'none'"),
        "{all}"
    );
    assert!(!all.contains("ARRAY '"), "{all}");
    assert_eq!(all.matches("vlen=0").count(), 1, "{all}");
}

#[test]
fn large_enumerations_take_eight_bytes() {
    let all = types("enum flags { LAST = 1ULL << 63 }; enum sign { MINUS = -1, ZERO };");
    assert!(
        all.contains("ENUM64 'flags' encoding=UNSIGNED size=8 vlen=1"),
        "{all}"
    );
    assert!(all.contains("'LAST' val=9223372036854775808ULL"), "{all}");
    assert!(
        all.contains("ENUM 'sign' encoding=SIGNED size=4 vlen=2"),
        "{all}"
    );
}

#[test]
fn names_of_types_stand_for_them() {
    let all =
        types("typedef int row[4]; typedef int call(row by); call twice; void last(row rows);");
    assert!(all.contains("FUNC 'twice'"), "{all}");
    // Twice a pointer to int, and never an array that is a parameter.
    assert_eq!(all.matches("PTR").count(), 1, "{all}");
    assert!(
        all.contains("'rows' type_id=") && all.contains("ARRAY"),
        "{all}"
    );
}

#[test]
fn what_is_quoted_is_no_comment_and_no_bracket() {
    let quoted = "_Static_assert(sizeof(int) == 4, \"see // and /* [[[\"); enum sign { OPEN = '(', QUOTE = '\\'' };";
    let all = types(quoted);
    assert!(
        all.contains("'OPEN' val=40") && all.contains("'QUOTE' val=39"),
        "{all}"
    );
}

/// Where an error is, and the sentence.
fn error(text: &str) -> String {
    c::unit(text, Abi::X86_64).expect_err(text).to_string()
}

#[test]
fn errors_say_where_and_why() {
    for (text, expected) in [
        (
            "struct a { int x; };\nstruct a { int y; };",
            "line 2, column 1: a is defined twice",
        ),
        (
            "struct a *p;\nunion a *q;",
            "line 2, column 1: a was declared as another kind of type before",
        ),
        (
            "struct b { struct a x; };",
            "line 1, column 21: the type of x has no size: it is declared, but not defined",
        ),
        (
            "int a[sizeof(struct none)];",
            "line 1, column 7: this type has no size: it is declared, but not defined",
        ),
        (
            "struct a { int x : 33; };",
            "line 1, column 16: a bit-field needs an integer type of at least its width",
        ),
        (
            "struct a { int x; int x; };",
            "line 1, column 23: x is defined twice",
        ),
        (
            "int a[-1];",
            "line 1, column 7: this number is too large or too small here",
        ),
        (
            "enum e { A = 1 / 0 };",
            "line 1, column 14: this is not a constant number",
        ),
        (
            "short long x;",
            "line 1, column 1: these words are no type together",
        ),
        (
            "#include <x.h>\n",
            "line 1, column 1: lines that begin with # are not read here; write what they stand for",
        ),
        (
            "struct a { int x; } __attribute__((scalar_storage_order));",
            "line 1, column 36: an attribute other than packed and aligned(bytes) is not read here",
        ),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    assert_eq!(
        error("struct a;\n/* struct b { int x; };"),
        "line 2, column 1: this comment is not closed"
    );
    assert_eq!(
        error("struct a { char c; int i; _Static_assert(1 > 2, \"\"); };"),
        "line 1, column 27: this does not hold"
    );
    assert!(error("_Static_assert(sizeof(long) == 4, \"\");").contains("this does not hold"));
    assert!(error("void none[3];").contains("an element of an array has no size"));
    // ü is one column.
    let said = error("/* ü */ u32 x;");
    assert!(
        said.starts_with("line 1, column 9: “u32” cannot stand here"),
        "{said}"
    );
    assert!(error("struct a { int x;").contains("the end of the text cannot stand here"));
}

#[test]
fn what_is_built_to_take_long_is_refused() {
    let deep = "(".repeat(1000);
    assert!(error(&format!("int {deep}x;")).contains("nested more than"));
    assert!(error(&format!("int x[{}1];", "1+".repeat(300))).contains("operators"));
    assert!(error(&"int x; ".repeat(10_000)).contains("more than"));
    let large = "struct a { char x[4294967295]; }; struct b { struct a x[4294967295]; };";
    assert!(error(large).contains("too large"), "{}", error(large));
}

/// Words of which some are replaced.
const TEXT: &str = "struct a { int b ; char c [ 3 ] ; } ; typedef struct a * b ; enum c { A = 3 , B } ; \
    union d { struct a a ; unsigned c : 3 ; } ; typedef int ( * e ) ( const void * , ... ) ;";

/// Whatever is typed, there is an answer, and what it gives is sound.
#[test]
fn any_text_has_an_answer() {
    let changes = vec((any::<Index>(), select(WORDS)), 0..5);
    let given = Cell::new(0);
    let answer = |changes: Vec<(Index, &str)>| {
        let mut words: Vec<&str> = TEXT.split(' ').collect();
        for (at, word) in changes {
            let at = at.index(words.len());
            words[at] = word;
        }
        if let Ok(btf) = c::unit(&words.join(" "), Abi::I386) {
            btf.check_references().expect("references lead somewhere");
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
    fn any_words_have_an_answer(words in vec(select(WORDS), 0..60)) {
        let _ = c::unit(&words.join(" "), Abi::I386);
    }
}

const WORDS: &[&str] = &[
    "struct",
    "union",
    "enum",
    "typedef",
    "a",
    "b",
    "c",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ";",
    ",",
    "*",
    "=",
    ":",
    "int",
    "char",
    "unsigned",
    "long",
    "const",
    "volatile",
    "3",
    "0x7f",
    "-",
    "sizeof",
    "{",
    "}",
    ";",
    "struct a",
    "int b;",
    "};",
    "__attribute__((packed))",
    "static",
    "void",
    "...",
    "'x'",
    "\"s\"",
    "/*",
    "*/",
    "//",
    "\n",
    "é",
];
