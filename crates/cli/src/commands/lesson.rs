//! `btfscope lesson`: works with lessons as text files.

use crate::failure::Failure;
use crate::file_name;
use crate::file_name::title;
use crate::stdout::Stdout;
use crate::table::number;
use clap::{Args, Subcommand};
use course::{MOST_BYTES, Problem, try_out};
use serde_json::json;
use std::fmt::{self, Write};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `lesson`.
#[derive(Debug, Args)]
#[command(
    disable_help_subcommand = true,
    long_about = "Works with lessons of the classroom as text files. docs/lesson-format.md describes them, docs/lesson-checks.md \
how their exercises are checked; the page opens them."
)]
pub struct LessonArgs {
    /// What to do with lessons
    #[command(subcommand)]
    pub command: LessonCommand,
}

/// What can be done with lessons.
#[derive(Debug, Subcommand)]
pub enum LessonCommand {
    /// Run everything in lessons, and say what is wrong with them
    Check(CheckArgs),
}

/// Arguments of `lesson check`.
#[derive(Debug, Args)]
#[command(
    long_about = "Reads lessons and runs everything in them, as the page does: the units of every figure, the steps that are \
named, and every exercise, whose start must not pass its check, and whose solution must. Prints what is wrong as \
FILE:LINE: what, the line, and what to write.",
    after_long_help = "\
Exit codes:
  0  no errors; there may be warnings
  1  errors: a block is not shown, or an exercise cannot be solved as it says
  2  the command line is wrong

Examples:
  btfscope lesson check forward.lesson.md
  btfscope lesson check lessons/*.lesson.md --json | jq '.[] | select(.severity == \"error\")'"
)]
pub struct CheckArgs {
    /// Lessons; - for standard input
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub files: Vec<PathBuf>,
    /// As JSON: a list of problems, each with file, line, severity, message, excerpt, and advice
    #[arg(long)]
    pub json: bool,
}

/// Does what is asked with lessons.
pub fn run(args: &LessonArgs) -> Result<ExitCode, Failure> {
    match &args.command {
        LessonCommand::Check(args) => check(args),
    }
}

/// A file's problems.
struct Checked {
    file: String,
    problems: Vec<Problem>,
}

fn check(args: &CheckArgs) -> Result<ExitCode, Failure> {
    let mut all = Vec::new();
    for path in &args.files {
        let tried = try_out(&bytes(path)?).map_err(|error| Failure::of(path, error))?;
        all.push(Checked {
            file: title(path).to_string(),
            problems: tried.problems,
        });
    }
    let mut out = Stdout::lock();
    let printed = match args.json {
        true => print_json(&mut out, &all),
        false => print(&mut out, &all),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    let problems = || all.iter().flat_map(|checked| &checked.problems);
    Ok(match problems().all(|problem| problem.fault.is_warning()) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// The bytes of a file, at most one more than a lesson may have.
fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let most = MOST_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = match file_name::is_stdin(path) {
        true => std::io::stdin().lock().take(most).read_to_end(&mut bytes),
        false => {
            let (file, _) = crate::file::open(path)?;
            file.take(most).read_to_end(&mut bytes)
        }
    };
    read.map_err(|error| Failure::of(path, error))?;
    Ok(bytes)
}

fn print(out: &mut dyn Write, all: &[Checked]) -> fmt::Result {
    let (mut errors, mut warnings) = (0_u64, 0_u64);
    for Checked { file, problems } in all {
        for problem in problems {
            match problem.fault.is_warning() {
                true => warnings += 1,
                false => errors += 1,
            }
            writeln!(out, "{}", problem.told(file))?;
        }
    }
    let counted = |count: u64, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{} {what}s", number(count)),
    };
    writeln!(
        out,
        "{}: {}, {}",
        counted(all.len() as u64, "lesson"),
        counted(errors, "error"),
        counted(warnings, "warning")
    )
}

fn print_json(out: &mut dyn Write, all: &[Checked]) -> fmt::Result {
    let problems = all.iter().flat_map(|Checked { file, problems }| {
        problems.iter().map(move |problem| {
            json!({
                "file": file,
                "line": problem.line,
                "severity": if problem.fault.is_warning() { "warning" } else { "error" },
                "message": problem.fault.to_string(),
                "excerpt": problem.excerpt,
                "advice": problem.fault.advice(),
            })
        })
    });
    let problems: Vec<serde_json::Value> = problems.collect();
    // Plain values: serialising them cannot fail.
    let text = serde_json::to_string_pretty(&problems).map_err(|_| fmt::Error)?;
    writeln!(out, "{text}")
}
