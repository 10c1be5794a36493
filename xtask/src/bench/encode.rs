//! DWARF to BTF: pahole beside us, and the bare walk below us.

use std::path::Path;

use super::Bench;
use super::contest::{self, Contestant, Role};
use super::pahole::Pahole;
use super::report::Report;
use crate::failure::Outcome;

/// Our command on so many threads.
pub fn own(bench: &Bench, kernel: &Path, threads: usize) -> Contestant {
    let out = bench.work.join("own.btf");
    let jobs = format!("-j{threads}");
    Contestant {
        name: format!("btfscope -j{threads}"),
        role: Role::Own,
        program: bench.btfscope(),
        args: vec![
            "encode".into(),
            jobs.into(),
            kernel.into(),
            "-o".into(),
            out.clone().into(),
        ],
        output: Some(out),
    }
}

pub fn run(bench: &Bench, kernel: &Path, peers: bool, walk: bool, report: &mut Report) -> Outcome {
    let paholes = if peers {
        Pahole::all(bench)?
    } else {
        Vec::new()
    };
    if peers && paholes.is_empty() {
        report.line("pahole is not installed, and PAHOLE names none: there is no peer.");
    }
    let out = bench.work.join("pahole.btf");
    let beside = |threads| {
        let encoding = |pahole: &Pahole| pahole.encoding(kernel, threads, &out);
        paholes.iter().map(encoding).collect::<Vec<_>>()
    };
    let mut one: Vec<_> = [own(bench, kernel, 1)]
        .into_iter()
        .chain(beside(1))
        .collect();
    if walk {
        one.push(Contestant {
            name: "gimli's bare walk".to_owned(),
            role: Role::Floor,
            program: bench.built("bench-walk"),
            args: vec![kernel.into()],
            output: None,
        });
    }
    contest::tell(bench, "Encode, one thread", &one, report)?;
    if peers && bench.cores > 1 {
        let own = own(bench, kernel, bench.cores);
        let all: Vec<_> = [own].into_iter().chain(beside(bench.cores)).collect();
        contest::tell(bench, "Encode, all cores", &all, report)?;
    }
    Ok(())
}
