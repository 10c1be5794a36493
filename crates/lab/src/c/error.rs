//! What can be wrong with declarations, and what is left out of them.

use super::suggest::Hint;
use std::fmt;
use std::ops::Range;

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
        let end = boundary(text, offset);
        let before = &text[..end];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[start..].chars().count() + 1,
        }
    }
}

fn boundary(text: &str, offset: usize) -> usize {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
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
    /// Characters of that line that are meant; 0 for a place where something is missing.
    pub length: usize,
    /// Why.
    pub cause: Cause,
}

impl Error {
    pub(super) fn at(text: &str, place: Range<usize>, cause: Cause) -> Error {
        let (start, end) = (boundary(text, place.start), boundary(text, place.end));
        let meant = text.get(start..end).unwrap_or_default();
        Error {
            at: Position::of(text, start),
            length: meant.lines().next().unwrap_or_default().chars().count(),
            cause,
        }
    }
}

/// Notes on a unit, as far as somebody reads them.
pub(super) struct Notes<'t> {
    text: &'t str,
    all: Vec<Note>,
}

impl<'t> Notes<'t> {
    /// So many are kept of each stage; finding a line takes a pass over the text.
    const MOST: usize = 32;
    /// So many are shown: more say nothing new.
    const SHOWN: usize = 8;

    pub fn new(text: &'t str) -> Notes<'t> {
        let all = Vec::new();
        Notes { text, all }
    }

    pub fn add(&mut self, place: Range<usize>, text: String) {
        if self.all.len() < Self::MOST {
            let at = Position::of(self.text, place.start);
            self.all.push(Note { at, text });
        }
    }

    /// In the order of the text.
    pub fn finish(mut self) -> Vec<Note> {
        self.all.sort_by_key(|note| (note.at.line, note.at.column));
        self.all.dedup();
        self.all.truncate(Self::SHOWN);
        self.all
    }
}

/// Something that is accepted and changes no type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where.
    pub at: Position,
    /// What, as a sentence without a full stop.
    pub text: String,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The text is longer than a laboratory needs.
    #[error("the text has more than {} kB; keep what the lesson needs", limit >> 10)]
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
    /// Many `++` or `--` outside of a function.
    #[error("`{operator}` changes a variable, and a declaration has constants only")]
    Increment {
        /// The operator.
        operator: String,
    },
    /// Macros that stand for too much.
    #[error("macros expand to more than {limit} tokens")]
    TooMuchExpanded {
        /// Tokens.
        limit: usize,
    },
    /// A comment without an end.
    #[error("this comment is not closed: `*/` is missing")]
    Comment,
    /// A string or a character without an end.
    #[error("this quotation mark is not closed on its line")]
    Quote,
    /// A bracket without its partner.
    #[error("`{bracket}` is not closed: `{closing}` is missing{}", before_bracket(before.as_ref()))]
    Unclosed {
        /// The bracket.
        bracket: String,
        /// Its partner.
        closing: &'static str,
        /// Another closing bracket that comes first, and its line.
        before: Option<(String, usize)>,
    },
    /// A closing bracket that closes nothing.
    #[error("`{bracket}` closes nothing: no bracket is open here")]
    Unopened {
        /// The bracket.
        bracket: String,
    },
    /// A character that looks like nothing, or like one of C.
    #[error(
        "character U+{code:04X} ({what}) is no character of C: replace it with {}",
        instead_of(instead)
    )]
    Lookalike {
        /// Its number in Unicode.
        code: u32,
        /// Its name.
        what: &'static str,
        /// What C has.
        instead: &'static str,
    },
    /// Any other character that C has no use for.
    #[error("`{char}` (U+{code:04X}) can only be part of a comment or a string")]
    StrayCharacter {
        /// It.
        char: char,
        /// Its number in Unicode.
        code: u32,
    },
    /// A name with letters beyond ASCII.
    #[error("the name `{name}` has letters beyond ASCII: use a to z, digits and `_`")]
    NotAscii {
        /// It.
        name: String,
    },
    /// `_Static_assert` of what is not so.
    #[error("this assertion does not hold")]
    Assertion,
    /// A line for the preprocessor.
    #[error("`#{name}` is not read, for only `#define` is: {advice}")]
    Directive {
        /// Its name.
        name: String,
        /// What to do.
        advice: &'static str,
    },
    /// A macro's definition that is not understood.
    #[error("this `#define` is not read: {why}")]
    Define {
        /// Why.
        why: &'static str,
    },
    /// Arguments of a macro.
    #[error("the macro `{name}` takes {expected} arguments, and has {found} here")]
    MacroArguments {
        /// Its name.
        name: String,
        /// As many as it takes.
        expected: usize,
        /// As many as there are.
        found: usize,
    },
    /// A semicolon is missing.
    #[error("`;` is missing after {after}")]
    Semicolon {
        /// What stands before it.
        after: String,
    },
    /// A name where a type should be.
    #[error("unknown type `{name}`: {hint}")]
    UnknownType {
        /// It.
        name: String,
        /// What may be meant.
        hint: Hint,
    },
    /// A name that only a macro can be.
    #[error("`{name}` looks like a macro: {}", macro_advice(name, *prelude))]
    Macro {
        /// Its name.
        name: String,
        /// Whether the prelude defines it, and is off.
        prelude: bool,
    },
    /// Another language.
    #[error("`{word}` is {language}: only declarations of C are read")]
    Language {
        /// The word.
        word: String,
        /// What it is a word of.
        language: &'static str,
    },
    /// A word of C where a name should be.
    #[error("`{word}` is a word of C and cannot be a name")]
    Keyword {
        /// It.
        word: String,
    },
    /// A name that begins with a digit.
    #[error("a name cannot begin with a digit: `{name}`")]
    DigitFirst {
        /// It.
        name: String,
    },
    /// The text ends within a declaration.
    #[error("the text ends within a declaration, after {after}")]
    End {
        /// The last word.
        after: String,
    },
    /// Something that nothing more can be said of.
    #[error("`{found}` is unexpected{}{}", after_word(after.as_deref()), advice.map(|it| format!(": {it}")).unwrap_or_default())]
    Unexpected {
        /// It.
        found: String,
        /// What stands before it.
        after: Option<String>,
        /// What may help.
        advice: Option<&'static str>,
    },
    /// Words that are no type together.
    #[error("`{words}` is no type of C")]
    NoType {
        /// They.
        words: String,
    },
    /// Something of C that has no place here.
    #[error("{what} is not read here{}{advice}", if advice.is_empty() { "" } else { ": " })]
    Unsupported {
        /// What.
        what: String,
        /// What to do instead, if that is known.
        advice: &'static str,
    },
    /// A function whose parameters' types follow its brackets.
    #[error(
        "this is an old-style (K&R) definition: write a prototype, with a type for each parameter"
    )]
    OldStyle,
    /// A tag or name defined twice.
    #[error("{what} is already {how} in line {line}; a second one needs another unit")]
    Redefined {
        /// It.
        what: String,
        /// Defined, or declared in another way.
        how: &'static str,
        /// The line of the first.
        line: usize,
    },
    /// Two members of one name.
    #[error("there are two members `{name}` in this type")]
    TwoMembers {
        /// It.
        name: String,
    },
    /// A tag that is a struct here and a union or an enumeration there.
    #[error("`{name}` is a {kind} since line {line}: a tag has one kind in a unit")]
    OtherKind {
        /// Its tag.
        name: String,
        /// What it was first.
        kind: &'static str,
        /// The line of the first.
        line: usize,
    },
    /// The size of a type is wanted that has none.
    #[error("{what} has no size: it is declared, but not defined{}", if *prelude { "; the prelude, which is off, defines it" } else { "" })]
    Incomplete {
        /// What wants it.
        what: String,
        /// Whether the prelude defines it, and is off.
        prelude: bool,
    },
    /// A struct within itself.
    #[error("`{name}` cannot contain itself: use a pointer")]
    ContainsItself {
        /// The struct.
        name: String,
    },
    /// `void` where a size is needed.
    #[error("{what} cannot be void")]
    Void {
        /// What.
        what: &'static str,
    },
    /// A member or an element of a type that cannot be one.
    #[error("{what} cannot be a function{}", if *what == "a member" { ": use a pointer to one" } else { "" })]
    Function {
        /// What.
        what: &'static str,
    },
    /// A name that stands for no number.
    #[error("`{name}` has no value here: add `#define {name} NUMBER`, or write the number")]
    NoValue {
        /// It.
        name: String,
    },
    /// An expression that is no number.
    #[error("{what} is no constant: numbers, enumerators, macros and sizeof of a type are")]
    NotConstant {
        /// What.
        what: String,
    },
    /// A number that does not fit.
    #[error("this number is too large or too small here")]
    OutOfRange,
    /// A bit-field of a type that is no integer.
    #[error("a bit-field needs an integer type")]
    BitFieldType,
    /// A bit-field that has a name and no bits.
    #[error("a named bit-field needs at least 1 bit; only one without a name can have 0")]
    BitFieldEmpty,
    /// A bit-field that is wider than its type.
    #[error("a bit-field of {width} bits does not fit its type, which has {most}")]
    BitFieldWidth {
        /// Its bits.
        width: i128,
        /// Those of its type.
        most: u64,
    },
    /// The unit cannot be written as BTF.
    #[error("{0}")]
    Btf(#[from] btf::Error),
}

fn before_bracket(before: Option<&(String, usize)>) -> String {
    before.map_or_else(String::new, |(bracket, line)| {
        format!(" before the `{bracket}` of line {line}")
    })
}

fn instead_of(instead: &str) -> String {
    match instead {
        "nothing" => "nothing: delete it".to_owned(),
        "a space" | "a new line" => instead.to_owned(),
        sign => format!("`{sign}`"),
    }
}

fn macro_advice(name: &str, prelude: bool) -> String {
    match prelude {
        true => format!("the prelude has it and is off; switch it on, or remove `{name}`"),
        false => "remove it, write what it stands for, or `#define` it".to_owned(),
    }
}

fn after_word(after: Option<&str>) -> String {
    after.map_or_else(String::new, |word| format!(" after {word}"))
}
