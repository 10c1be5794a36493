//! What is known to grow faster than its input, and why: a text file beside this crate.
//!
//! Each line has a generator, the reason, and the commands, separated by `|`.

use crate::growth::Growth;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The reason of what was found and not explained yet.
pub const UNEXPLAINED: &str = "not explained yet";

const HEAD: &str = "\
# Commands whose cost grows faster than the input: generator | reason | commands.
# `BTFSCOPE_BLESS=1 cargo test -p btfscope-growth-tests -- --ignored` writes it anew and keeps the reasons.
";

/// The commands that are known to take too much on inputs of one generator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The generator's name.
    pub generator: String,
    /// Why they do, or what limits them on larger inputs.
    pub reason: String,
    /// The commands' names.
    pub commands: BTreeSet<String>,
}

impl Known {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// If a line has another form.
    pub fn read(text: &str) -> Result<Vec<Known>, String> {
        let lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(Known::read_line).collect()
    }

    fn read_line(line: &str) -> Result<Known, String> {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let &[generator, reason, commands] = parts.as_slice() else {
            return Err(format!("{line:?} is not “generator | reason | commands”"));
        };
        Ok(Known {
            generator: generator.to_owned(),
            reason: reason.to_owned(),
            commands: commands
                .split(',')
                .map(|one| one.trim().to_owned())
                .collect(),
        })
    }

    /// What was measured, with the reasons that are known.
    #[must_use]
    pub fn measured(growths: &[Growth], reasons: &[Known]) -> Vec<Known> {
        let mut all: Vec<Known> = Vec::new();
        for growth in growths.iter().filter(|growth| growth.is_too_much()) {
            match all.iter_mut().find(|one| one.generator == growth.generator) {
                Some(one) => {
                    one.commands.insert(growth.command.clone());
                }
                None => {
                    let known = reasons.iter().find(|one| one.generator == growth.generator);
                    all.push(Known {
                        generator: growth.generator.clone(),
                        reason: known.map_or(UNEXPLAINED, |one| &one.reason).to_owned(),
                        commands: BTreeSet::from([growth.command.clone()]),
                    });
                }
            }
        }
        all
    }

    /// Writes the file.
    #[must_use]
    pub fn write(all: &[Known]) -> String {
        let mut text = HEAD.to_owned();
        for one in all {
            let commands: Vec<&str> = one.commands.iter().map(String::as_str).collect();
            // Writing to a string has no way to fail.
            let _ = writeln!(
                text,
                "{} | {} | {}",
                one.generator,
                one.reason,
                commands.join(", ")
            );
        }
        text
    }

    /// Commands that take too much and are not known to, and commands that are known to and do not, each with its
    /// generator.
    #[must_use]
    pub fn differences(known: &[Known], measured: &[Known]) -> (Vec<String>, Vec<String>) {
        (missing(measured, known), missing(known, measured))
    }
}

/// What the first list has and the second lacks.
fn missing(of: &[Known], from: &[Known]) -> Vec<String> {
    let has = |generator: &str, command: &String| {
        let mut same = from.iter().filter(|one| one.generator == generator);
        same.any(|one| one.commands.contains(command))
    };
    let all = of
        .iter()
        .flat_map(|one| one.commands.iter().map(move |command| (one, command)));
    let all = all.filter(|(one, command)| !has(&one.generator, command));
    all.map(|(one, command)| format!("{}: {command}", one.generator))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_missed_on_either_side() {
        let known = Known::read("# head\na | names | dedup, why\nb | names | why\n").unwrap();
        let measured = Known::read("a | names | dedup, diff\n").unwrap();
        let (new, gone) = Known::differences(&known, &measured);
        assert_eq!(new, ["a: diff"]);
        assert_eq!(gone, ["a: why", "b: why"]);
        assert_eq!(Known::read(&Known::write(&known)), Ok(known));
        assert!(Known::read("a | dedup").is_err());
    }
}
