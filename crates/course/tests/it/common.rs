//! What the tests ask of lessons.

use course::{Exercise, Figure, Lesson, Prose, Question, Switches, Text, UnitsFrom};
use lab::check::{Check, Solution, Verdict};
use lab::{Lab, Setup, scenario};

pub fn figure(lesson: &Lesson) -> &Figure {
    lesson.figures().next().expect(&lesson.slug)
}

pub fn question(lesson: &Lesson) -> &Question {
    lesson.questions().next().expect(&lesson.slug)
}

pub fn exercise_of(lesson: &Lesson) -> &Exercise {
    lesson.exercises().next().expect(&lesson.slug)
}

/// The units and switches, with which a figure or an exercise begins.
pub fn setup(lesson: &Lesson, from: &UnitsFrom, switches: &Switches) -> Setup {
    match from {
        UnitsFrom::Scenario(slug) => scenario::find(slug).expect(slug).setup,
        from => lesson.setup(from, switches).expect(&lesson.slug),
    }
}

/// The right choice, from 0.
pub fn right(question: &Question) -> usize {
    let right = question.choices.iter().position(|choice| choice.is_right);
    right.expect("a right choice")
}

/// What an exercise's check says of units and a number.
pub fn judged(exercise: &Exercise, start: &Setup, setup: Setup, answer: Option<u32>) -> Verdict {
    let check = Check::parse(&exercise.check_text());
    let check = check.unwrap_or_else(|(_, error)| panic!("{}: {error}", exercise.id));
    let lab = &Lab::new(setup);
    check.decide(&Solution { start, lab, answer })
}

/// Every text of a lesson.
pub fn texts(lesson: &Lesson) -> Vec<&Text> {
    let (figure, question, task) = (figure(lesson), question(lesson), exercise_of(lesson));
    let mut texts: Vec<&Text> = vec![&task.task, &question.ask, &figure.caption];
    texts.extend(paragraphs(lesson));
    texts.extend(&task.hints);
    texts.extend(
        question
            .choices
            .iter()
            .flat_map(|choice| [&choice.says, &choice.feedback]),
    );
    texts.extend(
        lesson
            .ideas
            .iter()
            .flat_map(|idea| [&idea.says, &idea.more]),
    );
    texts
}

pub fn paragraphs(lesson: &Lesson) -> impl Iterator<Item = &Text> {
    lesson.prose().map(|prose| match prose {
        Prose::Paragraph(text) => text,
        other => panic!("{other:?}"),
    })
}

/// All that a lesson says, but for the task.
pub fn said(lesson: &Lesson) -> String {
    let question = question(lesson);
    let mut all: Vec<&Text> = paragraphs(lesson).collect();
    all.extend(
        lesson
            .ideas
            .iter()
            .flat_map(|idea| [&idea.says, &idea.more]),
    );
    all.extend([&figure(lesson).caption, &question.ask]);
    all.extend(question.right().map(|choice| &choice.feedback));
    let plain: Vec<String> = all.into_iter().map(Text::plain).collect();
    plain.join(" ")
}

/// A file of the repository, unpacked.
pub fn unpacked(path: &str) -> Vec<u8> {
    use std::io::Read;
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut plain = Vec::new();
    match path.extension().is_some_and(|end| end == "gz") {
        true => {
            let mut reader = flate2::read::GzDecoder::new(bytes.as_slice());
            reader.read_to_end(&mut plain).expect("gzip");
        }
        false => plain = bytes,
    }
    plain
}
