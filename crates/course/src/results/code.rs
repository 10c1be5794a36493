//! Results as a code: `BTFS-` and groups of five letters.
//!
//! The bits, version 1: the version (3); the name; for each of [`KNOWN`] whether it is there (12), and if so its outcomes;
//! the number of other lessons (3), each with its slug and its outcomes; the number of practice sets (3), each with the
//! version of its seed, the number of its seed, the number of its questions (6), and an outcome for each. An outcome takes 3 bits.
//! The outcomes of a lesson: a bit says whether it has one question and one exercise; if not, their numbers follow (3 each).

use super::bits::{Bad, Reader, Writer};
use super::letters::{self, Wrong};
use super::{LONGEST_NAME, LessonResults, Outcome, Results, SetResults};

/// What a code begins with.
pub const PREFIX: &str = "BTFS";
/// Letters of a group.
pub const GROUP: usize = 5;
/// The version of the code.
const VERSION: u32 = 1;
/// Lessons that take one bit. Their order is part of the code: what is new comes last, and more than [`PLACES`] are other
/// lessons.
const KNOWN: [&str; 9] = [
    "why",
    "bytes",
    "strings",
    "primitives",
    "graphs",
    "forwards",
    "references",
    "fast-path",
    "split",
];
/// Bits for [`KNOWN`].
const PLACES: usize = 12;
/// Other lessons, and sets, of a code; questions of a lesson; questions of a set.
const MOST: usize = 7;
const MOST_OF_SET: usize = 63;
/// Letters of a slug and of names of five bits a letter.
const SLUG: &str = "abcdefghijklmnopqrstuvwxyz0123456789-";
const NAME: &str = "abcdefghijklmnopqrstuvwxyz -'.,_";

/// Why letters are no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// A letter that no code has.
    #[error("“{0}” is in no code: codes have digits and letters without I, L, O, U")]
    Letter(char),
    /// Too few letters.
    #[error("it is too short: its end is missing")]
    Short,
    /// The checksum is wrong.
    #[error("its letters do not match its checksum: a letter is wrong or missing")]
    Check {
        /// The code that it would be with one other letter, if only one is possible.
        perhaps: Option<String>,
    },
    /// Of a version that is not known here.
    #[error("it has version {0}, which this page does not know: reload the page")]
    Version(u32),
    /// Right letters that mean nothing.
    #[error("its letters mean nothing: it is no code of this course")]
    Meaning,
}

impl From<Bad> for CodeError {
    fn from(_: Bad) -> CodeError {
        CodeError::Meaning
    }
}

/// The code of results. What is more than a code holds is left out: names of more than 31 letters, more than 7 sets, more
/// than 7 lessons that the course does not have.
pub fn encode(results: &Results) -> String {
    let mut out = Writer::default();
    out.put(VERSION, 3);
    put_name(&mut out, &results.name);
    let lesson = |slug: &str| results.lessons.iter().find(|lesson| lesson.lesson == slug);
    for place in 0..PLACES {
        let known = KNOWN.get(place).and_then(|slug| lesson(slug));
        out.put(u32::from(known.is_some()), 1);
    }
    for slug in KNOWN {
        if let Some(lesson) = lesson(slug) {
            put_outcomes(&mut out, lesson);
        }
    }
    let others = results.lessons.iter();
    let others = others.filter(|lesson| !KNOWN.contains(&lesson.lesson.as_str()));
    let others: Vec<&LessonResults> = others.take(MOST).collect();
    out.put(others.len() as u32, 3);
    for lesson in others {
        put_text(&mut out, &lesson.lesson, SLUG, 6);
        put_outcomes(&mut out, lesson);
    }
    // The newest are the ones that are handed in.
    let skipped = results.practice.len().saturating_sub(MOST);
    let sets = results.practice.get(skipped..).unwrap_or_default();
    out.put(sets.len() as u32, 3);
    for set in sets {
        let (version, number) = seed(&set.seed);
        out.any(version);
        out.any(number);
        let outcomes: Vec<&Outcome> = set.questions.iter().take(MOST_OF_SET).collect();
        out.put(outcomes.len() as u32, 6);
        outcomes
            .iter()
            .for_each(|outcome| out.put(outcome.number(), 3));
    }
    grouped(&letters::letters(&out.0))
}

/// Letters in groups, behind the prefix.
pub(super) fn grouped(letters: &str) -> String {
    let mut text = PREFIX.to_owned();
    for (at, letter) in letters.chars().enumerate() {
        if at % GROUP == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// The results of a code, with or without its prefix, hyphens, and blanks.
///
/// # Errors
///
/// [`CodeError`] says what is wrong with it.
pub fn decode(code: &str) -> Result<Results, CodeError> {
    let own = own_letters(code);
    read(&own).map_err(|error| match error {
        CodeError::Check { .. } if own.len() <= MOST_CORRECTED => CodeError::Check {
            perhaps: letters::corrected(&own).map(|own| grouped(&own)),
        },
        error => error,
    })
}

/// The letters of a code without its prefix, hyphens, and blanks.
fn own_letters(code: &str) -> String {
    let code = code.trim();
    let behind = match code.get(..PREFIX.len()) {
        Some(start) if start.eq_ignore_ascii_case(PREFIX) => &code[PREFIX.len()..],
        _ => code,
    };
    let own = behind.chars().filter(|letter| {
        !(letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{ad}'))
    });
    own.take(MOST_LETTERS).collect()
}

/// The results of a code's own letters.
pub(super) fn read(own: &str) -> Result<Results, CodeError> {
    let bits = letters::bits(own).map_err(|wrong| match wrong {
        Wrong::Letter(letter) => CodeError::Letter(letter),
        Wrong::Short => CodeError::Short,
        Wrong::Check => CodeError::Check { perhaps: None },
    })?;
    let mut bits = Reader(&bits);
    match bits.take(3)? {
        VERSION => {}
        other => return Err(CodeError::Version(other)),
    }
    let name = take_name(&mut bits)?;
    let mut present = Vec::new();
    for place in 0..PLACES {
        if bits.take(1)? == 1 {
            present.push(*KNOWN.get(place).ok_or(CodeError::Meaning)?);
        }
    }
    let mut lessons = Vec::new();
    for slug in present {
        lessons.push(take_outcomes(&mut bits, slug.to_owned())?);
    }
    for _ in 0..bits.take(3)? {
        let slug = take_text(&mut bits, SLUG, 6)?;
        lessons.push(take_outcomes(&mut bits, slug)?);
    }
    let mut practice = Vec::new();
    for _ in 0..bits.take(3)? {
        let (version, number) = (bits.any()?, bits.any()?);
        let len = bits.take(6)?;
        let questions = (0..len).map(|_| bits.take(3).map(Outcome::of_number));
        practice.push(SetResults {
            questions: questions.collect::<Result<_, Bad>>()?,
            seed: format!("{version}-{number:04x}"),
        });
    }
    match bits.0.len() < GROUP && bits.0.iter().all(|bit| !bit) {
        true => Ok(Results {
            name,
            lessons,
            practice,
        }),
        false => Err(CodeError::Meaning),
    }
}

/// Letters of a code for which a correction is sought: it takes time that grows with their square.
const MOST_CORRECTED: usize = 120;
/// Letters of the longest code and more.
pub(super) const MOST_LETTERS: usize = 600;

fn seed(seed: &str) -> (u32, u32) {
    let parts = seed.split_once('-').unwrap_or_default();
    let number = u32::from_str_radix(parts.1, 16).unwrap_or_default();
    (parts.0.parse().unwrap_or_default(), number)
}

/// A name in letters of five bits, if that loses nothing; else in UTF-8.
fn put_name(out: &mut Writer, name: &str) {
    let name = cut(name.trim());
    let lower = name.to_lowercase();
    let is_plain = lower.chars().all(|letter| NAME.contains(letter));
    let is_short = is_plain && titled(&lower) == name;
    out.put(u32::from(is_short), 1);
    match is_short {
        true => put_text(out, &lower, NAME, 5),
        false => {
            out.put(name.len() as u32, 5);
            name.bytes().for_each(|byte| out.put(u32::from(byte), 8));
        }
    }
}

fn take_name(bits: &mut Reader<'_>) -> Result<String, CodeError> {
    if bits.take(1)? == 1 {
        return Ok(titled(&take_text(bits, NAME, 5)?));
    }
    let len = bits.take(5)?;
    let bytes = (0..len).map(|_| bits.take(8).map(|byte| byte as u8));
    let bytes = bytes.collect::<Result<Vec<u8>, Bad>>()?;
    String::from_utf8(bytes).map_err(|_| CodeError::Meaning)
}

/// At most [`LONGEST_NAME`] bytes, without half a letter.
fn cut(name: &str) -> &str {
    let ends = name
        .char_indices()
        .map(|(at, letter)| at + letter.len_utf8());
    let end = ends.take_while(|end| *end <= LONGEST_NAME).last();
    name.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// With a capital at the beginning of each word.
fn titled(lower: &str) -> String {
    let mut begins = true;
    let letter = |letter: char| {
        let own = if begins {
            letter.to_ascii_uppercase()
        } else {
            letter
        };
        begins = matches!(letter, ' ' | '-');
        own
    };
    lower.chars().map(letter).collect()
}

fn put_text(out: &mut Writer, text: &str, letters: &str, bits: u32) {
    let numbers = text.chars().filter_map(|letter| letters.find(letter));
    let numbers: Vec<usize> = numbers.take(31).collect();
    out.put(numbers.len() as u32, 5);
    for number in numbers {
        out.put(number as u32, bits);
    }
}

fn take_text(bits: &mut Reader<'_>, letters: &str, width: usize) -> Result<String, CodeError> {
    let mut text = String::new();
    for _ in 0..bits.take(5)? {
        let number = bits.take(width)? as usize;
        text.push(letters.chars().nth(number).ok_or(CodeError::Meaning)?);
    }
    Ok(text)
}

fn put_outcomes(out: &mut Writer, lesson: &LessonResults) {
    let (questions, exercises) = (&lesson.questions, &lesson.exercises);
    let questions = questions
        .get(..MOST.min(questions.len()))
        .unwrap_or_default();
    let exercises = exercises
        .get(..MOST.min(exercises.len()))
        .unwrap_or_default();
    let is_usual = (questions.len(), exercises.len()) == (1, 1);
    out.put(u32::from(is_usual), 1);
    if !is_usual {
        out.put(questions.len() as u32, 3);
        out.put(exercises.len() as u32, 3);
    }
    for outcome in questions.iter().chain(exercises) {
        out.put(outcome.number(), 3);
    }
}

fn take_outcomes(bits: &mut Reader<'_>, lesson: String) -> Result<LessonResults, CodeError> {
    let (questions, exercises) = match bits.take(1)? {
        1 => (1, 1),
        _ => (bits.take(3)?, bits.take(3)?),
    };
    let mut outcomes = |count: u32| -> Result<Vec<Outcome>, Bad> {
        (0..count)
            .map(|_| bits.take(3).map(Outcome::of_number))
            .collect()
    };
    Ok(LessonResults {
        lesson,
        questions: outcomes(questions)?,
        exercises: outcomes(exercises)?,
    })
}
