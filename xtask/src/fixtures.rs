//! `fixtures`: makes the sample ELF anew and says whether it changed.

use std::fs;

use crate::failure::{Because, Outcome};
use crate::files::sha256;
use crate::project::Project;
use crate::setup::{self, Need};

pub fn run(project: &Project) -> Outcome {
    let tools = setup::ready(project, &[Need::Peers], false)?;
    let sample = project.root.join("tests/sample/sample.elf");
    let before = fs::read(&sample).ok();
    let script = project.root.join("tests/sample/make.sh");
    crate::toolbox::run(tools.command("bash")?.arg(&script))?;
    let after = fs::read(&sample).because(format!("reading {}", sample.display()))?;
    let (sum, length) = sha256(after.as_slice()).because("summing up the sample")?;
    let verdict = match before {
        None => "new",
        Some(before) if before == after => "unchanged",
        Some(_) => "CHANGED: other sources, or other versions of the compilers",
    };
    println!(
        "{}: {verdict} ({length} bytes, SHA-256 {sum})",
        sample.display()
    );
    Ok(())
}
