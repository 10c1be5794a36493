//! What may be asked of the list.

use crate::group::Group;
use serde::{Deserialize, Serialize};

/// A search: all of its conditions hold for a type that is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// What is looked for; nothing fits everything.
    pub text: String,
    /// How the text is meant.
    pub matching: Match,
    /// Where it is looked for.
    pub field: Field,
    /// What else must hold.
    pub filter: Filter,
    /// What comes first.
    pub order: Order,
    /// Whether that comes last instead.
    pub reversed: bool,
}

/// How the text of a search is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Match {
    /// It stands somewhere in the name. Small letters stand for capitals too.
    #[default]
    Substring,
    /// Its letters stand in the name in this order, as editors find files.
    Fuzzy,
    /// It is a regular expression.
    Regex,
}

/// Where the text of a search is looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// In the names of types.
    #[default]
    Name,
    /// In the names of members.
    Member,
    /// In the names of enumerators.
    Enumerator,
    /// In the names of functions' parameters.
    Parameter,
}

/// What must hold for a type, besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Kinds; none stand for all.
    pub groups: Vec<Group>,
    /// Bytes in memory, at least.
    pub at_least: Option<u64>,
    /// Bytes in memory, at most.
    pub at_most: Option<u64>,
    /// It has holes.
    pub holes: bool,
    /// It has bitfields.
    pub bitfields: bool,
    /// It ends in an array without a length.
    pub flexible: bool,
    /// There are several of its name and kind.
    pub repeated: bool,
    /// It is not the base's.
    pub own: bool,
    /// It has this tag as a whole: `bpf_kfunc`.
    pub tag: Option<String>,
    /// It is a variable of this section; the empty name stands for any.
    pub section: Option<String>,
}

/// What comes first in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Order {
    /// What fits the text best, else names.
    #[default]
    Best,
    /// Names.
    Name,
    /// The most bytes in memory.
    Size,
    /// The most members or enumerators.
    Members,
    /// The most unused bytes between members.
    Holes,
    /// The most structs and unions within each other.
    Depth,
    /// The most references to it.
    Users,
    /// The most copies before dedup.
    Copies,
    /// The most bytes saved by dedup.
    Saved,
}

impl Order {
    /// All.
    pub const ALL: [Order; 9] = [
        Order::Best,
        Order::Name,
        Order::Size,
        Order::Members,
        Order::Holes,
        Order::Depth,
        Order::Users,
        Order::Copies,
        Order::Saved,
    ];

    /// One word, as it is asked for.
    pub fn word(self) -> &'static str {
        match self {
            Order::Best => "best",
            Order::Name => "name",
            Order::Size => "size",
            Order::Members => "members",
            Order::Holes => "holes",
            Order::Depth => "depth",
            Order::Users => "users",
            Order::Copies => "copies",
            Order::Saved => "saved",
        }
    }

    /// What it sorts by, for people.
    pub fn title(self) -> &'static str {
        match self {
            Order::Best => "best match",
            Order::Name => "name",
            Order::Size => "size",
            Order::Members => "members",
            Order::Holes => "bytes in holes",
            Order::Depth => "levels of nesting",
            Order::Users => "users",
            Order::Copies => "copies before dedup",
            Order::Saved => "bytes saved",
        }
    }

    /// Whether it sorts by a number other than the size, which every row has.
    pub fn is_number(self) -> bool {
        !matches!(self, Order::Best | Order::Name | Order::Size)
    }

    /// Whether it needs to know what there was before dedup.
    pub fn needs_copies(self) -> bool {
        matches!(self, Order::Copies | Order::Saved)
    }
}

/// Why nothing could be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The text is no regular expression.
    #[error("“{text}” is no regular expression: {cause}")]
    Regex {
        /// The text.
        text: String,
        /// What is wrong with it.
        cause: String,
    },
}
