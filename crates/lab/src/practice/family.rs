//! Families of questions, each about a rule of the course, and sizes.

use serde::{Deserialize, Serialize};

/// What a question is about. The order is part of what a seed means.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Family {
    /// Integers that are the same, or only look so.
    #[default]
    Primitives,
    /// Names for types, and what they stand for.
    Typedefs,
    /// A member differs, here or below.
    Members,
    /// Structs that lead back to themselves.
    Cycles,
    /// Declarations beside definitions that a walk reaches.
    Walks,
    /// Declarations that no walk reaches.
    Forwards,
    /// Enumerations and their values.
    Enums,
    /// Functions and the names of their parameters.
    Prototypes,
    /// Arrays, their lengths and elements.
    Arrays,
    /// Structs and unions without a name.
    Anonymous,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 10] = [
        Family::Primitives,
        Family::Typedefs,
        Family::Members,
        Family::Cycles,
        Family::Walks,
        Family::Forwards,
        Family::Enums,
        Family::Prototypes,
        Family::Arrays,
        Family::Anonymous,
    ];

    /// Its name in an address.
    pub fn word(self) -> &'static str {
        match self {
            Family::Primitives => "primitives",
            Family::Typedefs => "typedefs",
            Family::Members => "members",
            Family::Cycles => "cycles",
            Family::Walks => "walks",
            Family::Forwards => "forwards",
            Family::Enums => "enums",
            Family::Prototypes => "prototypes",
            Family::Arrays => "arrays",
            Family::Anonymous => "anonymous",
        }
    }

    /// Its name on the page.
    pub fn title(self) -> &'static str {
        match self {
            Family::Primitives => "Integers",
            Family::Typedefs => "Typedefs",
            Family::Members => "Members that differ",
            Family::Cycles => "Cycles",
            Family::Walks => "Declarations that a walk reaches",
            Family::Forwards => "Declarations that stay or resolve late",
            Family::Enums => "Enumerations",
            Family::Prototypes => "Functions",
            Family::Arrays => "Arrays",
            Family::Anonymous => "Types without a name",
        }
    }

    /// The slug of the lesson that explains its rule.
    pub fn lesson(self) -> &'static str {
        match self {
            Family::Primitives | Family::Enums => "primitives",
            Family::Walks | Family::Forwards => "forwards",
            Family::Prototypes | Family::Arrays => "references",
            Family::Typedefs | Family::Members | Family::Cycles | Family::Anonymous => "graphs",
        }
    }

    /// The family of this name in an address.
    pub fn named(word: &str) -> Option<Family> {
        Family::ALL.into_iter().find(|family| family.word() == word)
    }
}

/// How many types the units of a question have together.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub enum Level {
    /// Up to 8.
    #[default]
    Small,
    /// 7 to 12.
    Medium,
    /// 10 to 18.
    Large,
}

impl Level {
    /// All of them.
    pub const ALL: [Level; 3] = [Level::Small, Level::Medium, Level::Large];

    /// The least and the most types.
    pub fn types(self) -> (usize, usize) {
        match self {
            Level::Small => (3, 8),
            Level::Medium => (7, 12),
            Level::Large => (10, 18),
        }
    }

    /// Its name in an address.
    pub fn word(self) -> &'static str {
        match self {
            Level::Small => "small",
            Level::Medium => "medium",
            Level::Large => "large",
        }
    }

    /// The level of this name in an address.
    pub fn named(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.word() == word)
    }
}
