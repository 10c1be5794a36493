//! `fuzz`: every target for its share of the time, from the committed corpus and a fresh seed.
//!
//! The targets are programs of libFuzzer in `fuzz/`, in cargo-fuzz's layout. They are built here with cargo-fuzz's flags, so
//! that the stable tool chain and a C++ compiler are enough.

mod corpus;
mod program;
mod table;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::setup::{self, Need};
use crate::toolbox::{Toolbox, run as run_command};
use program::Program;

/// What the command line asks for.
#[derive(Debug)]
pub struct Options {
    /// Minutes of all targets together.
    pub minutes: u64,
    /// Names of targets; empty: all.
    pub targets: Vec<String>,
    /// Renew the committed corpus from it and from what was found.
    pub save: bool,
    pub yes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            minutes: 10,
            targets: Vec::new(),
            save: false,
            yes: false,
        }
    }
}

/// What cargo-fuzz 0.13 gives rustc for `--sanitizer none`: counters at every edge, and what comparisons compare.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Cllvm-args=-simplifycfg-branch-fold-threshold=0 --cfg fuzzing";

/// The flags must not reach build scripts, so the target is named even though it is this machine.
const MACHINE: &str = "x86_64-unknown-linux-gnu";

/// The folder of programs that compare with another reader of this machine. They run when they are named.
const PEERS: &str = "fuzz/peer_targets";

/// Where a run keeps everything: `corpus`, `findings`, and `logs`, with a folder for each target.
struct Folders {
    work: PathBuf,
    programs: PathBuf,
}

pub fn run(project: &Project, options: &Options) -> Outcome<ExitCode> {
    let names = chosen(project, &options.targets)?;
    let tools = setup::ready(project, &[Need::Peers], options.yes)?;
    let folders = build(project, &tools, &names)?;
    let share = Duration::from_secs(options.minutes * 60 / names.len() as u64);
    println!(
        "{} targets, {} s each; inputs, findings and logs go to {}",
        names.len(),
        share.as_secs(),
        folders.work.display()
    );
    let mut results = Vec::new();
    for name in &names {
        corpus::unpack(project, &tools, name, &folders.work)?;
        let program = Program::new(name, &folders.programs, &folders.work);
        let result = program.run(&tools, share)?;
        println!("{}", table::progress(&result));
        results.push(result);
    }
    println!("\n{}", table::of(&results));
    if options.save {
        let peers = listed(project, PEERS)?;
        for name in names.iter().filter(|name| !peers.contains(name)) {
            let program = Program::new(name, &folders.programs, &folders.work);
            corpus::save(project, &tools, &program)?;
        }
    }
    let findings: Vec<String> = (results.iter().flat_map(table::findings)).collect();
    if findings.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("\nfindings, each with the command that repeats it:");
    for finding in findings {
        println!("  {finding}");
    }
    Ok(ExitCode::FAILURE)
}

/// The names of the targets: all of `fuzz_targets`, or those that are wanted, which may be of `peer_targets` too.
fn chosen(project: &Project, wanted: &[String]) -> Outcome<Vec<String>> {
    let mut names = listed(project, "fuzz/fuzz_targets")?;
    if wanted.is_empty() {
        return Ok(names);
    }
    names.extend(listed(project, PEERS)?);
    if let Some(unknown) = wanted.iter().find(|name| !names.contains(name)) {
        return fail(format!(
            "there is no target {unknown}; there are {}",
            names.join(", ")
        ));
    }
    names.retain(|name| wanted.contains(name));
    Ok(names)
}

/// The names of the programs in a folder.
fn listed(project: &Project, folder: &str) -> Outcome<Vec<String>> {
    let folder = project.root.join(folder);
    let mut names = Vec::new();
    let entries = fs::read_dir(&folder).because(format!("listing {}", folder.display()))?;
    for entry in entries {
        let path = entry
            .because(format!("listing {}", folder.display()))?
            .path();
        if let Some(name) = path.file_stem() {
            names.push(name.to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn build(project: &Project, tools: &Toolbox, names: &[String]) -> Outcome<Folders> {
    let work = project.notes().join("fuzz");
    let target = work.join("build");
    // Not --locked: that lock file also names what our own crates depend on, which changes with them.
    let mut cargo = tools.cargo(["build", "--release", "--target", MACHINE]);
    cargo.args(["--manifest-path", "fuzz/Cargo.toml"]);
    for name in names {
        cargo.args(["--bin", name]);
    }
    let peers = listed(project, PEERS)?;
    if names.iter().any(|name| peers.contains(name)) {
        cargo.args(["--features", "peers"]);
    }
    // The flags are for the nightly tool chain; with this variable the stable one takes them too.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", FLAGS);
    cargo.env("CARGO_TARGET_DIR", &target);
    run_command(&mut cargo)?;
    let programs = target.join(MACHINE).join("release");
    Ok(Folders { work, programs })
}
