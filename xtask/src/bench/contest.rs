//! Programs that do the same work, in turns.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use super::Bench;
use super::report::Report;
use super::spread::{Spread, shown};
use crate::failure::{Because, Outcome, fail};

/// What one run took: seconds and megabytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    pub cpu: f64,
    pub wall: f64,
    pub resident: f64,
    /// As seen by looks every few milliseconds.
    pub anonymous: f64,
}

impl Sample {
    /// From the line of `bench-measure`.
    fn parse(line: &str) -> Option<Self> {
        let numbers: Vec<f64> = (line.split_whitespace())
            .map(|word| word.parse().ok())
            .collect::<Option<_>>()?;
        let [wall, user, system, resident, anonymous] = numbers[..] else {
            return None;
        };
        Some(Self {
            cpu: user + system,
            wall,
            resident: resident * 1024.0 / 1e6,
            anonymous: anonymous * 1024.0 / 1e6,
        })
    }
}

/// Which way a ratio is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The first of a contest, which all others are held against.
    Own,
    /// How many times as much it takes.
    Peer,
    /// How many times as much we take: a floor that we come near to from above.
    Floor,
}

/// A program with its arguments.
pub struct Contestant {
    pub name: String,
    pub role: Role,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// What it must have written when it is done.
    pub output: Option<PathBuf>,
}

impl Contestant {
    /// Runs it once.
    pub fn run(&self, bench: &Bench) -> Outcome<Sample> {
        if let Some(output) = &self.output {
            // Or a run that writes nothing would pass for one that does.
            let _ = fs::remove_file(output);
        }
        let mut command = bench.tools.command_at(&bench.built("bench-measure"));
        command.arg(&self.program).args(&self.args);
        let done = command.output().because(format!("running {}", self.name))?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        if !done.status.success() {
            let cause = String::from_utf8_lossy(&done.stderr).into_owned();
            return fail(format!("{} failed: {}", self.name, cause.trim()));
        }
        if let Some(output) = &self.output
            && !fs::metadata(output).is_ok_and(|meta| meta.len() > 0)
        {
            return fail(format!("{} ended well but wrote nothing", self.name));
        }
        match Sample::parse(&said) {
            Some(sample) => Ok(sample),
            None => fail(format!("bench-measure said {said:?} of {}", self.name)),
        }
    }

    /// As one would type it, without folders.
    fn line(&self) -> String {
        let short = |word: &OsString| {
            let word = word.to_string_lossy();
            let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
            match word.split_once('=') {
                Some((option, path)) => format!("{option}={}", name(path)),
                None => name(&word),
            }
        };
        let words = self.args.iter().map(short);
        let program = short(&self.program.clone().into_os_string());
        let all: Vec<_> = [program].into_iter().chain(words).collect();
        all.join(" ")
    }
}

/// Runs all in turns; each round begins with another one. Samples come in the order of `contestants`.
pub fn run(bench: &Bench, contestants: &[Contestant]) -> Outcome<Vec<Vec<Sample>>> {
    // Into the page cache with the input.
    if let Some(first) = contestants.first() {
        first.run(bench)?;
    }
    let mut samples = vec![Vec::new(); contestants.len()];
    for round in 0..bench.rounds {
        for turn in 0..contestants.len() {
            let who = (round + turn) % contestants.len();
            if let (Some(one), Some(own)) = (contestants.get(who), samples.get_mut(who)) {
                own.push(one.run(bench)?);
            }
        }
    }
    Ok(samples)
}

/// Runs all, and writes both tables: what each takes, and ratios, which are of the same round.
pub fn tell(
    bench: &Bench,
    title: &str,
    contestants: &[Contestant],
    report: &mut Report,
) -> Outcome {
    report.title(3, title);
    let samples = run(bench, contestants)?;
    tables(contestants, &samples, report);
    Ok(())
}

fn tables(contestants: &[Contestant], samples: &[Vec<Sample>], report: &mut Report) {
    let all = |own: &[Sample], of: fn(&Sample) -> f64| Spread::of(own.iter().map(of));
    let rows = contestants.iter().zip(samples).map(|(one, own)| {
        vec![
            one.name.clone(),
            shown(all(own, |it| it.cpu), 2),
            shown(all(own, |it| it.wall), 2),
            shown(all(own, |it| it.resident), 0),
            shown(all(own, |it| it.anonymous), 0),
        ]
    });
    report.table(
        &[
            "program",
            "CPU s",
            "wall s",
            "peak resident MB",
            "peak anonymous MB",
        ],
        &rows.collect::<Vec<_>>(),
    );
    let mut rows = Vec::new();
    let (Some(first), Some(own)) = (contestants.first(), samples.first()) else {
        return;
    };
    for (one, other) in contestants.iter().zip(samples).skip(1) {
        let (title, over, under) = match one.role {
            Role::Floor => (format!("{} ÷ {}", first.name, one.name), own, other),
            Role::Own | Role::Peer => (format!("{} ÷ {}", one.name, first.name), other, own),
        };
        let ratio = |a: fn(&Sample) -> f64, b: fn(&Sample) -> f64| {
            let pairs = over.iter().zip(under);
            shown(Spread::of(pairs.map(|(over, under)| a(over) / b(under))), 2)
        };
        rows.push(vec![
            title,
            ratio(|it| it.cpu, |it| it.cpu),
            ratio(|it| it.wall, |it| it.wall),
            ratio(|it| it.resident, |it| it.resident),
            ratio(|it| it.resident, |it| it.anonymous),
        ]);
    }
    if !rows.is_empty() {
        report.table(
            &["ratio", "CPU", "wall", "resident", "resident ÷ anonymous"],
            &rows,
        );
    }
    let lines: Vec<_> = contestants.iter().map(Contestant::line).collect();
    report.code(&lines);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contestant(name: &str, role: Role) -> Contestant {
        Contestant {
            name: name.to_owned(),
            role,
            program: "/bin/prog".into(),
            args: vec!["--out=/tmp/deep/x".into(), "/tmp/in".into()],
            output: None,
        }
    }

    #[test]
    fn a_line_of_measures_becomes_a_sample() {
        let sample = Sample::parse("4.0 1.5 0.5 1000000 500000\n").unwrap();
        assert_eq!((sample.cpu, sample.wall), (2.0, 4.0));
        assert_eq!((sample.resident, sample.anonymous), (1024.0, 512.0));
        assert_eq!(Sample::parse("1 2 3 4"), None);
        assert_eq!(Sample::parse("1 2 3 4 x"), None);
    }

    #[test]
    fn ratios_are_of_the_same_round_and_a_floor_is_below() {
        let sample = |cpu: f64| Sample {
            cpu,
            wall: cpu,
            resident: 10.0 * cpu,
            anonymous: 5.0 * cpu,
        };
        let contestants = [
            contestant("own", Role::Own),
            contestant("peer", Role::Peer),
            contestant("floor", Role::Floor),
        ];
        // A machine that is twice as slow in the second round changes no ratio.
        let samples = [
            vec![sample(2.0), sample(4.0)],
            vec![sample(6.0), sample(12.0)],
            vec![sample(1.0), sample(2.0)],
        ];
        let mut report = Report::quiet();
        tables(&contestants, &samples, &mut report);
        let text = report.text();
        assert!(text.contains("| peer ÷ own"), "{text}");
        assert!(text.contains("| 3.00 (3.00–3.00) |"), "{text}");
        assert!(text.contains("| own ÷ floor"), "{text}");
        assert!(text.contains("| 6.00 (6.00–6.00)"), "{text}");
        assert!(text.contains("prog --out=x in"), "{text}");
    }
}
