//! Results of a class as a table: a row for each student, a column for each question and each exercise.

use super::{Found, Outcome, Results};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What a column is about. The order is that of the columns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A question, from 0.
    Question(usize),
    /// An exercise, from 0.
    Exercise(usize),
    /// A question of a practice set, from 0.
    Practice(usize),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The lesson's slug, or the seed of the set and the number of its questions.
    pub group: String,
    /// Which of it.
    pub what: What,
}

/// A student.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name.
    pub name: String,
    /// Where it comes from: “line 3”, or the name of a file.
    pub source: String,
    /// How each column went; none where the student did not come to it.
    pub outcomes: Vec<Option<Outcome>>,
}

/// Results of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Columns: lessons in the order in which they are known, then others, then practice.
    pub columns: Vec<Column>,
    /// Students, in the order of their results.
    pub rows: Vec<Row>,
    /// Names that come twice, each with where: a sentence each.
    pub twice: Vec<String>,
}

impl Class {
    /// A table of results, each with where it comes from. `order` is that of the lessons' slugs.
    pub fn of(results: &[(String, Results)], order: &[&str]) -> Class {
        let mut class = Class::default();
        let mut kept: Vec<&(String, Results)> = Vec::new();
        for own in results {
            let (source, result) = own;
            let same = |other: &&&(String, Results)| alike(&other.1.name) == alike(&result.name);
            match kept.iter().find(same) {
                Some((first, other)) if other == result => class.twice.push(format!(
                    "{}: {source} repeats {first}, and counts once.",
                    named(&result.name)
                )),
                Some((first, _)) => {
                    class.twice.push(format!(
                        "{}: {first} and {source} have the same name and different results. Both are in the table.",
                        named(&result.name)
                    ));
                    kept.push(own);
                }
                None => kept.push(own),
            }
        }
        // Each column once, in its order.
        let place = |slug: &str| {
            order
                .iter()
                .position(|own| *own == slug)
                .unwrap_or(order.len())
        };
        let mut columns: BTreeMap<(usize, String, What), usize> = BTreeMap::new();
        for (_, result) in &kept {
            for (group, what, _) in outcomes(result) {
                let at = match what {
                    What::Practice(_) => usize::MAX,
                    _ => place(&group),
                };
                columns.insert((at, group, what), 0);
            }
        }
        for (at, number) in columns.values_mut().enumerate() {
            *number = at;
        }
        for (source, result) in kept {
            let mut row = vec![None; columns.len()];
            for (group, what, outcome) in outcomes(result) {
                let at = match what {
                    What::Practice(_) => usize::MAX,
                    _ => place(&group),
                };
                let cell = columns
                    .get(&(at, group, what))
                    .and_then(|at| row.get_mut(*at));
                if let Some(cell) = cell {
                    *cell = Some(outcome);
                }
            }
            class.rows.push(Row {
                name: result.name.clone(),
                source: source.clone(),
                outcomes: row,
            });
        }
        class.columns = columns
            .into_keys()
            .map(|(_, group, what)| Column { group, what })
            .collect();
        class
    }

    /// The table of codes in a text.
    pub fn of_text(found: &Found, order: &[&str]) -> Class {
        let results = found.results.iter();
        let results = results.map(|(line, own)| (format!("line {line}"), own.clone()));
        Class::of(&results.collect::<Vec<_>>(), order)
    }

    /// Of a column, how many answered right, and how many tried.
    pub fn total(&self, column: usize) -> (usize, usize) {
        let outcomes = self
            .rows
            .iter()
            .filter_map(|row| *row.outcomes.get(column)?);
        let tried = outcomes.filter(|outcome| *outcome != Outcome::Open);
        tried.fold((0, 0), |(right, all), outcome| {
            (right + usize::from(outcome.is_right()), all + 1)
        })
    }

    /// As CSV: a line for each student, and one of totals.
    pub fn csv(&self) -> String {
        let mut text = "name,from,right".to_owned();
        for column in &self.columns {
            text.push(',');
            text += &field(&column.to_string());
        }
        text.push('\n');
        for row in &self.rows {
            let _ = write!(
                text,
                "{},{},{}",
                field(&row.name),
                field(&row.source),
                row.right()
            );
            for outcome in &row.outcomes {
                let outcome = outcome.filter(|outcome| *outcome != Outcome::Open);
                let outcome = outcome
                    .map(|outcome| outcome.to_string())
                    .unwrap_or_default();
                text.push(',');
                text += &field(&outcome);
            }
            text.push('\n');
        }
        text += "right of those who tried,,";
        for at in 0..self.columns.len() {
            let (right, tried) = self.total(at);
            let _ = write!(text, ",{right} of {tried}");
        }
        text.push('\n');
        text
    }
}

impl Row {
    /// How many were answered right.
    pub fn right(&self) -> usize {
        let outcomes = self.outcomes.iter().flatten();
        outcomes.filter(|outcome| outcome.is_right()).count()
    }
}

impl Column {
    /// What stands above it in a narrow table: `graphs Q1`.
    pub fn short(&self) -> String {
        match self.what {
            What::Question(at) => format!("{} Q{}", self.group, at + 1),
            What::Exercise(at) => format!("{} T{}", self.group, at + 1),
            What::Practice(at) => {
                // The words that all sets have in common are in the long name.
                let seed = self.group.trim_start_matches("practice ");
                format!("{} #{}", seed.split(' ').next().unwrap_or_default(), at + 1)
            }
        }
    }
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (group, what) = (&self.group, &self.what);
        match what {
            What::Question(at) => write!(f, "{group}: question {}", at + 1),
            What::Exercise(at) => write!(f, "{group}: task {}", at + 1),
            What::Practice(at) => write!(f, "{group}: {}", at + 1),
        }
    }
}

/// All outcomes of a student, each with its column.
fn outcomes(results: &Results) -> impl Iterator<Item = (String, What, Outcome)> + '_ {
    let of = |group: String, outcomes: &[Outcome], what: fn(usize) -> What| {
        let outcomes = outcomes.iter().enumerate();
        let outcomes = outcomes.map(|(at, outcome)| (group.clone(), what(at), *outcome));
        outcomes.collect::<Vec<_>>()
    };
    let lessons = results.lessons.iter().flat_map(move |lesson| {
        let mut all = of(lesson.lesson.clone(), &lesson.questions, What::Question);
        all.extend(of(lesson.lesson.clone(), &lesson.exercises, What::Exercise));
        all
    });
    let sets = results.practice.iter().flat_map(move |set| {
        let group = format!("practice {} × {}", set.seed, set.questions.len());
        of(group, &set.questions, What::Practice)
    });
    lessons.chain(sets)
}

/// Names that people take for the same one.
fn alike(name: &str) -> String {
    name.trim().to_lowercase()
}

fn named(name: &str) -> String {
    match name.trim() {
        "" => "Without a name".to_owned(),
        name => name.to_owned(),
    }
}

/// A field of CSV. Spreadsheets take what begins with some signs for a formula, so an apostrophe goes before it.
fn field(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r', ';']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}
