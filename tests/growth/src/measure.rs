//! Costs of commands on inputs of several sizes: counted in a process of its own under valgrind, read by another.

use crate::GENERATORS;
use crate::command::Command;
use crate::generator::{Form, Generator};
use crate::job::{Cost, Place};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{self, Stdio};

/// Which generators and commands, and how large.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Words, one of which a generator's name contains, or names behind `=`; empty: all.
    pub generators: Vec<String>,
    /// The forms of inputs; empty: all.
    pub forms: Vec<Form>,
    /// Names of commands; empty: all.
    pub commands: Vec<String>,
    /// Bytes of the inputs; the smallest possible input comes before them.
    pub sizes: Vec<usize>,
    /// A command that takes more blocks is not run on larger inputs.
    pub most_blocks: u64,
}

impl Selection {
    /// The generators that are meant.
    pub fn generators(&self) -> impl Iterator<Item = &'static Generator> {
        let meant = |one: &Generator| {
            let words = &self.generators;
            (self.forms.is_empty() || self.forms.contains(&one.form))
                && (words.is_empty() || words.iter().any(|word| is_meant(one.name, word)))
        };
        GENERATORS
            .iter()
            .copied()
            .flatten()
            .filter(move |one| meant(one))
    }

    /// The commands that are meant, of a generator.
    pub fn commands(&self, generator: &Generator) -> impl Iterator<Item = &'static Command> {
        let meant =
            |name: &str| self.commands.is_empty() || self.commands.iter().any(|one| one == name);
        generator
            .commands()
            .iter()
            .filter(move |one| meant(one.name))
    }

    /// The parameters of a generator for these sizes, beginning with 1.
    ///
    /// Sizes that double have parameters that double where that is possible, so that tables which grow by doubling are
    /// equally full.
    #[must_use]
    pub fn parameters(&self, generator: &Generator) -> Vec<usize> {
        let mut all = vec![1];
        let mut before: Option<(usize, usize)> = None;
        for &size in &self.sizes {
            let same_fill = before.map(|(parameter, earlier)| parameter * (size / earlier).max(1));
            let fits = |parameter: usize| (generator.make)(parameter).size() <= size + size / 2;
            let parameter = match same_fill {
                Some(parameter) if fits(parameter) => parameter,
                _ => generator.parameter_for(size),
            };
            before = Some((parameter, size));
            all.push(parameter);
        }
        all
    }
}

/// Whether a word of [`Selection::generators`] means the generator of a name.
fn is_meant(name: &str, word: &str) -> bool {
    match word.strip_prefix('=') {
        Some(whole) => name == whole,
        None => name.contains(word),
    }
}

/// One command on one input.
#[derive(Clone, Debug)]
pub struct Measurement {
    /// The generator's name.
    pub generator: String,
    /// The command's name.
    pub command: String,
    /// Bytes of the input.
    pub bytes: u64,
    /// What it took.
    pub cost: Cost,
}

/// Runs the selected commands in this process and writes a line for each to a file.
///
/// # Errors
///
/// If a file cannot be written, or the process does not run under valgrind.
pub fn count(selection: &Selection, folder: &Path, log: &Path, to: &Path) -> Result<(), String> {
    let mut text = String::new();
    for generator in selection.generators() {
        let mut commands: Vec<&Command> = selection.commands(generator).collect();
        for parameter in selection.parameters(generator) {
            let input = (generator.make)(parameter);
            let place = Place::write(folder, &input)?;
            let bytes = input.size();
            drop(input);
            let mut affordable = Vec::new();
            for command in commands {
                let cost = place.run(command, log)?;
                let Cost {
                    blocks,
                    memory,
                    exit,
                } = cost;
                // Writing to a string has no way to fail.
                let _ = writeln!(
                    text,
                    "{}\t{}\t{bytes}\t{blocks}\t{memory}\t{exit}",
                    generator.name, command.name
                );
                if blocks <= selection.most_blocks {
                    affordable.push(command);
                }
            }
            commands = affordable;
        }
        fs::write(to, &text).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    Ok(())
}

/// Counts in a process of its own: `program` is this crate's, which calls [`count`] again.
///
/// # Errors
///
/// If valgrind is missing, or the process ends early.
pub fn measure(
    program: &Path,
    selection: &Selection,
    folder: &Path,
) -> Result<Vec<Measurement>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(failed)?;
    let folder = folder.canonicalize().map_err(failed)?;
    let (log, to, said) = (
        folder.join("log"),
        folder.join("costs"),
        folder.join("said"),
    );
    for old in [&log, &to] {
        // The first time none exists.
        let _ = fs::remove_file(old);
    }
    // One processor, so that commands which ask for their number start one thread.
    let mut command = process::Command::new("taskset");
    command.args([
        "--cpu-list",
        &first_processor(),
        "valgrind",
        "--tool=none",
        "--stats=yes",
    ]);
    command.arg(format!("--log-file={}", log.display()));
    command
        .arg(program)
        .arg("count")
        .arg("--folder")
        .arg(&folder);
    command.arg("--log").arg(&log).arg("--to").arg(&to);
    let sizes: Vec<String> = selection.sizes.iter().map(usize::to_string).collect();
    command.arg("--sizes").arg(sizes.join(","));
    command
        .arg("--most-blocks")
        .arg(selection.most_blocks.to_string());
    for generator in selection.generators() {
        command
            .arg("--generator")
            .arg(format!("={}", generator.name));
    }
    for name in &selection.commands {
        command.arg("--command").arg(name);
    }
    let errors = fs::File::create(&said).map_err(failed)?;
    let done = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(errors)
        .status();
    let status = done.map_err(|error| format!("starting taskset and valgrind: {error}"))?;
    let text = fs::read_to_string(&to).unwrap_or_default();
    if !status.success() {
        let said = fs::read_to_string(&said).unwrap_or_default();
        let last = said.lines().last().unwrap_or_default();
        let reached = text.lines().last().unwrap_or("nothing");
        return Err(format!(
            "the counting process ended with {status} after {reached}: {last}"
        ));
    }
    text.lines()
        .map(|line| {
            parse(line).ok_or_else(|| format!("{}: {line:?} is no measurement", to.display()))
        })
        .collect()
}

/// A processor on which this process may run.
fn first_processor() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let allowed = status
        .lines()
        .find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let first = allowed.unwrap_or("0").trim();
    let end = first.find([',', '-']).unwrap_or(first.len());
    first[..end].to_owned()
}

fn parse(line: &str) -> Option<Measurement> {
    let mut fields = line.split('\t');
    Some(Measurement {
        generator: fields.next()?.to_owned(),
        command: fields.next()?.to_owned(),
        bytes: fields.next()?.parse().ok()?,
        cost: Cost {
            blocks: fields.next()?.parse().ok()?,
            memory: fields.next()?.parse().ok()?,
            exit: fields.next()?.parse().ok()?,
        },
    })
}
