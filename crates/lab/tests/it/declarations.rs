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
fn functions_may_change_variables() {
    let all = types("static inline int next(int i) { i--; return i++; }");
    assert!(all.contains("FUNC 'next'"), "{all}");
}

#[test]
fn what_is_built_to_take_long_is_refused() {
    let deep = "(".repeat(1000);
    assert!(error(&format!("int {deep}x;")).contains("nested more than"));
    assert!(error(&format!("int x[{}1];", "1+".repeat(300))).contains("operators"));
    // The parser tries two ways at each: the sum of nothing and another sum, or an increment.
    let said = error(&format!("int x[{}1];", "+".repeat(80)));
    assert!(said.contains("`++` changes a variable"), "{said}");
    let said = error(&"int x; ".repeat(10_000));
    assert!(said.contains("more than 32 kB"), "{said}");
    let doubled = "#define A int x; int y;\n#define B A A A A\n#define C B B B B B B B B\n#define D C C C C C C C C\n";
    let said = error(&format!("{doubled}D D D D D D D D D D D D D D D D"));
    assert!(said.contains("macros expand to more than"), "{said}");
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
