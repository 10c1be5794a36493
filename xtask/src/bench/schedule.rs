//! More threads than this machine has: times of shards, put on the clocks of as many workers.
//!
//! A prediction, and said to be one. Pahole's times come from its own on one thread and on two: a part that one thread does,
//! and a part that threads divide.

use std::path::Path;

use super::Bench;
use super::contest::{self, Contestant};
use super::pahole::Pahole;
use super::report::Report;
use super::spread::{Spread, shown};
use crate::failure::{Outcome, fail};

const THREADS: [usize; 5] = [1, 2, 4, 8, 16];

/// What `bench-schedule` says, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Times {
    shards: f64,
    before: f64,
    encode: f64,
    merge: f64,
    after: f64,
    wall: f64,
}

impl Times {
    fn parse(line: &str) -> Option<Self> {
        let numbers: Vec<f64> = (line.split_whitespace())
            .map(|word| word.parse().ok())
            .collect::<Option<_>>()?;
        let [_, shards, before, encode, _, merge, _, after, wall] = numbers[..] else {
            return None;
        };
        Some(Self {
            shards,
            before,
            encode,
            merge,
            after,
            wall,
        })
    }
}

pub fn run(bench: &Bench, kernel: &Path, report: &mut Report) -> Outcome {
    let out = bench.work.join("pahole.btf");
    // The newest of them.
    let pahole = Pahole::all(bench)?.pop();
    let peers: Vec<Contestant> = (pahole.iter())
        .flat_map(|pahole| [1, 2].map(|threads| pahole.encoding(kernel, threads, &out)))
        .collect();
    let walls: Vec<Vec<f64>> = (contest::run(bench, &peers)?.iter())
        .map(|samples| samples.iter().map(|sample| sample.wall).collect())
        .collect();
    let mut rows = Vec::new();
    for threads in THREADS {
        let mut rounds = Vec::new();
        for _ in 0..bench.rounds {
            let kernel = kernel.to_string_lossy();
            let said = bench.first_line(
                &bench.built("bench-schedule"),
                &[kernel.as_ref(), &threads.to_string()],
            )?;
            let Some(times) = Times::parse(&said) else {
                return fail(format!("bench-schedule said {said:?}"));
            };
            rounds.push(times);
        }
        let column = |of: fn(&Times) -> f64| Spread::of(rounds.iter().map(of));
        let median = |spread: Option<Spread>, digits: usize| {
            spread.map_or_else(|| "–".to_owned(), |it| format!("{:.digits$}", it.median))
        };
        let peer = match walls.as_slice() {
            [one, two] => {
                Spread::of((one.iter().zip(two)).map(|(&one, &two)| on(one, two, threads)))
            }
            _ => None,
        };
        let ratio = (peer.as_ref().zip(column(|times| times.wall)))
            .map(|(peer, own)| peer.median / own.median);
        rows.push(vec![
            threads.to_string(),
            median(column(|times| times.shards), 0),
            median(column(|times| times.before), 3),
            median(column(|times| times.encode), 2),
            median(column(|times| times.merge), 3),
            median(column(|times| times.after), 3),
            shown(column(|times| times.wall), 2),
            shown(peer, 2),
            ratio.map_or_else(|| "–".to_owned(), |ratio| format!("{ratio:.1}")),
        ]);
    }
    report.title(3, "More threads: predicted from times of shards");
    let name = pahole.map_or_else(|| "pahole".to_owned(), |pahole| pahole.name());
    report.table(
        &[
            "threads",
            "shards",
            "before",
            "encoding, sum",
            "merging, sum",
            "after",
            "ours, wall",
            &format!("{name}, wall"),
            "ratio",
        ],
        &rows,
    );
    Ok(())
}

/// What takes `one` second on one thread and `two` on two, on `threads`.
fn on(one: f64, two: f64, threads: usize) -> f64 {
    let divided = (2.0 * (one - two)).max(0.0);
    (one - divided) + divided / threads.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_threads_divide_is_told_from_what_they_do_not() {
        assert_eq!(on(10.0, 6.0, 1), 10.0);
        assert_eq!(on(10.0, 6.0, 2), 6.0);
        assert_eq!(on(10.0, 6.0, 8), 3.0);
        // Threads that do not help.
        assert_eq!(on(5.0, 5.5, 8), 5.0);
    }

    #[test]
    fn a_line_of_the_program_is_read() {
        let times = Times::parse("4 22 0.02 1.00 0.30 0.14 0.32 0.15 0.49").unwrap();
        assert_eq!((times.shards, times.encode, times.wall), (22.0, 1.0, 0.49));
        assert_eq!(Times::parse("4 22"), None);
    }
}
