//! The lessons as they are written: complete, in order, and no longer than promised.

use crate::common::{exercise_of, figure, paragraphs, question, right, setup, texts};
use course::{SLUGS, Show, Solution, Span, TITLES, Text, glossary, lessons, text};
use lab::{Lab, scenario};

#[test]
fn every_file_is_a_lesson_without_problems() {
    assert_eq!(lessons().len(), SLUGS.len());
    for (at, lesson) in lessons().iter().enumerate() {
        let told: Vec<String> = lesson
            .problems
            .iter()
            .map(|problem| problem.told(SLUGS[at]))
            .collect();
        assert_eq!(told, [""; 0]);
        assert_eq!(
            (lesson.slug.as_str(), lesson.title.as_str()),
            (SLUGS[at], TITLES[at])
        );
        assert_eq!(
            (
                lesson.figures().count(),
                lesson.questions().count(),
                lesson.exercises().count()
            ),
            (1, 1, 1)
        );
    }
}

#[test]
fn every_figure_has_its_scenario() {
    for lesson in lessons() {
        let figure = figure(lesson);
        let overview = Lab::new(setup(lesson, &figure.from, &figure.switches)).overview();
        assert!(overview.steps > 0, "{}", lesson.slug);
        if figure.show == Show::Bytes {
            assert!(overview.blob.is_some());
        }
    }
}

#[test]
fn every_term_is_in_the_glossary_and_every_mark_is_closed() {
    for lesson in lessons() {
        let question = question(lesson);
        assert!(
            question
                .choices
                .iter()
                .all(|choice| !choice.feedback.is_empty()),
            "{}",
            lesson.slug
        );
        assert_eq!(question.right().count(), 1, "{}", lesson.slug);
        assert!(question.choices.len() >= 3, "{}", lesson.slug);
        assert!(!lesson.sources.is_empty() && !lesson.ideas.is_empty());
    }
    let words: Vec<Text> = glossary().iter().map(|term| text(term.means)).collect();
    for text in lessons()
        .iter()
        .flat_map(|lesson| texts(lesson))
        .chain(&words)
    {
        text.visit(&mut |span| match span {
            Span::Term(_, term) => assert!(course::term(term).is_some(), "{term}"),
            Span::Lab(_, slug) => assert!(scenario::find(slug).is_some(), "{slug}"),
            Span::Plain(text) => {
                assert!(
                    !text.contains(['`', '*', ']']) && !text.contains("=="),
                    "{text}"
                );
            }
            Span::Code(code) => assert!(!code.is_empty()),
            _ => {}
        });
    }
    let words: Vec<String> = glossary()
        .iter()
        .map(|term| term.word.to_lowercase())
        .collect();
    let mut sorted = words.clone();
    sorted.sort();
    assert_eq!(words, sorted);
}

#[test]
fn a_lesson_fits_one_screen_and_forty_minutes() {
    let minutes: u16 = lessons().iter().filter_map(|lesson| lesson.minutes).sum();
    assert!((38..=44).contains(&minutes), "{minutes}");
    for lesson in lessons() {
        let words: usize = paragraphs(lesson)
            .map(|text| text.plain().split_whitespace().count())
            .sum();
        assert!((100..=390).contains(&words), "{}: {words}", lesson.slug);
        let found = course::lesson(&lesson.slug).map(|(_, found)| &found.slug);
        assert_eq!(found, Some(&lesson.slug));
    }
}

#[test]
fn the_right_answer_is_at_any_place() {
    let places: Vec<usize> = lessons()
        .iter()
        .map(|lesson| right(question(lesson)))
        .collect();
    for place in 0..3 {
        let found = places.iter().filter(|&&right| right == place).count();
        assert!((2..=5).contains(&found), "{place}: {places:?}");
    }
}

#[test]
fn the_teachers_guide_has_every_lesson_and_its_answer() {
    let guide = include_str!("../../../../docs/workshop.md");
    for (at, lesson) in lessons().iter().enumerate() {
        assert!(
            guide.contains(&format!("`{}`", lesson.slug))
                || guide.contains(&format!("#/learn/{}", lesson.slug)),
            "{}",
            lesson.slug
        );
        let rows = guide
            .lines()
            .filter(|line| line.starts_with(&format!("| {} | ", at + 1)));
        assert_eq!(
            rows.count(),
            2,
            "a question and a task of lesson {}",
            at + 1
        );
        if let Solution::Number(number) = exercise_of(lesson).solution {
            assert!(
                guide.contains(&format!("| {number} |")) || guide.contains(&format!("[{number}]")),
                "{}",
                lesson.slug
            );
        }
    }
    let task = exercise_of(&lessons()[7]);
    let start = setup(&lessons()[7], &task.start, &task.switches);
    let done = Lab::new(task.solved(&start));
    let (before, after) = (
        Lab::new(start).fast_path().expect("units").left,
        done.fast_path().expect("units").left,
    );
    assert!(guide.contains(&format!(
        "{after} types go to the engine instead of {before}"
    )));
    for lesson in lessons() {
        let question = question(lesson);
        let right = question.choices[right(question)].says.plain();
        let right = right.split([':', ',']).next().unwrap_or_default();
        let row = |line: &&str| line.starts_with("| ") && line.contains(right);
        assert!(
            guide.lines().any(|line| row(&line)),
            "{}: {right}",
            lesson.slug
        );
    }
}
