//! One kind of error: a sentence for the person at the terminal.

use std::fmt;

/// Why a task stopped, as a sentence that says what to do next where that is known.
#[derive(Debug)]
pub struct Failure(String);

pub type Outcome<T = ()> = Result<T, Failure>;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Stops with a sentence.
pub fn fail<T>(sentence: impl Into<String>) -> Outcome<T> {
    Err(Failure(sentence.into()))
}

/// Says in front of an error's own text what was being done.
pub trait Because<T> {
    fn because(self, doing: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> Because<T> for Result<T, E> {
    fn because(self, doing: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure(format!("{doing}: {error}")))
    }
}
