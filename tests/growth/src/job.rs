//! One command on one input, run within this process, and what it costs.

use crate::allocated;
use crate::command::Command;
use crate::generator::Input;
use crate::valgrind;
use crate::write::{ABBREVIATIONS, BtfWriter, ElfWriter, UnitWriter};
use std::ffi::OsString;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What a command took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Blocks of instructions, see [`crate::valgrind`].
    pub blocks: u64,
    /// Bytes that were allocated at once.
    pub memory: u64,
    /// The exit code; [`PANICKED`] after a panic.
    pub exit: u8,
}

/// The exit code of a command that panicked.
pub const PANICKED: u8 = 101;

/// Files of an input in a folder, for many commands.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
}

/// A file of the input's form with next to nothing, which lacks all that the input has.
fn small(input: &Input) -> Vec<u8> {
    match input.file.starts_with(b"\x7fELF") {
        true => ElfWriter::with_dwarf(UnitWriter::new().finish(), ABBREVIATIONS.whole()).finish(),
        false => BtfWriter::with_int().finish(),
    }
}

impl Place {
    /// Writes an input's files into a folder.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn write(folder: &Path, input: &Input) -> Result<Place, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(failed)?;
        fs::write(folder.join("FILE"), &input.file).map_err(failed)?;
        if let Some(base) = &input.base {
            fs::write(folder.join("BASE"), base).map_err(failed)?;
        }
        fs::write(folder.join("SMALL"), small(input)).map_err(failed)?;
        Ok(Place {
            folder: folder.to_owned(),
        })
    }

    /// The arguments of a command on these files, without the command's own name.
    #[must_use]
    pub fn arguments(&self, command: &Command) -> Vec<OsString> {
        let words = command.arguments.split(' ');
        let argument = |word: &str| match word {
            "FILE" | "BASE" | "SMALL" | "OUT" | "OUT.txt" | "OUT.d" => {
                self.folder.join(word).into()
            }
            _ => word.into(),
        };
        words.map(argument).collect()
    }

    /// Runs a command in this process, which runs under valgrind with this log.
    ///
    /// # Errors
    ///
    /// If nothing can be counted.
    pub fn run(&self, command: &Command, log: &Path) -> Result<Cost, String> {
        let mut arguments = vec!["btfscope".into()];
        arguments.extend(self.arguments(command));
        let before = valgrind::executed(log)?;
        let held = allocated::begin_peak();
        let done = catch_unwind(AssertUnwindSafe(|| btfscope_cli::btfscope_with(arguments)));
        let memory = allocated::peak().saturating_sub(held);
        let blocks = valgrind::executed(log)?.saturating_sub(before);
        Ok(Cost {
            blocks,
            memory: memory as u64,
            exit: done.map_or(PANICKED, number),
        })
    }
}

/// The number of an exit code, which has no other way to be read.
fn number(code: ExitCode) -> u8 {
    let all = 0..=u8::MAX;
    let mut all = all.filter(|number| ExitCode::from(*number) == code);
    all.next().unwrap_or(PANICKED)
}
