//! Expressions of checks: each value, each operator, and sentences.

use lab::check::{Check, CheckLine, CheckText, NAMES, Solution, Verdict};
use lab::{Lab, Setup};

fn decided(start: &[&str], units: &[&str], answer: Option<u32>, lines: &[(&str, &str)]) -> Verdict {
    let line = |&(condition, no): &(&str, &str)| CheckLine {
        condition: condition.to_owned(),
        no: no.to_owned(),
    };
    let text = CheckText {
        lines: lines.iter().map(line).collect(),
        done: "Yes.".to_owned(),
    };
    let check = Check::parse(&text).unwrap_or_else(|(_, error)| panic!("{lines:?}: {error}"));
    let (start, lab) = (Setup::of(start), Lab::new(Setup::of(units)));
    check.decide(&Solution {
        start: &start,
        lab: &lab,
        answer,
    })
}

/// What a sentence says of these units.
fn said(units: &[&str], sentence: &str) -> String {
    decided(units, units, None, &[("left < 0", sentence)]).says
}

const LIST: &str = "struct list { struct list *next; int value; };";

#[test]
fn lists_of_types_are_counted_by_kind_name_and_record() {
    let units = [
        LIST,
        "struct list { struct list *next; int value; }; enum e { A, B }; long big;",
    ];
    for (value, expected) in [
        ("before.count()", "8"),
        ("after.count()", "5"),
        ("left", "5"),
        ("unit(1).count()", "3"),
        ("unit(2).count()", "5"),
        ("new(1).count()", "3"),
        ("new(2).count()", "2"),
        ("unit(3).count()", "0"),
        ("alone(2).count()", "5"),
        ("alone(3).count()", "0"),
        ("before.count(STRUCT)", "2"),
        ("after.count(STRUCT, \"list\")", "1"),
        ("before.count(\"struct list\")", "2"),
        ("after.count(INT, \"long\")", "1"),
        ("after.count(\"no such\")", "0"),
        ("before.count(STRUCT, vlen=2)", "2"),
        ("before.count(vlen=2, size=4)", "1"),
        ("before.count(STRUCT, size=8)", "0"),
        (
            "before",
            "`[1] struct list`, `[2] *struct list`, `[3] int`, `[4] struct list`, `[5] *struct list`, `[6] int`, `[7] enum e`, `[8] long`",
        ),
        ("new(2)", "`[7] enum e`, `[8] long`"),
        ("unit(3)", "no type"),
        ("counted(left, \"type\", \"types\")", "5 types"),
        ("counted(left - 4, \"type\", \"types\")", "1 type"),
        // 36 bytes of the struct, 12 of the pointer, 16 of int.
        ("unit(1).bytes", "64"),
        ("before.bytes", "172"),
        // An empty string, list, next, value, int.
        ("unit(1).strings", "21"),
        ("alone(1).strings", "21"),
        ("new(2).strings", "16"),
        ("exact", "5"),
    ] {
        let found = said(&units, &format!("{{{value}}}"));
        assert_eq!(found, expected, "{value}");
    }
}

#[test]
fn one_type_has_parts_and_none_has_zeros() {
    let units = ["int first; struct point { int x; int y; };"];
    for (value, expected) in [
        ("before.first()", "`[1] int`"),
        ("before.first(STRUCT)", "`[2] struct point`"),
        ("before.first(STRUCT).id", "2"),
        ("before.first(STRUCT).vlen", "2"),
        ("before.first(STRUCT).size", "8"),
        ("before.first(STRUCT).name", "point"),
        ("before.first(STRUCT).spelling", "struct point"),
        ("before.first(UNION)", "no type"),
        ("before.first(UNION).size", "0"),
        ("before.first(UNION).spelling", ""),
    ] {
        assert_eq!(said(&units, &format!("{{{value}}}")), expected, "{value}");
    }
    for condition in [
        "before.first(STRUCT).found",
        "not before.first(UNION).found",
        "before.first(STRUCT).name == \"point\"",
        "before.first(STRUCT).name != \"pint\"",
    ] {
        assert!(
            decided(&units, &units, None, &[(condition, "")]).done,
            "{condition}"
        );
    }
}

#[test]
fn operators_bind_as_in_other_languages() {
    let units = ["int a;"];
    for (condition, holds) in [
        ("1 == 1", true),
        ("1 != 1", false),
        ("1 < 2", true),
        ("2 <= 1", false),
        ("2 > 1", true),
        ("1 >= 2", false),
        ("1 + 2 == 3", true),
        ("5 - 2 - 1 == 2", true),
        ("5 - (2 - 1) == 4", true),
        ("1 - 2 < 0", true),
        ("not 1 == 2", true),
        ("not not 1 == 1", true),
        ("not (1 == 1)", false),
        ("1 == 2 and 1 == 2 or 1 == 1", true),
        ("1 == 2 and (1 == 2 or 1 == 1)", false),
        ("1 == 1 or 1 == 2 and 1 == 2", true),
        ("not 1 == 2 and 1 == 1", true),
        ("(1 == 1) == (2 == 2)", true),
        ("\"a\" == \"a\"", true),
        ("\"a\" == \"b\"", false),
        ("parses", true),
        ("parses and left==1", true),
        ("999999999 + 999999999 > 0", true),
    ] {
        let verdict = decided(&units, &units, None, &[(condition, "no")]);
        assert_eq!(verdict.done, holds, "{condition}: {}", verdict.says);
    }
}

#[test]
fn the_first_line_that_does_not_hold_decides() {
    let lines = [
        ("left >= 1", "Too few."),
        ("left == 1", "{left} are left."),
        ("left == 3", ""),
    ];
    let verdict = decided(&[""], &["int a;", "long b;"], None, &lines);
    assert_eq!(
        (verdict.says.as_str(), verdict.line),
        ("2 are left.", Some(2))
    );
    let verdict = decided(&[""], &[""], None, &lines);
    assert_eq!((verdict.says.as_str(), verdict.line), ("Too few.", Some(1)));
    let verdict = decided(&[""], &["int a;"], None, &lines);
    assert_eq!(verdict.says, "`left == 3` is not true yet: `left` is 1.");
    let verdict = decided(&[""], &["int a;"], None, &lines[..2]);
    assert_eq!(
        (verdict.done, verdict.says.as_str(), verdict.line),
        (true, "Yes.", None)
    );
    let verdict = decided(&[""], &["int a;"], None, &[("left == 1 and left == 2", "")]);
    assert_eq!(verdict.says, "`left == 1 and left == 2` is not true yet.");
}

#[test]
fn a_unit_with_an_error_and_a_missing_number_come_first() {
    let general = "A unit has an error, which is marked in its text.";
    let broken = decided(&[""], &["struct {"], None, &[("left == 1", "no")]);
    assert_eq!((broken.done, broken.says.as_str()), (false, general));
    let own = [
        ("left == 1", "no"),
        ("parses", "Mend {unit(1).count()} first."),
    ];
    assert_eq!(
        decided(&[""], &["struct {"], None, &own).says,
        "Mend 0 first."
    );
    for lines in [[("answer == left", "no")], [("left == 1", "not {answer}")]] {
        let verdict = decided(&[""], &["int a;"], None, &lines);
        assert_eq!(
            (verdict.done, verdict.says.as_str()),
            (false, "Enter a number.")
        );
    }
    let own = [("answer == left", "no"), ("answered", "A number, please.")];
    assert_eq!(
        decided(&[""], &["int a;"], None, &own).says,
        "A number, please."
    );
    assert!(decided(&[""], &["int a;"], Some(1), &own).done);
    assert_eq!(decided(&[""], &["int a;"], Some(2), &own).says, "no");
}

#[test]
fn what_was_changed_is_compared_with_the_start() {
    let start = ["enum state { A = 1 };", "enum state { A = 2 };"];
    for (units, condition) in [
        (
            ["enum state { A = 1 };", "enum state{A=1}; // same now"],
            "changed.tokens == 1",
        ),
        (
            ["enum state { A = 1 };", "enum state{\nA=1};"],
            "changed.lines == 2",
        ),
        (
            ["enum state { A = 1 };", "enum other { A = 1 };"],
            "changed.tokens == 2",
        ),
        (
            ["enum state { A = 1 };", "int a;"],
            "unchanged(unit 1) and not unchanged(unit 2)",
        ),
        (
            ["enum state { A = 1 };", "int a;"],
            "changed.units == 0 and unchanged(1)",
        ),
    ] {
        let verdict = decided(
            &start,
            &units,
            None,
            &[(condition, "{changed.tokens}, {changed.lines}")],
        );
        assert!(verdict.done, "{units:?} {condition}: {}", verdict.says);
    }
    assert!(decided(&start, &start[..1], None, &[("changed.units == 1", "")]).done);
    assert!(
        decided(
            &start,
            &["int a;"],
            None,
            &[("start.left == 2 and left == 1", "")]
        )
        .done
    );
    assert!(
        decided(
            &start,
            &["int a;"],
            None,
            &[("start.unit(2).count() == 1", "")]
        )
        .done
    );
}

#[test]
fn types_that_end_as_one_are_the_same() {
    let units = [
        LIST,
        "struct list { struct list *next; int value; }; long big;",
        "struct list; struct list *first;",
    ];
    for (condition, holds) in [
        ("same(\"1: struct list\", \"2: struct list\")", true),
        ("same(\"1: *struct list\", \"2: *struct list\")", true),
        // A declaration becomes its definition.
        ("same(\"1: struct list\", \"3: struct list\")", true),
        ("same(\"1: list\", \"3: list\")", true),
        ("same(\"1: int\", \"2: long\")", false),
        ("same(\"1: struct none\", \"2: struct none\")", false),
        ("same(\"4: int\", \"1: int\")", false),
    ] {
        let verdict = decided(&units, &units, None, &[(condition, "no")]);
        assert_eq!(verdict.done, holds, "{condition}");
    }
}

#[test]
fn the_types_of_a_base_are_apart_from_those_of_the_units() {
    let setup = Setup {
        base: Some("struct item { int id; };".to_owned()),
        ..Setup::of(&["struct item { int id; }; struct own { struct item *first; };"])
    };
    let lab = Lab::new(setup.clone());
    for (condition, no) in [
        ("base.count() == 2", "{base}"),
        ("before.count() == 4", "{before}"),
        ("new(1).count() == 2", "{new(1)}"),
        ("left == 2", "{after}"),
        ("same(\"base: struct item\", \"1: struct item\")", "no"),
        ("not same(\"base: struct own\", \"1: struct own\")", "no"),
    ] {
        let text = CheckText {
            lines: vec![CheckLine {
                condition: condition.to_owned(),
                no: no.to_owned(),
            }],
            done: String::new(),
        };
        let check = Check::parse(&text).expect("a check");
        let verdict = check.decide(&Solution {
            start: &setup,
            lab: &lab,
            answer: None,
        });
        assert!(verdict.done, "{condition}: {}", verdict.says);
    }
    assert_eq!(said(&["int a;"], "{base.count()} {base}"), "0 no type");
}

#[test]
fn the_pair_that_keeps_two_apart_is_the_cause() {
    let far = [
        "struct top { struct mid *mid; }; struct mid { struct low *low; }; struct low { int x; };",
        "struct top { struct mid *mid; }; struct mid { struct low *low; }; struct low { long x; };",
    ];
    let shown = said(&far, "{cause(\"struct top\")}");
    let (candidate, canonical) = shown.split_once(" and ").expect("a pair");
    assert!(
        candidate.contains("long") || candidate.contains("struct low"),
        "{shown}"
    );
    let id = |one: &str| -> u32 {
        let digits = one.trim_matches(|c: char| !c.is_ascii_digit());
        digits
            .split(']')
            .next()
            .and_then(|id| id.parse().ok())
            .expect("an id")
    };
    let line = [(
        "answer == cause(\"struct top\")",
        "{walk(\"struct top\").visits(answer)}",
    )];
    // A condition is shown by no sentence, so the line above is refused.
    assert!(lab::check::Sentence::parse(line[0].1).is_err());
    let line = [("answer == cause(\"struct top\")", "no")];
    for one in [candidate, canonical] {
        assert!(decided(&far, &far, Some(id(one)), &line).done, "{one}");
    }
    assert!(!decided(&far, &far, Some(99), &line).done);
    let visits = [("walk(\"struct top\").visits(answer)", "no")];
    assert!(decided(&far, &far, Some(1), &visits).done);
    assert!(!decided(&far, &far, Some(99), &visits).done);
    for condition in [
        "cause(\"struct top\").found",
        "cause(\"struct top\").candidate.id > cause(\"struct top\").canonical.id",
        "not cause(\"struct none\").found",
        "not walk(\"struct none\").visits(1)",
        "cause(\"struct none\").candidate.id == 0",
    ] {
        assert!(
            decided(&far, &far, None, &[(condition, "no")]).done,
            "{condition}"
        );
    }
    // Two records that differ are their own cause: no walk begins.
    let near = ["struct top { int x; };", "struct top { long x; };"];
    assert_eq!(
        said(&near, "{cause(\"struct top\").candidate.spelling}"),
        "struct top"
    );
    assert_eq!(said(&[LIST, LIST], "{cause(\"struct list\")}"), "no pair");
}

#[test]
fn steps_are_counted_by_what_happens() {
    let units = [LIST, LIST];
    for condition in [
        "steps.any(assume) and steps.any(known) and steps.any(replaced) and steps.any(canonical)",
        "not steps.any(different) and steps.count(contradiction) == 0",
        "steps.count(walk) == 1 and steps.count(canonical) == 3",
        "not start.steps.any(different)",
    ] {
        assert!(
            decided(&units, &units, None, &[(condition, "no")]).done,
            "{condition}"
        );
    }
    let stays = [
        "struct item { int id; };",
        "struct item { long id; };",
        "struct item *first;",
    ];
    for condition in [
        "steps.count(ambiguous) == 1 and steps.any(stays)",
        "after.ambiguous.count() == 1 and after.ambiguous.first(FWD).name == \"item\"",
        "after.repeated.count() == 1",
    ] {
        assert!(
            decided(&stays, &stays, None, &[(condition, "no")]).done,
            "{condition}"
        );
    }
    let unfit = ["union item { int id; };", "struct item *first;"];
    assert!(
        decided(
            &unfit,
            &unfit,
            None,
            &[("after.ambiguous.count() == 0 and steps.any(stays)", "")]
        )
        .done
    );
}

#[test]
fn the_fast_path_is_counted_for_the_start_too() {
    let page = "struct page { long flags; }; struct folio { struct page *page; };";
    let other = page.replace("flags", "marks");
    let line = [("exact > start.exact", "{exact} {start.exact}")];
    assert!(decided(&[page, page], &[page, &other], None, &line).done);
    assert_eq!(
        decided(&[page, page], &[page, page], None, &line).says,
        "4 4"
    );
}

#[test]
fn braces_can_be_part_of_a_sentence() {
    assert_eq!(
        said(&["int a;"], "`struct a {{ }}` has {left + 1} types."),
        "`struct a { }` has 2 types."
    );
    assert_eq!(said(&["int a;"], "ä{left}ö"), "ä1ö");
}

#[test]
fn every_name_is_documented_and_reads_as_it_is_written() {
    for name in NAMES {
        assert!(
            !name.means.is_empty() && !name.means.ends_with('.'),
            "{}",
            name.name
        );
        let prefix = match name.of {
            None => "",
            Some(lab::check::Sort::Types) => "after.",
            Some(lab::check::Sort::Type) => "after.first().",
            Some(lab::check::Sort::Pair) => "cause(\"struct a\").",
            Some(lab::check::Sort::Walk) => "walk(\"struct a\").",
            Some(lab::check::Sort::Steps) => "steps.",
            Some(lab::check::Sort::Changed) => "",
            Some(other) => panic!("{other:?}"),
        };
        let value = format!("{prefix}{}", name.form);
        if name.of_start {
            assert!(
                parses(&format!("start.{value}"), name.gives),
                "start.{value}"
            );
        }
        assert!(parses(&value, name.gives), "{value}");
    }
}

/// Whether a value can be read where one of its sort belongs.
fn parses(value: &str, sort: lab::check::Sort) -> bool {
    use lab::check::{Condition, Sentence, Sort};
    match sort {
        Sort::Condition => Condition::parse(value).is_ok(),
        Sort::Steps => Condition::parse(&format!("{value}.any(walk)")).is_ok(),
        Sort::Walk => Condition::parse(&format!("{value}.visits(1)")).is_ok(),
        Sort::Changed => Condition::parse(&format!("{value}.tokens == 1")).is_ok(),
        Sort::Start => Condition::parse(&format!("{value}.left == 1")).is_ok(),
        _ => Sentence::parse(&format!("{{{value}}}")).is_ok(),
    }
}
