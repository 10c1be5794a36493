//! What libbpf decides about BPF objects of Debian's packages, compared with those of `btfscope-core-check`, and about its minimal BTF: `tests/core`.

use super::Bench;
use super::inputs::Input;
use super::kernels::folder;
use crate::failure::{Outcome, fail};
use crate::toolbox::run as run_command;
use std::path::PathBuf;

/// Encodes each kernel and compares all decisions on it. Kernels of the other byte order load none of the objects.
pub fn run(bench: &Bench, inputs: &[Input]) -> Outcome<bool> {
    println!("== core");
    let mut types: Vec<PathBuf> = Vec::new();
    for input in inputs.iter().filter(|input| input.kernel.name != "s390x") {
        let to = folder(bench, input)?.join(format!("{}.btf", input.release));
        let mut encode = bench
            .tools
            .command_at(&bench.project.target.join("release/btfscope"));
        encode.arg("encode").arg("-o").arg(&to).arg(&input.vmlinux);
        run_command(&mut encode)?;
        types.push(to);
    }
    if types.is_empty() {
        return fail("no little-endian kernel was chosen: name one with --only 6.1");
    }
    let mut compare = bench.tools.command("bash")?;
    compare.arg(bench.project.root.join("tests/core/compare.sh"));
    compare.arg(bench.work.join("core")).args(&types);
    compare.env("CARGO_TARGET_DIR", &bench.project.target);
    match run_command(&mut compare) {
        Ok(()) => Ok(true),
        Err(failure) => {
            println!("core: {failure}");
            Ok(false)
        }
    }
}
