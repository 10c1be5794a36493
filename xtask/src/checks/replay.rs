//! The fuzzer's corpus in WebAssembly.

use crate::failure::Outcome;
use crate::project::Project;
use crate::setup;
use crate::toolbox::{Toolbox, run as run_command};

/// The profile of the page: what the targets are linked with is compiled already.
const PROFILE: &str = "page";

/// Builds the targets as a module without JavaScript of its own, and gives each input to its target.
pub fn run(project: &Project, tools: &Toolbox) -> Outcome {
    let mut cargo = tools.cargo(["build", "--locked", "--target", setup::WASM]);
    cargo.args(["--profile", PROFILE]);
    run_command(cargo.args(["-p", "btfscope-fuzz-targets", "--example", "replay"]))?;
    let compiled = project.target.join(setup::WASM).join(PROFILE);
    let mut node = tools.command("node")?;
    node.arg("tests/fuzz/replay.mjs");
    node.arg(compiled.join("examples/replay.wasm"));
    run_command(node.arg("fuzz/corpus"))
}
