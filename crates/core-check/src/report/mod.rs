//! Answers of many objects on many kernels: the table, the reasons, and both as text of several forms.

mod drawing;
mod expect;
mod forms;
mod life;
mod reason;
mod relocation;
mod snippet;

pub use expect::{Expected, ExpectedError, Worse};
pub use forms::Form;
pub use reason::{Reason, reasons};
pub use relocation::type_of_access;

use crate::answer::{Answer, State};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;

/// Objects down, kernels across.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The kernels' names, in the order of the columns.
    pub kernels: Vec<String>,
    /// The objects.
    pub rows: Vec<Row>,
}

/// An object on all kernels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The object's name.
    pub object: String,
    /// One cell a kernel.
    pub cells: Vec<Cell>,
}

/// An object on a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// How the object does.
    pub state: State,
    /// How each program does, in the order of the object: name, section, state.
    pub programs: Vec<(String, String, State)>,
    /// Why, the worst first.
    pub reasons: Vec<Reason>,
}

impl Report {
    /// Makes a report of answers: for each object one for each kernel, in the order of `kernels`.
    pub fn of(kernels: Vec<String>, answers: &[Vec<Answer>]) -> Report {
        let rows = answers.iter().filter_map(|of_object| {
            let first = of_object.first()?;
            let cells = of_object.iter().map(|answer| Cell {
                state: answer.state,
                programs: programs(answer),
                reasons: reasons(answer, of_object),
            });
            Some(Row {
                object: first.object.clone(),
                cells: cells.collect(),
            })
        });
        Report {
            rows: rows.collect(),
            kernels,
        }
    }

    /// How many cells have a state.
    pub fn count(&self, state: State) -> usize {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.filter(|cell| cell.state == state).count()
    }

    /// The worst state of all cells.
    pub fn worst(&self) -> State {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells.map(|cell| cell.state).max().unwrap_or(State::Ok)
    }

    /// `3 of 4 objects pass on both kernels` and the like: what was checked, and how much of it passes.
    pub fn heading(&self) -> String {
        heading(&self.rows, self.kernels.len())
    }
}

/// What [`Report::heading`] says of these rows on so many kernels.
pub fn heading<R: Borrow<Row>>(rows: &[R], kernels: usize) -> String {
    let passes = |row: &&R| {
        let mut cells = (*row).borrow().cells.iter();
        cells.all(|cell| cell.state < State::Unknown)
    };
    let passing = rows.iter().filter(passes).count();
    let objects = counted(rows.len(), "object");
    let kernels = match kernels {
        1 => "the kernel".to_owned(),
        2 => "both kernels".to_owned(),
        many => format!("all {many} kernels"),
    };
    let verb = if passing == 1 || rows.len() == 1 {
        "passes"
    } else {
        "pass"
    };
    format!("{passing} of {objects} {verb} on {kernels}")
}

fn programs(answer: &Answer) -> Vec<(String, String, State)> {
    let programs = answer.programs.iter();
    programs
        .map(|one| (one.name.clone(), one.section.clone(), one.state))
        .collect()
}

/// `1 object`, `2 objects`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        many => format!("{many} {what}s"),
    }
}
