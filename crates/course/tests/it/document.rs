//! The example of `docs/lesson-format.md` is a lesson, and does what its text says.

use crate::common::judged;
use course::{Content, Lesson, Prose};
use lab::Lab;

fn example() -> Lesson {
    let document = include_str!("../../../../docs/lesson-format.md");
    let (_, behind) = document.split_once("````markdown\n").expect("the example");
    let (text, _) = behind.split_once("````\n").expect("its end");
    Lesson::of(text)
}

#[test]
fn the_example_is_read_without_a_problem() {
    let lesson = example();
    let told: Vec<String> = lesson
        .problems
        .iter()
        .map(|problem| problem.told("example"))
        .collect();
    assert_eq!(told, [""; 0]);
    let shown_as_code = |content: &Content| matches!(content, Content::Prose(Prose::Code(_)));
    assert!(!lesson.parts.iter().any(|part| shown_as_code(&part.content)));
    assert_eq!(
        (
            lesson.figures().count(),
            lesson.stops().count(),
            lesson.questions().count()
        ),
        (1, 1, 1)
    );
    assert_eq!(
        (
            lesson.ideas.len(),
            lesson.notes.len(),
            lesson.terms.len(),
            lesson.sets.len()
        ),
        (1, 1, 1, 1)
    );
}

#[test]
fn its_figures_run_to_their_steps() {
    let lesson = example();
    let stops = lesson.stops().map(|stop| &stop.figure);
    for figure in lesson.figures().chain(stops) {
        let lab = Lab::new(lesson.figure_setup(figure).expect("a set"));
        let step = figure.step.resolve(lab.steps().expect("units"));
        assert!(step.is_ok_and(|step| step > 0), "{:?}", figure.step);
        // The answer to the question: one is left.
        let after = lab.overview().after;
        let nodes = after.iter().filter(|row| row.name == "struct node");
        assert_eq!(nodes.count(), 1, "{after:?}");
        // The pair that the text marks.
        let told = lab.told().join("\n");
        assert!(told.contains("assume `[3]` ≡ `[6]`"), "{told}");
    }
}

#[test]
fn its_exercise_begins_undone_and_its_solution_does_it() {
    let lesson = example();
    let task = lesson.exercises().next().expect("an exercise");
    let start = lesson.exercise_setup(task).expect("units");
    let begun = judged(task, &start, start.clone(), None);
    assert!(
        !begun.done && begun.says.starts_with("The declaration is gone."),
        "{}",
        begun.says
    );
    let done = judged(task, &start, task.solved(&start), None);
    assert!(done.done, "{}", done.says);
}
