//! What a gate expects: states of earlier runs, of which none may have got worse.

use super::Report;
use crate::answer::State;
use std::collections::BTreeMap;

/// Expected states, by object and kernel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    states: BTreeMap<(String, String), State>,
}

/// Why a file of expectations cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpectedError {
    /// A line has too few fields.
    #[error(
        "line {line} has no object, program, kernel, and state; write the file with --format csv"
    )]
    Fields {
        /// The line, counted from 1.
        line: usize,
    },
    /// A line has another word for a state.
    #[error("line {line}: {word:?} is no state; take ok, guarded, unknown, or fails")]
    State {
        /// The line, counted from 1.
        line: usize,
        /// The word.
        word: String,
    },
}

/// A cell that got worse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worse {
    /// The object.
    pub object: String,
    /// The kernel.
    pub kernel: String,
    /// What was expected.
    pub before: State,
    /// What was found.
    pub now: State,
}

impl Expected {
    /// Reads the CSV that [`Report::csv`] writes. Lines of single programs are passed over.
    ///
    /// ```
    /// use core_check::Expected;
    ///
    /// assert!(Expected::parse("object,program,kernel,state,reasons\na.bpf.o,,6.1,ok,\n").is_ok());
    /// assert!(Expected::parse("a.bpf.o,,6.1,fine,\n").is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`ExpectedError`] for the first line that is not of this form.
    pub fn parse(text: &str) -> Result<Expected, ExpectedError> {
        let mut states = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line_number = number + 1;
            let fields = fields(line);
            if line.trim().is_empty() || fields.first().is_some_and(|first| first == "object") {
                continue;
            }
            let [object, program, kernel, word, ..] = &fields[..] else {
                return Err(ExpectedError::Fields { line: line_number });
            };
            let state = State::from_word(word).ok_or_else(|| ExpectedError::State {
                line: line_number,
                word: word.clone(),
            })?;
            if program.is_empty() {
                states.insert((object.clone(), kernel.clone()), state);
            }
        }
        Ok(Expected { states })
    }

    /// The cells of a report that are worse than expected. A cell that the file does not have is expected to pass.
    pub fn worse(&self, report: &Report) -> Vec<Worse> {
        let mut worse = Vec::new();
        for row in &report.rows {
            for (kernel, cell) in report.kernels.iter().zip(&row.cells) {
                let key = (row.object.clone(), kernel.clone());
                let before = self.states.get(&key).copied().unwrap_or(State::Guarded);
                if cell.state > before {
                    worse.push(Worse {
                        object: key.0,
                        kernel: key.1,
                        before,
                        now: cell.state,
                    });
                }
            }
        }
        worse
    }
}

/// The fields of a line of CSV.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut characters = line.chars().peekable();
    while let Some(one) = characters.next() {
        match one {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut fields, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            '\r' => {}
            other => push(&mut fields, other),
        }
    }
    fields
}

fn push(fields: &mut [String], character: char) {
    if let Some(last) = fields.last_mut() {
        last.push(character);
    }
}
