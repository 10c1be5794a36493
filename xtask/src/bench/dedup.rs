//! Dedup alone: libbpf's beside ours, on the types of all units of a kernel.

use std::path::Path;

use super::Bench;
use super::contest::{self, Contestant, Role};
use super::report::Report;
use crate::failure::Outcome;
use crate::toolbox::{line, run as run_command};

const PEER: &str = "bench-libbpf-dedup";

pub fn run(bench: &Bench, kernel: &Path, report: &mut Report) -> Outcome {
    let input = bench.work.join("undeduplicated.btf");
    let made = bench.first_line(
        &bench.built("bench-undeduplicated"),
        &[&kernel.to_string_lossy(), &input.to_string_lossy()],
    )?;
    let (own, their) = (
        bench.work.join("own.dedup.btf"),
        bench.work.join("libbpf.dedup.btf"),
    );
    let mut contestants = vec![Contestant {
        name: "btfscope dedup".to_owned(),
        role: Role::Own,
        program: bench.btfscope(),
        args: vec![
            "dedup".into(),
            input.clone().into(),
            "-o".into(),
            own.clone().into(),
        ],
        output: Some(own.clone()),
    }];
    let mut notes = vec![format!(
        "Input: the types of all units, without functions and variables: {made}."
    )];
    match libbpf(bench) {
        Ok(version) => {
            contestants.push(Contestant {
                name: format!("libbpf {}", version.trim_start_matches('v')),
                role: Role::Peer,
                program: bench.built(PEER),
                args: vec![input.clone().into(), their.clone().into()],
                output: Some(their.clone()),
            });
            let paths = [&input, &their].map(|path| path.to_string_lossy());
            let said = bench.first_line(&bench.built(PEER), &paths.each_ref().map(|it| &**it))?;
            notes.push(format!("libbpf: {said}."));
        }
        Err(failure) => notes.push(format!(
            "libbpf's dedup is not measured: {failure}. Its source comes with the crate libbpf-sys; a C compiler, \
             make, pkg-config and the headers of libelf and zlib build it."
        )),
    }
    contest::tell(bench, "Dedup alone, one thread", &contestants, report)?;
    if contestants.len() > 1 {
        let mut diff = bench.tools.command_at(&bench.btfscope());
        diff.arg("diff").args([&own, &their]);
        let same = diff.output().is_ok_and(|done| done.status.success());
        notes.push(match same {
            true => "Both results hold the same types.".to_owned(),
            false => format!("THE RESULTS DIFFER: `{}` says how.", line(&diff)),
        });
    }
    report.list(&notes);
    Ok(())
}

/// Builds libbpf's dedup, and tells its version. A machine may lack what its C code needs.
fn libbpf(bench: &Bench) -> Outcome<String> {
    let package = ["build", "--release", "-p", "btfscope-bench-peers"];
    let mut cargo = bench.tools.cargo(package);
    run_command(cargo.args(["--features", "libbpf", "--bin", PEER]))?;
    bench.first_line(&bench.built(PEER), &["--version"])
}
