//! The same units once, twice and four times: time should grow as they do, memory hardly.

use std::path::Path;

use super::Bench;
use super::contest::{self, Contestant, Role};
use super::encode;
use super::report::Report;
use crate::failure::Outcome;

pub fn run(bench: &Bench, kernel: &Path, report: &mut Report) -> Outcome {
    let mut contestants: Vec<Contestant> = Vec::new();
    for copies in [1_u32, 2, 4] {
        let file = bench.work.join(format!("copies-{copies}.elf"));
        let paths = [kernel, &file].map(|path| path.to_string_lossy().into_owned());
        let made = bench.first_line(
            &bench.built("bench-repeat"),
            &[&paths[0], &copies.to_string(), &paths[1]],
        );
        if let Err(failure) = made {
            report.line(&format!("Growth is not measured: {failure}"));
            return Ok(());
        }
        let role = match copies {
            1 => Role::Own,
            _ => Role::Peer,
        };
        contestants.push(Contestant {
            name: format!("units × {copies}"),
            role,
            ..encode::own(bench, &file, 1)
        });
    }
    contest::tell(bench, "Growth, one thread", &contestants, report)
}
