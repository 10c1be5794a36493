//! The one drawing of the classroom: canonical types on the left, candidates on the right, a pair a row, and between
//! them a rung that says how far the pair has got.
//!
//! ```text
//! graph    the types and their references, and which types the run pairs: the same at every step
//! now      what a step says about its pair
//! pairs    which types are on which side, and who is opposite whom
//! order    the rows, from top to bottom
//! fold     which rows are shown, and the strips that stand for the others
//! arrows   references between shown rows, and the lanes they run in
//! place    pixels: boxes, arrows, and rungs for a width, a height, and a size of type
//! lines    lines of the declarations that belong to a step
//! marks    letters, lines between pairs, the drawing in a sentence
//! ```
//!
//! Everything is computed from a [`Graph`] and a [`Moment`](crate::Moment), so the same step gives the same drawing.

mod arrows;
mod fold;
mod graph;
mod lines;
mod marks;
mod now;
mod order;
mod pairs;
mod place;

pub use fold::{Fold, Strip};
pub(crate) use graph::title;
pub use graph::{Graph, Node};
pub use lines::{Lines, lines};
pub use marks::{described, group, letter, rung_path};
pub use now::Now;
pub(crate) use now::{about, now};
pub use place::{Metrics, PlacedArrow, PlacedRow, Placement, place};

use crate::Moment;
use pairs::Sides;

/// Rows that are shown at once; further rows are folded into strips.
pub const MOST_ROWS: usize = 14;

/// The drawing of one step, without sizes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ladder {
    /// All rows, from top to bottom.
    pub rows: Vec<Row>,
    /// Rows that are shown, as indices of `rows`, from top to bottom.
    pub shown: Vec<usize>,
    /// What stands for the rows and units that are not shown.
    pub strips: Vec<Strip>,
    /// References between shown rows; `from` and `to` are positions in `shown`.
    pub arrows: Vec<Arrow>,
    /// Position in `shown` of the row that this step is about.
    pub current: Option<usize>,
    /// What stands above the left and the right column.
    pub headings: [Heading; 2],
}

/// The title of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// "Canonical" or "Candidate".
    pub role: &'static str,
    /// "unit 1", "units 1, 2".
    pub units: String,
}

/// A pair of types, or a type without a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The left and the right cell.
    pub cells: [Cell; 2],
    /// How far the pair has got.
    pub rung: Rung,
}

/// One side of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// No type is opposite.
    Empty,
    /// A type, drawn here and nowhere else.
    Type(Place),
    /// A type that is drawn in another row and takes part in this one too.
    Again(u32),
}

/// A type in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its id.
    pub id: u32,
    /// Whether the step is about it.
    pub current: bool,
    /// Whether a step up to this one was about it.
    pub reached: bool,
    /// Whether another type has replaced it.
    pub replaced: bool,
    /// Its new id, once it has one that is another.
    pub new: Option<u32>,
}

/// The line between the two types of a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rung {
    /// How far the pair has got.
    pub state: State,
    /// What the line says; empty for a pair that was not compared.
    pub word: String,
    /// Whether this step is about the pair.
    pub current: bool,
    /// Whether this pair contradicts the current one.
    pub conflicts: bool,
}

/// How far a pair has got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not compared in the walk under way.
    #[default]
    None,
    /// Being compared.
    Compare,
    /// Assumed equal while the walk goes on.
    Assumed,
    /// The walk that assumed it found no difference.
    Holds,
    /// One has replaced the other.
    Same,
    /// A difference was found.
    Different,
    /// The walk that assumed it failed.
    Dropped,
}

/// References from one type to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    /// 0 for the left column, 1 for the right.
    pub side: usize,
    /// The row that refers, as a position in [`Ladder::shown`].
    pub from: usize,
    /// The row referred to.
    pub to: usize,
    /// Names of members or parameters, or the role of the reference; empty for pointers and modifiers.
    pub label: String,
    /// The lane beside the boxes, from 0; none for a straight arrow to the row below.
    pub lane: Option<usize>,
    /// Whether the walk went along it.
    pub on_path: bool,
}

/// The drawing of a step.
///
/// `unfolded` are the strips that the reader has opened: their rows are shown, however many they are.
pub fn ladder(graph: &Graph, moment: &Moment, unfolded: &[Fold]) -> Ladder {
    let sides = Sides::of(graph, moment);
    let rows = order::rows(graph, moment, &sides);
    let current = order::current(moment, &rows);
    let folded = fold::fold(graph, moment, &rows, current, unfolded, &sides);
    let arrows = arrows::arrows(graph, moment, &rows, &folded.shown);
    Ladder {
        current: current.and_then(|row| folded.shown.iter().position(|&shown| shown == row)),
        headings: sides.headings(graph),
        rows,
        shown: folded.shown,
        strips: folded.strips,
        arrows,
    }
}

impl Place {
    /// The text in front of the name: the id, and the new one once it is known.
    pub fn id_text(&self) -> String {
        match self.new {
            Some(new) => format!("[{}] → [{new}]", self.id),
            None => format!("[{}]", self.id),
        }
    }
}

impl Cell {
    /// The type that is drawn here.
    pub fn id(self) -> Option<u32> {
        match self {
            Cell::Type(place) => Some(place.id),
            Cell::Empty | Cell::Again(_) => None,
        }
    }

    /// The type that takes part in the row, drawn here or in another row.
    pub fn meant(self) -> Option<u32> {
        match self {
            Cell::Type(place) => Some(place.id),
            Cell::Again(id) => Some(id),
            Cell::Empty => None,
        }
    }
}

impl State {
    /// The sign in front of the word of a rung.
    pub fn sign(self) -> &'static str {
        match self {
            State::None | State::Dropped => "",
            State::Compare => "?",
            State::Assumed | State::Holds => "≡",
            State::Same => "=",
            State::Different => "≠",
        }
    }

    /// The word of a rung, unless a step has a word of its own.
    pub fn word(self) -> &'static str {
        match self {
            State::None => "",
            State::Compare => "compare",
            State::Assumed => "assumed",
            State::Holds => "holds",
            State::Same => "same",
            State::Different => "different",
            State::Dropped => "dropped",
        }
    }
}

impl Rung {
    /// The sign and the word: "≡ assumed".
    pub fn text(&self) -> String {
        match (self.state.sign(), self.word.as_str()) {
            (_, "") => String::new(),
            ("", word) => word.to_owned(),
            (sign, word) => format!("{sign} {word}"),
        }
    }
}
