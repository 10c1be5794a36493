//! `btfscope core`: whether BPF objects work on kernels, and why not.

use crate::allowed;
use crate::failure::{Failure, one_line, say};
use crate::file::Source;
use crate::kernels;
use crate::needed;
use crate::stdout::Stdout;
use clap::{Args, ValueEnum};
use core_check::{Answer, Checker, Expected, Form, Keep, Kernel, Object, Report, State};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The exit code if something will not work, and if the check could not be made.
const FAILS: u8 = 1;
const TROUBLE: u8 = 2;

/// Arguments of `core`.
#[derive(Debug, Args)]
#[command(
    about = "Check whether BPF objects work on kernels, and why not",
    long_about = "Decides what libbpf decides when it loads a BPF object, for each of several kernels, from their BTF: CO-RE relocations, \
externs, attach targets, and struct_ops maps. Follows each program to tell whether the verifier comes to what is missing. Prints a table, and \
for each failure the program, the line of source, what the kernel has instead, and what to write.\n\n\
An OBJECT is a .bpf.o, or a program that contains objects. A KERNEL is an ELF file or raw BTF, or a directory with a kernel (vmlinux…) and \
its modules, such as /sys/kernel/btf. System.map…, kallsyms… and config… in the directory are read too.\n\n\
The states are ok; guarded: something is missing, and the program does not come to it; unknown: it cannot be told; fails. A program that the \
section's name marks with ? does not count. docs/core.md explains the reasons.",
    after_long_help = "\
Exit codes:
  0  nothing fails, or, with --expect, nothing got worse; what is unknown does not fail
  1  something will not work, or got worse
  2  a file cannot be read or asks for too much work, or the command line is wrong

Examples:
  btfscope core prog.bpf.o --on /sys/kernel/btf
  btfscope core prog.bpf.o --on vmlinux-6.1 vmlinux-6.12 vmlinux-7.2
  btfscope core /usr/sbin/runqlat --on *.btf --format markdown > report.md
  btfscope core build/*.bpf.o --on *.btf --format csv > expected.csv
  btfscope core prog.bpf.o --on *.btf --format svg > table.svg
  btfscope core build/*.bpf.o --on *.btf --expect expected.csv       a gate
  btfscope core prog.bpf.o --on *.btf --min min/       the BTF that the object needs of each kernel
  btfscope core prog.bpf.o --on *.btf --header vmlinux.h     the C that it needs of all"
)]
pub struct CoreArgs {
    /// BPF objects, or programs that contain some
    #[arg(value_name = "OBJECT", required = true, num_args = 1..)]
    pub objects: Vec<PathBuf>,
    /// Kernels: ELF, raw BTF, or directories with a kernel and its modules
    #[arg(long, value_name = "KERNEL", required = true, num_args = 1..)]
    pub on: Vec<PathBuf>,
    /// How to print the answer
    #[arg(long, value_enum, default_value = "text")]
    pub format: CoreForm,
    /// Also print why something is guarded, and what optional programs lack
    #[arg(long)]
    pub all: bool,
    /// Fail only if a state is worse than in this file, which --format csv wrote
    #[arg(long, value_name = "FILE")]
    pub expect: Option<PathBuf>,
    /// Write the BTF that the objects need of each kernel to DIR/KERNEL.btf
    #[arg(long, value_name = "DIR")]
    pub min: Option<PathBuf>,
    /// Write it to DIR/KERNEL/vmlinux, and that of modules to files beside it
    #[arg(long, requires = "min")]
    pub min_split: bool,
    /// Add attach targets, kfuncs, and structs of operations, so that this check gives the same answer with it
    #[arg(long, requires = "min")]
    pub min_all: bool,
    /// Write a C header with the types that the objects need of the kernels: a small vmlinux.h
    #[arg(long, value_name = "FILE")]
    pub header: Option<PathBuf>,
}

/// How to print the answer.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CoreForm {
    Text,
    Json,
    Markdown,
    Csv,
    Svg,
}

/// Checks objects on kernels.
pub fn run(args: &CoreArgs) -> Result<ExitCode, Failure> {
    checked(args).map_err(|failure| failure.with_code(TROUBLE))
}

fn checked(args: &CoreArgs) -> Result<ExitCode, Failure> {
    let expected = args.expect.as_deref().map(expected).transpose()?;
    let mut objects = Vec::new();
    for path in &args.objects {
        read_objects(path, &mut objects)?;
    }
    let kernels = kernels::read_all(&args.on, objects.iter().any(Object::asks_for_symbols))?;
    if let Some(folder) = &args.min {
        let keep = match args.min_all {
            true => Keep::All,
            false => Keep::Relocations,
        };
        match args.min_split {
            true => needed::write_minimal_split(folder, &objects, &kernels, keep)?,
            false => needed::write_minimal(folder, &objects, &kernels, keep)?,
        }
    }
    if let Some(path) = &args.header {
        needed::write_header(path, &objects, &kernels)?;
    }
    let answers: Vec<Vec<Answer>> = objects
        .iter()
        .map(|object| {
            let checker = Checker::new(object);
            kernels.iter().map(|kernel| checker.check(kernel)).collect()
        })
        .collect();
    let names = kernels.iter().map(|kernel: &Kernel| kernel.name.clone());
    let report = Report::of(names.collect(), &answers);
    print(args, &report)?;
    if answers.iter().flatten().any(|one| one.undecided.is_some()) {
        return Ok(ExitCode::from(TROUBLE));
    }
    let Some(expected) = expected else {
        return Ok(match report.worst() {
            State::Fails => ExitCode::from(FAILS),
            _ => ExitCode::SUCCESS,
        });
    };
    let worse = expected.worse(&report);
    for one in &worse {
        say(&format!(
            "{} on {}: {} was expected, and it is {}",
            one.object,
            one.kernel,
            one.before.word(),
            one.now.word()
        ));
    }
    Ok(match worse.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(FAILS),
    })
}

fn print(args: &CoreArgs, report: &Report) -> Result<(), Failure> {
    let text = match args.format {
        CoreForm::Text => {
            let text = report.text(args.all);
            let lines: Vec<String> = text.lines().map(one_line).collect();
            lines.join("\n") + "\n"
        }
        CoreForm::Markdown => report.written(Form::Markdown),
        CoreForm::Csv => report.written(Form::Csv),
        CoreForm::Json => report.written(Form::Json),
        CoreForm::Svg => report.written(Form::Svg),
    };
    let mut out = Stdout::lock();
    let printed = out.write_str(&text);
    out.finish(printed).or_else(Failure::unless_reader_gone)
}

fn expected(path: &Path) -> Result<Expected, Failure> {
    let text = std::fs::read_to_string(path).map_err(|error| Failure::of(path, error))?;
    Expected::parse(&text).map_err(|error| Failure::of(path, error))
}

/// Reads the object in a file, or those that a program contains.
fn read_objects(path: &Path, objects: &mut Vec<Object>) -> Result<(), Failure> {
    let source = Source::open(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let read = Object::read_all(
        &one_line(&name.to_string_lossy()),
        &source,
        allowed::budget(),
    );
    objects.extend(read.map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        Failure::of(path, format!("{error}{}", cause.unwrap_or_default()))
    })?);
    Ok(())
}
