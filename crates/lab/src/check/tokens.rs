//! The words, numbers, quoted names and signs of an expression.

use super::errors::{Cause, ErrorAt};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, or a word such as `and`.
    Word,
    /// Digits.
    Number,
    /// What is between double quotes, without them.
    Quoted,
    /// A sign of one or two characters.
    Sign,
}

/// A token and its bytes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub text: &'t str,
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
}

/// Signs of two characters.
const LONG: [&str; 6] = ["==", "!=", "<=", ">=", "&&", "||"];
/// Signs of one.
const SHORT: &str = "<>+-().,=!";

/// What people type or paste for something that the language spells differently.
const LOOKALIKES: [(char, &str); 14] = [
    ('\u{201c}', "\""),
    ('\u{201d}', "\""),
    ('\u{201e}', "\""),
    ('\'', "\""),
    ('\u{2018}', "\""),
    ('\u{2019}', "\""),
    ('`', "\""),
    ('\u{2260}', "!="),
    ('\u{2264}', "<="),
    ('\u{2265}', ">="),
    ('\u{2212}', "-"),
    ('\u{2013}', "-"),
    ('&', "and"),
    ('|', "or"),
];

/// The tokens of `text`.
///
/// # Errors
///
/// A character that the language does not have, or a quotation mark without its partner.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, ErrorAt> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && let Some(char) = rest.chars().next()
    {
        if char.is_whitespace() {
            at += char.len_utf8();
            continue;
        }
        let length =
            |wanted: fn(char) -> bool| rest.find(|char: char| !wanted(char)).unwrap_or(rest.len());
        let (kind, length) = match char {
            '"' => match rest.get(1..).and_then(|inner| inner.find('"')) {
                Some(inner) => (TokenKind::Quoted, inner + 2),
                None => return Err(ErrorAt::new(at..text.len(), Cause::Quote)),
            },
            _ if char.is_ascii_digit() => (TokenKind::Number, length(is_word)),
            _ if is_word(char) => (TokenKind::Word, length(is_word)),
            _ if LONG.iter().any(|sign| rest.starts_with(sign)) => (TokenKind::Sign, 2),
            _ if SHORT.contains(char) => (TokenKind::Sign, 1),
            _ => {
                let known = LOOKALIKES.iter().find(|(other, _)| *other == char);
                let instead = known.map(|(_, instead)| *instead);
                let cause = Cause::Character { char, instead };
                return Err(ErrorAt::new(at..at + char.len_utf8(), cause));
            }
        };
        let end = at + length;
        let inner = match kind {
            TokenKind::Quoted => at + 1..end - 1,
            _ => at..end,
        };
        all.push(Token {
            text: text.get(inner).unwrap_or_default(),
            kind,
            start: at,
            end,
        });
        at = end;
    }
    Ok(all)
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}
