//! Whether an exercise is done: conditions over the engine's result, and the sentences that go with them.
//!
//! A lesson writes a check as text: lines with a condition each (`left == 10`) and, where a general sentence would not
//! help, what to say while it does not hold (`no:`), and a sentence for the end (`done:`). The first line that does not hold
//! decides. The language has no loops, no variables, and no functions but those of [`NAMES`]; the sorts of all values are
//! known when a check is read, so what is wrong in it is found by its author and not by a student.
//!
//! ```text
//! tokens     the words and signs of an expression
//! grammar    tokens -> program, with sorts checked; arguments: what is in brackets behind a name
//! value      sorts and names; errors: what is wrong, and what to write
//! program    operations in postfix order; sentence: text with programs in it
//! evaluate   a program over a solution; result: types, walks; changed: what differs from the start
//! ```

mod arguments;
mod changed;
mod errors;
mod evaluate;
mod grammar;
mod program;
mod result;
mod sentence;
mod tokens;
mod value;

pub use errors::{Cause, CheckError};
pub use sentence::Sentence;
pub use value::{NAMES, Name, Sort};

use crate::{Lab, Setup};
use errors::ErrorAt;
use evaluate::Context;
use grammar::{Expression, expression};
use serde::{Deserialize, Serialize};
use std::cell::OnceCell;
use std::fmt;

/// Lines of a check.
pub const MOST_LINES: usize = 40;

/// What is said if a line has no sentence of its own.
const CANNOT_BE_READ: &str = "A unit has an error, which is marked in its text.";
const NO_NUMBER: &str = "Enter a number.";

/// A check as a lesson writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckText {
    /// What must hold, in this order.
    pub lines: Vec<CheckLine>,
    /// What is said when all of it holds; may be empty.
    pub done: String,
}

/// A line of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckLine {
    /// What must hold.
    pub condition: String,
    /// What is said while it does not; if it is empty, a general sentence.
    pub no: String,
}

/// A part of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The condition of this line, from 1.
    Condition(usize),
    /// The sentence of this line.
    No(usize),
    /// The last sentence.
    Done,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Condition(line) => write!(f, "check {line}"),
            Place::No(line) => write!(f, "sentence of check {line}"),
            Place::Done => f.write_str("sentence of done"),
        }
    }
}

/// A condition that has been read.
#[derive(Clone, Debug)]
pub struct Condition {
    text: String,
    expression: Expression,
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    ///
    /// [`CheckError`] with the column, what is wrong, and what to write.
    pub fn parse(text: &str) -> Result<Condition, CheckError> {
        let read = expression(text).map_err(|error| error.of(text))?;
        if read.sort != Sort::Condition {
            let (found, sort) = (text.trim().to_owned(), read.sort);
            let cause = Cause::NotCondition { found, sort };
            return Err(ErrorAt::new(0..text.len(), cause).of(text));
        }
        Ok(Condition {
            text: text.trim().to_owned(),
            expression: read,
        })
    }

    /// Whether it is about the number that is typed.
    pub fn asks(&self) -> bool {
        self.expression.program.asks()
    }

    /// What is said while it does not hold, if the lesson says nothing.
    fn general_sentence(&self, context: &Context<'_>) -> String {
        let known = self.expression.compared.as_ref();
        let known = known.map(|(text, program)| (text, context.shown(program)));
        match known.filter(|(_, value)| !value.is_empty()) {
            Some((text, value)) => format!("`{}` is not true yet: `{text}` is {value}.", self.text),
            None => format!("`{}` is not true yet.", self.text),
        }
    }
}

/// A check that has been read.
#[derive(Clone, Debug)]
pub struct Check {
    lines: Vec<(Condition, Option<Sentence>)>,
    done: Sentence,
}

/// What is checked.
#[derive(Clone, Copy, Debug)]
pub struct Solution<'l> {
    /// The setup with which the exercise began.
    pub start: &'l Setup,
    /// The units as they are now, and their run.
    pub lab: &'l Lab,
    /// The number that was typed.
    pub answer: Option<u32>,
}

/// What there is to say of a solution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the exercise is done.
    pub done: bool,
    /// Why, or what is missing, in a sentence; names stand in backticks.
    pub says: String,
    /// The line that does not hold, from 1; none if a unit has an error or the number is missing.
    pub line: Option<u32>,
}

impl Check {
    /// Reads a check.
    ///
    /// # Errors
    ///
    /// The first [`CheckError`], and where it is.
    pub fn parse(text: &CheckText) -> Result<Check, (Place, CheckError)> {
        if text.lines.len() > MOST_LINES {
            let cause = Cause::TooMany { limit: MOST_LINES };
            let error = ErrorAt::new(0..0, cause).of("");
            return Err((Place::Condition(MOST_LINES + 1), error));
        }
        let line = |(number, line): (usize, &CheckLine)| {
            let condition = Condition::parse(&line.condition)
                .map_err(|error| (Place::Condition(number), error))?;
            let no = match line.no.as_str() {
                "" => None,
                no => Some(Sentence::parse(no).map_err(|error| (Place::No(number), error))?),
            };
            Ok((condition, no))
        };
        Ok(Check {
            lines: (1..).zip(&text.lines).map(line).collect::<Result<_, _>>()?,
            done: Sentence::parse(&text.done).map_err(|error| (Place::Done, error))?,
        })
    }

    /// Whether a number must be typed; what cannot be read asks for nothing.
    pub fn asks(text: &CheckText) -> bool {
        Check::parse(text).is_ok_and(|check| check.asks_for_number())
    }

    fn asks_for_number(&self) -> bool {
        let asks = |(condition, no): &(Condition, Option<Sentence>)| {
            condition.asks() || no.as_ref().is_some_and(Sentence::asks)
        };
        self.done.asks() || self.lines.iter().any(asks)
    }

    /// Decides about a solution.
    pub fn decide(&self, solution: &Solution<'_>) -> Verdict {
        let start = OnceCell::new();
        let context = Context::of(solution, &start);
        // Both come first of themselves; a line of its own gives the sentence.
        let missing = match () {
            () if solution.lab.result().is_none() => Some(("parses", CANNOT_BE_READ)),
            () if self.asks_for_number() && solution.answer.is_none() => {
                Some(("answered", NO_NUMBER))
            }
            () => None,
        };
        if let Some((name, general)) = missing {
            let own = self
                .lines
                .iter()
                .find(|(condition, _)| condition.text == name);
            let no = own.and_then(|(_, no)| no.as_ref());
            return Verdict {
                done: false,
                says: no.map_or_else(|| general.to_owned(), |no| no.said(&context)),
                line: None,
            };
        }
        for (number, (condition, no)) in (1_u32..).zip(&self.lines) {
            if context.holds(&condition.expression.program) {
                continue;
            }
            return Verdict {
                done: false,
                says: match no {
                    Some(no) => no.said(&context),
                    None => condition.general_sentence(&context),
                },
                line: Some(number),
            };
        }
        Verdict {
            done: true,
            says: self.done.said(&context),
            line: None,
        }
    }
}
