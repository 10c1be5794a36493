//! The table of objects and kernels as the page shows it: which lines, in which order, and the address of a cell.

use crate::place::Parameters;
use core_check::{Cell, Row, State};
use std::borrow::Borrow;
use std::cmp::Reverse;

/// What narrows the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// Only objects with a cell of this state.
    pub state: Option<State>,
    /// Only objects with this text: in their name, that of a program, or in a reason.
    pub text: String,
}

/// A cell, by numbers from 0 in the order in which objects and kernels were added. A number names no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct At {
    /// The object.
    pub object: usize,
    /// The program, if the cell is that of one.
    pub program: Option<usize>,
    /// The kernel.
    pub kernel: usize,
}

/// A line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The object.
    pub object: usize,
    /// The program; `None` for the line of the object itself.
    pub program: Option<usize>,
}

/// The lines that are shown: what works on some kernels and fails on others first, then what fails on all, what is unknown,
/// what is guarded, and the rest. `open` are the objects whose programs are shown too.
pub fn lines<R: Borrow<Row>>(rows: &[R], narrowed: &Narrowed, open: &[usize]) -> Vec<Line> {
    let mut shown: Vec<usize> = (0..rows.len())
        .filter(|&at| rows.get(at).is_some_and(|row| fits(row.borrow(), narrowed)))
        .collect();
    shown.sort_by_key(|&at| rows.get(at).map(|row| rank(row.borrow())));
    let lines = shown.into_iter().flat_map(|object| {
        let programs = rows.get(object).filter(|_| open.contains(&object));
        let count = programs.map_or(0, |row| program_names(row.borrow()).count());
        let programs = (0..count).map(move |program| Line {
            object,
            program: Some(program),
        });
        std::iter::once(Line {
            object,
            program: None,
        })
        .chain(programs)
    });
    lines.collect()
}

/// The names and sections of the programs of an object.
pub fn program_names(row: &Row) -> impl Iterator<Item = (&str, &str)> {
    let programs = row.cells.first().map(|cell| cell.programs.as_slice());
    let programs = programs.unwrap_or_default().iter();
    programs.map(|(name, section, _)| (name.as_str(), section.as_str()))
}

/// The state of a cell of a line.
pub fn state(cell: &Cell, program: Option<usize>) -> State {
    match program {
        None => cell.state,
        Some(at) => cell
            .programs
            .get(at)
            .map_or(State::Unknown, |(_, _, state)| *state),
    }
}

fn rank(row: &Row) -> Reverse<(bool, State)> {
    let states = || row.cells.iter().map(|cell| cell.state);
    let worst = states().max().unwrap_or(State::Ok);
    let differs = worst == State::Fails && states().any(|state| state < State::Unknown);
    Reverse((differs, worst))
}

/// How many objects have a cell of this state.
pub fn count<R: Borrow<Row>>(rows: &[R], state: State) -> usize {
    let has = |row: &&R| (*row).borrow().cells.iter().any(|cell| cell.state == state);
    rows.iter().filter(has).count()
}

fn fits(row: &Row, narrowed: &Narrowed) -> bool {
    let text = narrowed.text.trim().to_lowercase();
    let contains = |part: &str| part.to_lowercase().contains(&text);
    let is_named =
        || {
            contains(&row.object)
                || program_names(row).any(|(name, section)| contains(name) || contains(section))
                || row.cells.iter().flat_map(|cell| &cell.reasons).any(|one| {
                    contains(&one.heading) || one.access.as_deref().is_some_and(contains)
                })
        };
    narrowed
        .state
        .is_none_or(|state| row.cells.iter().any(|cell| cell.state == state))
        && (text.is_empty() || is_named())
}

impl Narrowed {
    /// What an address says.
    pub fn of(parameters: &Parameters) -> Narrowed {
        Narrowed {
            state: parameters.get("show").and_then(State::from_word),
            text: parameters.get("find").unwrap_or_default().to_owned(),
        }
    }
}

impl At {
    /// The cell that an address names: `at=3.2`, or `at=3.2.1` for the first program; numbers count from 1.
    pub fn of(parameters: &Parameters) -> Option<At> {
        let numbers = parameters.get("at")?.split('.');
        let numbers = numbers.map(|number| number.parse::<usize>().ok()?.checked_sub(1));
        match *numbers.collect::<Option<Vec<usize>>>()?.as_slice() {
            [object, kernel] => Some(At {
                object,
                program: None,
                kernel,
            }),
            [object, kernel, program] => Some(At {
                object,
                program: Some(program),
                kernel,
            }),
            _ => None,
        }
    }

    fn text(self) -> String {
        let program = self.program.map(|at| format!(".{}", at + 1));
        format!(
            "{}.{}{}",
            self.object + 1,
            self.kernel + 1,
            program.unwrap_or_default()
        )
    }
}

/// The address of what is shown. It names no file.
pub fn address(narrowed: &Narrowed, at: Option<At>) -> String {
    let mut parameters = Parameters::default();
    parameters.add("show", narrowed.state.map_or("", State::word));
    parameters.add("find", narrowed.text.trim());
    parameters.add("at", &at.map_or_else(String::new, At::text));
    parameters.behind("#/programs")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(object: &str, states: &[State]) -> Row {
        let cell = |state: &State| Cell {
            state: *state,
            programs: vec![("probe".to_owned(), "kprobe/f".to_owned(), *state)],
            reasons: Vec::new(),
        };
        Row {
            object: object.to_owned(),
            cells: states.iter().map(cell).collect(),
        }
    }

    fn rows() -> Vec<Row> {
        use State::{Fails, Guarded, Ok, Unknown};
        vec![
            row("fine", &[Ok, Ok]),
            row("never", &[Fails, Fails]),
            row("guarded", &[Ok, Guarded]),
            row("newer", &[Fails, Ok]),
            row("unknown", &[Ok, Unknown]),
        ]
    }

    #[test]
    fn what_fails_on_some_kernels_comes_first() {
        let all = lines(&rows(), &Narrowed::default(), &[]);
        let objects: Vec<usize> = all.iter().map(|line| line.object).collect();
        assert_eq!(objects, [3, 1, 4, 2, 0]);
    }

    #[test]
    fn a_state_and_a_text_narrow_the_table() {
        let narrowed = |state, text: &str| Narrowed {
            state,
            text: text.to_owned(),
        };
        let shown = |narrowed: Narrowed| lines(&rows(), &narrowed, &[1]).len();
        assert_eq!(shown(narrowed(Some(State::Guarded), "")), 1);
        assert_eq!(shown(narrowed(Some(State::Fails), "NEVER")), 2);
        assert_eq!(shown(narrowed(None, "kprobe")), 6);
        assert_eq!(shown(narrowed(None, "absent")), 0);
        assert_eq!(count(&rows(), State::Fails), 2);
    }

    #[test]
    fn an_address_shows_the_same_again() {
        let at = At {
            object: 2,
            program: Some(0),
            kernel: 1,
        };
        let narrowed = Narrowed {
            state: Some(State::Fails),
            text: "a&b".to_owned(),
        };
        let address = address(&narrowed, Some(at));
        assert_eq!(address, "#/programs?show=fails&find=a%26b&at=3.2.1");
        let parameters = Parameters::of(&address);
        assert_eq!(At::of(&parameters), Some(at));
        assert_eq!(Narrowed::of(&parameters), narrowed);
        for text in ["at=0.1", "at=1", "at=1.x", "at=1.2.3.4"] {
            assert_eq!(At::of(&Parameters::of(&format!("#/programs?{text}"))), None);
        }
    }
}
