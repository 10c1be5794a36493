//! On what, of what and when: what a reader of figures must know.

use std::fs;
use std::thread;

use super::Bench;
use super::report::Report;
use crate::failure::{Because, Outcome};
use crate::toolbox::Toolbox;

pub struct Machine {
    /// The processor, as it names itself.
    model: String,
    pub cores: usize,
    memory_gb: f64,
    system: String,
    date: String,
    commit: String,
    compiler: String,
}

impl Machine {
    pub fn look(tools: &Toolbox) -> Outcome<Self> {
        let told = |program: &str, args: &[&str]| {
            tools
                .output(program, args)
                .unwrap_or_else(|| "not known".to_owned())
        };
        let cores = thread::available_parallelism().because("counting processors")?;
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let kilobytes = field(&memory, "MemTotal").and_then(|it| {
            let number = it.trim_end_matches(" kB");
            number.parse::<f64>().ok()
        });
        Ok(Self {
            model: field(&info, "model name").unwrap_or_else(|| told("uname", &["-m"])),
            cores: cores.get(),
            memory_gb: kilobytes.unwrap_or(0.0) * 1024.0 / 1e9,
            system: told("uname", &["-sr"]),
            date: told("date", &["-u", "+%F"]),
            commit: told("git", &["describe", "--always", "--dirty"]),
            compiler: told("rustc", &["--version"]),
        })
    }

    /// Where a report of this day on this machine is kept.
    pub fn file_name(&self) -> String {
        let Self {
            date, model, cores, ..
        } = self;
        format!("{date}-{}-{cores}-cores.md", slug(model))
    }

    /// The head of a report.
    pub fn tell(&self, bench: &Bench, report: &mut Report) -> Outcome {
        let Self {
            date,
            model,
            cores,
            memory_gb,
            system,
            compiler,
            commit,
        } = self;
        report.title(1, &format!("Benchmark of {date}"));
        let version = bench.first_line(&bench.btfscope(), &["--version"])?;
        report.list(&[
            format!("Machine: {model}, {cores} cores, {memory_gb:.0} GB; {system}."),
            format!("{version} ({commit}), {compiler}, release build."),
            format!("Load at the start: {}.", load()),
            format!(
                "Rounds: {}; programs take turns, and each round begins with another one. Given are median (least–most); \
                 ratios are of the same round. Input in the page cache.",
                bench.rounds
            ),
        ]);
        report.line(
            "CPU is user and system time together. Anonymous memory is looked at every 5 ms; a mapped file counts as \
             resident, but not as anonymous.",
        );
        Ok(())
    }
}

/// The machine's load over 1, 5 and 15 minutes.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let words: Vec<_> = load.split_whitespace().take(3).collect();
    match words.is_empty() {
        true => "not known".to_owned(),
        false => words.join(", "),
    }
}

/// The value of the first line `name : value`.
fn field(text: &str, name: &str) -> Option<String> {
    let pairs = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = pairs.filter(|(key, _)| key.trim() == name);
    values.next().map(|(_, value)| value.trim().to_owned())
}

/// Letters and digits, in words that hyphens join.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_read_from_what_the_kernel_says() {
        let info = "processor\t: 0\nmodel name\t: AMD EPYC 7763: 64-Core\nmodel name\t: other\n";
        assert_eq!(
            field(info, "model name").as_deref(),
            Some("AMD EPYC 7763: 64-Core")
        );
        assert_eq!(field(info, "model"), None);
        assert_eq!(slug("Intel(R) Xeon(R) @ 2.20GHz"), "intel-r-xeon-r-2-20ghz");
    }
}
