//! Results of a student: how each question and each exercise went, and what becomes of them without a server.
//!
//! ```text
//! outcome    how one question went
//! answers what a page keeps while somebody works: choices and texts as well
//! code    results as letters to read aloud, type, or scan; bits: their bits, letters: their letters and checksum
//! find    codes in a text, and what is wrong with those that are damaged
//! table   results of a class: students and questions; as CSV
//! ```
//!
//! A checksum finds errors of typing. It is no secret: anyone can make a code of results that no student has.

mod answers;
mod bits;
mod code;
mod find;
mod letters;
mod outcome;
mod table;

pub use answers::{Answers, ExerciseAnswer, LessonAnswers, QuestionAnswer, SetAnswers};
pub use code::{CodeError, decode, encode};
pub use find::{Damaged, Found, find};
pub use outcome::Outcome;
pub use table::{Class, Column, Row, What};

use serde::{Deserialize, Serialize};

/// Letters of a name.
pub const LONGEST_NAME: usize = 31;

/// Results of a student.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Results {
    /// What the student calls themselves.
    pub name: String,
    /// Lessons of which something is answered, in the order of the course.
    pub lessons: Vec<LessonResults>,
    /// Sets of practice questions.
    pub practice: Vec<SetResults>,
}

/// Results of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LessonResults {
    /// The lesson's slug.
    pub lesson: String,
    /// Its questions, in order.
    pub questions: Vec<Outcome>,
    /// Its exercises, in order.
    pub exercises: Vec<Outcome>,
}

/// Results of a set of practice questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SetResults {
    /// The seed of its first question.
    pub seed: String,
    /// Its questions, in order.
    pub questions: Vec<Outcome>,
}

/// What a file of answers says about itself.
const FORMAT: &str = "btfscope answers";

#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    version: u32,
    /// The same as a code.
    #[serde(default)]
    code: String,
    #[serde(flatten)]
    results: Results,
}

/// Why a file is none of answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// Not JSON, or not of this form.
    #[error("this is no file of answers")]
    Form(#[source] serde_json::Error),
    /// Some other JSON.
    #[error("this file says that it is “{0}”, not “{FORMAT}”")]
    Other(String),
    /// Made by a newer version.
    #[error("the file has version {0}, which is newer than this page: reload the page")]
    Newer(u32),
    /// More than a student can have done.
    #[error("the file has {bytes} bytes; a file of answers has at most {MOST_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// Bytes of a file of answers.
const MOST_BYTES: usize = 256 << 10;

impl Results {
    /// The results as a file, `answers.json`.
    pub fn to_file(&self) -> String {
        let file = File {
            format: FORMAT.to_owned(),
            version: 1,
            code: encode(self),
            results: self.clone(),
        };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// What a file of answers contains.
    ///
    /// # Errors
    ///
    /// [`FileError`] if it is none.
    pub fn from_file(text: &str) -> Result<Results, FileError> {
        if text.len() > MOST_BYTES {
            return Err(FileError::TooLong { bytes: text.len() });
        }
        let file: File = serde_json::from_str(text).map_err(FileError::Form)?;
        match (file.format.as_str(), file.version) {
            (FORMAT, 0 | 1) => Ok(file.results),
            (FORMAT, newer) => Err(FileError::Newer(newer)),
            _ => Err(FileError::Other(file.format.chars().take(40).collect())),
        }
    }

    /// Whether nothing is answered.
    pub fn is_empty(&self) -> bool {
        self.lessons.is_empty() && self.practice.is_empty()
    }
}
