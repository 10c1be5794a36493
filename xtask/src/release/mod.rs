//! `release`: the files that a stranger downloads, the same bytes wherever and whenever they are made.
//!
//! What is built goes to `target/release-work/`; `btfscope-release` (a crate of its own, compiled for this alone)
//! packs it into `target/release-files/`.

mod build;
mod page;
mod profile;
mod targets;

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};
use crate::files;
use crate::licences;
use crate::project::Project;
use crate::setup;
use crate::toolbox::{Toolbox, run as run_command};
use build::Build;
use targets::Target;

#[derive(Debug, Default)]
pub struct Options {
    /// Triples; empty: all.
    pub targets: Vec<String>,
    /// ELF files with DWARF to learn from what the compiler should favour.
    pub train: Vec<PathBuf>,
    /// A folder with what was learnt before: `TARGET.profdata`.
    pub profiles: Option<PathBuf>,
    /// A page that was built before.
    pub page: Option<PathBuf>,
    pub yes: bool,
}

/// What a release is made from.
struct Source {
    commit: String,
    /// When it was committed, in seconds since 1970.
    epoch: String,
}

pub fn run(project: &Project, options: &Options) -> Outcome {
    let targets = targets::chosen(&options.targets)?;
    let mut tools = setup::ready(project, setup::PAGE, options.yes)?;
    targets::ready(&tools, &targets)?;
    licences::check(project, &tools)?;
    let source = source(&tools)?;
    tools.set("SOURCE_DATE_EPOCH", source.epoch.clone());
    let work = project.target.join("release-work");
    let page = work.join("page");
    match &options.page {
        Some(built) => page::take(built, &page)?,
        None => page::build(project, &tools, &source.commit, &page)?,
    }
    let build = Build::new(project, &tools, &page)?;
    for folder in ["bin", "profiles", "man", "completions"] {
        fresh(&work.join(folder))?;
    }
    for target in &targets {
        let profile = profile(options, &build, target, &work)?;
        println!("building the commands for {}", target.triple);
        let flags = profile.map(|path| format!("-Cprofile-use={}", path.display()));
        build.commands(
            target,
            flags.as_deref(),
            &work.join("bin").join(target.triple),
        )?;
    }
    documents(&tools, &targets, &work)?;
    let mut pack = tools.cargo([
        "run",
        "--locked",
        "--quiet",
        "-p",
        "btfscope-release",
        "--",
        "pack",
    ]);
    pack.arg("--work").arg(&work);
    pack.arg("--out").arg(project.target.join("release-files"));
    pack.args(["--commit", &source.commit, "--epoch", &source.epoch]);
    for target in &targets {
        pack.args(["--target", target.triple]);
    }
    run_command(&mut pack)?;
    println!(
        "the release: {}",
        project.target.join("release-files").display()
    );
    Ok(())
}

/// What the compiler should favour, where that was asked for: learnt now, or before.
fn profile(
    options: &Options,
    build: &Build,
    target: &Target,
    work: &Path,
) -> Outcome<Option<PathBuf>> {
    let place = work
        .join("profiles")
        .join(format!("{}.profdata", target.triple));
    if let Some(folder) = &options.profiles {
        let name = format!("{}.profdata", target.triple);
        // A release has it under its own name and version.
        let mut files = files::under(folder)?.into_iter();
        let fits = |path: &PathBuf| path.to_string_lossy().ends_with(&name);
        let Some(from) = files.find(fits) else {
            return Ok(None);
        };
        fs::copy(&from, &place).because(format!("copying {}", from.display()))?;
        return Ok(Some(place));
    }
    if options.train.is_empty() || !target.runs_here() {
        return Ok(None);
    }
    profile::learn(build, target, &options.train, &place)?;
    Ok(Some(place))
}

/// The last commit. What was changed since is no release; it can be tried all the same.
fn source(tools: &Toolbox) -> Outcome<Source> {
    let git = |args: &[&str]| match tools.output("git", args) {
        Some(says) => Ok(says),
        None => fail(format!(
            "`git {}` failed: a release is made from a commit",
            args.join(" ")
        )),
    };
    let mut commit = git(&["rev-parse", "HEAD"])?;
    if !git(&["status", "--porcelain", "--untracked-files=no"])?.is_empty() {
        println!("files differ from the last commit: what is made now is for trying out");
        commit.push_str(", changed");
    }
    let epoch = git(&["log", "-1", "--format=%ct"])?;
    Ok(Source { commit, epoch })
}

/// Manual pages and completions, from a command that runs here.
fn documents(tools: &Toolbox, targets: &[&Target], work: &Path) -> Outcome {
    let Some(target) = targets.iter().find(|target| target.runs_here()) else {
        return fail(
            "none of the targets runs on this machine, and the command writes its own manual pages: add this machine's",
        );
    };
    let command = work.join("bin").join(target.triple).join("btfscope");
    let mut manual = tools.command_at(&command);
    run_command(manual.args(["manual", "--dir"]).arg(work.join("man")))?;
    for (shell, name) in [
        ("bash", "btfscope.bash"),
        ("zsh", "_btfscope"),
        ("fish", "btfscope.fish"),
        ("powershell", "_btfscope.ps1"),
    ] {
        let output = tools
            .command_at(&command)
            .args(["completions", shell])
            .output();
        let output = output.because(format!("completions for {shell}"))?;
        if !output.status.success() {
            return fail(format!("`btfscope completions {shell}` failed"));
        }
        let path = work.join("completions").join(name);
        fs::write(&path, output.stdout).because(format!("writing {}", path.display()))?;
    }
    Ok(())
}

/// A folder with nothing in it.
fn fresh(folder: &Path) -> Outcome {
    if folder.is_dir() {
        fs::remove_dir_all(folder).because(format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).because(format!("making {}", folder.display()))
}
