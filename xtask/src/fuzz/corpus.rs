//! The committed corpus: an archive for each target (`fuzz/corpus/NAME.tar.gz`), unpacked for the fuzzer and packed again.

use std::fs;
use std::path::{Path, PathBuf};

use super::program::Program;
use crate::failure::{Because, Outcome};
use crate::files;
use crate::project::Project;
use crate::toolbox::{Toolbox, run};

/// The archive of a target. Other readers read BTF, so their targets begin with the inputs of `btf`.
fn archive(project: &Project, name: &str) -> PathBuf {
    let name = match name {
        "kernel" | "libbpf" => "btf",
        other => other,
    };
    project.root.join(format!("fuzz/corpus/{name}.tar.gz"))
}

/// Puts the inputs of a target into its folder, beside those that earlier runs found.
pub fn unpack(project: &Project, tools: &Toolbox, name: &str, work: &Path) -> Outcome {
    let folder = work.join("corpus").join(name);
    fs::create_dir_all(&folder).because(format!("making {}", folder.display()))?;
    let archive = archive(project, name);
    if !archive.is_file() {
        println!(
            "{name} has no corpus yet: it begins with what {} has",
            folder.display()
        );
        return Ok(());
    }
    let mut tar = tools.command("tar")?;
    run(tar.arg("-xzf").arg(archive).arg("-C").arg(folder))
}

/// Inputs that the fuzzer made of one another have about the same size. Beside each other they compress to a third.
fn by_size(inputs: Vec<PathBuf>) -> Outcome<Vec<PathBuf>> {
    let mut sized = Vec::new();
    for input in inputs {
        let size = fs::metadata(&input).because(format!("reading {}", input.display()))?;
        sized.push((size.len(), input));
    }
    sized.sort();
    Ok(sized.into_iter().map(|(_, input)| input).collect())
}

/// Packs the fewest inputs that reach as much as all of them: the same bytes for the same inputs.
pub fn save(project: &Project, tools: &Toolbox, program: &Program) -> Outcome {
    let folder = program.corpus.with_extension("minimised");
    program.minimise(tools, &folder)?;
    let archive = archive(project, &program.name);
    if let Some(parent) = archive.parent() {
        fs::create_dir_all(parent).because(format!("making {}", parent.display()))?;
    }
    let mut tar = tools.command("tar")?;
    tar.args([
        "--mtime=@0",
        "--mode=644",
        "--owner=0",
        "--group=0",
        "--numeric-owner",
    ]);
    tar.args(["--format=ustar", "--use-compress-program=gzip -9n", "-cf"]);
    tar.arg(&archive).arg("-C").arg(&folder);
    for input in by_size(files::under(&folder)?)? {
        tar.arg(input.file_name().unwrap_or_default());
    }
    run(&mut tar)?;
    let size = fs::metadata(&archive).because(format!("reading {}", archive.display()))?;
    println!("{}: {} bytes", archive.display(), size.len());
    Ok(())
}
