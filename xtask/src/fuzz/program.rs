//! A target's program: running libFuzzer, and reading what it says.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::failure::{Because, Outcome};
use crate::files;
use crate::toolbox::Toolbox;

/// Seconds by the clock after which an input hangs. Processor time is limited by the program itself (`fuzz/src/time.rs`);
/// on a busy machine much less of it passes.
const INPUT_SECONDS: u32 = 1200;
/// The program ends at a finding. It begins again until it has so many.
const MOST_FINDINGS: usize = 5;

/// A built program with its folders.
pub struct Program {
    pub name: String,
    path: PathBuf,
    pub corpus: PathBuf,
    findings: PathBuf,
    logs: PathBuf,
}

/// What a target did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Run {
    pub name: String,
    pub executions: u64,
    /// By the clock.
    pub seconds: u64,
    pub processor_seconds: u64,
    /// Edges that inputs reached, of those that the program has: the standard library's too.
    pub edges: u64,
    pub all_edges: u64,
    pub features: u64,
    pub inputs: u64,
    /// Each finding with the program that repeats it.
    pub findings: Vec<(PathBuf, PathBuf)>,
}

impl Program {
    pub fn new(name: &str, programs: &Path, work: &Path) -> Self {
        Self {
            name: name.to_owned(),
            path: programs.join(name),
            corpus: work.join("corpus").join(name),
            findings: work.join("findings").join(name),
            logs: work.join("logs"),
        }
    }

    /// Runs for so long, again after each finding.
    pub fn run(&self, tools: &Toolbox, share: Duration) -> Outcome<Run> {
        for folder in [&self.corpus, &self.findings, &self.logs] {
            fs::create_dir_all(folder).because(format!("making {}", folder.display()))?;
        }
        let before = files::under(&self.findings)?;
        let begun = Instant::now();
        let processor = processor_seconds();
        let mut all = Run {
            name: self.name.clone(),
            ..Run::default()
        };
        loop {
            let left = share.saturating_sub(begun.elapsed());
            let log = self.once(tools, left.max(Duration::from_secs(1)))?;
            all.add(&log);
            let now = files::under(&self.findings)?;
            let new = now.into_iter().filter(|finding| !before.contains(finding));
            all.findings = new.map(|finding| (self.path.clone(), finding)).collect();
            if begun.elapsed() >= share || all.findings.len() >= MOST_FINDINGS {
                break;
            }
        }
        all.seconds = begun.elapsed().as_secs();
        all.processor_seconds = processor_seconds().saturating_sub(processor);
        Ok(all)
    }

    /// Runs until the time is over or something is found; what the program said.
    fn once(&self, tools: &Toolbox, time: Duration) -> Outcome<String> {
        let path = self.logs.join(format!("{}.log", self.name));
        let log = File::create(&path).because(format!("making {}", path.display()))?;
        let mut command = tools.command_at(&self.path);
        command
            .arg(&self.corpus)
            .arg(format!("-artifact_prefix={}/", self.findings.display()))
            .arg(format!("-max_total_time={}", time.as_secs().max(1)))
            .arg(format!("-timeout={INPUT_SECONDS}"))
            .arg(format!("-report_slow_units={INPUT_SECONDS}"))
            .arg(format!("-seed={}", seed()))
            .args(["-rss_limit_mb=2500", "-print_final_stats=1"])
            .stdout(log.try_clone().because("sharing the log")?)
            .stderr(log);
        // A finding ends it with a failure, which the folder shows.
        let ended = command.status();
        ended.because(format!("starting {}", self.path.display()))?;
        let log = fs::read(&path).because(format!("reading {}", path.display()))?;
        Ok(String::from_utf8_lossy(&log).into_owned())
    }

    /// Writes the fewest inputs that reach what the corpus reaches into a folder.
    pub fn minimise(&self, tools: &Toolbox, into: &Path) -> Outcome {
        let _ = fs::remove_dir_all(into);
        fs::create_dir_all(into).because(format!("making {}", into.display()))?;
        let mut command = tools.command_at(&self.path);
        let output = command
            .args(["-merge=1", "-rss_limit_mb=2500"])
            .arg(format!("-timeout={INPUT_SECONDS}"))
            .args([into, &self.corpus])
            .output();
        output.because(format!("starting {}", self.path.display()))?;
        Ok(())
    }
}

impl Run {
    /// Adds what libFuzzer said of a run. Counts of executions add up; the others are those of the run that got furthest.
    fn add(&mut self, log: &str) {
        self.executions += number(log, "stat::number_of_executed_units:")
            .or_else(|| number(log, "#"))
            .unwrap_or(0);
        let most = |place: &mut u64, label: &str| {
            *place = number(log, label).unwrap_or(0).max(*place);
        };
        most(&mut self.edges, " cov: ");
        most(&mut self.features, " ft: ");
        most(&mut self.inputs, " corp: ");
        let counters = log.split("Loaded 1 modules").nth(1);
        let counters = counters.and_then(|text| number(text, "("));
        self.all_edges = counters.unwrap_or(0).max(self.all_edges);
    }
}

/// Seconds of processor time that programs took which this one started and which have ended: fields 16 and 17 of
/// `/proc/self/stat` (proc(5)), in hundredths.
fn processor_seconds() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The second field, in parentheses, may have spaces.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let of_children = fields.split_whitespace().skip(13).take(2);
    let hundredths = of_children.filter_map(|field| field.parse::<u64>().ok());
    hundredths.sum::<u64>() / 100
}

/// The number behind the last occurrence of a label.
fn number(log: &str, label: &str) -> Option<u64> {
    let behind = log
        .rmatch_indices(label)
        .map(|(at, _)| log[at + label.len()..].trim_start());
    let numbers = behind.filter_map(|text| {
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        text[..end].parse().ok()
    });
    let mut numbers = numbers;
    numbers.next()
}

/// Another one each time; the log names it.
fn seed() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since
        .map_or(1, |time| time.subsec_nanos() ^ time.as_secs() as u32)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
INFO: Seed: 7
INFO: Loaded 1 modules   (43781 inline 8-bit counters): 43781 [0x1, 0x2),
#2	INITED cov: 10 ft: 20 corp: 3/9b exec/s: 0 rss: 30Mb
#4096	NEW    cov: 120 ft: 345 corp: 17/1Kb lim: 64 exec/s: 100 rss: 40Mb
#5000	DONE   cov: 121 ft: 350 corp: 18/1Kb lim: 64 exec/s: 100 rss: 40Mb
stat::number_of_executed_units: 5000
";

    #[test]
    fn what_libfuzzer_says_is_read() {
        let mut run = Run::default();
        run.add(LOG);
        run.add(LOG.split("stat").next().unwrap_or_default());
        let found = (
            run.executions,
            run.edges,
            run.all_edges,
            run.features,
            run.inputs,
        );
        assert_eq!(found, (10_000, 121, 43_781, 350, 18));
    }
}
