//! The page in Chromium beside native programs.

use std::path::Path;

use super::Bench;
use super::contest::{Contestant, Sample};
use super::encode;
use super::pahole::Pahole;
use super::report::Report;
use super::spread::{Spread, shown};
use crate::dist;
use crate::failure::{Because, Outcome, fail};
use crate::serve;

/// One job in a fresh page.
#[derive(Debug, Clone, PartialEq)]
struct Visit {
    /// From choosing the file to the result on the screen, as seen from outside.
    wall: f64,
    /// Megabytes of all wasm memories at once, as the page states them.
    memory: f64,
    workers: u32,
    /// Seconds by stage, as the page states them.
    stages: Vec<(String, f64)>,
}

impl Visit {
    /// From the line of `tests/browser/bench.mjs`: fields that tabs part.
    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.trim_end().split('\t');
        let wall = fields.next()?.parse().ok()?;
        let bytes: f64 = fields.next()?.parse().ok()?;
        let workers = fields.next()?.parse().ok()?;
        let stage = |field: &str| {
            let (name, seconds) = field.rsplit_once('=')?;
            Some((name.to_owned(), seconds.parse().ok()?))
        };
        Some(Self {
            wall,
            memory: bytes / 1e6,
            workers,
            stages: fields.map(stage).collect::<Option<_>>()?,
        })
    }

    fn stage(&self, name: &str) -> f64 {
        let found = self.stages.iter().find(|(own, _)| own == name);
        found.map_or(f64::NAN, |(_, seconds)| *seconds)
    }
}

pub fn run(bench: &Bench, kernel: &Path, report: &mut Report) -> Outcome {
    if !dist::is_fresh(bench.project)? {
        dist::build(bench.project, &bench.tools, &bench.project.dist())?;
    }
    let address = serve::in_background(&bench.project.dist())?;
    let mut natives = vec![encode::own(bench, kernel, bench.cores)];
    let out = bench.work.join("pahole.btf");
    for pahole in Pahole::all(bench)? {
        natives.push(pahole.encoding(kernel, bench.cores, &out));
    }
    // Into the page cache with the input.
    if let Some(own) = natives.first() {
        own.run(bench)?;
    }
    let (mut visits, mut at_once) = (Vec::new(), Vec::new());
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); natives.len()];
    for round in 0..bench.rounds {
        for turn in 0..=natives.len() {
            let who = (round + turn) % (natives.len() + 1);
            match (natives.get(who), samples.get_mut(who)) {
                (Some(native), Some(own)) => own.push(native.run(bench)?),
                _ => {
                    visits.push(visit(bench, kernel, &address, &[])?);
                    at_once.push(visit(bench, kernel, &address, &["--at-once"])?);
                }
            }
        }
    }
    report.title(3, "The page in Chromium, a fresh browser for each round");
    tables(&visits, &at_once, &natives, &samples, report);
    Ok(())
}

fn visit(bench: &Bench, kernel: &Path, address: &str, options: &[&str]) -> Outcome<Visit> {
    let mut node = bench.tools.command("node")?;
    node.env("BTFSCOPE_URL", address);
    node.env("BTFSCOPE_KERNEL", kernel);
    node.arg(bench.project.root.join("tests/browser/bench.mjs"));
    node.args(options);
    let done = node.output().because("starting node")?;
    if !done.status.success() {
        let cause = String::from_utf8_lossy(&done.stderr).into_owned();
        return fail(format!("tests/browser/bench.mjs failed: {}", cause.trim()));
    }
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    match said.lines().last().and_then(Visit::parse) {
        Some(visit) => Ok(visit),
        None => fail(format!("tests/browser/bench.mjs said {said:?}")),
    }
}

fn tables(
    visits: &[Visit],
    at_once: &[Visit],
    natives: &[Contestant],
    samples: &[Vec<Sample>],
    report: &mut Report,
) {
    let Some(first) = visits.first() else {
        return;
    };
    let of = |measure: &dyn Fn(&Visit) -> f64| Spread::of(visits.iter().map(measure));
    let mut rows = vec![
        vec![
            "choosing the file to the result".to_owned(),
            shown(of(&|visit| visit.wall), 2),
        ],
        vec![
            "the same, chosen as soon as the page can be used".to_owned(),
            shown(Spread::of(at_once.iter().map(|visit| visit.wall)), 2),
        ],
    ];
    for (name, _) in &first.stages {
        rows.push(vec![
            format!("the page's own: {name}"),
            shown(of(&|visit| visit.stage(name)), 2),
        ]);
    }
    let workers = first.workers;
    report.table(&[&format!("page, {workers} workers"), "seconds"], &rows);
    report.line(&format!(
        "The file is chosen a second after the page can be used. Merging goes on while workers encode. All wasm memories at once, as the page states them: {} MB.",
        shown(of(&|visit| visit.memory), 1)
    ));
    let mut rows = Vec::new();
    for (native, own) in natives.iter().zip(samples) {
        let ratio = visits
            .iter()
            .zip(own)
            .map(|(visit, own)| own.wall / visit.wall);
        rows.push(vec![
            native.name.clone(),
            shown(Spread::of(own.iter().map(|it| it.wall)), 2),
            shown(Spread::of(ratio), 2),
        ]);
    }
    report.table(&["native, beside it", "wall s", "wall ÷ the page's"], &rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_page_becomes_a_visit() {
        let visit = Visit::parse("3.5\t79000000\t2\tEncode types=2.25\tWrite .BTF=0.5\n").unwrap();
        assert_eq!((visit.wall, visit.memory, visit.workers), (3.5, 79.0, 2));
        assert_eq!(visit.stage("Encode types"), 2.25);
        assert!(visit.stage("Dedup").is_nan());
        assert_eq!(Visit::parse("3.5\t1\t2\tEncode types"), None);
        assert_eq!(Visit::parse(""), None);
    }
}
