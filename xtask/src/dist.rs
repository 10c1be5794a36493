//! The page as a folder of static files.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome};
use crate::files::fingerprint;
use crate::page;
use crate::project::Project;
use crate::seal;
use crate::setup::rust_version;
use crate::toolbox::Toolbox;

/// Everything in the repository that decides what the page is.
const INPUTS: &[&str] = &[
    "index.html",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "crates",
    "web",
    "tests/sample/sample.elf",
    "xtask/bindgen",
    "xtask/src/dist.rs",
    "xtask/src/html.rs",
    "xtask/src/page",
    "xtask/src/seal",
];

/// Builds the page into `out` and seals it.
pub fn build(project: &Project, tools: &Toolbox, out: &Path) -> Outcome {
    let out = absolute(out)?;
    // Taken now: what is edited while the build runs must not count as built.
    let inputs = inputs(project, tools)?;
    println!("building the page into {}", out.display());
    page::assemble(project, tools, &out)?;
    seal::folder(&out)?;
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

fn absolute(path: &Path) -> Outcome<PathBuf> {
    std::path::absolute(path).because(format!("the folder {}", path.display()))
}
