//! Trunk and wasm-bindgen: from PATH, from our folder, from a cache, by cargo binstall, or compiled.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

/// The Trunk that is installed; any of the same minor version on PATH will do.
pub const TRUNK: &str = "0.22.1";

/// One of the two, and how to get it.
struct Tool<'a> {
    /// The program, and the name in the cache.
    program: &'static str,
    krate: &'static str,
    version: &'a str,
    /// Arguments of `cargo install` beside the version.
    install: &'static [&'static str],
    /// The optimisation of its own code: the tool runs for seconds, compiling it takes minutes.
    opt_level: &'static str,
}

const fn trunk() -> Tool<'static> {
    Tool {
        program: "trunk",
        krate: "trunk",
        version: TRUNK,
        install: &["--no-default-features", "--features", "rustls"],
        opt_level: "0",
    }
}

const fn bindgen(version: &str) -> Tool<'_> {
    Tool {
        program: "wasm-bindgen",
        krate: "wasm-bindgen-cli",
        version,
        install: &["--no-default-features"],
        opt_level: "1",
    }
}

pub fn find_trunk(project: &Project, tools: &mut Toolbox) -> bool {
    find(project, tools, &trunk(), same_minor)
}

/// wasm-bindgen must be of exactly the version that the page is compiled with.
pub fn find_bindgen(project: &Project, tools: &mut Toolbox, version: &str) -> bool {
    find(project, tools, &bindgen(version), |has, wants| has == wants)
}

pub fn install_trunk(project: &Project, tools: &Toolbox) -> Outcome {
    install(project, tools, &trunk())
}

pub fn install_bindgen(project: &Project, tools: &Toolbox, version: &str) -> Outcome {
    install(project, tools, &bindgen(version))
}

/// How long an installation takes, by the way it will go.
pub fn takes(program: &str, version: &str, minutes: u32) -> String {
    if cached(program, version).is_some() {
        "seconds, out of BTFSCOPE_TOOLS_CACHE".to_owned()
    } else {
        format!(
            "seconds by cargo binstall where that is there, else about {minutes} minutes of compiling on two cores"
        )
    }
}

fn find(project: &Project, tools: &mut Toolbox, tool: &Tool, fits: fn(&str, &str) -> bool) -> bool {
    let there = |tools: &Toolbox| {
        let says = tools.output(tool.program, &["--version"]);
        says.as_deref()
            .and_then(version)
            .is_some_and(|has| fits(has, tool.version))
    };
    if there(tools) {
        return true;
    }
    let own = home(project, tool).join("bin");
    if !own.join(tool.program).is_file() {
        return false;
    }
    let mut with = tools.clone();
    with.add(own);
    let found = there(&with);
    if found {
        *tools = with;
    }
    found
}

/// "trunk 0.22.1" says 0.22.1.
fn version(line: &str) -> Option<&str> {
    line.split_whitespace().nth(1)
}

fn same_minor(has: &str, wants: &str) -> bool {
    let minor = |version: &str| -> Option<(u32, u32)> {
        let mut parts = version.split('.').map(|part| part.parse().ok());
        Some((parts.next()??, parts.next()??))
    };
    minor(has).is_some() && minor(has) == minor(wants)
}

fn home(project: &Project, tool: &Tool) -> PathBuf {
    project
        .tools()
        .join(format!("{}-{}", tool.program, tool.version))
}

fn cached(program: &str, version: &str) -> Option<PathBuf> {
    let dir = env::var_os("BTFSCOPE_TOOLS_CACHE")?;
    let file = Path::new(&dir).join(format!("{program}-{version}.tar.xz"));
    file.is_file().then_some(file)
}

fn install(project: &Project, tools: &Toolbox, tool: &Tool) -> Outcome {
    let home = home(project, tool);
    let bin = home.join("bin");
    fs::create_dir_all(&bin).because(format!("making {}", bin.display()))?;
    let mut own = tools.clone();
    own.add(bin.clone());
    let works = || {
        own.output(tool.program, &["--version"])
            .as_deref()
            .and_then(version)
            == Some(tool.version)
    };

    if let Some(archive) = cached(tool.program, tool.version) {
        let mut tar = tools.command("tar")?;
        match run(tar.arg("-C").arg(&bin).arg("-xf").arg(&archive)) {
            Ok(()) if works() => return Ok(()),
            Ok(()) => println!(
                "  {} does not run here; going on without it",
                archive.display()
            ),
            Err(failure) => println!("  {failure}; going on without it"),
        }
    }
    if tools.find("cargo-binstall").is_some() {
        let mut binstall = tools.cargo([
            "binstall",
            "--no-confirm",
            "--disable-strategies",
            "compile",
        ]);
        binstall.arg("--root").arg(&home);
        binstall.arg(format!("{}@{}", tool.krate, tool.version));
        match run(&mut binstall) {
            Ok(()) if works() => return Ok(()),
            Ok(()) => println!("  what cargo binstall brought does not run here; compiling"),
            Err(failure) => println!("  {failure}; compiling"),
        }
    }
    compile(project, tools, tool, &home)?;
    if works() {
        return Ok(());
    }
    fail(format!(
        "{} was compiled into {} but does not answer as {}",
        tool.krate,
        bin.display(),
        tool.version
    ))
}

fn compile(project: &Project, tools: &Toolbox, tool: &Tool, home: &Path) -> Outcome {
    // A folder of its own: a run that was broken off goes on where it was.
    let build = project.tools().join("build").join(tool.program);
    let mut cargo = tools.cargo(["install", tool.krate, "--version"]);
    cargo.arg(format!("={}", tool.version));
    // The lock files inside these crates name versions that cannot be had any more (so no
    // --locked), and Trunk states a newer Rust than it needs.
    cargo
        .args(["--force", "--ignore-rust-version"])
        .args(tool.install);
    cargo.arg("--root").arg(home);
    cargo.current_dir(project.tools());
    cargo.env("CARGO_TARGET_DIR", &build);
    // Their own profiles are made for shipping (fat LTO) and take a multiple of the time.
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "false");
    cargo.env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    cargo.env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    cargo.env("CARGO_PROFILE_RELEASE_STRIP", "true");
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level);
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(name);
    }
    run(&mut cargo)?;
    fs::remove_dir_all(&build).because(format!("removing {}", build.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(version("trunk 0.22.1"), Some("0.22.1"));
        assert_eq!(version("wasm-bindgen 0.2.130"), Some("0.2.130"));
        assert_eq!(version("trunk"), None);
        assert!(same_minor("0.22.0", "0.22.1"));
        assert!(!same_minor("0.21.14", "0.22.1"));
        assert!(!same_minor("nonsense", "nonsense"));
    }
}
