//! Runs checks beside each other where they need nothing of each other, and keeps the books.

use std::collections::BTreeMap;
use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use super::{Check, Options, left_out};
use crate::failure::{Because, Outcome};
use crate::project::Project;

/// How many checks run at once. Two keep two cores busy while one of them links or waits for a browser; more would only
/// take memory.
const AT_ONCE: usize = 2;

/// Lines of a passed check's output that are shown: a runner's summary, with its slowest tests.
const SHOWN: usize = 45;

/// Starts of lines that nobody needs of a passed check.
const NOISE: [&str; 4] = ["Compiling ", "Downloaded ", "Downloading ", "Checking "];

/// How a check ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    /// A check that it uses failed, or the run stops at the first failure.
    NotRun,
}

struct Ended {
    number: usize,
    passed: bool,
    seconds: f64,
}

/// Runs them all; whether all passed.
pub fn run(project: &Project, checks: &[&Check], options: &Options) -> Outcome<bool> {
    let logs = project.notes().join("logs");
    fs::create_dir_all(&logs).because(format!("making {}", logs.display()))?;
    let own = env::current_exe().because("looking for this program")?;
    let began = Instant::now();
    let mut ends: BTreeMap<usize, (End, f64)> = BTreeMap::new();
    let mut waiting: Vec<usize> = (0..checks.len()).collect();
    let mut running = 0;
    let (tell, hear) = mpsc::channel();
    loop {
        let stop = !options.keep_going && ends.values().any(|(end, _)| *end == End::Failed);
        while let Some(at) = next(checks, &waiting, &ends, stop) {
            let number = waiting.remove(at);
            let Some(check) = checks.get(number) else {
                continue;
            };
            if stop
                || uses(checks, check)
                    .any(|used| ends.get(&used).is_some_and(|(end, _)| *end != End::Passed))
            {
                ends.insert(number, (End::NotRun, 0.0));
                continue;
            }
            if running == AT_ONCE {
                waiting.insert(at, number);
                break;
            }
            println!("== {}: {}", check.name, check.says);
            running += 1;
            let command = part(&own, check, options.all);
            let log = log(&logs, check);
            let tell = tell.clone();
            thread::spawn(move || {
                let start = Instant::now();
                let passed = to_log(command, &log);
                let seconds = start.elapsed().as_secs_f64();
                // Nobody hears it only where the run itself failed.
                let _ = tell.send(Ended {
                    number,
                    passed,
                    seconds,
                });
            });
        }
        if running == 0 {
            break;
        }
        let ended = hear.recv().because("waiting for a check")?;
        running -= 1;
        if let Some(check) = checks.get(ended.number) {
            tell_end(&logs, check, &ended);
        }
        let end = if ended.passed {
            End::Passed
        } else {
            End::Failed
        };
        ends.insert(ended.number, (end, ended.seconds));
    }
    Ok(table(
        checks,
        &ends,
        began.elapsed().as_secs_f64(),
        options.only.is_empty(),
    ))
}

/// The place in `waiting` of the first check whose turn it is.
fn next(
    checks: &[&Check],
    waiting: &[usize],
    ends: &BTreeMap<usize, (End, f64)>,
    stop: bool,
) -> Option<usize> {
    waiting.iter().position(|number| {
        let Some(check) = checks.get(*number) else {
            return false;
        };
        stop || uses(checks, check).all(|used| ends.contains_key(&used))
    })
}

/// Those of the run that a check uses; one that nobody chose counts as done.
fn uses<'a>(checks: &'a [&Check], check: &'a Check) -> impl Iterator<Item = usize> + 'a {
    let at = |name: &str| checks.iter().position(|other| other.name == name);
    check.after.iter().filter_map(move |name| at(name))
}

/// This program again, for one check.
fn part(own: &Path, check: &Check, all: bool) -> Command {
    let mut command = Command::new(own);
    command.args(["test", "--as-part", "--only", check.name]);
    if all {
        command.arg("--all");
    }
    command.stdin(Stdio::null());
    command
}

fn log(logs: &Path, check: &Check) -> PathBuf {
    logs.join(format!("{}.txt", check.name))
}

/// Runs a command with its output in a file, so that two at once do not mix; whether it succeeded.
fn to_log(mut command: Command, log: &Path) -> bool {
    let files = File::create(log).and_then(|out| Ok((out.try_clone()?, out)));
    let Ok((out, err)) = files else {
        return false;
    };
    command.stdout(out).stderr(err);
    command.status().is_ok_and(|status| status.success())
}

fn tell_end(logs: &Path, check: &Check, ended: &Ended) {
    let path = log(logs, check);
    let text = fs::read(&path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let text = text.unwrap_or_else(|error| format!("its output cannot be read: {error}\n"));
    let name = check.name;
    if ended.passed {
        let noise = |line: &&str| {
            NOISE
                .iter()
                .any(|start| line.trim_start().starts_with(start))
        };
        let lines: Vec<_> = text.lines().filter(|line| !noise(line)).collect();
        let shown = lines
            .get(lines.len().saturating_sub(SHOWN)..)
            .unwrap_or_default();
        for line in shown {
            println!("   {line}");
        }
        println!("== {name}: passed in {:.1} s", ended.seconds);
    } else {
        print!("{text}");
        println!(
            "== {name}: FAILED after {:.1} s; all of its output is above",
            ended.seconds
        );
        println!("   it runs alone by: cargo xtask test --only {name}");
    }
}

/// The whole run in lines; whether all passed.
fn table(
    checks: &[&Check],
    ends: &BTreeMap<usize, (End, f64)>,
    seconds: f64,
    chosen_by_us: bool,
) -> bool {
    let count = |wanted: End| ends.values().filter(|(end, _)| *end == wanted).count();
    println!("== all of it: {seconds:.0} s");
    for (number, check) in checks.iter().enumerate() {
        match ends.get(&number) {
            Some((End::Passed, took)) => println!("   {:<13} passed  {took:>6.0} s", check.name),
            Some((End::Failed, took)) => println!("   {:<13} FAILED  {took:>6.0} s", check.name),
            Some((End::NotRun, _)) | None => println!("   {:<13} not run", check.name),
        }
    }
    let left = left_out(checks);
    if chosen_by_us && !left.is_empty() {
        let names: Vec<_> = left.iter().map(|check| check.name).collect();
        println!("   left to cargo xtask test --all: {}", names.join(", "));
    }
    println!(
        "{} passed, {} failed, {} skipped",
        count(End::Passed),
        count(End::Failed),
        count(End::NotRun)
    );
    count(End::Failed) == 0
}
