//! `bench`: our command and its peers side by side, in turns, as ratios with their spread.
//!
//! Nothing of it passes or fails: times depend on the machine and on what else it does. What guards against
//! regressions counts instructions instead ([`instructions`]) and is a check of `test`.

mod contest;
mod dedup;
mod encode;
mod growth;
pub mod instructions;
mod machine;
mod pahole;
mod report;
mod schedule;
mod spread;
mod tab;
mod warm;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::setup::{self, Need};
use crate::toolbox::{Toolbox, line, run as run_command};
use machine::Machine;
use report::Report;

#[derive(Debug)]
pub struct Options {
    pub rounds: usize,
    /// Names of parts; empty: all.
    pub only: Vec<String>,
    /// Files with DWARF; empty: the kernel of the tests.
    pub kernels: Vec<PathBuf>,
    /// Threads of what runs on all processors; `None`: as many as exist.
    pub cores: Option<usize>,
    /// Keep the report, or the instruction counts, in the repository.
    pub save: bool,
    pub yes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 5,
            only: Vec::new(),
            kernels: Vec::new(),
            cores: None,
            save: false,
            yes: false,
        }
    }
}

/// All but the last measure time.
const PARTS: [&str; 7] = [
    "encode",
    "walk",
    "schedule",
    "dedup",
    "growth",
    "tab",
    "instructions",
];

/// What the parts work with.
struct Bench<'a> {
    project: &'a Project,
    tools: Toolbox,
    rounds: usize,
    cores: usize,
    /// Large files that a run makes go there, and away at its end.
    work: PathBuf,
}

impl Bench<'_> {
    /// A program that this workspace builds.
    fn built(&self, name: &str) -> PathBuf {
        self.project.target.join("release").join(name)
    }

    fn btfscope(&self) -> PathBuf {
        self.built("btfscope")
    }

    /// The first line that a program prints.
    fn first_line(&self, program: &Path, args: &[&str]) -> Outcome<String> {
        let mut command = self.tools.command_at(program);
        let shown = line(command.args(args));
        let output = command.output().because(format!("starting `{shown}`"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text.lines().next().unwrap_or_default().trim().to_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        fail(format!("`{shown}` failed: {}", said.trim()))
    }
}

pub fn run(project: &Project, options: &Options) -> Outcome<ExitCode> {
    let known = |name: &String| PARTS.contains(&name.as_str());
    if let Some(unknown) = options.only.iter().find(|name| !known(name)) {
        return fail(format!(
            "there is no part {unknown}; bench has {}",
            PARTS.join(", ")
        ));
    }
    if options.rounds == 0 {
        return fail("--rounds 0 measures nothing; give at least 1");
    }
    let asked = |part: &str| options.only.is_empty() || options.only.iter().any(|it| it == part);
    let timed = PARTS[..6].iter().any(|part| asked(part));
    let mut needs = Vec::new();
    if options.kernels.is_empty() && timed {
        needs.push(Need::Kernel);
    }
    if asked("tab") {
        needs.extend([Need::WasmTarget, Need::PageTools, Need::Browser]);
    }
    let mut tools = setup::ready(project, &needs, options.yes)?;
    tools.set("BTFSCOPE_BIN", project.target.join("release/btfscope"));
    run_command(&mut tools.cargo(["build", "--release", "-p", "btfscope"]))?;
    if asked("instructions") {
        instructions::run(project, &tools, options.save)?;
    }
    if !timed {
        return Ok(ExitCode::SUCCESS);
    }
    run_command(&mut tools.cargo(["build", "--release", "-p", "btfscope-bench-peers"]))?;
    let kernels = kernels(options, &tools)?;
    let machine = Machine::look(&tools)?;
    let bench = Bench {
        project,
        tools,
        rounds: options.rounds,
        cores: options.cores.unwrap_or(machine.cores).max(1),
        work: project.notes().join("bench"),
    };
    fs::create_dir_all(&bench.work).because(format!("making {}", bench.work.display()))?;
    let outcome = measure(&bench, &machine, &kernels, &asked);
    // A gigabyte of inputs that a next run makes anew.
    let _ = fs::remove_dir_all(&bench.work);
    let report = outcome?;
    if options.save {
        let place = project
            .root
            .join("benches/results")
            .join(machine.file_name());
        fs::write(&place, report.text()).because(format!("writing {}", place.display()))?;
        println!("kept as {}", place.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn kernels(options: &Options, tools: &Toolbox) -> Outcome<Vec<PathBuf>> {
    let absolute = |path: &PathBuf| {
        fs::canonicalize(path).because(format!("--kernel names {}", path.display()))
    };
    match tools.var("BTFSCOPE_KERNEL") {
        Some(kernel) if options.kernels.is_empty() => Ok(vec![kernel.into()]),
        _ => options.kernels.iter().map(absolute).collect(),
    }
}

fn measure(
    bench: &Bench,
    machine: &Machine,
    kernels: &[PathBuf],
    asked: &dyn Fn(&str) -> bool,
) -> Outcome<Report> {
    let mut report = Report::new();
    machine.tell(bench, &mut report)?;
    for kernel in kernels {
        let name = kernel.file_name().unwrap_or_default().to_string_lossy();
        let size = fs::metadata(kernel).because(format!("looking at {}", kernel.display()))?;
        report.title(2, &name);
        let mut says = format!("{:.0} MB", size.len() as f64 / 1e6);
        let walked = bench.first_line(
            &bench.built("bench-walk"),
            &[kernel.to_string_lossy().as_ref()],
        );
        match walked {
            Ok(walked) => says += &format!("; {walked}"),
            Err(failure) => says += &format!("; the walk: {failure}"),
        }
        report.line(&format!("{says}."));
        if asked("encode") || asked("walk") {
            encode::run(bench, kernel, asked("encode"), asked("walk"), &mut report)?;
        }
        if asked("schedule") {
            schedule::run(bench, kernel, &mut report)?;
        }
        if asked("dedup") {
            dedup::run(bench, kernel, &mut report)?;
        }
        if asked("growth") {
            growth::run(bench, kernel, &mut report)?;
        }
        if asked("tab") {
            tab::run(bench, kernel, &mut report)?;
            warm::run(bench, kernel, &mut report)?;
        }
    }
    report.line(&format!("Load at the end: {}.", machine::load()));
    Ok(report)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_jobs_in_the_text_are_those_that_can_be_taken() {
        let text = include_str!("../../../docs/scale.md");
        let array = include_str!("../../../docs/scale/array.sbatch");
        let matrix = include_str!("../../../docs/scale/matrix.yml");
        for (form, job) in [("sh", array), ("yaml", matrix)] {
            assert!(text.contains(&format!("```{form}\n{job}```")), "{job}");
        }
    }
}
