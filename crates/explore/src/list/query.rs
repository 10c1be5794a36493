//! What a list of types can be asked for.

use crate::group::Group;
use serde::{Deserialize, Serialize};

/// A search. It finds the types that meet all of its conditions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// The text to look for; the empty text fits everything.
    pub text: String,
    /// How the text matches.
    pub matching: Match,
    /// Which names are searched for the text.
    pub field: Field,
    /// Further conditions.
    pub filter: Filter,
    /// The order of the list.
    pub order: Order,
    /// Whether the order is reversed.
    pub reversed: bool,
}

/// How the text of a search matches a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Match {
    /// The name contains it. A small letter matches a capital too.
    #[default]
    Substring,
    /// The name contains its letters in this order, as editors find files.
    Fuzzy,
    /// It is a regular expression.
    Regex,
}

/// Which names a search looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Field {
    /// The names of types.
    #[default]
    Name,
    /// The names of members.
    Member,
    /// The names of enumerators.
    Enumerator,
    /// The names of functions' parameters.
    Parameter,
    /// The names of functions and variables, and of the types that a function takes or returns, or that a variable
    /// has: `struct sk_buff *`.
    Signature,
}

impl Match {
    /// All ways, as they are offered.
    pub const ALL: [Match; 3] = [Match::Substring, Match::Fuzzy, Match::Regex];

    /// The word for it in an address.
    pub fn word(self) -> &'static str {
        match self {
            Match::Substring => "part",
            Match::Fuzzy => "fuzzy",
            Match::Regex => "regex",
        }
    }

    /// The way as the page names it.
    pub fn title(self) -> &'static str {
        match self {
            Match::Substring => "part of the name",
            Match::Fuzzy => "fuzzy",
            Match::Regex => "regular expression",
        }
    }
}

impl Field {
    /// All fields that lists of types offer.
    pub const ALL: [Field; 4] = [
        Field::Name,
        Field::Member,
        Field::Enumerator,
        Field::Parameter,
    ];

    /// The word for it in an address and in the command's options.
    pub fn word(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Member => "member",
            Field::Enumerator => "enumerator",
            Field::Parameter => "parameter",
            Field::Signature => "signature",
        }
    }
}

/// Conditions on a type besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Groups of kinds; all of them if empty.
    pub groups: Vec<Group>,
    /// The smallest size in bytes.
    pub at_least: Option<u64>,
    /// The largest size in bytes.
    pub at_most: Option<u64>,
    /// Only structs and unions with holes.
    pub holes: bool,
    /// Only structs and unions with bitfields.
    pub bitfields: bool,
    /// Only structs that end in an array without a length.
    pub flexible: bool,
    /// Only names that several types of a kind have.
    pub repeated: bool,
    /// Only types that are not in the base.
    pub own: bool,
    /// Only types with this tag on the whole: `bpf_kfunc`.
    pub tag: Option<String>,
    /// Only variables of this section; of any section if the name is empty.
    pub section: Option<String>,
    /// Conditions on functions.
    pub function: Option<Box<FunctionFilter>>,
}

/// Conditions on a function.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionFilter {
    /// Only those with a parameter of this type: `struct sk_buff *`. Types that contain the text count if none has it as
    /// its name.
    pub takes: Option<String>,
    /// Only those that return this type.
    pub returns: Option<String>,
    /// Only kfuncs with this flag: `KF_SLEEPABLE`.
    pub flag: Option<String>,
    /// Only those that were inlined somewhere; a session looks for them in `.BTF.inline` too.
    pub inlined: bool,
}

impl FunctionFilter {
    /// For [`Filter::function`]: nothing if there is no condition.
    pub fn boxed(self) -> Option<Box<FunctionFilter>> {
        (self != FunctionFilter::default()).then(|| Box::new(self))
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Order {
    /// The best match first; without a text, names.
    #[default]
    Best,
    /// Names, in the order of their bytes.
    Name,
    /// The largest size first.
    Size,
    /// The most members or enumerators first.
    Members,
    /// The most unused bytes between members first.
    Holes,
    /// The most levels of structs and unions first.
    Depth,
    /// The most users first.
    Users,
    /// The most copies before dedup first.
    Copies,
    /// The most bytes saved by dedup first.
    Saved,
    /// The most inline sites first.
    Sites,
}

impl Order {
    /// All orders that lists of types offer.
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

    /// The word for the order in a question.
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
            Order::Sites => "sites",
        }
    }

    /// The order as the page names it.
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
            Order::Sites => "inline sites",
        }
    }

    /// Whether it sorts by a number other than the size, which every row shows anyway.
    pub fn is_number(self) -> bool {
        !matches!(self, Order::Best | Order::Name | Order::Size)
    }

    /// Whether it needs the copies before dedup.
    pub fn needs_copies(self) -> bool {
        matches!(self, Order::Copies | Order::Saved)
    }
}

/// Why a search is not possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The text is not a valid regular expression.
    #[error("invalid regular expression “{text}”: {cause}")]
    Regex {
        /// The text of the search.
        text: String,
        /// What is wrong with it, in the words of the regular expression library.
        cause: String,
    },
    /// A regular expression is so large that a search by it takes too long.
    #[error(
        "the regular expression “{text}” is too large: compiled, one of its kind may take {limit} bytes; shorten counts such as {{800}} and \
         optional parts, or search for a part of the name"
    )]
    TooLarge {
        /// The text of the search.
        text: String,
        /// The bytes that it may take.
        limit: usize,
    },
    /// So many names are searched that a regular expression takes too long.
    #[error(
        "the regular expression “{text}” takes too long for so many names; shorten counts and optional parts, or search for a part of the name"
    )]
    TooLong {
        /// The text of the search.
        text: String,
    },
}
