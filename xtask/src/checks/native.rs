//! Checks of what compiles for this machine.

use std::path::PathBuf;
use std::process::Command;

use crate::bench::instructions as counted;
use crate::failure::Outcome;
use crate::licences::deny;
use crate::project::Project;
use crate::setup;
use crate::toolbox::{Toolbox, run};

/// The profile of everything that a run of tests compiles.
const PROFILE: &str = "ci";

/// Everything but what wraps wasm-bindgen's library, which is compiled in a profile of its own.
const CRATES: &[&str] = &["--workspace", "--exclude", "btfscope-bindgen"];

/// The packages under `web/`.
const PAGE: [&str; 8] = [
    "btfscope-web-protocol",
    "btfscope-web-workers",
    "btfscope-web-engine",
    "btfscope-web-explorer",
    "btfscope-web-lab",
    "btfscope-web-unpack",
    "btfscope-web-programs",
    "btfscope-web-page",
];

/// The command that tests call.
pub fn command(project: &Project) -> PathBuf {
    built(project, "btfscope")
}

/// A program that the build made.
fn built(project: &Project, name: &str) -> PathBuf {
    project.target.join(PROFILE).join(name)
}

/// Cargo with clippy as the compiler of our own crates: one build gives the lints and the programs. `cargo clippy` would
/// compile everything a second time.
fn linting(tools: &Toolbox, args: &[&str]) -> Command {
    let mut cargo = tools.cargo(args);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
    // What `cargo clippy -- -D warnings` hands on.
    cargo.env(
        "CLIPPY_ARGS",
        "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__",
    );
    cargo
}

pub fn build(_: &Project, tools: &Toolbox) -> Outcome {
    let mut cargo = linting(
        tools,
        &["build", "--locked", "--all-targets", "--profile", PROFILE],
    );
    run(cargo.args(CRATES))
}

/// All tests, those on a real kernel as well: what is `#[ignore]`d needs tools or files that set-up brings.
pub fn tests(_: &Project, tools: &Toolbox) -> Outcome {
    // cargo-nextest where it is there, since it shows durations and runs test binaries side by side.
    if tools.find("cargo-nextest").is_some() {
        let mut nextest = linting(
            tools,
            &["nextest", "run", "--locked", "--cargo-profile", PROFILE],
        );
        nextest.args([
            "--run-ignored",
            "all",
            "--no-tests",
            "fail",
            "--no-fail-fast",
        ]);
        nextest.args(["--status-level", "slow", "--final-status-level", "slow"]);
        return run(nextest.args(CRATES));
    }
    let mut test = linting(
        tools,
        &["test", "--locked", "--all-targets", "--profile", PROFILE],
    );
    run(test.args(CRATES).args(["--", "--include-ignored"]))
}

pub fn examples(_: &Project, tools: &Toolbox) -> Outcome {
    let mut test = linting(tools, &["test", "--locked", "--doc", "--profile", PROFILE]);
    // The same crates as above: with others, features would differ and dependencies be compiled once more.
    run(test.args(CRATES))
}

/// Packs every library that may be published and compiles it from its package alone; uploads nothing.
pub fn package(_: &Project, tools: &Toolbox) -> Outcome {
    run(&mut tools.cargo([
        "publish",
        "--workspace",
        "--locked",
        "--dry-run",
        "--allow-dirty",
    ]))?;
    for features in [&["--no-default-features"][..], &["--all-features"]] {
        let mut check = tools.cargo(["check", "--locked", "-p", "btfscope-btf"]);
        run(check.args(features))?;
    }
    // These two deny links that lead nowhere.
    let documented = [
        "doc",
        "--locked",
        "--no-deps",
        "-p",
        "btfscope-btf",
        "-p",
        "btfscope-elf",
    ];
    run(tools.cargo(documented).arg("--all-features"))
}

pub fn instructions(project: &Project, tools: &Toolbox) -> Outcome {
    run(&mut tools.cargo(["build", "--locked", "--release", "-p", "btfscope"]))?;
    counted::run(project, tools, false)
}

/// What the one native build does not see.
pub fn lint_wasm(_: &Project, tools: &Toolbox) -> Outcome {
    let deny = ["--", "-D", "warnings"];
    let mut page = tools.cargo(["clippy", "--locked", "--target", setup::WASM]);
    for package in PAGE {
        page.args(["-p", package]);
    }
    run(page.args(deny))?;
    let mut bindgen = tools.cargo([
        "clippy",
        "--locked",
        "-p",
        "btfscope-bindgen",
        "--profile",
        "tool",
    ]);
    run(bindgen.args(deny))
}

/// Asks the program that the build made, and cargo-deny too where it is installed.
pub fn licences(project: &Project, tools: &Toolbox) -> Outcome {
    run(tools
        .command_at(&built(project, "btfscope-release"))
        .arg("licences"))?;
    deny(tools)
}
