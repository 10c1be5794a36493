//! Lines of C, cut into words.

use crate::address::Address;
use serde::{Deserialize, Serialize};

/// A line of C.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// For a member: bytes from the start of the outermost struct.
    pub offset: Option<u64>,
    /// For a bitfield: its first bit, counted from `offset`, and its width in bits.
    pub bits: Option<(u64, u64)>,
    /// For a member: its size in bytes.
    pub size: Option<u64>,
    /// For a member: its number among all rows of the layout, as in [`crate::Block`]; members of one that is unfolded
    /// have numbers behind those. For an enumerator: its number.
    pub row: Option<u32>,
    /// For a member of one that is unfolded: the row of the layout whose bytes contain it.
    pub within: Option<u32>,
    /// For a member of a named struct or union type: whether it is unfolded. `None` for other members.
    pub unfolded: Option<bool>,
    /// The cache line that begins with the next line, if this line announces one; it has no words.
    pub cache_line: Option<CacheLine>,
    /// What the line declares, as C reaches it from the type: `len`, `headers.hash`, an enumerator. Members of anonymous
    /// structs and unions are members of the type around them.
    pub member: Option<String>,
    /// How many levels the line is indented.
    pub depth: u32,
    /// The words of the line, in order.
    pub tokens: Vec<Token>,
}

/// A cache line that begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheLine {
    /// Its number, from 0.
    pub number: u64,
    /// Its first byte.
    pub start: u64,
    /// Bytes from there to the next member; 0 if that starts it.
    pub ago: u64,
}

/// A word with the spaces around it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What the word means.
    pub kind: TokenKind,
    /// The word as it is written, with its spaces.
    pub text: String,
}

/// What a word means, which decides its colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Punctuation, and names of integer types.
    Plain,
    /// A keyword of C.
    Keyword,
    /// The name that the line declares.
    Name,
    /// The name of another type, with its address.
    Link(Address),
    /// A number: a value, a width, a length.
    Number,
    /// A comment.
    Comment,
}
