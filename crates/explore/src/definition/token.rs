//! Lines of C as words.

use crate::address::Address;
use serde::{Deserialize, Serialize};

/// A line of C.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Of a member: bytes from the start.
    pub offset: Option<u64>,
    /// Of a bitfield: its first bit behind `offset`, and its width in bits.
    pub bits: Option<(u64, u64)>,
    /// Of a member: its bytes.
    pub size: Option<u64>,
    /// Of a member: its number among all rows of the layout, as in [`crate::Block`].
    pub row: Option<u32>,
    /// Levels that it is indented.
    pub depth: u32,
    /// The words of the line, in order.
    pub tokens: Vec<Token>,
}

/// A word, with the spaces that stand before and behind it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// What the word means.
    pub kind: TokenKind,
    /// The word as it is written, with its spaces.
    pub text: String,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Signs, and names of numbers.
    Plain,
    /// A word of the language.
    Keyword,
    /// What is declared.
    Name,
    /// Another type.
    Link(Address),
    /// A value.
    Number,
    /// A remark.
    Comment,
}
