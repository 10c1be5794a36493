//! `btfscope FILE`, without a command: what is in the file.

use crate::args::{Cli, Command, EncodeArgs, StatsArgs};
use crate::failure::Failure;
use crate::file::{self, Source};
use crate::{allowed, file_name, unpacked};
use clap::CommandFactory;
use std::ffi::OsString;
use std::path::Path;

/// Global options that are followed by a value.
const WITH_VALUE: [&str; 2] = ["--budget", "--tmp"];

/// The arguments with `encode` before a file that stands in the place of a command; `None` if none does. What names a command is
/// one, and what names no file is left to the parser, which knows similar commands.
pub fn with_command(args: &[OsString]) -> Option<Vec<OsString>> {
    let (last, before) = args.split_last()?;
    let mut options = before.iter().skip(1);
    while let Some(option) = options.next() {
        let option = option.to_str()?;
        if WITH_VALUE.contains(&option) {
            options.next()?;
        } else if !WITH_VALUE.iter().any(|name| {
            let value = option.strip_prefix(name);
            value.is_some_and(|value| value.starts_with('='))
        }) {
            return None;
        }
    }
    let path = Path::new(last);
    let is_file = file_name::is_stdin(path) || unpacked::named(path).0.exists();
    // What all commands are takes as long to list as all else that a start does, so it is asked last.
    if before.is_empty()
        || !is_file
        || last == "help"
        || Cli::command().find_subcommand(last).is_some()
    {
        return None;
    }
    let mut with = before.to_vec();
    with.extend([OsString::from("encode"), last.clone()]);
    Some(with)
}

/// The command of a summary: `stats` for a file that has BTF alone.
pub fn command(encode: EncodeArgs) -> Result<Command, Failure> {
    if has_debug_information(&encode.file)? {
        return Ok(Command::Encode(encode));
    }
    Ok(Command::Stats(StatsArgs {
        file: encode.file,
        base: None,
        inline: false,
    }))
}

/// Whether a file has debug information, of which a summary tells what dedup saves. A pipe with a name, which can be read once, may
/// have it.
fn has_debug_information(path: &Path) -> Result<bool, Failure> {
    if !file_name::is_stdin(path) && !file::is_regular(path) {
        return Ok(true);
    }
    let source = Source::open(path)?;
    Ok(allowed::elf(&source).is_ok_and(|elf| {
        let section = elf.section(".debug_info");
        section.is_some_and(|section| !section.is_nobits() && section.size > 0)
    }))
}
