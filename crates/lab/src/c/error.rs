//! What can be wrong with declarations.

use std::fmt;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// Characters from the line's begin, from 1.
    pub column: usize,
}

impl Position {
    /// The place of a byte.
    pub(super) fn of(text: &str, offset: usize) -> Position {
        let mut end = offset.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &text[..end];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// Why declarations are no unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {cause}")]
pub struct Error {
    /// Where.
    pub at: Position,
    /// Why.
    pub cause: Cause,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The text is longer than a laboratory needs.
    #[error("the text has more than {limit} bytes; keep what the lesson needs")]
    TooLong {
        /// Bytes.
        limit: usize,
    },
    /// Brackets within brackets.
    #[error("brackets are nested more than {limit} deep")]
    TooDeep {
        /// Levels.
        limit: usize,
    },
    /// Signs without a comma or semicolon between them.
    #[error("more than {limit} operators without a comma or semicolon between them")]
    TooManyOperators {
        /// Operators.
        limit: usize,
    },
    /// A comment without an end.
    #[error("this comment is not closed")]
    Comment,
    /// `_Static_assert` of what is not so.
    #[error("this does not hold")]
    Assertion,
    /// There is no preprocessor.
    #[error("lines that begin with # are not read here; write what they stand for")]
    Preprocessor,
    /// The text is not C.
    #[error(
        "{found} cannot stand here; expected is one of {expected}. A name of a type must be declared before"
    )]
    Syntax {
        /// What stands there.
        found: String,
        /// What might.
        expected: String,
    },
    /// Words that are no type together.
    #[error("these words are no type together")]
    NoType,
    /// Something of C that has no place here.
    #[error("{what} is not read here")]
    Unsupported {
        /// What.
        what: &'static str,
    },
    /// A tag or name defined twice.
    #[error("{name} is defined twice")]
    Redefined {
        /// Its name.
        name: String,
    },
    /// A tag that is a struct here and a union or an enumeration there.
    #[error("{name} was declared as another kind of type before")]
    OtherKind {
        /// Its tag.
        name: String,
    },
    /// The size of a type is wanted that has none.
    #[error("{what} has no size: it is declared, but not defined")]
    Incomplete {
        /// What wants it.
        what: String,
    },
    /// A member or an element of a type that cannot be one.
    #[error("{what} cannot be a function")]
    Function {
        /// What.
        what: &'static str,
    },
    /// An expression that is no number.
    #[error("this is not a constant number")]
    NotConstant,
    /// A number that does not fit.
    #[error("this number is too large or too small here")]
    OutOfRange,
    /// A bit-field of a type that is no integer, or wider than it.
    #[error("a bit-field needs an integer type of at least its width")]
    BitField,
    /// The unit cannot be written as BTF.
    #[error("{0}")]
    Btf(#[from] btf::Error),
}
