//! The tasks begin undone, and their answers do them.

use crate::common::{exercise_of, judged, setup};
use course::{Solution, lessons};
use lab::{Lab, Setup, exercise, scenario};

#[test]
fn every_task_begins_undone_and_its_answer_does_it() {
    for lesson in lessons() {
        let task = exercise_of(lesson);
        let start = setup(lesson, &task.start, &task.switches);
        let begun = judged(&task.checks, &start, start.clone(), None);
        assert!(!begun.done, "{}: {}", lesson.slug, begun.says);
        assert_ne!(begun.says, "No task has this name.");
        let number = match task.solution {
            Solution::Number(number) => Some(number),
            Solution::Units(_) => None,
        };
        let done = judged(&task.checks, &start, task.solved(&start), number);
        assert!(done.done, "{}: {}", lesson.slug, done.says);
        // A number beside it is not it.
        if let Some(number) = number {
            assert!(!judged(&task.checks, &start, start.clone(), Some(number + 40)).done);
        }
        assert!(task.hints.len() >= 2, "{}", lesson.slug);
    }
}

#[test]
fn a_task_of_one_token_takes_no_more() {
    let start = Setup::of(&["enum state { A = 1 };", "enum state { A = 2 };"]);
    let check =
        |units: &[&str]| exercise::check("one-token", &start, &Lab::new(Setup::of(units)), None);
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
    let check = |unit: &str| {
        exercise::check(
            "second-meaning",
            &start,
            &Lab::new(Setup::of(&[page, unit])),
            None,
        )
    };
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
    let lab = Lab::new(start.clone());
    let says = |number| exercise::check("blocking-pair", &start, &lab, Some(number)).says;
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
    let more = Setup::of(&[
        "struct item { int id; };",
        "struct item { long id; };",
        "struct item *first;",
    ]);
    let verdict = exercise::check("ambiguous", &start, &Lab::new(more), None);
    assert!(
        !verdict.done && verdict.says.contains("three are enough"),
        "{}",
        verdict.says
    );
    // Another kind alone makes nothing ambiguous.
    let union = Setup::of(&["union item { int id; };", "struct item *first;"]);
    let verdict = exercise::check("ambiguous", &start, &Lab::new(union), None);
    assert!(
        !verdict.done && verdict.says.contains("none that fits"),
        "{}",
        verdict.says
    );
}
