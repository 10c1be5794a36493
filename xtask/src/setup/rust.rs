//! Parts of Rust that rustup brings.

use std::path::Path;
use std::process::Stdio;

use crate::failure::{Outcome, fail};
use crate::toolbox::{Toolbox, run};

pub const WASM: &str = "wasm32-unknown-unknown";

/// What to do where rustup cannot fetch the target.
const WITHOUT_RUSTUP: &str = "\
rustup could not add the wasm32-unknown-unknown target, and the page cannot be built without it. What else works:
  - a network where rustup reaches its server, once: rustup target add wasm32-unknown-unknown
  - a Rust of your distribution that has the target: `rustc --print sysroot`/lib/rustlib must hold wasm32-unknown-unknown
  - Debian: install rustc-web cargo-web rust-web-src lld-22 rust-web-clippy rustfmt-web, build the standard library for wasm32
    from rust-web-src into /usr/lib/rustlib, link rust-lld to lld-22, then
    rustup toolchain link debian /usr && export RUSTUP_TOOLCHAIN=debian";

/// The compiler's own line about itself.
pub fn version(tools: &Toolbox) -> Option<String> {
    tools.output("rustc", &["--version"])
}

pub fn has_wasm(tools: &Toolbox) -> bool {
    tools
        .output("rustc", &["--print", "sysroot"])
        .is_some_and(|sysroot| {
            Path::new(&sysroot)
                .join("lib/rustlib")
                .join(WASM)
                .join("lib")
                .is_dir()
        })
}

pub fn add_wasm(tools: &Toolbox) -> Outcome {
    let Ok(mut rustup) = tools.command("rustup") else {
        return fail(format!("there is no rustup: {WITHOUT_RUSTUP}"));
    };
    match run(rustup.args(["target", "add", WASM])) {
        Ok(()) => Ok(()),
        Err(failure) => fail(format!("{failure}: {WITHOUT_RUSTUP}")),
    }
}

/// Which of rustfmt and clippy do not answer.
pub fn missing_components(tools: &Toolbox) -> Vec<&'static str> {
    [("rustfmt", "fmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(_, command)| {
            let mut cargo = tools.cargo([command, "--version"]);
            cargo.stdout(Stdio::null()).stderr(Stdio::null());
            !cargo.status().is_ok_and(|status| status.success())
        })
        .map(|(component, _)| component)
        .collect()
}

pub fn add_components(tools: &Toolbox, names: &[&str]) -> Outcome {
    let Ok(mut rustup) = tools.command("rustup") else {
        return fail(format!(
            "cargo has no {} here and there is no rustup to add it: install it with the Rust you use",
            names.join(" and no ")
        ));
    };
    run(rustup.args(["component", "add"]).args(names))
}
