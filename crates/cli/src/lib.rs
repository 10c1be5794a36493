//! The commands: `btfscope`, which makes BTF from DWARF and works with BTF, and
//! `btfscope-pahole`, which takes the options that a kernel build gives to pahole.
//!
//! ```text
//! args ────┬─> commands ──> file (what is read) ──> the cores ──> report, output (what is written)
//! pahole ──┘          └──> job, executor (threads over a pipeline::Job), progress, memory
//! ```
//!
//! What the system refuses ends a run with a sentence: memory in `allocator`, writes in `output` and `stdout`. `unfinished` knows what must
//! be removed then.
#![deny(unsafe_code)]

mod allocator;
mod allowed;
mod args;
mod block_pool;
mod choices;
mod commands;
mod companions;
mod debug_file;
mod executor;
mod explored;
mod failure;
mod file;
mod file_name;
mod guard;
mod helpers;
mod inline;
mod input;
mod job;
mod kernels;
mod memory;
mod needed;
mod output;
mod pahole;
mod platform;
mod progress;
mod report;
mod spool;
mod stdin;
mod stdout;
mod summary;
mod table;
mod target;
mod temporary;
mod unfinished;
mod unpacked;

pub use allocator::EndsWhenExhausted;
use args::{Cli, Command};
use clap::Parser;
use std::ffi::OsString;
use std::process::ExitCode;

/// The allocator of both commands. Each declares it itself, since a program that runs commands in its own process may
/// have another.
#[cfg(not(target_env = "musl"))]
pub const ALLOCATOR: EndsWhenExhausted<std::alloc::System> = EndsWhenExhausted(std::alloc::System);

/// The allocator of both commands. musl's own has one lock for all threads.
#[cfg(target_env = "musl")]
pub const ALLOCATOR: EndsWhenExhausted<mimalloc::MiMalloc> = EndsWhenExhausted(mimalloc::MiMalloc);

/// The type of [`ALLOCATOR`].
#[cfg(not(target_env = "musl"))]
pub type Allocator = EndsWhenExhausted<std::alloc::System>;

/// The type of [`ALLOCATOR`].
#[cfg(target_env = "musl")]
pub type Allocator = EndsWhenExhausted<mimalloc::MiMalloc>;

/// Runs `btfscope` and gives its exit code.
pub fn btfscope() -> ExitCode {
    unfinished::keep_limit_an_error();
    btfscope_with(std::env::args_os())
}

/// Runs `btfscope` with these arguments, the first of which is the command's own name: for programs that run many
/// commands in one process, such as the test of growth.
pub fn btfscope_with(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    guard::install_hook();
    let args: Vec<OsString> = args.into_iter().collect();
    let with_command = summary::with_command(&args);
    let is_summary = with_command.is_some();
    let cli = match Cli::try_parse_from(with_command.unwrap_or(args)) {
        Ok(cli) => cli,
        Err(error) => return args::refuse(&error),
    };
    allowed::allow(cli.budget);
    temporary::use_folder(cli.tmp.as_deref());
    let command = match cli.command {
        Command::Encode(encode) if is_summary => match summary::command(encode) {
            Ok(command) => command,
            Err(failure) => return failure.report(),
        },
        command => command,
    };
    let result = match &command {
        Command::Encode(args) => commands::encode::run(args),
        Command::Dedup(args) => commands::dedup::run(args),
        Command::Convert(args) => commands::convert::run(args),
        Command::Distill(args) => commands::distill::run(args),
        Command::Relocate(args) => commands::relocate::run(args),
        Command::Dump(args) => commands::dump::run(args),
        Command::Show(args) => commands::show::run(args),
        Command::Types(args) => commands::types::run(args),
        Command::Functions(args) => commands::functions::run(args),
        Command::Sources(args) => commands::sources::run(args),
        Command::Why(args) => commands::why::run(args),
        Command::Modules(args) => commands::modules::run(args),
        Command::Stats(args) => commands::stats::run(args),
        Command::Diff(args) => commands::diff::run(args),
        Command::History(args) => commands::history::run(args),
        Command::Unpack(args) => commands::unpack::run(args),
        Command::Verify(args) => commands::verify::run(args),
        Command::Core(args) => commands::core::run(args),
        Command::Doctor(args) => commands::doctor::run(args),
        Command::Lab(args) => commands::lab::run(args),
        Command::Lesson(args) => commands::lesson::run(args),
        Command::Serve(args) => commands::serve::run(args),
        Command::Completions(args) => commands::completions::run(args),
        Command::Manual(args) => commands::manual::run(args),
    };
    match result {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// Runs `btfscope-pahole` and gives its exit code.
pub fn btfscope_pahole() -> ExitCode {
    failure::speak_as("btfscope-pahole");
    guard::install_hook();
    unfinished::keep_limit_an_error();
    pahole::run(std::env::args_os())
}
