//! The page as a folder of static files.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};
use crate::files::fingerprint;
use crate::project::Project;
use crate::seal;
use crate::setup::{self, rust_version};
use crate::toolbox::{Toolbox, run};

/// Everything in the repository that decides what the page is.
const INPUTS: &[&str] = &[
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "crates",
    "web",
    "tests/sample/sample.elf",
    "xtask/src/dist.rs",
    "xtask/src/seal",
];

/// Builds the page into `out` and seals it.
pub fn build(project: &Project, tools: &Toolbox, out: &Path) -> Outcome {
    let out = absolute(out)?;
    // Taken now: what is edited while the build runs must not count as built.
    let inputs = inputs(project, tools)?;
    let host = host(tools)?;
    // Trunk stays offline below, and its cargo with it.
    let mut fetch = tools.cargo(["fetch", "--target", setup::WASM, "--target", &host]);
    run(&mut fetch)?;
    let mut trunk = tools.command("trunk")?;
    trunk
        .args(["build", "--release", "--public-url", "./", "--dist"])
        .arg(&out);
    // It would download tools of its own choice without a word; ours are on PATH.
    trunk
        .env("TRUNK_OFFLINE", "true")
        .env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Trunk reads this as its own option and takes true and false only.
    if env::var_os("NO_COLOR").is_some() {
        trunk.env("NO_COLOR", "true");
    }
    trunk.current_dir(&project.root);
    println!("building the page into {}", out.display());
    run(&mut trunk)?;
    seal::folder(&out)?;
    // Trunk's own, and nothing for a web host; it may as well not be there.
    let _ = fs::remove_file(out.join(".trunk-lock"));
    if out == project.dist() {
        let stamp = stamp_file(project);
        let state = inputs + &outputs(project)?;
        fs::create_dir_all(project.notes()).because("making the folder for notes")?;
        fs::write(&stamp, state).because(format!("writing {}", stamp.display()))?;
    }
    Ok(())
}

/// Whether `dist/` is what a build would make now.
pub fn is_fresh(project: &Project) -> Outcome<bool> {
    let Ok(stamp) = fs::read_to_string(stamp_file(project)) else {
        return Ok(false);
    };
    let inputs = inputs(project, &Toolbox::new(project))?;
    Ok(stamp == inputs + &outputs(project)?)
}

/// What the page would be built from, and with.
fn inputs(project: &Project, tools: &Toolbox) -> Outcome<String> {
    let rust = rust_version(tools).unwrap_or_default();
    Ok(format!("{rust}\n{}\n", fingerprint(&project.root, INPUTS)?))
}

/// What is in `dist/`.
fn outputs(project: &Project) -> Outcome<String> {
    Ok(format!("{}\n", fingerprint(&project.root, &["dist"])?))
}

fn stamp_file(project: &Project) -> PathBuf {
    project.notes().join("dist.stamp")
}

/// The triple of this machine.
fn host(tools: &Toolbox) -> Outcome<String> {
    let says = tools.output("rustc", &["-vV"]).unwrap_or_default();
    match says.lines().find_map(|line| line.strip_prefix("host: ")) {
        Some(host) => Ok(host.to_owned()),
        None => fail("rustc -vV names no host"),
    }
}

fn absolute(path: &Path) -> Outcome<PathBuf> {
    std::path::absolute(path).because(format!("the folder {}", path.display()))
}
