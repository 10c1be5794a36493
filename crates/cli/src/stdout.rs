//! Standard output, buffered, for text that is written piece by piece.

use crate::failure::Failure;
use std::fmt;
use std::io::{self, BufWriter, StdoutLock, Write};

/// How many bytes are collected before they are written.
const BUFFER: usize = 1 << 16;

/// Standard output as a [`fmt::Write`] that remembers why writing failed.
pub struct Stdout {
    out: BufWriter<StdoutLock<'static>>,
    error: Option<io::Error>,
}

impl Stdout {
    /// Locks standard output until dropped.
    pub fn lock() -> Stdout {
        Stdout {
            out: BufWriter::with_capacity(BUFFER, io::stdout().lock()),
            error: None,
        }
    }

    /// Writes the rest. `result` is that of the printing: if it failed because of standard output,
    /// the cause of that is the failure.
    pub fn finish<E: Into<Failure>>(mut self, result: Result<(), E>) -> Result<(), Failure> {
        if let Some(error) = self.error.take() {
            // The rest of the buffer cannot be written either.
            let (_stdout, _rest) = self.out.into_parts();
            return Err(Failure::stdout(&error));
        }
        let flushed = self.out.flush().map_err(|error| Failure::stdout(&error));
        result.map_err(Into::into)?;
        flushed
    }
}

impl fmt::Write for Stdout {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.out.write_all(text.as_bytes()).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}

/// Prints a whole text.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = Stdout::lock();
    let result = fmt::Write::write_str(&mut out, text);
    out.finish(result)
}
