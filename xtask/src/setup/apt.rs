//! System packages of Debian and its kin.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;
use std::process::Command;

use super::Need;
use crate::failure::{Because, Outcome, fail};
use crate::toolbox::{Toolbox, line, run};

/// A package, and its programs, or a file of it by its path: any one of them shows that it is installed.
#[derive(Debug, PartialEq, Eq)]
pub struct Package {
    pub name: &'static str,
    programs: &'static [&'static str],
    pub why: &'static str,
    /// Wanted with this need; none: wanted where node is.
    need: Option<Need>,
}

const fn package(
    name: &'static str,
    programs: &'static [&'static str],
    need: Option<Need>,
    why: &'static str,
) -> Package {
    Package {
        name,
        programs,
        why,
        need,
    }
}

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "chrome"];

const FIREFOXES: &[&str] = &["firefox-esr", "firefox"];

/// Everything that is ever taken from the system, with the reason.
const PACKAGES: &[Package] = &[
    package(
        "nodejs",
        &["node", "nodejs"],
        None,
        "runs wasm-opt and the browser tests",
    ),
    package("npm", &["npm"], None, "brings wasm-opt and playwright-core"),
    package(
        "pahole",
        &["pahole"],
        Some(Need::Peers),
        "the encoder we compare with",
    ),
    package(
        "bpftool",
        &["bpftool"],
        Some(Need::Peers),
        "reads the BTF that we write",
    ),
    package(
        "binutils",
        &["readelf"],
        Some(Need::Peers),
        "readelf and objcopy check patched files",
    ),
    package(
        "gcc",
        &["gcc"],
        Some(Need::Peers),
        "compiles inputs of tests",
    ),
    package(
        "g++",
        &["g++"],
        Some(Need::Peers),
        "compiles inputs of tests in C++",
    ),
    package(
        "gcc-s390x-linux-gnu",
        &["s390x-linux-gnu-gcc"],
        Some(Need::Peers),
        "compiles a big-endian input of a test",
    ),
    package(
        "dwz",
        &["dwz"],
        Some(Need::Peers),
        "makes partial units and supplementary files",
    ),
    package(
        "libc6-dev",
        &["gcc"],
        Some(Need::Peers),
        "headers for those inputs",
    ),
    package(
        "clang",
        &["clang"],
        Some(Need::Peers),
        "compiles inputs of tests, with BTF tags",
    ),
    package(
        "libbpf-dev",
        &["/usr/include/bpf/bpf_helpers.h"],
        Some(Need::Peers),
        "headers with which BPF programs of tests compile",
    ),
    package(
        "llvm",
        &["llvm-dwp"],
        Some(Need::Peers),
        "packs split debug information for tests",
    ),
    package(
        "bzip2",
        &["bzip2"],
        Some(Need::Peers),
        "packs inputs of tests",
    ),
    package(
        "zstd",
        &["zstd"],
        Some(Need::Peers),
        "packs inputs of tests",
    ),
    package("lz4", &["lz4"], Some(Need::Peers), "packs inputs of tests"),
    package(
        "lzop",
        &["lzop"],
        Some(Need::Peers),
        "packs inputs of tests",
    ),
    package(
        "zip",
        &["zip"],
        Some(Need::Peers),
        "makes archives for tests",
    ),
    package(
        "cpio",
        &["cpio"],
        Some(Need::Peers),
        "makes archives for tests",
    ),
    package(
        "rpm",
        &["rpmbuild"],
        Some(Need::Peers),
        "makes packages for tests",
    ),
    package(
        "u-boot-tools",
        &["mkimage"],
        Some(Need::Peers),
        "makes boot images for tests",
    ),
    package(
        "xz-utils",
        &["xz"],
        Some(Need::Peers),
        "unpacks fixtures and tools",
    ),
    package(
        "python3",
        &["python3"],
        Some(Need::Peers),
        "test scripts that read BTF without our code",
    ),
    package(
        "valgrind",
        &["valgrind"],
        Some(Need::Counter),
        "counts the instructions of small jobs",
    ),
    package(
        "python3-pip",
        &["pip3"],
        Some(Need::Browser),
        "brings mdBook, in which a test embeds a figure",
    ),
    package(
        "chromium",
        BROWSERS,
        Some(Need::Browser),
        "the browser of the page's tests",
    ),
    package(
        "firefox-esr",
        FIREFOXES,
        Some(Need::Firefox),
        "the other browser of the page's tests",
    ),
];

/// Which packages are not there. `node` says whether node and npm are wanted.
pub fn missing(tools: &Toolbox, needs: &[Need], node: bool) -> Vec<&'static Package> {
    let wanted = |package: &&Package| package.need.map_or(node, |need| needs.contains(&need));
    // Headers are no programs: they are named by their paths.
    let is_there = |name: &str| match name.starts_with('/') {
        true => std::path::Path::new(name).exists(),
        false => tools.find(name).is_some(),
    };
    let absent = |package: &&Package| !package.programs.iter().any(|name| is_there(name));
    PACKAGES.iter().filter(wanted).filter(absent).collect()
}

/// The browser for the tests, under whichever name it has.
pub fn browser(tools: &Toolbox) -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| tools.find(name))
}

/// Firefox, under whichever name it has.
pub fn firefox(tools: &Toolbox) -> Option<PathBuf> {
    FIREFOXES.iter().find_map(|name| tools.find(name))
}

pub fn names(packages: &[&Package]) -> String {
    let names: Vec<_> = packages.iter().map(|package| package.name).collect();
    names.join(" ")
}

pub fn takes(packages: &[&Package]) -> &'static str {
    if packages
        .iter()
        .any(|p| ["chromium", "clang", "nodejs", "npm"].contains(&p.name))
    {
        "1 to 3 minutes, up to 1 GB on disk"
    } else {
        "less than a minute"
    }
}

/// How the user who runs us can install packages.
enum Right {
    Root,
    Sudo,
    None,
}

fn right(tools: &Toolbox) -> Right {
    if tools.output("id", &["-u"]).as_deref() == Some("0") {
        Right::Root
    } else if tools.find("sudo").is_some() {
        Right::Sudo
    } else {
        Right::None
    }
}

fn by_hand(packages: &[&Package]) -> String {
    format!(
        "apt-get update && apt-get install -y --no-install-recommends {}",
        names(packages)
    )
}

/// The one question. Returns only where the installation may go ahead.
pub fn ask(tools: &Toolbox, packages: &[&Package], yes: bool) -> Outcome {
    if tools.find("apt-get").is_none() {
        return fail(format!(
            "this system has no apt-get: install what it calls {} and run this again",
            names(packages)
        ));
    }
    let by_hand = by_hand(packages);
    let prefix = match right(tools) {
        Right::Root => "",
        Right::Sudo => "with sudo, ",
        Right::None => {
            return fail(format!(
                "system packages need root: run this as root, then start again:\n  {by_hand}"
            ));
        }
    };
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return fail(format!(
            "nobody is there to be asked about system packages: give --yes, or run this as root:\n  {by_hand}"
        ));
    }
    print!("Install these system packages now ({prefix}{by_hand})? [Y/n] ");
    io::stdout().flush().because("asking")?;
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .because("asking")?;
    match answer.trim().to_lowercase().as_str() {
        "" | "y" | "yes" => Ok(()),
        _ => fail(format!(
            "not installed; by hand it is, as root:\n  {by_hand}"
        )),
    }
}

pub fn install(tools: &Toolbox, packages: &[&Package]) -> Outcome {
    let mut update = apt_get(tools)?;
    run(update.arg("-qq").arg("update"))?;
    let mut install = apt_get(tools)?;
    // dpkg's lines show the progress; the list of everything it brings along does not help.
    install.args(["-q", "install", "-y", "--no-install-recommends"]);
    install.args(packages.iter().map(|package| package.name));
    println!("  {}", line(&install));
    run(&mut install)
}

/// `apt-get`, by sudo where we are not root.
pub fn apt_get(tools: &Toolbox) -> Outcome<Command> {
    Ok(match right(tools) {
        Right::Sudo => {
            let mut command = tools.command("sudo")?;
            command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        }
        Right::Root | Right::None => {
            let mut command = tools.command("apt-get")?;
            command.env("DEBIAN_FRONTEND", "noninteractive");
            command
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_has_a_program_and_a_reason() {
        for package in PACKAGES {
            assert!(!package.programs.is_empty(), "{}", package.name);
            assert!(!package.why.is_empty(), "{}", package.name);
        }
    }

    #[test]
    fn the_command_to_run_by_hand_names_the_packages() {
        let packages: Vec<_> = PACKAGES.iter().take(2).collect();
        assert!(by_hand(&packages).ends_with("--no-install-recommends nodejs npm"));
    }
}
