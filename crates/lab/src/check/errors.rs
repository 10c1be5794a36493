//! Why an expression cannot be read: where, what is wrong, and what to write instead.

use super::value::Sort;
use std::fmt;
use std::ops::Range;

/// Why a condition or a sentence cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CheckError {
    /// Characters from the beginning of the text, from 1.
    pub column: usize,
    /// Characters that are meant; 0 for a place where something is missing.
    pub length: usize,
    /// Why.
    #[source]
    pub cause: Cause,
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.cause)?;
        match self.cause.advice() {
            Some(advice) => write!(f, ". {advice}"),
            None => Ok(()),
        }
    }
}

/// An error with its bytes in the text.
#[derive(Debug)]
pub(super) struct ErrorAt {
    place: Range<usize>,
    cause: Cause,
}

impl ErrorAt {
    pub fn new(place: Range<usize>, cause: Cause) -> ErrorAt {
        ErrorAt { place, cause }
    }

    /// With characters instead of bytes.
    pub fn of(self, text: &str) -> CheckError {
        let chars = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
        let start = self.place.start.min(text.len());
        CheckError {
            column: chars(0..start) + 1,
            length: chars(start..self.place.end.clamp(start, text.len())),
            cause: self.cause,
        }
    }

    /// As part of a longer text that begins `by` bytes earlier.
    pub fn moved(mut self, by: usize) -> ErrorAt {
        self.place = self.place.start + by..self.place.end + by;
        self
    }
}

/// What is wrong. It is displayed without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Nothing but spaces.
    #[error("the expression is empty")]
    Empty,
    /// More text than a check needs.
    #[error("the text has more than {limit} bytes")]
    TooLong {
        /// Bytes.
        limit: usize,
    },
    /// Brackets within brackets.
    #[error("brackets are nested more than {limit} deep")]
    TooDeep {
        /// Levels.
        limit: usize,
    },
    /// More lines than a check needs.
    #[error("the check has more than {limit} lines")]
    TooMany {
        /// Lines.
        limit: usize,
    },
    /// A character that the language does not have.
    #[error("`{char}` has no meaning here")]
    Character {
        /// It.
        char: char,
        /// What may be meant.
        instead: Option<&'static str>,
    },
    /// A word or a sign of another language.
    #[error("`{found}` has no meaning here")]
    Foreign {
        /// It.
        found: String,
        /// What may be meant.
        instead: &'static str,
    },
    /// A quotation mark without its partner.
    #[error("this quotation mark is not closed")]
    Quote,
    /// A number with too many digits, or with letters.
    #[error("`{found}` is no number that a check can use")]
    Number {
        /// It.
        found: String,
    },
    /// A name that does not exist.
    #[error("unknown name `{name}`{}", of.map_or(String::new(), |of| format!(" after {}", of.words())))]
    UnknownName {
        /// It.
        name: String,
        /// What it stands after.
        of: Option<Sort>,
        /// One that is nearly the same, with its arguments.
        similar: Option<String>,
        /// All that can stand here.
        known: String,
    },
    /// A kind that does not exist.
    #[error("unknown kind `{name}`")]
    UnknownKind {
        /// It.
        name: String,
        /// One that is nearly the same.
        similar: Option<&'static str>,
    },
    /// Something that happens in no step.
    #[error("no step is called `{name}`")]
    UnknownHappening {
        /// It.
        name: String,
        /// One that is nearly the same.
        similar: Option<&'static str>,
    },
    /// Arguments that a name does not take.
    #[error("`{name}` is written {form}")]
    Form {
        /// The name.
        name: &'static str,
        /// With its arguments.
        form: &'static str,
    },
    /// A unit that no laboratory has.
    #[error("there is no unit {number}: units are numbered from 1 to {most}")]
    Unit {
        /// Its number.
        number: String,
        /// The last.
        most: usize,
    },
    /// A type of a unit, without the unit.
    #[error("`\"{found}\"` does not say in which unit")]
    Place {
        /// The text.
        found: String,
    },
    /// A token that cannot stand here.
    #[error("{wanted} is missing before `{found}`")]
    Missing {
        /// What should stand here.
        wanted: &'static str,
        /// What stands here.
        found: String,
    },
    /// The end, where something should follow.
    #[error("{wanted} is missing at the end")]
    Ends {
        /// What should follow.
        wanted: &'static str,
    },
    /// A token behind a complete expression.
    #[error("the expression is complete before `{found}`")]
    Extra {
        /// It.
        found: String,
    },
    /// A value that an operator or a name does not take.
    #[error("`{operator}` takes {wanted}, and `{found}` is {}", sort.words())]
    Operand {
        /// The operator.
        operator: String,
        /// What it takes.
        wanted: &'static str,
        /// The expression that stands there.
        found: String,
        /// What that is.
        sort: Sort,
    },
    /// Values of two sorts that cannot be equal.
    #[error("{} is never {}", left.words(), right.words())]
    Incomparable {
        /// The one before the operator.
        left: Sort,
        /// The one behind.
        right: Sort,
    },
    /// One comparison after another.
    #[error("a comparison cannot be compared again")]
    Chained,
    /// A check that is no condition.
    #[error("a check is true or false, and `{found}` is {}", sort.words())]
    NotCondition {
        /// The expression.
        found: String,
        /// What it is.
        sort: Sort,
    },
    /// A value that no sentence can show.
    #[error("a sentence cannot show `{found}`, which is {}", sort.words())]
    NotShown {
        /// The expression.
        found: String,
        /// What it is.
        sort: Sort,
    },
    /// A brace without its partner.
    #[error("this `{brace}` has no partner")]
    Brace {
        /// It.
        brace: char,
    },
    /// Braces around nothing.
    #[error("these braces are empty")]
    EmptyBraces,
}

impl Cause {
    /// What to write instead: a sentence, if there is something to say.
    pub fn advice(&self) -> Option<String> {
        let meant = |what: &str| Some(format!("Did you mean `{what}`?"));
        match self {
            Cause::Empty => Some("Write a condition, for example `left == 10`.".to_owned()),
            Cause::TooLong { .. } | Cause::TooMany { .. } => {
                Some("Leave out what the exercise does not need.".to_owned())
            }
            Cause::TooDeep { .. } => Some("Write several lines instead of one.".to_owned()),
            Cause::Character { instead, .. } => instead.and_then(meant),
            Cause::Foreign { instead, .. } => meant(instead),
            Cause::Quote => Some("Close it with `\"`.".to_owned()),
            Cause::Number { .. } => Some("Write digits alone, 9 at most.".to_owned()),
            Cause::UnknownName {
                similar: Some(similar),
                ..
            } => meant(similar),
            Cause::UnknownName { known, .. } => Some(match known.is_empty() {
                true => "Nothing can follow here.".to_owned(),
                false => format!("Here are known: {known}."),
            }),
            Cause::UnknownKind { similar, .. } => match similar {
                Some(similar) => meant(similar),
                None => Some("Kinds are STRUCT, UNION, ENUM, FWD, INT, PTR, …".to_owned()),
            },
            Cause::UnknownHappening { similar, .. } => match similar {
                Some(similar) => meant(similar),
                None => Some(format!("Known are {}.", crate::Happening::list())),
            },
            Cause::Place { found } => meant(&format!("\"1: {found}\"")),
            Cause::Operand {
                sort: Sort::Types,
                found,
                ..
            }
            | Cause::NotCondition {
                sort: Sort::Types,
                found,
            } => meant(&format!("{found}.count()")),
            Cause::NotCondition {
                sort: Sort::Number,
                found,
            } => Some(format!("Compare it, for example `{found} == 1`.")),
            Cause::NotCondition {
                sort: Sort::Type | Sort::Pair,
                found,
            } => meant(&format!("{found}.found")),
            Cause::Chained => Some("Write `a < b and b < c`.".to_owned()),
            Cause::NotShown {
                sort: Sort::Condition,
                ..
            } => Some("Write a line of its own for each case.".to_owned()),
            Cause::Brace { brace } => Some(format!(
                "Write `{brace}{brace}` for a brace that is part of the sentence."
            )),
            Cause::EmptyBraces => {
                Some("Write `{{}}` for braces that are part of the sentence.".to_owned())
            }
            _ => None,
        }
    }
}
