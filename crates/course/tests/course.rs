//! What the lessons say holds in the laboratory: figures run, tasks begin undone and their answers do them.

use course::{KERNEL_BYTES, KERNEL_TYPES, LESSONS, Lesson, Span, facts, glossary, spans};
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
        assert_ne!(begun.says, "No task has this name.");
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
        for (at, choice) in lesson.question.choices.iter().enumerate() {
            texts.extend([choice.says, choice.but]);
            let is_right = at == lesson.question.right;
            assert_eq!(
                choice.but.is_empty(),
                is_right,
                "{}: {}",
                lesson.slug,
                choice.says
            );
        }
        assert!(lesson.question.right < lesson.question.choices.len());
        assert!(lesson.question.choices.len() >= 3, "{}", lesson.slug);
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
                Span::Lab { scenario, .. } => {
                    assert!(scenario::find(scenario).is_some(), "{scenario} in {text}");
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
        assert!((100..=390).contains(&words), "{}: {words}", lesson.slug);
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
    for lesson in &LESSONS {
        let right = lesson.question.choices[lesson.question.right].says;
        let right = right.split([':', ',']).next().unwrap_or_default();
        let row = |line: &&str| line.starts_with("| ") && line.contains(right);
        assert!(
            guide.lines().any(|line| row(&line)),
            "{}: {right}",
            lesson.slug
        );
    }
}

#[test]
fn the_right_answer_is_at_any_place() {
    let places: Vec<usize> = LESSONS.iter().map(|lesson| lesson.question.right).collect();
    for place in 0..3 {
        let found = places.iter().filter(|&&right| right == place).count();
        assert!((2..=5).contains(&found), "{place}: {places:?}");
    }
}

/// All that a lesson says.
fn said(lesson: &Lesson) -> String {
    let mut all: Vec<&str> = lesson.text.to_vec();
    all.extend(lesson.ideas.iter().flat_map(|idea| [idea.says, idea.more]));
    all.extend([
        lesson.figure.caption,
        lesson.question.ask,
        lesson.question.why,
    ]);
    course::plain(&all.join(" "))
}

#[test]
fn every_large_number_of_the_lessons_is_in_the_table_of_facts() {
    let known: Vec<String> = facts()
        .iter()
        .map(|fact| fact.says.to_lowercase())
        .collect();
    let mut used = vec![false; known.len()];
    for lesson in &LESSONS {
        let text = said(lesson).to_lowercase();
        for (known, used) in known.iter().zip(&mut used) {
            *used |= text.contains(known.as_str());
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        for (at, word) in words.iter().enumerate() {
            let number = word.trim_matches(|c: char| !c.is_ascii_digit());
            let digits = number.chars().filter(char::is_ascii_digit).count();
            let unit = words.get(at + 1).copied().unwrap_or_default();
            let unit = unit.trim_matches(|c: char| !c.is_alphanumeric());
            let measured = matches!(unit, "million" | "mb" | "kb");
            let is_number = number
                .chars()
                .all(|c| c.is_ascii_digit() || ",.".contains(c));
            if !is_number || word.starts_with("0x") || digits < 3 && !measured {
                continue;
            }
            let wanted = if measured {
                format!("{number} {unit}")
            } else {
                number.to_owned()
            };
            assert!(known.contains(&wanted), "{}: {wanted}", lesson.slug);
        }
    }
    // What no lesson says is for the page's tables.
    let others = ["types-before", "types-after", "kept-before", "kept-bytes"];
    for (fact, used) in facts().iter().zip(used) {
        assert!(
            used || others.contains(&fact.key),
            "no lesson says {}",
            fact.key
        );
    }
}

/// A file of the repository, unpacked.
fn unpacked(path: &str) -> Vec<u8> {
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

#[test]
fn facts_are_true_where_the_repository_has_the_data() {
    use btf::{Btf, Kind};
    let bytes = unpacked("tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
    let kernel = Btf::parse(&bytes).expect("BTF");
    let grouped = |number: usize| {
        let digits = number.to_string();
        let mut text = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    };
    let count = |kind: Kind| kernel.types().filter(|(_, ty)| ty.kind() == kind).count();
    let mega = |bytes: usize, places: usize| format!("{:.places$} MB", bytes as f64 / 1e6);
    for (key, found) in [
        ("types-after", grouped(kernel.len())),
        ("bytes-after", mega(bytes.len(), 1)),
        ("forwards-after", count(Kind::Fwd).to_string()),
        ("prototypes-after", grouped(count(Kind::FuncProto))),
        ("strings-after", grouped(kernel.strings().iter().count())),
        (
            "string-bytes-after",
            mega(kernel.strings().as_bytes().len(), 2),
        ),
    ] {
        assert_eq!(course::fact(key), found, "{key}");
    }
    assert_eq!(KERNEL_TYPES.1, kernel.len() as u64);
    assert_eq!(KERNEL_BYTES.1, bytes.len() as u64);
    for kind in [
        Kind::Ptr,
        Kind::Struct,
        Kind::Typedef,
        Kind::Const,
        Kind::Union,
        Kind::Array,
    ] {
        assert!(count(kind) < count(Kind::FuncProto), "{kind:?}");
    }
    for (key, module) in [("xfs", "xfs"), ("tcp-bbr", "tcp_bbr")] {
        let path = format!("tests/oracle/modules/{module}-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
        let found = format!("{:.0} kB", unpacked(&path).len() as f64 / 1e3);
        assert_eq!(course::fact(key), found);
    }
    // The length of the header is in the second word.
    let header = |path: &str| unpacked(path)[4];
    assert_eq!(header("tests/sample/sample.pahole-1.32.btf"), 24);
    assert_eq!(header("tests/sample/sample.pahole-1.32.all.btf"), 32);
}

#[test]
fn the_kernel_keeps_apart_what_lesson_nine_says() {
    let bytes = unpacked("tests/oracle/vmlinux-6.1.0-47-cloud-amd64.pahole-1.32.btf.gz");
    let kernel = btf::Btf::parse(&bytes).expect("BTF");
    let repeated = explore::why::repeated(&kernel);
    let names = [
        "None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven",
    ];
    let mut all: Vec<String> = repeated.iter().map(|one| one.title(&kernel)).collect();
    all.dedup();
    assert_eq!(course::fact("names-twice"), names[all.len()], "{all:?}");
    let explorer = explore::Explorer::new(kernel.clone(), None);
    let pair = repeated
        .iter()
        .find(|one| one.title(&kernel).contains("elf_note_info"));
    let trails = pair.expect("two of them").trails(&explorer);
    let cause = trails[0].sentence();
    let lesson = said(&LESSONS[8]);
    for member in ["siginfo_t csigdata", "compat_siginfo_t csigdata"] {
        assert!(cause.contains(&format!("`{member}`")), "{cause}");
        assert!(lesson.contains(member), "{lesson}");
    }
    // Not a step below: the lesson says so.
    assert_eq!(trails[0].steps.len(), 1);
}

/// The glossary as rows of a Markdown table.
fn rows() -> String {
    let marked = |text| {
        let parts = spans(text).into_iter().map(|span| match span {
            Span::Text(text) => text.replace('’', "'"),
            Span::Code(code) => format!("`{code}`"),
            Span::Term { shown, .. } | Span::Lab { shown, .. } => format!("*{shown}*"),
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
