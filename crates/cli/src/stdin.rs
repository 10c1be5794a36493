//! Standard input as an input file: `-`.
//!
//! Files are read by ranges, in any order and by several threads. A pipe cannot be, so its contents go to a
//! temporary file without a name first. A file that was redirected into the command is read directly.

use crate::failure::Failure;
use crate::file_name::{STANDARD, STDIN_TITLE as TITLE};
use crate::spool::spool;
use std::fs::File;
use std::io::{self, IsTerminal, Seek};
use std::path::Path;
use std::sync::Mutex;

/// Standard input, once an argument has named it; several may.
static TAKEN: Mutex<Option<StdinFile>> = Mutex::new(None);

#[derive(Debug)]
struct StdinFile {
    file: File,
    /// Whether it is a temporary file.
    kept: bool,
}

/// Opens standard input as a file that can be read in any order, and says whether it is a temporary one.
pub fn open() -> Result<(File, bool), Failure> {
    let failed = |error: io::Error| {
        Failure::new(format!(
            "{TITLE} could not be read: {error}; write it to a file first, and name that"
        ))
    };
    let mut taken = match TAKEN.lock() {
        Ok(taken) => taken,
        Err(poisoned) => poisoned.into_inner(),
    };
    let input = match taken.take() {
        Some(input) => input,
        None if io::stdin().is_terminal() => {
            return Err(Failure::new(format!(
                "{TITLE} is a terminal; redirect a file or a pipe into the command"
            )));
        }
        None => take(failed)?,
    };
    let StdinFile { file, kept } = taken.insert(input);
    Ok((file.try_clone().map_err(failed)?, *kept))
}

fn take(failed: impl Fn(io::Error) -> Failure) -> Result<StdinFile, Failure> {
    let mut stdin = own().map_err(&failed)?;
    // If a script has read the start of the file before us, the input is the rest of it.
    let is_file = stdin.metadata().map_err(&failed)?.is_file();
    if is_file && stdin.stream_position().map_err(&failed)? == 0 {
        return Ok(StdinFile {
            file: stdin,
            kept: false,
        });
    }
    Ok(StdinFile {
        file: spool(Path::new(STANDARD), &mut stdin)?,
        kept: true,
    })
}

#[cfg(unix)]
fn own() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(windows)]
fn own() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}
