//! `btfscope doctor`: what is wrong with the BTF of a kernel and its modules.

use crate::allowed;
use crate::companions::{Beside, Named};
use crate::failure::{Failure, one_line};
use crate::file::Source;
use crate::file_name::title;
use crate::job::{self, Run};
use crate::stdout::Stdout;
use clap::Args;
use doctor::readers::Asked;
use doctor::{Carried, Encoded, Finding, Report, Severity, examine};
use pipeline::Options;
use std::fmt::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::available_parallelism;

/// The exit codes of findings: a build's gate may let warnings pass.
const WARNINGS: u8 = 3;
const ERRORS: u8 = 4;
/// Columns at which causes and fixes are wrapped.
const WIDTH: usize = 100;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
#[command(
    about = "Find what is wrong with a kernel's BTF, why, and what to do",
    long_about = "Reads the BTF that a kernel and its modules carry and prints what is wrong with it, why, and what to do: what the \
kernel refuses; kfuncs without function, without tag, or with arguments that the verifier passes; functions that the kernel \
names and the BTF lacks; missing per-CPU variables; core types, such as struct task_struct, with several definitions; modules \
built for another kernel, empty or cut BTF; BTF that is not sorted or not deduplicated. It also prints which versions of \
pahole can have made it.\n\n\
Only the BTF, .BTF_ids and the symbol table are read. With --dwarf the kernel's DWARF is encoded too: findings then name the units \
of types and the reasons for which functions were left out.\n\n\
With --for it also says what named versions of readers refuse; docs/consumers.md has what was measured. \
docs/doctor.md lists every finding.",
    after_long_help = "\
Exit codes:
  0  nothing is wrong
  1  a file cannot be read, told on standard error
  2  the command line is wrong
  3  warnings: everything loads, but something is missing
  4  errors: the kernel or libbpf refuses this BTF, or a part of it

Examples:
  btfscope doctor vmlinux
  btfscope doctor vmlinux drivers/net/*.ko
  btfscope doctor /sys/kernel/btf/vmlinux --json | jq '.findings[].code'
  btfscope doctor vmlinux --for libbpf=1.4,cilium=0.17,kernel=6.6
  btfscope doctor vmlinux || [ $? -eq 3 ]       a gate that lets warnings pass"
)]
pub struct DoctorArgs {
    /// The kernel: ELF or raw BTF
    #[arg(value_name = "KERNEL")]
    pub kernel: PathBuf,
    /// Modules of this kernel: ELF or raw split BTF
    #[arg(value_name = "MODULE")]
    pub modules: Vec<PathBuf>,
    /// Readers that must read it: libbpf, bpftool, cilium, aya, btf-rs, kernel, each with a version
    #[arg(long = "for", value_name = "READER=VERSION,…", value_delimiter = ',')]
    pub readers: Vec<Asked>,
    /// Encode the kernel's DWARF, for units and reasons
    #[arg(long)]
    pub dwarf: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

/// Prints what is wrong. The exit code says how bad the worst finding is.
pub fn run(args: &DoctorArgs) -> Result<ExitCode, Failure> {
    let kernel = carried(&args.kernel)?;
    let modules = args.modules.iter().map(|path| carried(path));
    let modules = modules.collect::<Result<Vec<_>, _>>()?;
    let encoded = args.dwarf.then(|| encoded(&args.kernel)).transpose()?;
    let report = examine(&kernel, &modules, &args.readers, encoded.as_ref());
    let mut out = Stdout::lock();
    let printed = match args.json {
        true => {
            // Plain values with string keys: serialising them cannot fail.
            let text = serde_json::to_string_pretty(&report.json()).map_err(|_| fmt::Error);
            text.and_then(|text| writeln!(out, "{text}"))
        }
        false => text(&mut out, &report),
    };
    out.finish(printed).or_else(Failure::unless_reader_gone)?;
    Ok(match report.worst() {
        None => ExitCode::SUCCESS,
        Some(Severity::Warning) => ExitCode::from(WARNINGS),
        Some(Severity::Error) => ExitCode::from(ERRORS),
    })
}

fn carried(path: &Path) -> Result<Carried, Failure> {
    let source = Source::open(path)?;
    let name = path.file_name().unwrap_or(path.as_os_str());
    let name = one_line(&title(Path::new(name)));
    Carried::read(&name, &source, allowed::budget()).map_err(|error| Failure::of(path, error))
}

/// Encodes the kernel's DWARF for what it tells of units and functions left out.
fn encoded(path: &Path) -> Result<Encoded, Failure> {
    let source = Source::open(path)?;
    let workers = available_parallelism().map_or(1, usize::from);
    let options = Options {
        workers: u32::try_from(workers).unwrap_or(u32::MAX),
        budget: allowed::budget(),
        ..Options::default()
    };
    let beside = Beside::new(path, Named::default());
    let mut run = Run::start();
    let outcome = job::run(&source, path, &options, &beside, None, workers, &mut run)?;
    run.finish();
    Ok(Encoded::of(
        &outcome.btf,
        &outcome.provenance,
        &outcome.skipped_functions,
    ))
}

fn text(out: &mut dyn Write, report: &Report) -> fmt::Result {
    writeln!(out, "{}", one_line(&report.subject()))?;
    writeln!(out, "{}", report.heading())?;
    for one in &report.findings {
        writeln!(out)?;
        finding(out, one)?;
    }
    if !report.passed.is_empty() {
        writeln!(out, "\npassed")?;
    }
    let width = report
        .passed
        .iter()
        .map(|one| one.check.chars().count())
        .max();
    let width = width.unwrap_or(0);
    for one in &report.passed {
        writeln!(
            out,
            "  {:<width$}  {}",
            one_line(&one.check),
            one_line(&one.text)
        )?;
    }
    Ok(())
}

fn finding(out: &mut dyn Write, one: &Finding) -> fmt::Result {
    let severity = one.severity().word();
    let code = one.problem.code();
    writeln!(out, "{severity}: {} [{code}]", one_line(&one.heading()))?;
    wrapped(out, "cause", &one.cause())?;
    wrapped(out, "fix", &one.fix())?;
    for line in one.evidence() {
        writeln!(out, "    {}", one_line(&line))?;
    }
    Ok(())
}

/// A label, and words beside it in lines of at most [`WIDTH`] columns.
fn wrapped(out: &mut dyn Write, label: &str, text: &str) -> fmt::Result {
    write!(out, "  {label:<6}")?;
    let mut column = 8;
    for word in one_line(text).split_whitespace() {
        let len = word.chars().count();
        if column > 8 && column + len + 1 > WIDTH {
            write!(out, "\n        {word}")?;
            column = 8 + len;
        } else {
            let space = if column > 8 { " " } else { "" };
            write!(out, "{space}{word}")?;
            column += len + space.len();
        }
    }
    writeln!(out)
}
