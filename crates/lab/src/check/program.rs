//! An expression as it is evaluated: operations over a stack of values.

use crate::Happening;
use btf::Kind;

/// Operations in postfix order.
#[derive(Clone, Debug, Default)]
pub(super) struct Program(pub Vec<Op>);

impl Program {
    /// Whether it needs the number that is typed.
    pub fn asks(&self) -> bool {
        self.0.iter().any(|op| matches!(op, Op::Answer))
    }
}

/// Whose result is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The solution's.
    Now,
    /// That of the units with which the exercise began.
    Start,
}

/// Which types of a result; units are numbered from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Before,
    After,
    Base,
    Unit(usize),
    New(usize),
    Alone(usize),
}

/// A type of a unit, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnitType {
    /// From 1; 0 is the base.
    pub unit: usize,
    pub spelling: String,
}

/// Which of some types are meant; what is `None` does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub kind: Option<Kind>,
    pub name: Option<String>,
    pub vlen: Option<i64>,
    pub size: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    Unequal,
    Less,
    More,
    AtMost,
    AtLeast,
}

/// An operation. What it takes from the stack has the right sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Condition(bool),
    Number(i64),
    Text(String),
    Types(Scope, Which),
    Left(Scope),
    Exact(Scope),
    Steps(Scope),
    Same(Scope, UnitType, UnitType),
    Cause(Scope, String),
    Walk(Scope, String),
    Answer,
    Answered,
    Changed,
    Unchanged(usize),
    /// With a noun for one, and one for several.
    Counted(String, String),
    Count(Filter),
    First(Filter),
    CountSteps(Happening),
    AnyStep(Happening),
    Visits,
    Field(Field),
    Compare(Relation),
    Add,
    Subtract,
    And,
    Or,
    Not,
}

/// A part of a value that takes no arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Bytes,
    Strings,
    Repeated,
    Ambiguous,
    Found,
    Id,
    Vlen,
    Size,
    Name,
    Spelling,
    Candidate,
    Canonical,
    Tokens,
    Lines,
    Units,
}

impl Field {
    /// By its name in the language.
    pub fn named(name: &str) -> Option<Field> {
        Some(match name {
            "bytes" => Field::Bytes,
            "strings" => Field::Strings,
            "repeated" => Field::Repeated,
            "ambiguous" => Field::Ambiguous,
            "found" => Field::Found,
            "id" => Field::Id,
            "vlen" => Field::Vlen,
            "size" => Field::Size,
            "name" => Field::Name,
            "spelling" => Field::Spelling,
            "candidate" => Field::Candidate,
            "canonical" => Field::Canonical,
            "tokens" => Field::Tokens,
            "lines" => Field::Lines,
            "units" => Field::Units,
            _ => return None,
        })
    }
}
