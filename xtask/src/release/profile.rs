//! What the compiler should favour, learnt from a run of the command on a real file.
//!
//! Threads count side by side and lose some, so what is learnt differs a little from time to time. It is
//! therefore a file of the release: with it anybody makes the same bytes again.

use std::fs;
use std::path::{Path, PathBuf};

use super::build::Build;
use super::fresh;
use super::targets::Target;
use crate::failure::{Because, Outcome, fail};
use crate::toolbox::run;

/// Builds the command so that it counts, has it encode ELF files and deduplicate the types of their units, and writes what it
/// counted to `to`.
pub fn learn(build: &Build, target: &Target, files: &[PathBuf], to: &Path) -> Outcome {
    let place = build.target.join("learning").join(target.triple);
    let (counts, bin) = (place.join("counts"), place.join("bin"));
    fresh(&counts)?;
    let flag = format!("-Cprofile-generate={}", counts.display());
    build.commands(target, Some(&flag), &bin)?;
    for elf in files {
        println!("learning from {} for {}", elf.display(), target.triple);
        let elf = std::path::absolute(elf).because(format!("the file {}", elf.display()))?;
        encode_and_dedup(build, &bin.join("btfscope"), &elf, &place)?;
    }
    let merge = tool(build)?;
    let mut merge = build.tools.command_at(&merge);
    run(merge.arg("merge").arg("-o").arg(to).arg(&counts))?;
    fs::remove_dir_all(&place).because(format!("removing {}", place.display()))
}

/// What most people ask of a file; its outputs go to `place`.
fn encode_and_dedup(build: &Build, command: &Path, elf: &Path, place: &Path) -> Outcome {
    let btf = place.join("learnt.btf");
    let again = place.join("again.btf");
    // One thread: it counts all, and nothing depends on who was faster.
    let mut encode = build.tools.command_at(command);
    run(encode
        .args(["encode", "-j", "1"])
        .arg(elf)
        .arg("-o")
        .arg(&btf))?;
    // `dedup` is for the types of many units, which folding leaves out before it compares; a result has each once.
    let types = place.join("undeduplicated.btf");
    let mut write = build.tools.cargo(["run", "--locked", "--quiet"]);
    write.args(["--profile", "ci", "-p", "btfscope-bench-peers"]);
    write.args(["--bin", "bench-undeduplicated", "--"]);
    run(write.arg(elf).arg(&types))?;
    for types in [&types, &btf] {
        let mut dedup = build.tools.command_at(command);
        run(dedup.arg("dedup").arg(types).arg("-o").arg(&again))?;
    }
    Ok(())
}

/// rustup's llvm-profdata, which is of the compiler's own version, or the system's of the same LLVM: what a profile looks like
/// changes only with LLVM's major version.
fn tool(build: &Build) -> Outcome<PathBuf> {
    let tools = build.tools;
    let sysroot = tools.output("rustc", &["--print", "sysroot"]);
    let says = tools.output("rustc", &["-vV"]).unwrap_or_default();
    let field = |name: &str| says.lines().find_map(|line| line.strip_prefix(name));
    let of_rustup = Path::new(&sysroot.unwrap_or_default())
        .join("lib/rustlib")
        .join(field("host: ").unwrap_or_default())
        .join("bin/llvm-profdata");
    if of_rustup.is_file() {
        return Ok(of_rustup);
    }
    let llvm = field("LLVM version: ").unwrap_or_default();
    let major = llvm.split('.').next().unwrap_or_default();
    let of_system = format!("llvm-profdata-{major}");
    match tools.find(&of_system) {
        Some(path) => Ok(path),
        None => fail(format!(
            "reading what was counted needs llvm-profdata of LLVM {major}: rustup component add llvm-tools, or the package llvm-{major} of Debian"
        )),
    }
}
