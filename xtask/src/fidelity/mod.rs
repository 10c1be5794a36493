//! `fidelity`: our BTF held against pahole's on real kernels, on a matrix of programs, and read by others.
//!
//! Nothing of it runs in `test`, which has the 6.1 kernel and its oracle: kernels are large.

mod core;
mod inputs;
mod judge;
mod kernels;
mod packages;
mod peers;
mod table;

pub use table::{grouped, table};

use std::path::PathBuf;
use std::process::ExitCode;

use crate::failure::{Outcome, fail};
use crate::project::Project;
use crate::setup::{self, Need};
use crate::toolbox::{Toolbox, run as run_command};

#[derive(Debug, Default)]
pub struct Options {
    /// `kernels`, `matrix`, `peers`; none: all three. Two run when they are named: `packages`, which downloads 16 GB, and `core`,
    /// which needs root.
    pub parts: Vec<String>,
    /// Names of kernels; empty: all.
    pub only: Vec<String>,
    /// All modules of each kernel's package instead of five.
    pub all_modules: bool,
    pub yes: bool,
}

pub const PARTS: [&str; 5] = ["kernels", "matrix", "peers", "packages", "core"];

/// Where files of this run go, and what it runs.
struct Bench<'a> {
    project: &'a Project,
    tools: Toolbox,
    /// A folder that stays: encoded files are small, and one wants to look at them.
    work: PathBuf,
}

pub fn run(project: &Project, options: &Options) -> Outcome<ExitCode> {
    let asked = |part: &str| options.parts.is_empty() || options.parts.iter().any(|it| it == part);
    if let Some(unknown) = options
        .parts
        .iter()
        .find(|it| !PARTS.contains(&it.as_str()))
    {
        return fail(format!(
            "there is no part {unknown}; fidelity has {}",
            PARTS.join(", ")
        ));
    }
    inputs::check_names(&options.only)?;
    let only_packages =
        !options.parts.is_empty() && options.parts.iter().all(|it| it == "packages");
    let mut needs = vec![Need::Peers];
    if !only_packages {
        needs.push(Need::Reference);
    }
    if asked("peers") {
        needs.push(Need::Readers);
    }
    let mut tools = setup::ready(project, &needs, options.yes)?;
    tools.set("BTFSCOPE_BIN", project.target.join("release/btfscope"));
    run_command(&mut tools.cargo(["build", "--release", "-p", "btfscope"]))?;
    let bench = Bench {
        project,
        tools,
        work: project.notes().join("fidelity"),
    };
    let mut good = true;
    let core = options.parts.iter().any(|it| it == "core");
    if core {
        let chosen = inputs::ready(&bench, &options.only, false)?;
        good &= core::run(&bench, &chosen)?;
    }
    if asked("kernels") || asked("peers") {
        let reference = judge::Reference::find(&bench)?;
        println!("{}", reference.says());
        let chosen = inputs::ready(&bench, &options.only, options.all_modules)?;
        if asked("kernels") {
            good &= kernels::run(&bench, &reference, &chosen)?;
        }
        if asked("peers") {
            good &= peers::run(&bench, &chosen)?;
        }
    }
    if options.parts.iter().any(|it| it == "packages") {
        good &= packages::run(&bench)?;
    }
    if asked("matrix") {
        good &= matrix(&bench)?;
    }
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Programs, compilers and forms of file: `tests/fidelity`.
fn matrix(bench: &Bench) -> Outcome<bool> {
    let mut cargo = bench.tools.cargo(["run", "--quiet", "-p"]);
    cargo.args(["btfscope-fidelity-tests", "--", "--matrix"]);
    println!("== matrix");
    match run_command(&mut cargo) {
        Ok(()) => Ok(true),
        Err(failure) => {
            println!("matrix: {failure}");
            Ok(false)
        }
    }
}
