//! The words and signs of a text: what a C compiler's lexer gives, with comments left out.

use super::error::{Cause, Error};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or a word of C.
    Word,
    Number,
    /// A string or a character.
    Quoted,
    /// An operator, a bracket or another mark.
    Sign,
}

/// A token and its place in the text that was typed. One that a macro stands for has the place of the macro's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub text: &'t str,
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// Whether it is the first of its line.
    pub first: bool,
    /// Whether no blank separates it from the token before.
    pub joined: bool,
}

impl<'t> Token<'t> {
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub fn is_word(&self) -> bool {
        self.kind == TokenKind::Word
    }

    /// Another token at the same place.
    pub fn with(self, text: &'t str, kind: TokenKind) -> Token<'t> {
        Token { text, kind, ..self }
    }
}

/// Operators of several characters, longest first.
const OPERATORS: &[&str] = &[
    "...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=",
    "-=", "*=", "/=", "%=", "&=", "^=", "|=", "::", "##",
];

/// Characters that look like nothing or like another one, and their names. Slides and chats put them into code.
const LOOKALIKES: &[(char, &str, &str)] = &[
    ('`', "a backtick", "nothing"),
    ('\u{a0}', "a no-break space", "a space"),
    ('\u{ad}', "a soft hyphen", "nothing"),
    ('\u{200b}', "a zero-width space", "nothing"),
    ('\u{200c}', "a zero-width non-joiner", "nothing"),
    ('\u{200d}', "a zero-width joiner", "nothing"),
    ('\u{200e}', "a left-to-right mark", "nothing"),
    ('\u{200f}', "a right-to-left mark", "nothing"),
    ('\u{2002}', "an en space", "a space"),
    ('\u{2003}', "an em space", "a space"),
    ('\u{2007}', "a figure space", "a space"),
    ('\u{2009}', "a thin space", "a space"),
    ('\u{202a}', "a left-to-right embedding", "nothing"),
    ('\u{202c}', "a mark of direction", "nothing"),
    ('\u{202f}', "a narrow no-break space", "a space"),
    ('\u{2028}', "a line separator", "a new line"),
    ('\u{2029}', "a paragraph separator", "a new line"),
    ('\u{2060}', "a word joiner", "nothing"),
    ('\u{3000}', "an ideographic space", "a space"),
    ('\u{feff}', "a byte order mark", "nothing"),
    ('\u{2010}', "a hyphen", "-"),
    ('\u{2011}', "a no-break hyphen", "-"),
    ('\u{2013}', "an en dash", "-"),
    ('\u{2014}', "an em dash", "-"),
    ('\u{2212}', "a minus sign", "-"),
    ('\u{2018}', "a typographic quotation mark", "'"),
    ('\u{2019}', "a typographic quotation mark", "'"),
    ('\u{201a}', "a typographic quotation mark", "'"),
    ('\u{201c}', "a typographic quotation mark", "\""),
    ('\u{201d}', "a typographic quotation mark", "\""),
    ('\u{201e}', "a typographic quotation mark", "\""),
    ('\u{2026}', "an ellipsis", "..."),
    ('\u{37e}', "a Greek question mark", ";"),
    ('\u{ff1b}', "a full-width semicolon", ";"),
    ('\u{2217}', "an asterisk operator", "*"),
    ('\u{d7}', "a multiplication sign", "*"),
];

/// The tokens of a text.
///
/// # Errors
///
/// A comment or a quotation without an end, or a character that C has no use for.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Error> {
    let fail = |start: usize, end: usize, cause| Err(Error::at(text, start..end, cause));
    let mut all = Vec::new();
    // A byte order mark at the start is an editor's, not the author's.
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let (mut first, mut joined) = (true, false);
    while let Some(char) = rest(text, at).chars().next() {
        let ahead = rest(text, at);
        if let Some(blank) = blank(ahead) {
            first |= blank == Blank::Line;
            joined = false;
            at += blank.bytes(ahead);
            continue;
        }
        if ahead.starts_with("//") {
            at += ahead.find('\n').unwrap_or(ahead.len());
            continue;
        }
        if ahead.starts_with("/*") {
            let Some(length) = rest(ahead, 2).find("*/") else {
                return fail(at, at + 2, Cause::Comment);
            };
            first |= ahead[..length + 2].contains('\n');
            joined = false;
            at += length + 4;
            continue;
        }
        let (kind, length) = match char {
            '"' | '\'' => match quoted(ahead, char) {
                Some(length) => (TokenKind::Quoted, length),
                None => return fail(at, at + 1, Cause::Quote),
            },
            '0'..='9' => (TokenKind::Number, span(ahead, |c| is_word(c) || c == '.')),
            _ if is_word(char) => {
                let length = span(ahead, is_word);
                let word = &ahead[..length];
                if !word.is_ascii() {
                    let name = word.to_owned();
                    return fail(at, at + length, Cause::NotAscii { name });
                }
                (TokenKind::Word, length)
            }
            _ if char.is_ascii_punctuation() && char != '`' => {
                let longest = OPERATORS.iter().find(|sign| ahead.starts_with(**sign));
                (TokenKind::Sign, longest.map_or(1, |sign| sign.len()))
            }
            _ => return fail(at, at + char.len_utf8(), stray(char)),
        };
        all.push(Token {
            text: &ahead[..length],
            kind,
            start: at,
            end: at + length,
            first,
            joined,
        });
        (first, joined) = (false, true);
        at += length;
    }
    Ok(all)
}

fn rest(text: &str, from: usize) -> &str {
    text.get(from..).unwrap_or_default()
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

fn span(text: &str, wanted: impl Fn(char) -> bool) -> usize {
    text.find(|char: char| !wanted(char)).unwrap_or(text.len())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    Space,
    Line,
    /// A backslash that ends its line: the next line continues it.
    Continued,
}

impl Blank {
    fn bytes(self, text: &str) -> usize {
        match self {
            Blank::Space | Blank::Line => 1,
            Blank::Continued => text.find('\n').map_or(text.len(), |end| end + 1),
        }
    }
}

fn blank(text: &str) -> Option<Blank> {
    match text.as_bytes().first()? {
        b'\n' => Some(Blank::Line),
        b' ' | b'\t' | b'\r' | 0x0b | 0x0c => Some(Blank::Space),
        b'\\' => {
            let end = text.find('\n').unwrap_or(text.len());
            text[1..end]
                .bytes()
                .all(|byte| byte.is_ascii_whitespace())
                .then_some(Blank::Continued)
        }
        _ => None,
    }
}

/// Bytes of a string or a character that begins here; it ends on its line.
fn quoted(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '\\' => {
                chars.next();
            }
            '\n' => return None,
            _ if char == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn stray(char: char) -> Cause {
    let code = u32::from(char);
    match LOOKALIKES.iter().find(|known| known.0 == char) {
        Some(&(_, what, instead)) => Cause::Lookalike {
            code,
            what,
            instead,
        },
        None if char.is_control() => Cause::Lookalike {
            code,
            what: "a control character",
            instead: "nothing",
        },
        None => Cause::StrayCharacter { char, code },
    }
}
