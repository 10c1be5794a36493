//! How a command ends without having done what was asked.

use crate::file_name::title;
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

/// The command's name at the start of its lines, where it is not `btfscope`.
static NAME: OnceLock<&str> = OnceLock::new();

/// Lines on standard error start with this name from now on; the first call counts.
pub fn speak_as(name: &'static str) {
    let _again = NAME.set(name);
}

/// Ends the command with one line on standard error and an exit code.
#[derive(Debug)]
pub struct Failure {
    /// The line; `None` to end silently with success, as when the reader of a pipe has gone.
    message: Option<String>,
    code: u8,
    /// Whether all is well with the file, except that it holds nothing to be encoded.
    nothing_to_encode: bool,
}

impl Failure {
    /// A failure with exit code 1.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure {
            message: Some(message.into()),
            code: 1,
            nothing_to_encode: false,
        }
    }

    /// A failure about a file: `FILE: cause`. What the system says begins with a capital, which goes.
    pub fn of(path: &Path, cause: impl Display) -> Failure {
        Failure::new(format!("{}: {}", title(path), clause(&cause.to_string())))
    }

    /// A job that ended without a result.
    pub fn of_job(path: &Path, error: &pipeline::Error) -> Failure {
        let mut failure = Failure::of(path, error);
        failure.nothing_to_encode = matches!(
            error,
            pipeline::Error::NoDwarf { .. }
                | pipeline::Error::NoTypes { .. }
                | pipeline::Error::NothingChosen { .. }
        );
        failure
    }

    /// Whether the file was read, and has no debug information or none that was asked for.
    pub fn is_nothing_to_encode(&self) -> bool {
        self.nothing_to_encode
    }

    /// The reader of our output has read enough.
    pub fn reader_gone() -> Failure {
        Failure {
            message: None,
            code: 0,
            nothing_to_encode: false,
        }
    }

    /// Standard output could not be written.
    pub fn stdout(error: &io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::reader_gone();
        }
        Failure::new(format!("standard output could not be written: {error}"))
    }

    /// The same with another exit code, unless it is none.
    pub fn with_code(mut self, code: u8) -> Failure {
        if self.message.is_some() {
            self.code = code;
        }
        self
    }

    /// Success where it is none: when the reader of a pipe has gone.
    pub fn unless_reader_gone(self) -> Result<(), Failure> {
        match self.message {
            Some(_) => Err(self),
            None => Ok(()),
        }
    }

    /// Prints the line and gives the exit code.
    pub fn report(self) -> ExitCode {
        if let Some(message) = self.message {
            say(&message);
        }
        ExitCode::from(self.code)
    }

    /// The line.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }
}

impl From<fmt::Error> for Failure {
    /// A text that cannot be made although its receiver accepts everything.
    fn from(error: fmt::Error) -> Failure {
        Failure::new(format!("the text could not be made: {error}"))
    }
}

/// Prints `btfscope: message` as one line on standard error. That it may be closed is no reason to fail.
pub fn say(message: &str) {
    let name = NAME.get().unwrap_or(&"btfscope");
    let _closed = writeln!(io::stderr().lock(), "{name}: {}", one_line(message));
}

/// Control characters (a file's or type's name may have them) as escapes, so that a line stays a line
/// and a terminal stays as it is.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// The system's sentence as the second half of one: `Is a directory` becomes `is a directory`.
fn clause(sentence: &str) -> String {
    let mut characters = sentence.chars();
    match (characters.next(), characters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_become_clauses_and_one_line() {
        let failure = Failure::of(Path::new("a"), "Is a directory (os error 21)");
        assert_eq!(failure.message(), "a: is a directory (os error 21)");
        assert_eq!(
            clause("BTF version 2 is not known"),
            "BTF version 2 is not known"
        );
        assert_eq!(one_line("a\nb\u{1b}[1m"), "a\\nb\\u{1b}[1m");
    }
}
