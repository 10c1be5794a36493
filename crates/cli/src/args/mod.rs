//! The command line of `btfscope`. Arguments of the explorer's commands are in the commands' own files.

mod read;
mod write;

pub use read::*;
pub use write::*;

use crate::failure::{Failure, say};
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The exit code for a command line that cannot be understood, and for an error in `diff`.
pub const TROUBLE: u8 = 2;

/// Types for BPF: makes BTF from DWARF, deduplicates, prints, compares, and verifies it.
#[derive(Debug, Parser)]
#[command(
    name = "btfscope",
    version,
    max_term_width = 100,
    long_about = "btfscope makes BTF (BPF Type Format) from the DWARF debug information of an ELF file, such as a \
Linux kernel's vmlinux, and deduplicates, prints, compares and verifies BTF.\n\n\
Wherever a FILE with BTF is asked for, it is an ELF file with a .BTF section or the raw bytes of such a \
section (/sys/kernel/btf/vmlinux, for example), of either byte order. A single - stands for standard input, \
a pipe or a file, wherever a file is read; a pipe's bytes wait in a temporary file meanwhile. For a file that is written it stands for standard output.\n\n\
A package (.deb, .rpm, .pkg.tar.zst, .apk), an archive (.tar, .zip, .cpio), a compressed file, or a boot image (vmlinuz) stands for the \
kernel in it, which waits in a temporary file too. FILE!PATH is a file in a package, by its path or the end of it: \
linux.deb!nf_tables.ko.\n\n\
A FILE without a command is summed up: what encode would print, or stats if it has no debug information. Nothing is written.\n\n\
Errors are one line on standard error. Files are written whole or not at all.",
    after_long_help = "\
Exit codes:
  0    done; for diff: the same; for verify: no rule broken
  1    an error, told on standard error; for diff: they differ; for verify: a rule is broken
  2    the command line is wrong; for diff: any error
  101  a defect of btfscope itself
  102  memory ran out

Examples:
  btfscope linux-image-dbg.deb                  what dedup saves of the kernel in it
  btfscope encode vmlinux -o vmlinux.btf        BTF from DWARF
  btfscope encode vmlinux --patch vmlinux.new   the same file with a .BTF section
  btfscope dump /sys/kernel/btf/vmlinux --format c > vmlinux.h
  btfscope show vmlinux task_struct             one type, with offsets and holes
  xzcat vmlinux.xz | btfscope encode - -o vmlinux.btf"
)]
pub struct Cli {
    /// Allow N times the work and memory that a file of its size may cost, for a file that is sound and was refused
    #[arg(long, value_name = "N", global = true, default_value_t = 1, hide_default_value = true, value_parser = clap::value_parser!(u32).range(1..))]
    pub budget: u32,
    /// The folder of temporary files, for what comes out of packages and pipes [default: TMPDIR, or the system's]
    #[arg(long, value_name = "DIR", global = true)]
    pub tmp: Option<std::path::PathBuf>,
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
}

/// All commands, in the order of `--help`.
#[derive(Debug, Subcommand)]
pub enum Command {
    // Attributes, since doc comments would replace the long descriptions that are next to the arguments.
    #[command(about = "Make BTF from the DWARF of an ELF file")]
    Encode(EncodeArgs),
    #[command(about = "Make equal types one")]
    Dedup(DedupArgs),
    #[command(about = "Write the same types in another form")]
    Convert(ConvertArgs),
    #[command(about = "Make a module's BTF fit for other builds of its kernel")]
    Distill(DistillArgs),
    #[command(about = "Put a module's distilled BTF onto a kernel's")]
    Relocate(RelocateArgs),
    #[command(about = "Print all types")]
    Dump(DumpArgs),
    #[command(about = "Print one type with offsets, holes and cache lines")]
    Show(ShowArgs),
    #[command(about = "List types: search, filter, sort")]
    Types(crate::commands::types::TypesArgs),
    #[command(about = "Print functions and variables as C, with tags, flags and places")]
    Functions(crate::commands::functions::FunctionsArgs),
    #[command(about = "Say where types and bytes come from: source folders and units")]
    Sources(crate::commands::sources::SourcesArgs),
    #[command(about = "Say why a name has several types")]
    Why(crate::commands::why::WhyArgs),
    #[command(about = "Say what modules add to their base, and what they repeat")]
    Modules(crate::commands::modules::ModulesArgs),
    #[command(about = "Count types and bytes by kind")]
    Stats(StatsArgs),
    #[command(about = "Compare two BTFs by what their types mean")]
    Diff(DiffArgs),
    #[command(about = "Follow one type through several kernels")]
    History(crate::commands::history::HistoryArgs),
    #[command(about = "Take the kernel out of a package, a compressed file, or a boot image")]
    Unpack(crate::commands::unpack::UnpackArgs),
    #[command(about = "Check BTF against the kernel's rules")]
    Verify(VerifyArgs),
    #[command(about = "Check whether BPF objects work on kernels, and why not")]
    Core(crate::commands::core::CoreArgs),
    #[command(about = "Find what is wrong with a kernel's BTF, why, and what to do")]
    Doctor(crate::commands::doctor::DoctorArgs),
    #[command(about = "Watch dedup at work on C declarations")]
    Lab(crate::commands::lab::LabArgs),
    #[command(about = "Check lessons of the classroom that are text files")]
    Lesson(crate::commands::lesson::LessonArgs),
    #[command(about = "Show the page in a browser, without a network")]
    Serve(crate::commands::serve::ServeArgs),
    #[command(about = "Print completions for a shell")]
    Completions(crate::commands::completions::CompletionsArgs),
    #[command(about = "Print manual pages")]
    Manual(crate::commands::manual::ManualArgs),
}

/// Answers a question (`--help`, `--version`), or says in one line why the command line cannot be
/// understood.
pub fn refuse(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // If the reader of a pipe has closed it, it has read enough.
            match error.print() {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => Failure::stdout(&error).report(),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _gone = error.print();
            ExitCode::from(TROUBLE)
        }
        _ => {
            say(&first_paragraph(&error.to_string()));
            ExitCode::from(TROUBLE)
        }
    }
}

/// The first paragraph of clap's message, joined into one line.
fn first_paragraph(text: &str) -> String {
    let lines = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" ");
    let line = line.strip_prefix("error: ").unwrap_or(&line);
    format!("{line} (see btfscope --help)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use pipeline::Features;

    #[test]
    fn the_definition_is_sound_and_names_every_feature() {
        let mut command = Cli::command();
        command.build();
        command.clone().debug_assert();
        let encode = command.find_subcommand_mut("encode").expect("encode");
        let help = encode.render_long_help().to_string();
        for (name, _) in Features::NAMES {
            assert!(help.contains(name), "{name}");
        }
    }
}
