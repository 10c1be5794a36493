//! What the lessons say holds in the laboratory: figures run, tasks begin undone and their answers do them.

use course::{LESSONS, Span, glossary, spans};
use lab::{Lab, Setup, exercise, scenario};

/// The units that a task begins with; where it has none, those of its lesson's figure.
fn start(lesson: &course::Lesson) -> Setup {
    match lesson.exercise.start {
        [] => {
            scenario::find(lesson.figure.scenario)
                .expect(lesson.slug)
                .setup
        }
        units => Setup::of(units),
    }
}

#[test]
fn every_figure_has_its_scenario() {
    for lesson in &LESSONS {
        let scenario = scenario::find(lesson.figure.scenario).expect(lesson.figure.scenario);
        let overview = Lab::new(scenario.setup).overview();
        assert!(overview.steps > 0, "{}", lesson.slug);
        if lesson.figure.show == course::Show::Bytes {
            assert!(overview.blob.is_some());
        }
    }
}

#[test]
fn every_task_begins_undone_and_its_answer_does_it() {
    for lesson in &LESSONS {
        let task = &lesson.exercise;
        let start = start(lesson);
        let begun = exercise::check(task.check, &start, &Lab::new(start.clone()), None);
        assert!(!begun.done, "{}: {}", lesson.slug, begun.says);
        assert_ne!(begun.says, "There is no such task.");
        let (setup, number) = match task.number {
            Some(_) => (
                start.clone(),
                Some(task.answer[0].parse().expect("a number")),
            ),
            None => (Setup::of(task.answer), None),
        };
        let done = exercise::check(task.check, &start, &Lab::new(setup), number);
        assert!(done.done, "{}: {}", lesson.slug, done.says);
        // A number beside it is not it.
        if let Some(number) = number {
            let lab = Lab::new(start.clone());
            assert!(!exercise::check(task.check, &start, &lab, Some(number + 40)).done);
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

#[test]
fn every_term_is_in_the_glossary_and_every_mark_is_closed() {
    let mut texts: Vec<&str> = Vec::new();
    for lesson in &LESSONS {
        texts.extend(lesson.text);
        texts.extend(lesson.exercise.hints);
        texts.extend([
            lesson.exercise.task,
            lesson.question.ask,
            lesson.question.why,
            lesson.figure.caption,
        ]);
        texts.extend(lesson.question.choices);
        assert!(lesson.question.right < lesson.question.choices.len());
        assert!(!lesson.sources.is_empty() && !lesson.ideas.is_empty());
        assert!(
            lesson
                .sources
                .iter()
                .all(|source| source.url.starts_with("https://"))
        );
    }
    texts.extend(glossary().iter().map(|term| term.means));
    for text in texts {
        for span in spans(text) {
            match span {
                Span::Term { term, .. } => {
                    assert!(course::term(term).is_some(), "{term} in {text}");
                }
                Span::Text(text) => assert!(!text.contains('`') && !text.contains("[["), "{text}"),
                Span::Code(code) => assert!(!code.is_empty()),
            }
        }
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
    let minutes: u32 = LESSONS.iter().map(|lesson| u32::from(lesson.minutes)).sum();
    assert!((38..=44).contains(&minutes), "{minutes}");
    for lesson in &LESSONS {
        let words: usize = lesson
            .text
            .iter()
            .map(|text| text.split_whitespace().count())
            .sum();
        assert!((100..=330).contains(&words), "{}: {words}", lesson.slug);
        assert_eq!(
            course::lesson(lesson.slug).map(|(_, found)| found.slug),
            Some(lesson.slug)
        );
    }
}

#[test]
fn marks_are_read() {
    assert_eq!(
        spans("a `b` [[d|c]][[e]]"),
        [
            Span::Text("a "),
            Span::Code("b"),
            Span::Text(" "),
            Span::Term {
                shown: "c",
                term: "d"
            },
            Span::Term {
                shown: "e",
                term: "e"
            },
        ]
    );
    assert_eq!(spans("a ` b"), [Span::Text("a ` b")]);
    assert_eq!(course::plain("a `b` [[d|c]]"), "a b c");
}

#[test]
fn the_teachers_guide_has_every_lesson_and_its_answer() {
    let guide = include_str!("../../../docs/workshop.md");
    for (at, lesson) in LESSONS.iter().enumerate() {
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
        if lesson.exercise.number.is_some() {
            assert!(guide.contains(lesson.exercise.answer[0]), "{}", lesson.slug);
        }
    }
    let start = Setup::of(LESSONS[7].exercise.start);
    let done = Lab::new(Setup::of(LESSONS[7].exercise.answer));
    let (before, after) = (
        Lab::new(start).fast_path().expect("units").left,
        done.fast_path().expect("units").left,
    );
    assert!(guide.contains(&format!(
        "{after} types go to the engine instead of {before}"
    )));
}

/// The glossary as rows of a Markdown table.
fn rows() -> String {
    let marked = |text| {
        let parts = spans(text).into_iter().map(|span| match span {
            Span::Text(text) => text.replace('’', "'"),
            Span::Code(code) => format!("`{code}`"),
            Span::Term { shown, .. } => format!("*{shown}*"),
        });
        parts.collect::<String>()
    };
    glossary()
        .iter()
        .map(|term| format!("| {} | {} |\n", term.word, marked(term.means)))
        .collect()
}

/// `BTFSCOPE_BLESS=1` writes the course's rows into the document.
#[test]
fn the_document_has_the_courses_glossary_and_no_word_twice() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/glossary.md");
    let text = std::fs::read_to_string(path).expect("docs/glossary.md");
    let (before, rest) = text.split_once("<!-- course -->\n").expect("the beginning");
    let (found, after) = rest.split_once("<!-- end -->\n").expect("the end");
    let expected = format!("\n| word | meaning |\n|---|---|\n{}\n", rows());
    if std::env::var_os("BTFSCOPE_BLESS").is_some() {
        let text = format!("{before}<!-- course -->\n{expected}<!-- end -->\n{after}");
        std::fs::write(path, text).expect("docs/glossary.md");
    } else {
        assert_eq!(
            found, expected,
            "BTFSCOPE_BLESS=1 cargo test -p btfscope-course writes it"
        );
    }
    let row = |line: &str| Some(line.strip_prefix("| ")?.split(" | ").next()?.to_owned());
    let own: Vec<String> = after.lines().filter_map(row).skip(1).collect();
    assert!(own.len() > 20, "{own:?}");
    for (at, word) in own.iter().enumerate() {
        assert!(course::term(word).is_none(), "{word} is the course's");
        assert!(!own[..at].contains(word), "{word} has two rows");
    }
}
