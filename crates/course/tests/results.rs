//! Results as codes, and the table of a class.

use course::SLUGS;
use course::results::{
    Class, CodeError, LessonResults, Outcome, Results, SetResults, What, decode, encode, find,
};
use proptest::prelude::*;

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Open),
        Just(Outcome::Shown),
        (1_u8..4).prop_map(Outcome::Right),
        (1_u8..4).prop_map(Outcome::Wrong),
    ]
}

fn outcomes(most: usize) -> impl Strategy<Value = Vec<Outcome>> {
    prop::collection::vec(outcome(), 0..=most)
}

fn results() -> impl Strategy<Value = Results> {
    let lesson = |lesson: &'static str| {
        (any::<bool>(), outcomes(7), outcomes(7)).prop_map(move |(there, questions, exercises)| {
            there.then(|| LessonResults {
                lesson: lesson.to_owned(),
                questions,
                exercises,
            })
        })
    };
    let lessons: Vec<_> = SLUGS
        .into_iter()
        .chain(["my-own-lesson-7", "second"])
        .map(lesson)
        .collect();
    let set = (0_u32..1 << 20, outcomes(50)).prop_map(|(seed, questions)| SetResults {
        seed: format!("1-{seed:04x}"),
        questions,
    });
    let name = prop_oneof![
        "[A-Z][a-z]{0,10}( [A-Z][a-z]{1,10})?",
        "[a-zA-Zäöü0-9]{0,9}",
        Just("李小龙".to_owned())
    ];
    (name, lessons, prop::collection::vec(set, 0..4)).prop_map(|(name, lessons, practice)| {
        Results {
            name,
            lessons: lessons.into_iter().flatten().collect(),
            practice,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_code_and_a_file_give_the_results_back(results in results()) {
        let code = encode(&results);
        prop_assert_eq!(decode(&code), Ok(results.clone()));
        // Typed without hyphens, in small letters, with blanks, with a letter O for the digit.
        let typed = code.replace('-', " ").replace('0', "O").to_lowercase();
        prop_assert_eq!(decode(&typed), Ok(results.clone()));
        prop_assert_eq!(Results::from_file(&results.to_file()).ok(), Some(results));
    }

    #[test]
    fn no_text_makes_trouble(text in "\\PC{0,80}", code in "BTFS(-[0-9A-Z]{1,5}){0,9}") {
        let _ = decode(&text);
        let _ = find(&text);
        let _ = find(&format!("{text}\n{code} {text}"));
        let _ = Results::from_file(&text);
    }

    #[test]
    fn a_code_that_lost_its_end_is_damaged(results in results(), lost in 1_usize..10) {
        let code = encode(&results);
        let cut = &code[..code.len() - lost.min(code.len() - 6)];
        let found = find(cut);
        prop_assert!(found.results.is_empty(), "{:?}", found);
        prop_assert_eq!(found.damaged.len(), 1);
    }
}

/// What a student has who did some of the course.
fn student(number: usize) -> Results {
    let lessons = SLUGS.iter().take(number % 5 + 2);
    let lesson = |(at, slug): (usize, &&str)| LessonResults {
        lesson: (*slug).to_owned(),
        questions: vec![Outcome::Right((at + number) as u8 % 3 + 1)],
        exercises: vec![if (at + number).is_multiple_of(4) {
            Outcome::Wrong(2)
        } else {
            Outcome::Right(1)
        }],
    };
    Results {
        name: format!("Student {}", char::from(b'A' + number as u8 % 26))
            .replace("Student A", "Anna")
            + if number >= 26 { " Second" } else { "" },
        lessons: lessons.enumerate().map(lesson).collect(),
        practice: vec![SetResults {
            seed: "1-7f3a".to_owned(),
            questions: (0..10)
                .map(|at| {
                    if at % 3 == 0 {
                        Outcome::Wrong(1)
                    } else {
                        Outcome::Right(1)
                    }
                })
                .collect(),
        }],
    }
}

#[test]
fn a_code_is_short() {
    // All nine lessons, a name of three letters, and a set of ten questions.
    let all = Results {
        name: "Ada".to_owned(),
        lessons: SLUGS
            .map(|slug| LessonResults {
                lesson: slug.to_owned(),
                questions: vec![Outcome::Right(1)],
                exercises: vec![Outcome::Right(2)],
            })
            .to_vec(),
        practice: vec![SetResults {
            seed: "1-7f3a".to_owned(),
            questions: vec![Outcome::Right(1); 10],
        }],
    };
    let letters = |results: &Results| encode(results).replace("BTFS", "").replace('-', "").len();
    assert!(letters(&all) <= 42, "{}", encode(&all));
    let only_set = Results {
        lessons: Vec::new(),
        ..all
    };
    assert!(letters(&only_set) <= 28, "{}", encode(&only_set));
}

#[test]
fn thirty_codes_of_a_chat_become_a_table() {
    let mut chat = "Please post your codes:\n".to_owned();
    for number in 0..30 {
        let code = encode(&student(number));
        chat += &match number % 4 {
            0 => format!("10:{number:02} Sam: here is mine {code} thanks!\n"),
            1 => format!("> {code}\n"),
            // Cut into two lines by the chat.
            2 => format!("{}-\n{}\n", &code[..22], &code[23..]),
            _ => format!("{}\n", code.to_lowercase().replace('-', " ")),
        };
    }
    let found = find(&chat);
    assert_eq!(found.damaged, []);
    assert_eq!(found.results.len(), 30);
    let class = Class::of_text(&found, &SLUGS);
    assert_eq!(class.rows.len(), 30);
    assert_eq!(class.twice, [""; 0]);
    // Six lessons with a question and an exercise each, and ten questions of a set.
    assert_eq!(class.columns.len(), 6 * 2 + 10);
    assert_eq!(class.columns[0].group, SLUGS[0]);
    assert_eq!(class.columns[1].what, What::Exercise(0));
    assert_eq!(class.total(0), (30, 30));
    let csv = class.csv();
    assert_eq!(csv.lines().count(), 32);
    let commas = |line: &str| line.matches(',').count();
    assert!(csv.lines().all(|line| commas(line) == 24), "{csv}");
}

#[test]
fn damaged_codes_are_named_with_their_line_and_why() {
    let good = encode(&student(1));
    // Another letter, a group left out, a letter that no code has, a newer version.
    let mut letters: Vec<char> = good.chars().collect();
    letters[9] = if letters[9] == '7' { '8' } else { '7' };
    let wrong: String = letters.into_iter().collect();
    let short = format!("{}{}", &good[..10], &good[16..]);
    let odd = good.replacen(&good[12..13], "U", 1);
    let text = format!("{good}\n{wrong}\nnothing here, 12345 67890\n{short}\n{odd}\nBTFS-\n");
    let found = find(&text);
    assert_eq!(found.results.len(), 1);
    let lines: Vec<usize> = found.damaged.iter().map(|damaged| damaged.line).collect();
    assert_eq!(lines, [2, 4, 5, 6]);
    let CodeError::Check { perhaps } = &found.damaged[0].why else {
        panic!("a wrong letter breaks the checksum: {:?}", found.damaged[0]);
    };
    assert_eq!(perhaps.as_ref(), Some(&good));
    assert!(found.damaged[1].why.to_string().contains("checksum"));
    assert_eq!(found.damaged[2].why, CodeError::Letter('U'));
    assert_eq!(found.damaged[3].why, CodeError::Short);
}

#[test]
fn a_code_without_its_beginning_is_found_too() {
    let code = encode(&student(3));
    let found = find(&format!("my code:\n{}\n", code.replace("BTFS-", "")));
    assert_eq!(found.results.len(), 1, "{found:?}");
    // Words with hyphens are no codes.
    assert_eq!(
        find("a well-known and up-to-date state-of-the-art method"),
        find("")
    );
}

#[test]
fn names_that_come_twice_are_named() {
    let (first, mut second) = (student(1), student(1));
    let text = format!("{}\n{}\n", encode(&first), encode(&second));
    let class = Class::of_text(&find(&text), &SLUGS);
    assert_eq!(class.rows.len(), 1);
    assert_eq!(
        class.twice,
        ["Student B: line 2 repeats line 1, and counts once."]
    );
    second.practice.clear();
    let class = Class::of_text(
        &find(&format!("{}\n{}", encode(&first), encode(&second))),
        &SLUGS,
    );
    assert_eq!(class.rows.len(), 2);
    assert!(class.twice[0].starts_with("Student B: line 1 and line 2 have the same name"));
}

#[test]
fn a_spreadsheet_takes_no_name_for_a_formula() {
    let results = Results {
        name: "=1+1, \"x\"".to_owned(),
        ..student(0)
    };
    let class = Class::of(&[("line 1".to_owned(), results)], &SLUGS);
    assert!(
        class
            .csv()
            .lines()
            .nth(1)
            .is_some_and(|line| line.starts_with("\"'=1+1, \"\"x\"\"\",line 1,"))
    );
}

#[test]
fn another_file_is_refused_with_what_it_is() {
    let other = Results::from_file(r#"{"format": "something", "version": 1}"#);
    assert!(other.is_err_and(|error| error.to_string().contains("“something”")));
    let newer = Results::from_file(r#"{"format": "btfscope answers", "version": 9}"#);
    assert!(newer.is_err_and(|error| error.to_string().contains("version 9")));
    assert!(Results::from_file("[]").is_err());
}

#[test]
fn every_family_of_practice_questions_names_a_lesson() {
    for family in lab::practice::Family::ALL {
        assert!(SLUGS.contains(&family.lesson()), "{family:?}");
    }
}
