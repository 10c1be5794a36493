//! The tasks begin undone, and their answers do them.

use crate::common::{exercise_of, judged, setup};
use course::{Solution, lessons};
use lab::check::Verdict;
use lab::{Setup, scenario};

#[test]
fn every_task_begins_undone_and_its_answer_does_it() {
    for lesson in lessons() {
        let task = exercise_of(lesson);
        let start = setup(lesson, &task.start, &task.switches);
        let begun = judged(task, &start, start.clone(), None);
        assert!(!begun.done, "{}: {}", lesson.slug, begun.says);
        let number = match task.solution {
            Solution::Number(number) => Some(number),
            Solution::Units(_) => None,
        };
        let done = judged(task, &start, task.solved(&start), number);
        assert!(done.done, "{}: {}", lesson.slug, done.says);
        // A number beside it is not it.
        if let Some(number) = number {
            assert!(!judged(task, &start, start.clone(), Some(number + 40)).done);
        }
        assert!(task.hints.len() >= 2, "{}", lesson.slug);
    }
}

/// What the exercise of a lesson says.
fn of_lesson(slug: &str, start: &Setup, units: &[&str], answer: Option<u32>) -> Verdict {
    let (_, lesson) = course::lesson(slug).expect(slug);
    judged(exercise_of(lesson), start, Setup::of(units), answer)
}

#[test]
fn a_task_of_one_token_takes_no_more() {
    let start = Setup::of(&["enum state { A = 1 };", "enum state { A = 2 };"]);
    let check = |units: &[&str]| of_lesson("primitives", &start, units, None);
    assert!(check(&["enum state { A = 1 };", "enum   state{A=1};"]).done);
    assert!(!check(&["enum state { B = 3 };", "enum state { B = 3 };"]).done);
    assert!(!check(&["enum state { A = 1 };", "enum other { A = 2 };"]).done);
    assert!(!check(&["enum state { A = 1 };", "int"]).done);
    // Comments are no tokens.
    assert!(
        check(&[
            "/* one */ enum state { A = 1 }; // kept",
            "enum state { A = 1, // changed\n };"
        ])
        .says
        .contains("differ from the start")
    );
    assert!(
        check(&[
            "/* one */ enum state { A = 1 }; // kept",
            "enum state { A = 1 // changed\n };"
        ])
        .done
    );
}

#[test]
fn a_new_name_is_not_a_second_definition() {
    let page = "struct page { long flags; }; struct folio { struct page *page; }; struct file { struct folio *folio; };";
    let start = Setup::of(&[page, page]);
    let check = |unit: &str| of_lesson("fast-path", &start, &[page, unit], None);
    let renamed = check(&page.replace("struct file", "struct inode"));
    assert!(
        !renamed.done && renamed.says.contains("a new type came"),
        "{}",
        renamed.says
    );
    let second = check(&page.replace("flags", "marks"));
    assert!(
        second.done && second.says.contains("`struct page` has two definitions"),
        "{}",
        second.says
    );
    let two = check(&page.replace("long flags", "int marks"));
    assert!(
        !two.done && two.says.contains("2 tokens differ"),
        "{}",
        two.says
    );
}

#[test]
fn a_type_on_the_way_is_told_from_one_that_is_not() {
    let start = scenario::find("elf-note-info").expect("a scenario").setup;
    let units: Vec<&str> = start.units.iter().map(String::as_str).collect();
    let says = |number| of_lesson("split", &start, &units, Some(number)).says;
    assert!(says(11).contains("is on the way"), "{}", says(11));
    assert!(
        says(99).contains("is not part of this walk"),
        "{}",
        says(99)
    );
}

#[test]
fn an_answer_of_more_types_than_needed_is_told_so() {
    let start = Setup::of(&["struct item { int id; };", "struct item *first;"]);
    let more = [
        "struct item { int id; };",
        "struct item { long id; };",
        "struct item *first;",
    ];
    let verdict = of_lesson("forwards", &start, &more, None);
    assert!(
        !verdict.done && verdict.says.contains("three are enough"),
        "{}",
        verdict.says
    );
    // Another kind alone makes nothing ambiguous.
    let union = ["union item { int id; };", "struct item *first;"];
    let verdict = of_lesson("forwards", &start, &union, None);
    assert!(
        !verdict.done && verdict.says.contains("none that fits"),
        "{}",
        verdict.says
    );
}

#[test]
fn wrong_answers_are_told_what_is_wrong_in_them() {
    let list = "struct list { struct list *next; int value; };";
    let one_new = format!("{list} struct other {{ int id; }};");
    let two_new = format!("{list} struct other {{ int id; }}; struct more {{ int id; }};");
    let ab = ["struct a { struct b *b; }; struct b { struct a *a; int x; };"; 2];
    for (slug, start, units, says) in [
        (
            "why",
            [list, ""],
            [list, ""],
            "Unit 2 is empty; the task needs at least three types.",
        ),
        (
            "why",
            [list, ""],
            [list, "int a;"],
            "Unit 2 has only 1 type; the task needs at least three.",
        ),
        (
            "why",
            [list, ""],
            [list, "int a; long b;"],
            "Unit 2 has only 2 types; the task needs at least three.",
        ),
        (
            "why",
            [list, ""],
            [list, &one_new],
            "One of unit 2’s 4 types is new, because unit 1 does not have it: `[7] struct other`.",
        ),
        (
            "why",
            [list, ""],
            [list, &two_new],
            "2 of unit 2’s 5 types are new, because unit 1 does not have them: `[7] struct other`, `[8] struct more`.",
        ),
        (
            "bytes",
            ["int a;", ""],
            ["int a;", ""],
            "No unit contains a struct.",
        ),
        (
            "bytes",
            ["int a;", ""],
            ["struct a { long b; };", ""],
            "The first struct has vlen 1 and size 8.",
        ),
        (
            "strings",
            [list, ""],
            [list, list],
            "Unit 2 has no struct that stays: unit 1 has an equal one, or unit 2 has none.",
        ),
        (
            "strings",
            [list, ""],
            [list, "struct other { int value; };"],
            "The struct stays, but the strings are 6 bytes longer than with unit 1 alone.",
        ),
        (
            "primitives",
            ["enum state { A };", "enum state { B };"],
            ["enum state { A };", "enum other { A };"],
            "The result contains a new name. The two must become one, not get different names.",
        ),
        (
            "graphs",
            ab,
            ["struct c { int x; };", "struct b { int x; };"],
            "`struct a` is gone, but it must stay, once.",
        ),
        (
            "graphs",
            ab,
            [
                ab[0],
                "struct a { struct b *b; }; struct b { struct a *a; long x; };",
            ],
            "The result still contains 2 of `struct a`.",
        ),
        (
            "forwards",
            [list, ""],
            [list, ""],
            "No forward declaration stays.",
        ),
        (
            "fast-path",
            [list, list],
            [list, list],
            "Still 3 types go to the exact engine: every name has one definition.",
        ),
    ] {
        let verdict = of_lesson(slug, &Setup::of(&start), &units, None);
        assert_eq!(
            (verdict.done, verdict.says.as_str()),
            (false, says),
            "{slug}"
        );
    }
    let (_, lesson) = course::lesson("references").expect("a lesson");
    let exercise = exercise_of(lesson);
    let start = setup(lesson, &exercise.start, &exercise.switches);
    let says = |answer| judged(exercise, &start, start.clone(), answer).says;
    assert_eq!(says(None), "Enter a number.");
    assert!(
        says(Some(8)).starts_with("Not 8. Write down the types"),
        "{}",
        says(Some(8))
    );
    assert!(
        says(Some(10)).starts_with("10 types remain: `[1] struct file`, "),
        "{}",
        says(Some(10))
    );
}
