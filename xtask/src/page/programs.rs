//! The page's programs: compiled to WebAssembly, given their JavaScript, made small and fast.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use sha2::{Digest, Sha256};

use super::links::Program;
use crate::failure::{Because, Outcome, fail};
use crate::files::{self, hex};
use crate::project::Project;
use crate::setup;
use crate::toolbox::{Toolbox, run};

/// The profile of `page-bindgen`: it runs for seconds, and an optimised one takes minutes to compile.
const TOOL: &str = "tool";

/// The folder, beside a program's script, of the chunks that it fetches.
pub const CHUNKS: &str = "snippets";

/// A program's files, ready to be copied.
pub struct Files {
    pub name: String,
    pub script: PathBuf,
    pub wasm: PathBuf,
    /// Chunks that it fetches when they are first needed.
    pub chunks: Vec<PathBuf>,
}

/// Builds the programs with two calls of cargo: one for the workers, so that cargo links them side by side, and one for the
/// page. Trunk builds each program by itself. The workers ask for the same features of what they have in common, so a
/// common call gives the same programs; Yew asks for more.
pub fn build(project: &Project, tools: &Toolbox, programs: &[&Program]) -> Outcome<Vec<Files>> {
    let Some(first) = programs.first() else {
        return fail("index.html names no program");
    };
    if let Some(other) = programs.iter().find(|one| one.profile != first.profile) {
        return fail(format!(
            "index.html builds {} and {} in different ways: give them one data-cargo-profile-release, \
             or everything would be compiled twice",
            first.name, other.name
        ));
    }
    let mut bindgen = tools.cargo([
        "build",
        "--locked",
        "-p",
        "btfscope-bindgen",
        "--profile",
        TOOL,
    ]);
    run(&mut bindgen)?;

    let compiled = project.target.join(setup::WASM).join(&first.profile);
    let compiled = &compiled;
    let (workers, page): (Vec<&Program>, Vec<&Program>) =
        programs.iter().partition(|program| program.worker);
    // wasm-opt works on one core: all at once, and while cargo compiles the page; the system shares the cores out.
    let results = thread::scope(|scope| {
        let mut running = Vec::new();
        for group in [workers, page] {
            compile(project, tools, &group)?;
            running.extend(
                (group.into_iter())
                    .map(|program| scope.spawn(|| finish(project, tools, program, compiled))),
            );
        }
        let ended = running.into_iter().map(|thread| thread.join());
        Ok(ended.collect::<Vec<_>>())
    })?;
    let finished = results.into_iter().map(|result| match result {
        Ok(files) => files,
        Err(_) => fail("finishing a program panicked"),
    });
    finished.collect()
}

/// Has cargo compile programs of one profile.
fn compile(project: &Project, tools: &Toolbox, programs: &[&Program]) -> Outcome {
    let Some(first) = programs.first() else {
        return Ok(());
    };
    let mut cargo = tools.cargo(["build", "--locked", "--target", setup::WASM]);
    cargo.args(["--profile", &first.profile]);
    for program in programs {
        let manifest = project.root.join(&program.manifest);
        let text =
            fs::read_to_string(&manifest).because(format!("reading {}", manifest.display()))?;
        let Some(package) = package(&text) else {
            return fail(format!("{} names no package", manifest.display()));
        };
        cargo.args(["--package", package, "--bin", &program.name]);
    }
    run(&mut cargo)
}

/// The name of the package in the text of a `Cargo.toml`.
fn package(manifest: &str) -> Option<&str> {
    let (_, package) = manifest.split_once("[package]")?;
    package.lines().find_map(|line| {
        let value = line.strip_prefix("name")?.trim_start().strip_prefix('=')?;
        value.trim().strip_prefix('"')?.strip_suffix('"')
    })
}

/// Where Trunk finds our `wasm-bindgen`.
pub fn bindgen(project: &Project) -> PathBuf {
    project.target.join(TOOL).join("page-bindgen")
}

/// What cargo made becomes what browsers load. A program that did not change is not optimised again.
fn finish(
    project: &Project,
    tools: &Toolbox,
    program: &Program,
    compiled: &Path,
) -> Outcome<Files> {
    let name = &program.name;
    let folder = project.notes().join("page").join(name);
    fs::create_dir_all(&folder).because(format!("making {}", folder.display()))?;
    let mut bindgen = tools.command_at(&bindgen(project));
    bindgen.args([
        "--target",
        if program.worker { "no-modules" } else { "web" },
    ]);
    bindgen.args(["--no-typescript", "--out-name", name, "--out-dir"]);
    bindgen
        .arg(&folder)
        .arg(compiled.join(format!("{name}.wasm")));
    run(&mut bindgen)?;

    let optimised = |plain: &Path| optimise(tools, program, plain, &folder.join("optimised"));
    let chunks = files::under(&folder.join(CHUNKS))?;
    Ok(Files {
        name: name.clone(),
        script: folder.join(format!("{name}.js")),
        wasm: optimised(&folder.join(format!("{name}_bg.wasm")))?,
        chunks: chunks
            .iter()
            .map(|chunk| optimised(chunk))
            .collect::<Outcome<_>>()?,
    })
}

/// A function with one caller stays a function: the compressed files are 1 to 2 % smaller, and a browser compiles a function well
/// once it was called often, but not while it runs.
const INLINING: &str = "--one-caller-inline-max-function-size=0";

/// A file as wasm-opt makes it, in this folder.
fn optimise(tools: &Toolbox, program: &Program, plain: &Path, folder: &Path) -> Outcome<PathBuf> {
    let optimised = folder.join(plain.file_name().unwrap_or_default());
    let note = optimised.with_extension("made-from");
    let level = format!("-O{}", program.level);
    let made_from = format!("{} {level} {INLINING} {}", sum(plain)?, setup::BINARYEN);
    if !fs::read_to_string(&note).is_ok_and(|made| made == made_from) {
        fs::create_dir_all(folder).because(format!("making {}", folder.display()))?;
        let _ = fs::remove_file(&note);
        let mut wasm_opt = tools.command("wasm-opt")?;
        wasm_opt
            .args([&level, INLINING])
            .arg(plain)
            .arg("-o")
            .arg(&optimised);
        run(&mut wasm_opt)?;
        // Last: a run that was broken off leaves no note.
        fs::write(&note, made_from).because(format!("writing {}", note.display()))?;
    }
    Ok(optimised)
}

fn sum(file: &Path) -> Outcome<String> {
    let bytes = fs::read(file).because(format!("reading {}", file.display()))?;
    Ok(hex(&Sha256::digest(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_its_package() {
        let manifest =
            "# A comment.\n[package]\nname = \"some-page\"\n\n[[bin]]\nname = \"page\"\n";
        assert_eq!(package(manifest), Some("some-page"));
        assert_eq!(package("[workspace]\n"), None);
    }
}
