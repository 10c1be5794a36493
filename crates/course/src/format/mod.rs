//! Lessons as text files: Markdown with a header and fenced blocks. `docs/lesson-format.md` describes them.
//!
//! ```text
//! header     what stands between the lines ---
//! markdown   headings, paragraphs, lists, code, fenced blocks; spans: code, links and marks within a paragraph
//! blocks     the fenced blocks that mean something; options: what is written behind their names; question, exercise: what is in them
//! outline    lines that belong together by how far they are indented
//! agree      whether what refers to each other is there
//! problem    what is wrong, where, and what to write
//! trial      what only shows when the engine runs: steps, starts and solutions
//! ```

mod agree;
mod blocks;
mod exercise;
mod header;
mod markdown;
mod options;
mod outline;
mod problem;
mod question;
mod spans;
mod trial;

pub use markdown::Prose;
pub use problem::{Fault, Problem};
pub use spans::{Mark, Span, Text, text};
pub use trial::{Tried, try_out};

use crate::Lesson;

/// The newest version of the format that is read here.
pub const VERSION: u32 = 1;
/// Bytes that a lesson's file may have.
pub const MOST_BYTES: usize = 64 << 10;
/// Problems that are kept; more help nobody.
const MOST_PROBLEMS: usize = 100;

/// Why a file is no lesson at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoLesson {
    /// Too long.
    #[error("the file has {0} bytes, and a lesson at most {MOST_BYTES}: make two lessons of it")]
    TooLong(usize),
    /// Not text.
    #[error("byte {at} of the file (line {line}) is not UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// The first byte that is not, from 0.
        at: usize,
        /// Its line, from 1.
        line: usize,
    },
}

impl Lesson {
    /// Reads a lesson's file. What is wrong with its content is in [`Lesson::problems`].
    ///
    /// # Errors
    ///
    /// [`NoLesson`] if it is too long or not text.
    pub fn read(bytes: &[u8]) -> Result<Lesson, NoLesson> {
        if bytes.len() > MOST_BYTES {
            return Err(NoLesson::TooLong(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            let before = bytes.get(..at).unwrap_or_default();
            let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
            NoLesson::NotUtf8 { at, line }
        })?;
        Ok(Lesson::of(text))
    }

    /// Reads the text of a lesson.
    pub fn of(text: &str) -> Lesson {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut lesson = Lesson {
            language: "en".to_owned(),
            ..Lesson::default()
        };
        let (body, first) = header::read(text, &mut lesson);
        blocks::read(body, first, &mut lesson);
        agree::check(&mut lesson);
        lesson.problems.sort_by_key(|problem| problem.line);
        lesson.problems.truncate(MOST_PROBLEMS);
        excerpts(text, &mut lesson);
        lesson
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn add(&mut self, line: u32, fault: Fault) {
        self.push(Problem::new(line, fault));
    }

    fn push(&mut self, problem: Problem) {
        if self.0.len() < MOST_PROBLEMS {
            self.0.push(problem);
        }
    }
}

/// Gives each problem of a lesson the line of the file that it is about.
fn excerpts(text: &str, lesson: &mut Lesson) {
    let parts = lesson.parts.iter_mut();
    let faulty = parts.filter_map(|part| match &mut part.content {
        crate::Content::Faulty(problem) => Some(problem),
        _ => None,
    });
    give_excerpts(text, lesson.problems.iter_mut().chain(faulty));
}

fn give_excerpts<'p>(text: &str, problems: impl Iterator<Item = &'p mut Problem>) {
    /// More of a line helps nobody.
    const LONGEST: usize = 100;
    let lines: Vec<&str> = text.lines().collect();
    let excerpt = |problem: &mut Problem| {
        let line = (problem.line as usize)
            .checked_sub(1)
            .and_then(|at| lines.get(at));
        let line = line.map_or("", |line| line.trim());
        if !problem.excerpt.is_empty() {
            return;
        }
        if let Fault::Check { text, error, .. } = &problem.fault
            && let Some(at) = line.find(text.as_str())
        {
            let before = line.get(..at).map_or(0, |before| before.chars().count());
            let blanks = before + error.column.saturating_sub(1);
            problem.mark = " ".repeat(blanks) + &"^".repeat(error.length.max(1));
        }
        problem.excerpt = match line.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
            None => line.to_owned(),
        };
    };
    problems.for_each(excerpt);
}
