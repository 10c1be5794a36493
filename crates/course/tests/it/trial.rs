//! Lessons that are tried out: the engine runs on whatever their files contain.

use course::{Fault, MOST_BYTES, NoLesson, SLUGS, try_out};
use proptest::prelude::*;

fn file(at: usize) -> &'static str {
    course::file(at % SLUGS.len(), "en").expect("a lesson")
}

#[test]
fn a_scenario_and_a_step_that_do_not_exist_are_found_by_running() {
    let split = file(8);
    assert!(split.contains("scenario=elf-note-info"));
    let tried = try_out(
        split
            .replace("scenario=elf-note-info", "scenario=elf-note-inf")
            .as_bytes(),
    );
    let problems = tried.expect("a lesson").problems;
    let missing = |fault: &Fault| matches!(fault, Fault::NoScenario { .. });
    // The exercise's.
    assert_eq!(
        problems
            .iter()
            .filter(|problem| missing(&problem.fault))
            .count(),
        1
    );
    let advice = problems.iter().map(|problem| problem.fault.advice());
    assert!(
        advice
            .into_iter()
            .any(|advice| advice == "Did you mean elf-note-info?")
    );
}

#[test]
fn units_of_a_set_are_told_once_with_their_line() {
    let text = "---\nlesson: 1\ntitle: Sets\n---\n```unit set=a\nstruct x {\n    u33 y;\n};\n```\n```figure set=a\nOne.\n```\n```figure set=a step=last\nTwo.\n```\n";
    let tried = try_out(text.as_bytes()).expect("a lesson");
    let told: Vec<String> = tried
        .problems
        .iter()
        .map(|problem| problem.told("a.lesson.md"))
        .collect();
    assert_eq!(
        told,
        [
            "a.lesson.md:7: unit 1 cannot be read: line 2 of the unit: unknown type `u33`: did you mean `u32`?\n    u33 y;\n    ^~~\n"
        ]
    );
    assert!(tried.has_errors());
}

#[test]
fn a_file_that_is_too_long_is_not_run() {
    let long = vec![b'a'; MOST_BYTES + 1];
    assert_eq!(
        try_out(&long).err(),
        Some(NoLesson::TooLong(MOST_BYTES + 1))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn lessons_that_lost_lines_are_read_to_the_end(
        at in 0_usize..9,
        lost in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        typed in "[a-z{}\"`()=. ]{0,12}",
    ) {
        let mut lines: Vec<&str> = file(at).lines().collect();
        for index in lost {
            let place = index.index(lines.len());
            lines[place] = &typed;
        }
        let text = lines.join("\n");
        let tried = try_out(text.as_bytes()).expect("short, and text");
        for problem in &tried.problems {
            prop_assert!(problem.line as usize <= lines.len() + 1, "{}", problem);
            prop_assert!(!problem.told("a").is_empty());
        }
    }
}
