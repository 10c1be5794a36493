//! Exercises: what to do, with which units, how it is checked, hints, a solution.

use super::Problems;
use super::options::{Options, switch};
use super::outline::{Entry, Line, entries, list, uncommented, unquoted};
use super::spans::text;
use crate::{Exercise, Fault, Problem, Solution, Text, UnitsFrom};
use lab::check::{Check, CheckError, Condition, Sentence};

const KNOWN: &str = "task, start, switches, locked, predict, check, done, hints, solution";

/// Reads an exercise. The first thing that is wrong with it takes its place.
pub(super) fn read(
    options: &Options<'_>,
    line: u32,
    inner: &[Line<'_>],
    problems: &mut Problems,
) -> Result<Exercise, Problem> {
    options.refuse_others(&["id", "set", "scenario", "base"], problems);
    let id = options.get("id").unwrap_or_default().to_owned();
    let place = match id.as_str() {
        "" => "exercise".to_owned(),
        id => format!("exercise {id:?}"),
    };
    let missing = |key, example| {
        let fault = Fault::MissingKey {
            place: place.clone(),
            key,
            example,
        };
        Problem::new(line, fault)
    };
    if id.is_empty() {
        return Err(missing("id", "id=name behind exercise"));
    }
    let mut exercise = Exercise {
        id,
        task: Text::default(),
        start: options.units(),
        base: options.get("base").map(str::to_owned),
        switches: Default::default(),
        locked: Vec::new(),
        number: None,
        checks: Vec::new(),
        done: None,
        hints: Vec::new(),
        solution: Solution::Units(Vec::new()),
    };
    let mut locked = Vec::new();
    let mut solution = None;
    for entry in entries(inner) {
        let Some((key, value)) = entry.key() else {
            return Err(Problem::new(entry.line, Fault::NoKey { place }));
        };
        match key {
            "task" => exercise.task = text(&entry.text(value)),
            "start" => exercise.start = start(&entry, &place)?,
            "switches" => {
                for entry in entries(&entry.body) {
                    let (key, value) = entry.key().unwrap_or((entry.head, ""));
                    switch(&mut exercise.switches, &place, key, uncommented(value))
                        .map_err(|fault| Problem::new(entry.line, fault))?;
                }
            }
            "locked" => locked = list(&entry, uncommented(value)),
            "predict" => exercise.number = Some(entry.text(value)),
            "check" => exercise.checks = checks(&entry, value, &place)?,
            "done" => {
                let done = entry.text(value);
                let read = Sentence::parse(&done).map(drop);
                read.map_err(|error| unread(entry.line, &place, "done", &done, error))?;
                exercise.done = Some(done);
            }
            "hints" => {
                let hints = list_of_texts(&entry);
                exercise.hints = hints.iter().map(|hint| text(hint)).collect();
            }
            "solution" => solution = Some(read_solution(&entry, value, &place)?),
            _ => {
                let fault = Fault::UnknownKey {
                    place,
                    key: key.to_owned(),
                    known: KNOWN.to_owned(),
                };
                return Err(Problem::new(entry.line, fault));
            }
        }
    }
    for (line, name) in locked {
        let unit = unit(&name).filter(|&unit| match &exercise.start {
            UnitsFrom::Here(units) => unit < units.len(),
            _ => true,
        });
        match unit {
            Some(unit) => exercise.locked.push(unit),
            None => return Err(Problem::new(line, no_unit(&place, &name, &exercise.start))),
        }
    }
    if exercise.task.is_empty() {
        return Err(missing("task", "task: and what to do"));
    }
    if exercise.checks.is_empty() {
        return Err(missing(
            "check",
            "check: and a list of what must be true, such as - after.count() == 3",
        ));
    }
    if exercise.hints.is_empty() {
        return Err(missing(
            "hints",
            "hints: and a list of hints, each a step further",
        ));
    }
    let asks = Check::asks(&exercise.check_text());
    if asks && exercise.number.is_none() {
        return Err(Problem::new(line, Fault::NoField { place }));
    }
    if !asks && exercise.number.is_some() {
        problems.add(
            line,
            Fault::UnusedField {
                place: place.clone(),
            },
        );
    }
    match solution {
        Some(found) => exercise.solution = found,
        None => {
            return Err(missing(
                "solution",
                "solution: and units as below start, or a number",
            ));
        }
    }
    Ok(exercise)
}

/// Texts of a list, in which anything may stand.
fn list_of_texts(entry: &Entry<'_>) -> Vec<String> {
    let items = entries(&entry.body);
    items
        .iter()
        .map(|item| item.text(item.item().unwrap_or(item.head)))
        .collect()
}

/// The number of a unit, from 0: `unit 2`.
fn unit(name: &str) -> Option<usize> {
    let number = name.strip_prefix("unit")?.trim().parse::<usize>().ok()?;
    number.checked_sub(1).filter(|&unit| unit < lab::MOST_UNITS)
}

fn no_unit(place: &str, name: &str, start: &UnitsFrom) -> Fault {
    Fault::NoUnit {
        place: place.to_owned(),
        name: name.to_owned(),
        units: match start {
            UnitsFrom::Here(units) => units.len(),
            _ => lab::MOST_UNITS,
        },
    }
}

/// Units and their texts, as they are named.
fn units(entry: &Entry<'_>, place: &str) -> Result<Vec<(u32, usize, String)>, Problem> {
    let mut found = Vec::new();
    for entry in entries(&entry.body) {
        let (name, value) = entry.key().unwrap_or((entry.head, ""));
        let Some(unit) = unit(name) else {
            let fault = Fault::UnknownKey {
                place: place.to_owned(),
                key: name.to_owned(),
                known: (1..=lab::MOST_UNITS)
                    .map(|unit| format!("unit {unit}"))
                    .collect::<Vec<_>>()
                    .join(", "),
            };
            return Err(Problem::new(entry.line, fault));
        };
        let text = match value {
            "" | "|" => entry.literal(),
            value => unquoted(value) + "\n",
        };
        found.push((
            entry.line,
            unit,
            if text == "\n" { String::new() } else { text },
        ));
    }
    Ok(found)
}

fn start(entry: &Entry<'_>, place: &str) -> Result<UnitsFrom, Problem> {
    let mut texts: Vec<String> = Vec::new();
    for (line, unit, text) in units(entry, place)? {
        if unit != texts.len() {
            let fault = Fault::Value {
                place: place.to_owned(),
                key: "start".to_owned(),
                value: format!("unit {}", unit + 1),
                expected: format!(
                    "the units in their order; here comes unit {}",
                    texts.len() + 1
                ),
            };
            return Err(Problem::new(line, fault));
        }
        texts.push(text);
    }
    match texts.is_empty() {
        true => {
            let fault = Fault::Empty {
                place: format!("{place}, start"),
                expected: "unit 1: | and its declarations below it",
            };
            Err(Problem::new(entry.line, fault))
        }
        false => Ok(UnitsFrom::Here(texts)),
    }
}

fn read_solution(entry: &Entry<'_>, value: &str, place: &str) -> Result<Solution, Problem> {
    if !value.is_empty() {
        return value.parse().map(Solution::Number).map_err(|_| {
            let fault = Fault::Value {
                place: place.to_owned(),
                key: "solution".to_owned(),
                value: value.to_owned(),
                expected: "a number, or units below it: unit 1: |".to_owned(),
            };
            Problem::new(entry.line, fault)
        });
    }
    let units = units(entry, place)?.into_iter();
    Ok(Solution::Units(
        units.map(|(_, unit, text)| (unit, text)).collect(),
    ))
}

/// Conditions: each an item of a list, with what is said when it is not true below it.
fn checks(entry: &Entry<'_>, value: &str, place: &str) -> Result<Vec<crate::Check>, Problem> {
    if !value.is_empty() {
        condition(entry.line, place, value)?;
        return Ok(vec![crate::Check {
            line: entry.line,
            expression: value.to_owned(),
            no: None,
        }]);
    }
    let mut found: Vec<crate::Check> = Vec::new();
    for item in entries(&entry.body) {
        if found.len() >= lab::check::MOST_LINES {
            let fault = Fault::Value {
                place: place.to_owned(),
                key: "check".to_owned(),
                value: format!("more than {} lines", lab::check::MOST_LINES),
                expected: "what the exercise needs".to_owned(),
            };
            return Err(Problem::new(item.line, fault));
        }
        let head = item.item().unwrap_or(item.head);
        let mut check = crate::Check {
            line: item.line,
            expression: head.strip_suffix(':').unwrap_or(head).trim().to_owned(),
            no: None,
        };
        condition(item.line, place, &check.expression)?;
        for field in entries(&item.body) {
            match field.key() {
                Some(("no", value)) => {
                    let no = field.text(value);
                    let read = Sentence::parse(&no).map(drop);
                    read.map_err(|error| unread(field.line, place, "no", &no, error))?;
                    check.no = Some(no);
                }
                _ => {
                    let fault = Fault::UnknownKey {
                        place: format!("{place}, check"),
                        key: field.key().map_or(field.head, |(key, _)| key).to_owned(),
                        known: "no".to_owned(),
                    };
                    return Err(Problem::new(field.line, fault));
                }
            }
        }
        found.push(check);
    }
    Ok(found)
}

/// Reads a condition, to see whether it is one.
fn condition(line: u32, place: &str, text: &str) -> Result<(), Problem> {
    let read = Condition::parse(text).map(drop);
    read.map_err(|error| unread(line, place, "check", text, error))
}

fn unread(line: u32, place: &str, part: &str, text: &str, error: CheckError) -> Problem {
    let fault = Fault::Check {
        place: format!("{place}, {part}"),
        text: text.to_owned(),
        error: Box::new(error),
    };
    Problem::new(line, fault)
}
