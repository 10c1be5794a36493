//! Instructions of small fixed jobs under callgrind: a guard against regressions that needs no clock.
//!
//! Counts of one build differ by less than a thousandth; those of other compilers and C libraries by some percent. The committed
//! figures name the tools with which they were made: with the same tools a change has a budget of 2 %.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Because, Outcome, fail};
use crate::fidelity::{grouped, table};
use crate::project::Project;
use crate::toolbox::{Toolbox, line, run as run_command};

/// How much a count may differ from the committed figure, as a share of it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Limits {
    /// Beyond this the figure should be renewed, or the change looked at.
    noted: f64,
    /// Beyond this it is a regression.
    refused: f64,
}

impl Limits {
    /// What a change may take more, counted with the tools of the figures.
    const SAME_TOOLS: Limits = Limits {
        noted: 0.01,
        refused: 0.02,
    };
    /// More than other tools make of the same source.
    const OTHER_TOOLS: Limits = Limits {
        noted: 0.2,
        refused: 0.5,
    };

    /// The limits for figures that were made with some tools.
    fn of(figures: &str, tools: &str) -> Limits {
        match figures
            .lines()
            .any(|line| line.strip_prefix(TOOLS) == Some(tools))
        {
            true => Limits::SAME_TOOLS,
            false => Limits::OTHER_TOOLS,
        }
    }
}

/// Where the committed figures are.
const FIGURES: &str = "benches/instructions.txt";
const HEAD: &str = "\
# Instructions under callgrind of the release build, x86-64, as `cargo xtask test --only instructions` compares them.
# `cargo xtask bench --only instructions --save` writes them anew.
";
/// Begins the line that names the tools.
const TOOLS: &str = "# Made with ";

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
/// When a job takes more than its figure and the limit allow. Without valgrind nothing is counted.
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
    let made_with = made_with(tools);
    let limits = Limits::of(&figures, &made_with);
    let head = format!("{HEAD}{TOOLS}{made_with}\n");
    let (mut rows, mut text, mut bad) = (Vec::new(), head, Vec::new());
    for job in jobs(project, &work) {
        let count = count(project, tools, &job)?;
        text += &format!("{} {count}\n", job.name);
        let figure = figure(&figures, job.name);
        let (verdict, refused) = verdict(count, figure, limits);
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
        limits.refused * 100.0
    ))
}

/// Compiler, C library, and counter. Where one of them cannot be asked, no figures were made with these.
fn made_with(tools: &Toolbox) -> String {
    let versions = [
        ("rustc", &["--version"][..]),
        ("getconf", &["GNU_LIBC_VERSION"]),
        ("valgrind", &["--version"]),
    ];
    let versions = versions.iter().map(|(tool, args)| {
        let said = tools.command(tool).ok()?.args(*args).output().ok()?;
        Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    });
    let versions: Option<Vec<_>> = versions.collect();
    versions.unwrap_or_default().join(", ")
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
fn verdict(count: u64, figure: Option<u64>, limits: Limits) -> (String, bool) {
    let Some(figure) = figure.filter(|figure| *figure > 0) else {
        return ("no figure".to_owned(), false);
    };
    let more = count as f64 / figure as f64 - 1.0;
    let percent = format!("{:+.1} %", more * 100.0);
    match more {
        more if more > limits.refused => (format!("{percent}: TOO MANY"), true),
        more if more > limits.noted => (format!("{percent}: more than expected"), false),
        more if more < -limits.noted => (format!("{percent}: renew the figure"), false),
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
        let other = |count| verdict(count, Some(1000), Limits::OTHER_TOOLS);
        assert_eq!(other(1010), ("+1.0 %".to_owned(), false));
        assert!(other(1300).0.ends_with("more than expected"));
        assert!(other(700).0.ends_with("renew the figure"));
        assert!(other(1501).1);
        assert!(!verdict(1501, None, Limits::OTHER_TOOLS).1);
    }

    #[test]
    fn with_the_tools_of_the_figures_a_change_has_two_percent() {
        let figures = "# words\n# Made with rustc 1, glibc 2\nstart 1000\n";
        let limits = |tools| Limits::of(figures, tools);
        assert_eq!(limits("rustc 1, glibc 3"), Limits::OTHER_TOOLS);
        let same = limits("rustc 1, glibc 2");
        assert_eq!(same, Limits::SAME_TOOLS);
        assert!(!verdict(1019, Some(1000), same).1);
        assert!(verdict(1021, Some(1000), same).1);
        assert!(
            verdict(980, Some(1000), same)
                .0
                .ends_with("renew the figure")
        );
    }
}
