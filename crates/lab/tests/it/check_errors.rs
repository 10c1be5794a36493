//! Expressions that cannot be read: where, what is wrong, and what to write; and hostile ones.

use lab::check::{Check, CheckLine, CheckText, Condition, Place, Sentence, Solution};
use lab::{Lab, Setup};
use proptest::prelude::*;

#[test]
fn a_mistake_is_named_with_its_place_and_what_to_write() {
    for (text, place, says) in [
        (
            "",
            (1, 0),
            "the expression is empty. Write a condition, for example `left == 10`.",
        ),
        (
            "  ",
            (1, 2),
            "the expression is empty. Write a condition, for example `left == 10`.",
        ),
        (
            "lefft == 10",
            (1, 5),
            "unknown name `lefft`. Did you mean `left`?",
        ),
        (
            "count(FWD) == 1",
            (1, 5),
            "unknown name `count`. Did you mean `after.count()`?",
        ),
        (
            "tokens == 1",
            (1, 6),
            "unknown name `tokens`. Did you mean `changed.tokens`?",
        ),
        (
            "different",
            (1, 9),
            "unknown name `different`. Did you mean `steps.any(different)`?",
        ),
        (
            "FWD == 1",
            (1, 3),
            "unknown name `FWD`. Did you mean `after.count(FWD)`?",
        ),
        (
            "after.cuont() == 1",
            (7, 5),
            "unknown name `cuont` after a list of types. Did you mean `count()`?",
        ),
        (
            "start.answer == 1",
            (7, 6),
            "unknown name `answer` after the start. Here are known: before, after, base, unit, new, alone, left, exact, steps, same, cause, walk.",
        ),
        (
            "left.count() == 1",
            (6, 5),
            "unknown name `count` after a number. Nothing can follow here.",
        ),
        (
            "left = 10",
            (6, 1),
            "`=` has no meaning here. Did you mean `==`?",
        ),
        (
            "left == 1 && left == 2",
            (11, 2),
            "`&&` has no meaning here. Did you mean `and`?",
        ),
        (
            "left == 1 || left == 2",
            (11, 2),
            "`||` has no meaning here. Did you mean `or`?",
        ),
        (
            "!parses",
            (1, 1),
            "`!` has no meaning here. Did you mean `not`?",
        ),
        (
            "left ≠ 1",
            (6, 1),
            "`≠` has no meaning here. Did you mean `!=`?",
        ),
        (
            "cause(“a”).found",
            (7, 1),
            "`“` has no meaning here. Did you mean `\"`?",
        ),
        ("left == 1;", (10, 1), "`;` has no meaning here"),
        (
            "left == 1 2",
            (11, 1),
            "the expression is complete before `2`",
        ),
        ("left ==", (8, 0), "a value is missing at the end"),
        ("== 1", (1, 2), "a value is missing before `==`"),
        ("left == 1 and", (14, 0), "a value is missing at the end"),
        ("(left == 1", (11, 0), "`)` is missing at the end"),
        (
            "left == 1)",
            (10, 1),
            "the expression is complete before `)`",
        ),
        ("after.", (7, 0), "a name is missing at the end"),
        (
            "cause(\"a).found",
            (7, 9),
            "this quotation mark is not closed. Close it with `\"`.",
        ),
        (
            "left == 12345678901",
            (9, 11),
            "`12345678901` is no number that a check can use. Write digits alone, 9 at most.",
        ),
        (
            "left == 3x",
            (9, 2),
            "`3x` is no number that a check can use. Write digits alone, 9 at most.",
        ),
        (
            "left",
            (1, 4),
            "a check is true or false, and `left` is a number. Compare it, for example `left == 1`.",
        ),
        (
            "after",
            (1, 5),
            "a check is true or false, and `after` is a list of types. Did you mean `after.count()`?",
        ),
        (
            "after == 3",
            (1, 5),
            "`==` takes numbers, texts or conditions, and `after` is a list of types. Did you mean `after.count()`?",
        ),
        (
            "3 < after",
            (5, 5),
            "`<` takes a number, and `after` is a list of types. Did you mean `after.count()`?",
        ),
        (
            "left and parses",
            (1, 4),
            "`and` takes a condition, and `left` is a number",
        ),
        (
            "not left",
            (5, 4),
            "`not` takes a condition, and `left` is a number",
        ),
        (
            "parses + 1 == 2",
            (1, 6),
            "`+` takes a number, and `parses` is a condition",
        ),
        ("left == \"10\"", (1, 12), "a number is never a text"),
        (
            "1 < left < 3",
            (10, 1),
            "a comparison cannot be compared again. Write `a < b and b < c`.",
        ),
        (
            "unit(0).count() == 1",
            (6, 1),
            "there is no unit 0: units are numbered from 1 to 4",
        ),
        (
            "unit(9).count() == 1",
            (6, 1),
            "there is no unit 9: units are numbered from 1 to 4",
        ),
        ("unit 1.count() == 1", (1, 4), "`unit` is written unit(2)"),
        ("left() == 1", (5, 1), "`left` is written left"),
        ("after.count == 1", (7, 5), "`count` is written count()"),
        (
            "after.count(STRCT) == 1",
            (13, 5),
            "unknown kind `STRCT`. Did you mean `STRUCT`?",
        ),
        (
            "after.count(struct) == 1",
            (13, 6),
            "unknown kind `struct`. Did you mean `STRUCT`?",
        ),
        (
            "after.count(forward) == 1",
            (13, 7),
            "unknown kind `forward`. Did you mean `FWD`?",
        ),
        (
            "after.count(vlen 3) == 1",
            (18, 1),
            "`count` is written count()",
        ),
        (
            "steps.any(differnt)",
            (11, 8),
            "no step is called `differnt`. Did you mean `different`?",
        ),
        (
            "same(\"struct a\", \"2: struct a\")",
            (6, 10),
            "`\"struct a\"` does not say in which unit. Did you mean `\"1: struct a\"`?",
        ),
        (
            "same(\"1: struct a\")",
            (19, 1),
            "`same` is written same(\"1: struct item\", \"2: struct item\")",
        ),
        (
            "unchanged(1",
            (12, 0),
            "`unchanged` is written unchanged(unit 1)",
        ),
    ] {
        let error = Condition::parse(text).expect_err(text);
        assert_eq!((error.column, error.length), place, "{text}: {error}");
        let wanted = format!("column {}: {says}", place.0);
        assert_eq!(error.to_string(), wanted, "{text}");
    }
}

#[test]
fn a_mistake_in_a_sentence_is_at_its_place_in_the_sentence() {
    for (text, place, says) in [
        (
            "ö {lefft} are left",
            (4, 5),
            "unknown name `lefft`. Did you mean `left`?",
        ),
        (
            "{left are left",
            (1, 1),
            "this `{` has no partner. Write `{{` for a brace that is part of the sentence.",
        ),
        (
            "left} are left",
            (5, 1),
            "this `}` has no partner. Write `}}` for a brace that is part of the sentence.",
        ),
        (
            "struct a {}",
            (10, 2),
            "these braces are empty. Write `{{}}` for braces that are part of the sentence.",
        ),
        (
            "is it {left == 1}",
            (8, 9),
            "a sentence cannot show `left == 1`, which is a condition. Write a line of its own for each case.",
        ),
        (
            "{steps}",
            (2, 5),
            "a sentence cannot show `steps`, which is a list of steps",
        ),
    ] {
        let error = Sentence::parse(text).expect_err(text);
        assert_eq!((error.column, error.length), place, "{text}: {error}");
        assert_eq!(error.to_string(), format!("column {}: {says}", place.0));
    }
}

#[test]
fn a_check_says_which_of_its_parts_is_wrong() {
    let line = |condition: &str, no: &str| CheckLine {
        condition: condition.to_owned(),
        no: no.to_owned(),
    };
    let place = |lines: &[CheckLine], done: &str| {
        let text = CheckText {
            lines: lines.to_vec(),
            done: done.to_owned(),
        };
        Check::parse(&text).map(|_| ()).map_err(|(place, _)| place)
    };
    let good = line("left == 1", "{left}");
    assert_eq!(
        place(&[good.clone(), line("left", "")], ""),
        Err(Place::Condition(2))
    );
    assert_eq!(
        place(&[good.clone(), line("parses", "{")], ""),
        Err(Place::No(2))
    );
    assert_eq!(place(std::slice::from_ref(&good), "{x}"), Err(Place::Done));
    assert_eq!(
        place(&vec![good.clone(); 41], ""),
        Err(Place::Condition(41))
    );
    assert_eq!(place(&vec![good; 40], "{left}"), Ok(()));
}

#[test]
fn long_and_deep_expressions_are_refused_and_flat_ones_are_not() {
    let deep = format!("{}parses{}", "(".repeat(1000), ")".repeat(1000));
    let error = Condition::parse(&deep).expect_err("deep");
    assert!(error.to_string().contains("more than 16 deep"), "{error}");
    let long = "parses and ".repeat(1000) + "parses";
    let error = Condition::parse(&long).expect_err("long");
    assert!(
        error.to_string().contains("more than 2048 bytes"),
        "{error}"
    );
    let nots = "not ".repeat(500) + "parses";
    assert!(Condition::parse(&nots).is_ok());
    let sums = "1+".repeat(1000) + "1 == 1001";
    let check = Check::parse(&CheckText {
        lines: vec![CheckLine {
            condition: sums,
            no: String::new(),
        }],
        done: String::new(),
    });
    let (start, lab) = (Setup::of(&["int a;"]), Lab::new(Setup::of(&["int a;"])));
    let solution = Solution {
        start: &start,
        lab: &lab,
        answer: None,
    };
    assert!(check.expect("a check").decide(&solution).done);
}

/// Pieces of the language, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "left",
        "after",
        "before",
        "unit",
        "(",
        ")",
        "1",
        "2",
        ".",
        "count",
        "first",
        "STRUCT",
        "FWD",
        "\"a\"",
        "\"1: int\"",
        ",",
        "==",
        "<",
        "+",
        "-",
        "and",
        "or",
        "not",
        "steps",
        "any",
        "different",
        "cause",
        "walk",
        "visits",
        "start",
        "changed",
        "tokens",
        "unchanged",
        "answer",
        "same",
        "counted",
        "strings",
        "bytes",
        "repeated",
        "ambiguous",
        "candidate",
        "id",
        "vlen",
        "=",
        "size",
        "exact",
        "parses",
        "{",
        "}",
        "new",
        "alone",
        "found",
        "\u{e4}",
        "\"",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|all| all.join(" "))
}

proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,60}") {
        let _ = Condition::parse(&text);
        let _ = Sentence::parse(&text);
    }

    #[test]
    fn what_can_be_read_can_be_decided(condition in pieces(), no in pieces(), answer in prop::option::of(0_u32..9)) {
        if let Err(error) = Condition::parse(&condition) {
            prop_assert!(error.column <= condition.chars().count() + 1, "{}", error);
            prop_assert!(error.column - 1 + error.length <= condition.chars().count());
        }
        let text = |condition: &str, no: &str| CheckText {
            lines: vec![CheckLine { condition: condition.to_owned(), no: no.to_owned() }],
            done: no.to_owned(),
        };
        for text in [text(&condition, "no"), text("left < 0", &no), text(&condition, &no)] {
            if let Ok(check) = Check::parse(&text) {
                let start = Setup::of(&["struct a { int x; };", "struct a;"]);
                let lab = Lab::new(Setup::of(&["struct a { long x; };", "struct a { int x; };"]));
                check.decide(&Solution { start: &start, lab: &lab, answer });
            }
        }
    }
}
