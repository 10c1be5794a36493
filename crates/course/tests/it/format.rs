//! The format of lessons: each block as it is read, and the message for each fault.

use course::{
    Content, Lesson, MOST_BYTES, Mark, NoLesson, NoteAt, Prose, Solution, Span, Text, UnitsFrom,
    text,
};
use lab::StepName;
use proptest::prelude::*;

/// A lesson with this text behind a header of five lines; the text begins on line 6.
fn lesson(body: &str) -> Lesson {
    Lesson::of(&format!(
        "---\nlesson: 1\ntitle: A test\n# a remark\n---\n{body}"
    ))
}

/// What is said of the text, as a compiler would print it.
fn told(body: &str) -> String {
    let problems = lesson(body).problems;
    problems
        .iter()
        .map(|problem| problem.told("my.lesson.md"))
        .collect()
}

fn plain(text: &str) -> Span {
    Span::Plain(text.to_owned())
}

#[test]
fn a_header_says_what_the_lesson_is_called() {
    let lesson = Lesson::of(
        "---\nlesson: 1\ntitle: \"Pointers: a \\\"start\\\"\"\nlanguage: pt-BR   # not en\nminutes: 12\nneeds: [graphs, forwards]\n\
         author: Somebody\nlicense: CC-BY-4.0\nsources:\n- \"The format <https://docs.kernel.org/bpf/btf.html>\"\n---\nText.\n",
    );
    assert_eq!(lesson.problems, []);
    assert_eq!(lesson.title, "Pointers: a \"start\"");
    assert_eq!(
        (lesson.language.as_str(), lesson.minutes),
        ("pt-BR", Some(12))
    );
    assert_eq!(lesson.needs, ["graphs", "forwards"]);
    assert_eq!(
        lesson.sources[0].url,
        "https://docs.kernel.org/bpf/btf.html"
    );
    assert_eq!(lesson.sources[0].title, "The format");
}

#[test]
fn code_links_and_marks_are_read() {
    assert_eq!(
        text("a `b` [*c* d](term:type-graph)[walk](term:) ==assumed:[3] ≡ `x`== [e](lab:list)"),
        Text(vec![
            plain("a "),
            Span::Code("b".to_owned()),
            plain(" "),
            Span::Term(
                Text(vec![Span::Emphasis(Text(vec![plain("c")])), plain(" d")]),
                "type-graph".to_owned()
            ),
            Span::Term(Text(vec![plain("walk")]), "walk".to_owned()),
            plain(" "),
            Span::Mark(
                Mark::Assumed,
                Text(vec![plain("[3] ≡ "), Span::Code("x".to_owned())])
            ),
            plain(" "),
            Span::Lab(Text(vec![plain("e")]), "list".to_owned()),
        ])
    );
    // What is not closed, or not known, is text.
    for same in [
        "a ` b",
        "x == y",
        "==maybe:z==",
        "1. one",
        "- one",
        "# one",
        "> one",
    ] {
        assert_eq!(text(same), Text(vec![plain(same)]), "{same}");
    }
    assert_eq!(text("a `b` [c](https://d.example)").plain(), "a b c");
}

#[test]
fn blocks_of_all_sorts_are_read() {
    let lesson = lesson(
        "# One\n\nTwo.\n\n- three\n- four\n\n```c\nint five;\n```\n\
         ```unit name=1 set=s hidden\nint six;\n```\n\
         ```figure set=s steps=pass:3..last bits=32 same-hash\nSeven.\n```\n\
         ```stop set=s step=assume:[4]\nask: Eight?\n- [x] Yes\n- [ ] No\n  > Nine.\n```\n\
         ```notes at=stop:1\nTen.\n```\n```term node\nEleven.\n```\n```idea\nTwelve\n\nThirteen.\n```\n",
    );
    assert_eq!(told_of(&lesson), "");
    let kinds: Vec<&str> = lesson
        .parts
        .iter()
        .map(|part| match &part.content {
            Content::Prose(Prose::Heading(1, _)) => "heading",
            Content::Prose(Prose::Paragraph(_)) => "paragraph",
            Content::Prose(Prose::List(None, items)) if items.len() == 2 => "list",
            Content::Prose(Prose::Code(code)) if code == "int five;\n" => "code",
            Content::Figure(_) => "figure",
            Content::Stop(_) => "stop",
            Content::Term(_) => "term",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "heading",
            "paragraph",
            "list",
            "code",
            "figure",
            "stop",
            "term"
        ]
    );
    let lines: Vec<u32> = lesson.parts.iter().map(|part| part.line).collect();
    assert_eq!(lines, [6, 8, 10, 13, 19, 22, 31]);
    let figure = lesson.figures().next().expect("a figure");
    assert_eq!(
        (figure.step, figure.until),
        (StepName::Pass(3), Some(StepName::Last))
    );
    assert_eq!(figure.from, UnitsFrom::Set("s".to_owned()));
    let setup = lesson.setup(&figure.from, &figure.switches).expect("a set");
    assert_eq!(
        (setup.units.as_slice(), setup.same_hash),
        (["int six;\n".to_owned()].as_slice(), true)
    );
    assert_eq!(setup.abi, lab::Abi::I386);
    assert_eq!(lesson.notes_at(&NoteAt::Stop(1)).count(), 1);
    assert_eq!(
        lesson.term("node").expect("the own one").1.plain(),
        "Eleven."
    );
    assert_eq!(lesson.ideas[0].more.plain(), "Thirteen.");
}

fn told_of(lesson: &Lesson) -> String {
    lesson
        .problems
        .iter()
        .map(|problem| problem.told("a"))
        .collect()
}

const EXERCISE: &str = "```exercise id=one\ntask: Do\n  it.\nstart:\n  unit 1: |\n    struct a {\n        int b;\n    };\n  unit 2:\n\
    switches:\n  bits: 32   # or 64\n  keep-forwards: on\nlocked: [unit 1]\ncheck:\n  - after.count() == 2:\n      no: Still\n        more.\n\
    \x20 - parses\nhints:\n- One.\n- Two: more.\nsolution:\n  unit 2: int c;\ndone: Good.\n```\n";

#[test]
fn an_exercise_is_read() {
    let lesson = lesson(EXERCISE);
    assert_eq!(told_of(&lesson), "");
    let exercise = lesson.exercises().next().expect("an exercise");
    assert_eq!(exercise.task.plain(), "Do it.");
    let units = ["struct a {\n    int b;\n};\n".to_owned(), String::new()];
    assert_eq!(exercise.start, UnitsFrom::Here(units.to_vec()));
    assert!(exercise.switches.keep_forwards && exercise.locked == [0]);
    let checks: Vec<_> = exercise
        .checks
        .iter()
        .map(|check| (check.line, check.expression.as_str(), check.no.as_deref()))
        .collect();
    assert_eq!(
        checks,
        [
            (20, "after.count() == 2", Some("Still more.")),
            (23, "parses", None)
        ]
    );
    assert_eq!(exercise.hints[1].plain(), "Two: more.");
    assert_eq!(
        exercise.solution,
        Solution::Units(vec![(1, "int c;\n".to_owned())])
    );
    let start = lesson
        .setup(&exercise.start, &exercise.switches)
        .expect("units");
    assert_eq!(
        exercise.solved(&start).units,
        [units[0].as_str(), "int c;\n"]
    );
}

#[test]
fn an_error_takes_the_place_of_its_block_alone() {
    let body = "Before.\n\n```question\nWhich?\n- [x] This\n- [ ] That\n```\n\nBehind.\n";
    let lesson = lesson(body);
    let kinds: Vec<bool> = lesson
        .parts
        .iter()
        .map(|part| matches!(part.content, Content::Faulty(_)))
        .collect();
    assert_eq!(kinds, [false, true, false]);
    assert_eq!(
        told(body),
        "my.lesson.md:11: this choice is wrong but has no feedback.\n    - [ ] That\n  Add a line below it that begins with >.\n"
    );
}

#[test]
fn every_error_names_its_line_and_what_to_write() {
    for (body, line, what, advice) in [
        (
            "```question\n```\n",
            6,
            "question: the block is empty",
            "the question, then choices",
        ),
        (
            "```question\nA?\n- [x] b\n```\n",
            6,
            "the question has only one choice",
            "- [ ]",
        ),
        (
            "```question\nA?\n- [ ] b\n  > c\n- [ ] d\n  > e\n```\n",
            6,
            "no choice is right",
            "- [x]",
        ),
        (
            "```question\nA?\n- [x] b\n- [x] c\norder: mixed\n```\n",
            10,
            "order cannot be \"mixed\"",
            "order: shuffle",
        ),
        (
            "\n```unit\nint a;\n",
            7,
            "the block \"unit\" has no end",
            "as many `",
        ),
        (
            "```figure set=nod\n```\n```unit set=node\n```\n",
            6,
            "no unit belongs to the set \"nod\"",
            "Did you mean node?",
        ),
        (
            "```figure\n```\n",
            6,
            "no unit belongs to the set \"main\"",
            "```unit name=1",
        ),
        (
            "```figure scenario=list step=none\n```\n",
            6,
            "no step is called `none`",
            "pass:5",
        ),
        (
            "```figure scenario=list stepp=1\n```\n",
            6,
            "unknown key \"stepp\"",
            "Did you mean step?",
        ),
        (
            "```figure scenario=list show=graph\n```\n",
            6,
            "show cannot be \"graph\"",
            "ladder, kernel",
        ),
        (
            "```unit name=a\n```\n```unit name=a\n```\n",
            8,
            "has a unit \"a\" already",
            "another name",
        ),
        (
            "```unit\n```\n```unit\n```\n```unit\n```\n```unit\n```\n```unit\n```\n",
            14,
            "more than 4 units",
            "set=name",
        ),
        (
            "```exercise\n```\n",
            6,
            "exercise: id is missing",
            "id=name",
        ),
        (
            "```exercise id=a scenario=list\ntask: b\n```\n",
            6,
            "exercise \"a\": check is missing",
            "after.count()",
        ),
        (
            "```exercise id=a\ntsk: b\n```\n",
            7,
            "unknown key \"tsk\"",
            "Did you mean task?",
        ),
        (
            "```exercise id=a\ntask: b\nnothing\n```\n",
            8,
            "this line has no key",
            "key: value",
        ),
        (
            "```exercise id=a\nstart:\n  unit 2: int\n```\n",
            8,
            "start cannot be \"unit 2\"",
            "here comes unit 1",
        ),
        (
            "```exercise id=a\nsolution: few\n```\n",
            7,
            "solution cannot be \"few\"",
            "a number",
        ),
        (
            "```exercise id=a\nstart:\n  unit 1: int\nlocked: [unit 2]\n```\n",
            9,
            "there is no unit 2",
            "unit 1 to unit 1",
        ),
        (
            "```exercise id=a\nswitches:\n  bits: 16\n```\n",
            8,
            "bits cannot be \"16\"",
            "64 or 32",
        ),
        (
            "```notes at=page:1\nA\n```\n",
            6,
            "at cannot be \"page:1\"",
            "figure:N",
        ),
        ("```term\nA\n```\n", 6, "the word is missing", "behind term"),
        (
            "```idea\n\n```\n",
            6,
            "idea: the block is empty",
            "the idea in a few words",
        ),
    ] {
        let lesson = lesson(body);
        let problem = lesson
            .problems
            .first()
            .unwrap_or_else(|| panic!("nothing is said of {body}"));
        assert_eq!(problem.line, line, "{body}: {problem}");
        assert!(
            problem.fault.to_string().contains(what),
            "{body}: {problem}"
        );
        assert!(
            problem.fault.advice().contains(advice),
            "{body}: {}",
            problem.fault.advice()
        );
        assert!(!problem.fault.is_warning());
        let is_shown = lesson
            .parts
            .iter()
            .any(|part| matches!(&part.content, Content::Faulty(one) if one.line <= line));
        assert!(is_shown || body.contains("stepp"), "{body}");
    }
    let twice = format!("{EXERCISE}{EXERCISE}");
    assert!(
        told(&twice).starts_with("my.lesson.md:31: another exercise has the id \"one\".\n"),
        "{}",
        told(&twice)
    );
}

#[test]
fn a_warning_changes_nothing_that_is_shown() {
    for (body, line, what, advice) in [
        (
            "```quesiton\nA\n```\n",
            6,
            "the block \"quesiton\" is shown as code",
            "Did you mean question?",
        ),
        (
            "```notes at=figure:4\nA\n```\n",
            6,
            "notes at=figure:4, but there is no figure",
            "at=start",
        ),
        (
            "\n[a](term:wolk)\n",
            7,
            "no entry explains the word \"wolk\"",
            "Did you mean walk?",
        ),
        (
            "[a](lesson:graph)\n",
            6,
            "the course has no lesson \"graph\"",
            "Did you mean graphs?",
        ),
        ("a <b>c</b>\n", 6, "HTML is shown as text", "Markdown"),
        (
            "![a](https://b.example/c.png)\n",
            6,
            "an image is shown as its description",
            "figure",
        ),
        (
            "[a](http://b.example)\n",
            6,
            "the link to \"http://b.example\" is shown as text",
            "https:",
        ),
        ("[a](javascript:b)\n", 6, "is shown as text", "https:"),
    ] {
        let lesson = lesson(body);
        let found: Vec<u32> = lesson.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(found.first(), Some(&line), "{body}");
        let fault = &lesson.problems[0].fault;
        assert!(
            fault.to_string().contains(what) && fault.advice().contains(advice),
            "{fault}: {}",
            fault.advice()
        );
        assert!(
            fault.is_warning()
                && !lesson
                    .parts
                    .iter()
                    .any(|part| matches!(part.content, Content::Faulty(_)))
        );
        assert!(told(body).contains(": warning: "));
    }
}

#[test]
fn a_damaged_header_does_not_hide_the_text() {
    for (file, line, what) in [
        ("Text.\n", 1, "does not begin with a header"),
        ("", 1, "does not begin with a header"),
        ("---\ntitle: A\nText.\n", 1, "the header has no end"),
        (
            "---\ntitle: A\n---\nText.\n",
            1,
            "header: lesson is missing",
        ),
        (
            "---\nlesson: 1\n---\nText.\n",
            1,
            "header: title is missing",
        ),
        (
            "---\nlesson: one\ntitle: A\n---\nText.\n",
            2,
            "lesson cannot be \"one\"",
        ),
        (
            "---\nlesson: 1\ntitle: A\nminuets: 3\n---\nText.\n",
            4,
            "unknown key \"minuets\"",
        ),
        (
            "---\nlesson: 1\ntitle: A\nlanguage: English\n---\nText.\n",
            4,
            "language cannot be \"English\"",
        ),
        (
            "---\nlesson: 1\ntitle: A\nsources:\n  - A book\n---\nText.\n",
            5,
            "a source cannot be",
        ),
        (
            "---\nlesson: 3\ntitle: A\n---\nText.\n",
            2,
            "lesson: 3 is newer than this btfscope, which reads up to 1",
        ),
    ] {
        let lesson = Lesson::of(file);
        let problem = lesson
            .problems
            .first()
            .unwrap_or_else(|| panic!("nothing is said of {file}"));
        assert_eq!(problem.line, line, "{file}");
        assert!(problem.to_string().contains(what), "{problem}");
        assert!(file.is_empty() || lesson.prose().next().is_some(), "{file}");
    }
}

#[test]
fn what_is_no_text_or_too_long_is_refused() {
    let long = vec![b'a'; MOST_BYTES + 1];
    assert_eq!(Lesson::read(&long), Err(NoLesson::TooLong(MOST_BYTES + 1)));
    assert_eq!(
        Lesson::read(b"---\na\xff"),
        Err(NoLesson::NotUtf8 { at: 5, line: 2 })
    );
    let marked =
        Lesson::read("\u{feff}---\r\nlesson: 1\r\ntitle: A\r\n---\r\nText.\r\n".as_bytes())
            .expect("text");
    assert_eq!(
        (marked.problems.as_slice(), marked.title.as_str()),
        ([].as_slice(), "A")
    );
}

#[test]
fn choices_are_shuffled_by_their_seed() {
    let body = "```question\nA?\n- [x] b\n- [x] c\n- [x] d\n- [x] e\norder: shuffle\n```\n";
    let lesson = lesson(body);
    let question = lesson.questions().next().expect("a question");
    assert_eq!(question.order(7), question.order(7));
    let mut firsts: Vec<usize> = (0..50).map(|seed| question.order(seed)[0]).collect();
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts, [0, 1, 2, 3]);
    let mut order = question.order(3);
    order.sort_unstable();
    assert_eq!(order, [0, 1, 2, 3]);
}

#[test]
fn the_cost_of_a_file_is_that_of_its_bytes() {
    // What is nested, unclosed, or repeated is read in a moment, and drawn no deeper than the page can go.
    for line in [
        ">",
        "- ",
        "  - a\n",
        "*a **b ",
        "[a](",
        "==same:",
        "```unit set=",
        "`",
        "![",
        "<a ",
        "```figure set=x\n```\n",
        "a: |\n",
        "```exercise id=a\ntask:\n",
        "- [x] a\n",
        "[a]: b\n",
    ] {
        let body: String = line.repeat(60_000 / line.len());
        let began = std::time::Instant::now();
        let lesson = lesson(&body);
        // Also dropping it.
        drop(lesson);
        let numbered: String = (0..4_000)
            .map(|at| line.replace("set=", &format!("set={at}")))
            .collect();
        drop(self::lesson(&numbered));
        assert!(
            began.elapsed().as_secs() < 5,
            "{line}: {:?}",
            began.elapsed()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn no_text_makes_the_reader_fail(parts in proptest::collection::vec(part(), 0..40)) {
        let text = parts.concat();
        let lesson = Lesson::of(&text);
        let lines = text.lines().count().max(1) as u32;
        for problem in &lesson.problems {
            prop_assert!((1..=lines + 1).contains(&problem.line), "{}", problem);
            prop_assert!(!problem.fault.advice().is_empty());
        }
    }
}

/// What lessons are made of, and what they are not.
fn part() -> impl Strategy<Value = String> {
    let known = [
        "---\n",
        "lesson: 1\n",
        "title: A\n",
        "```unit name=1\n",
        "```figure set=main step=2\n",
        "```question\n",
        "```exercise id=a\n",
        "```stop\n",
        "```notes at=figure:1\n",
        "```term a\n",
        "```idea\n",
        "```\n",
        "- [x] a\n",
        "- [ ] b\n",
        "  > c\n",
        "task: a\n",
        "start:\n",
        "  unit 1: |\n",
        "    int a;\n",
        "check:\n",
        "  - a == 1:\n",
        "      no: b\n",
        "hints:\n",
        "  - c\n",
        "solution: 3\n",
        "==assumed:",
        "==",
        "[a](term:b)",
        "**",
        "\n",
        "> ",
        "1. ",
        "\t",
        "€",
        "\r\n",
        "| a |",
        "<b>",
    ];
    prop_oneof![
        4 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => ".{0,12}",
    ]
}
