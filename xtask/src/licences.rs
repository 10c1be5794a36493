//! Whether every dependency's licence and source is among those that `deny.toml` allows, and the notices are those of
//! what is shipped.

use crate::failure::Outcome;
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

/// Checks by our own means, and by cargo-deny too where it is installed.
pub fn check(_: &Project, tools: &Toolbox) -> Outcome {
    run(&mut tools.cargo([
        "run",
        "--locked",
        "--quiet",
        "-p",
        "btfscope-release",
        "--",
        "licences",
    ]))?;
    deny(tools)
}

/// Asks cargo-deny, where it is installed.
pub fn deny(tools: &Toolbox) -> Outcome {
    match tools.find("cargo-deny") {
        Some(_) => run(&mut tools.cargo(["deny", "check", "licenses", "bans", "sources"])),
        None => Ok(()),
    }
}
