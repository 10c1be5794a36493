//! Instructions of small fixed jobs under callgrind: a guard against regressions that needs no clock.
//!
//! Counts of one build differ by less than a thousandth; those of other compilers by some percent.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};
use crate::fidelity::{grouped, table};
use crate::project::Project;
use crate::toolbox::{Toolbox, line, run as run_command};

/// Beyond this the committed figure should be renewed, or the change looked at.
const NOTED: f64 = 0.2;
/// Beyond this it is a regression: no other compiler does that.
const REFUSED: f64 = 0.5;

/// Where the committed figures are.
const FIGURES: &str = "benches/instructions.txt";
const HEAD: &str = "\
# Instructions under callgrind of the release build, x86-64, as `cargo xtask test --only instructions` compares them.
# `cargo xtask bench --only instructions --save` writes them anew.
";

/// A job: its name in the figures, and the command's arguments.
struct Job {
    name: &'static str,
    args: Vec<PathBuf>,
}

fn jobs(project: &Project, work: &Path) -> Vec<Job> {
    let sample = project.root.join("tests/sample/sample.elf");
    let types = project.root.join("benches/sample.undeduplicated.btf");
    let out = work.join("out.btf");
    let encode = |file: PathBuf| {
        [
            "encode".into(),
            "-j1".into(),
            file,
            "-o".into(),
            out.clone(),
        ]
        .into()
    };
    vec![
        Job {
            name: "start",
            args: vec!["--version".into()],
        },
        Job {
            name: "encode-sample",
            args: encode(sample),
        },
        Job {
            name: "encode-sample-units-16-times",
            args: encode(work.join("sample-16.elf")),
        },
        Job {
            name: "dedup-sample",
            args: vec!["dedup".into(), types, "-o".into(), out.clone()],
        },
    ]
}

/// Counts, prints and compares; with `save` writes the figures anew instead.
///
/// # Errors
///
/// When a job takes half as much again as its figure says. Without valgrind nothing is counted.
pub fn run(project: &Project, tools: &Toolbox, save: bool) -> Outcome {
    if tools.find("valgrind").is_none() {
        println!("  valgrind is not installed: instructions are not counted");
        return Ok(());
    }
    if !cfg!(target_arch = "x86_64") {
        println!("  the figures are of x86-64: instructions are not compared on this machine");
        return Ok(());
    }
    let work = project.notes().join("instructions");
    fs::create_dir_all(&work).because(format!("making {}", work.display()))?;
    let mut repeat = tools.cargo(["run", "--quiet", "-p", "btfscope-bench-peers"]);
    repeat.args(["--bin", "bench-repeat", "--"]);
    repeat.arg(project.root.join("tests/sample/sample.elf"));
    run_command(repeat.arg("16").arg(work.join("sample-16.elf")))?;
    let place = project.root.join(FIGURES);
    let figures = fs::read_to_string(&place).unwrap_or_default();
    let (mut rows, mut text, mut bad) = (Vec::new(), HEAD.to_owned(), Vec::new());
    for job in jobs(project, &work) {
        let count = count(project, tools, &job)?;
        text += &format!("{} {count}\n", job.name);
        let figure = figure(&figures, job.name);
        let (verdict, refused) = verdict(count, figure);
        if refused && !save {
            bad.push(job.name);
        }
        rows.push(vec![
            job.name.to_owned(),
            shown(count),
            figure.map_or_else(|| "–".to_owned(), shown),
            verdict,
        ]);
    }
    let head = ["job", "instructions", "committed", "difference"];
    println!("{}", table(&head, &rows));
    if save {
        fs::write(&place, text).because(format!("writing {}", place.display()))?;
        println!("kept as {}", place.display());
    }
    if bad.is_empty() {
        return Ok(());
    }
    fail(format!(
        "{} takes over {:.0} % more instructions than {FIGURES} says: find out why, or, where it must be so, write the \
         figures anew by: cargo xtask bench --only instructions --save",
        bad.join(", "),
        REFUSED * 100.0
    ))
}

fn shown(count: u64) -> String {
    grouped(usize::try_from(count).unwrap_or(usize::MAX))
}

fn count(project: &Project, tools: &Toolbox, job: &Job) -> Outcome<u64> {
    let mut valgrind = tools.command("valgrind")?;
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(project.target.join("release/btfscope"));
    let shown = line(valgrind.args(&job.args));
    let done = valgrind.output().because(format!("starting `{shown}`"))?;
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    match collected(&said) {
        Some(count) if done.status.success() => Ok(count),
        _ => fail(format!("`{shown}` failed: {}", said.trim())),
    }
}

/// The count in what callgrind says at its end.
fn collected(said: &str) -> Option<u64> {
    let (_, count) = said
        .lines()
        .rev()
        .find_map(|line| line.split_once("Collected : "))?;
    count.trim().parse().ok()
}

/// The committed figure of a job.
fn figure(figures: &str, name: &str) -> Option<u64> {
    let pairs = figures.lines().filter_map(|line| line.split_once(' '));
    let mut found = pairs.filter(|(own, _)| *own == name);
    found.next()?.1.trim().parse().ok()
}

/// What to say of a count, and whether it is refused.
fn verdict(count: u64, figure: Option<u64>) -> (String, bool) {
    let Some(figure) = figure.filter(|figure| *figure > 0) else {
        return ("no figure".to_owned(), false);
    };
    let more = count as f64 / figure as f64 - 1.0;
    let percent = format!("{:+.1} %", more * 100.0);
    match more {
        more if more > REFUSED => (format!("{percent}: TOO MANY"), true),
        more if more > NOTED => (format!("{percent}: more than expected"), false),
        more if more < -NOTED => (format!("{percent}: renew the figure"), false),
        _ => (percent, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_callgrinds_last_lines() {
        let said = "==1== Events    : Ir\n==1== Collected : 3444308\n==1== \n==1== I   refs:      3,444,308\n";
        assert_eq!(collected(said), Some(3_444_308));
        assert_eq!(collected("==1== nothing"), None);
    }

    #[test]
    fn a_small_difference_is_told_a_large_one_refused() {
        let figures = "# words\nstart 100\nencode-sample 1000\n";
        assert_eq!(figure(figures, "encode-sample"), Some(1000));
        assert_eq!(figure(figures, "encode"), None);
        assert_eq!(verdict(1010, Some(1000)), ("+1.0 %".to_owned(), false));
        assert!(verdict(1300, Some(1000)).0.ends_with("more than expected"));
        assert!(verdict(700, Some(1000)).0.ends_with("renew the figure"));
        assert!(verdict(1501, Some(1000)).1);
        assert!(!verdict(1501, None).1);
    }
}
