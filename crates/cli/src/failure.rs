//! How a command ends that could not do what was asked.

use crate::file_name::{is_stdout, title};
use std::fmt::{self, Display};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

/// The command's name at the start of its lines, unless it is `btfscope`.
static NAME: OnceLock<&str> = OnceLock::new();

/// Lets lines on standard error start with this name. Only the first call counts.
pub fn speak_as(name: &'static str) {
    let _again = NAME.set(name);
}

/// The command's name.
pub fn name() -> &'static str {
    NAME.get().unwrap_or(&"btfscope")
}

/// Ends the command with one line on standard error and an exit code.
#[derive(Debug)]
pub struct Failure {
    /// The line; `None` to end silently with success, as when the reader of a pipe has gone.
    message: Option<String>,
    code: u8,
    /// Whether the file can be read, but contains nothing to encode.
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

    /// A failure about a file: `FILE: cause`. A capital at the start of the system's message becomes a small letter.
    pub fn of(path: &Path, cause: impl Display) -> Failure {
        Failure::new(format!("{}: {}", title(path), clause(&cause.to_string())))
    }

    /// A failure about a file to be written.
    pub fn of_output(path: &Path, cause: impl Display) -> Failure {
        match is_stdout(path) {
            true => Failure::new(format!("standard output: {cause}")),
            false => Failure::of(path, cause),
        }
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

    /// Whether the file was read and has no debug information, or none in the chosen languages.
    pub fn is_nothing_to_encode(&self) -> bool {
        self.nothing_to_encode
    }

    /// The failure of output whose reader has closed the pipe: silent, with exit code 0.
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
        Failure::new(format!(
            "standard output could not be written: {}",
            unwritten(error)
        ))
    }

    /// A file that could not be written, of which nothing is left.
    pub fn unwritten(path: &Path, error: &io::Error) -> Failure {
        Failure::new(format!("{}: {}", title(path), unwritten(error)))
    }

    /// A file that cannot get its new section, such as one whose headers are damaged. Other outputs are written all the same.
    pub fn unpatched(path: &Path, error: &elf::Error, others: bool) -> Failure {
        let advice = match others {
            true => "the other outputs are complete",
            false => "the types alone can be written (-o)",
        };
        Failure::of(
            path,
            format!("it cannot be copied with the new section: {error}; {advice}"),
        )
    }

    /// The same failure with another exit code, unless it is silent.
    pub fn with_code(mut self, code: u8) -> Failure {
        if self.message.is_some() {
            self.code = code;
        }
        self
    }

    /// The same failure with a further clause, if there is one.
    pub fn and(mut self, clause: Option<String>) -> Failure {
        if let (Some(message), Some(clause)) = (&mut self.message, clause) {
            message.push_str("; ");
            message.push_str(&clause);
        }
        self
    }

    /// Success if the failure is silent, because the reader of a pipe has closed it.
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

    /// The line without the command's name; empty if silent.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or_default()
    }
}

/// Why something could not be written, and what to do.
fn unwritten(error: &io::Error) -> String {
    use io::ErrorKind as Kind;
    let cause = match error.kind() {
        Kind::StorageFull => "its device is full; free some space or write elsewhere",
        Kind::QuotaExceeded => {
            "your quota on its device is used up; free some space or write elsewhere"
        }
        Kind::FileTooLarge => {
            "the file would become larger than its file system or a limit (ulimit -f) allows; raise the limit or write elsewhere"
        }
        Kind::PermissionDenied => "you may not write here; write elsewhere",
        Kind::ReadOnlyFilesystem => "its file system is read-only; write elsewhere",
        Kind::NotADirectory => "a part of this path is a file and no directory; write elsewhere",
        Kind::NotFound => "its directory does not exist any more; make it and try again",
        _ => return format!("it could not be written: {error}; write elsewhere"),
    };
    cause.to_owned()
}

impl From<fmt::Error> for Failure {
    /// Formatting failed although the receiver accepts everything.
    fn from(error: fmt::Error) -> Failure {
        Failure::new(format!("the text could not be made: {error}"))
    }
}

/// Prints `btfscope: message` as one line on standard error, and ignores whether that is closed.
pub fn say(message: &str) {
    let _closed = writeln!(io::stderr().lock(), "{}: {}", name(), one_line(message));
}

/// Control characters (a file's or type's name may have them) as escapes, so that a line stays a line
/// and a terminal stays as it is.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    push_one_line(&mut line, text);
    line
}

/// Adds a text as [`one_line`] returns it.
pub fn push_one_line(line: &mut String, text: &str) {
    // U+0080 to U+009F begin with 0xc2 in UTF-8. Without an early end the loop takes many bytes at once.
    let is_plain = |byte: u8| byte >= b' ' && byte != 0x7f && byte != 0xc2;
    if text.bytes().fold(true, |all, byte| all & is_plain(byte)) {
        return line.push_str(text);
    }
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
}

/// A sentence of the system as the end of ours: `Is a directory` becomes `is a directory`.
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
        for character in (0..0x300).filter_map(char::from_u32) {
            let written = one_line(&format!("{character}…"));
            assert_eq!(
                written.starts_with('\\'),
                character.is_control() || character == '\\'
            );
            assert!(written.ends_with('…'));
        }
    }
}
