//! The text before it is parsed: without comments, and not so deep that a parser loses itself.

use super::error::{Cause, Error, Position};

/// Bytes of a unit's text.
const LONGEST: usize = 32 << 10;
/// Brackets within brackets. The parser calls itself for each.
const DEEPEST: usize = 24;
/// Operators in a row. An expression is a chain of as many nodes.
const OPERATORS: usize = 200;

/// The text with blanks for comments: every byte stays where it is.
pub(super) fn plain(text: &str) -> Result<String, Error> {
    let fail = |offset, cause| Error {
        at: Position::of(text, offset),
        cause,
    };
    if text.len() > LONGEST {
        return Err(fail(LONGEST, Cause::TooLong { limit: LONGEST }));
    }
    let mut plain = text.as_bytes().to_vec();
    let mut at = 0;
    let (mut depth, mut operators, mut line_is_empty) = (0_usize, 0, true);
    while let Some(&byte) = plain.get(at) {
        let end = match (byte, plain.get(at + 1)) {
            (b'/', Some(b'/')) => find(&plain, at, b"\n").unwrap_or(plain.len()),
            (b'/', Some(b'*')) => match find(&plain, at + 2, b"*/") {
                Some(end) => end + 2,
                None => return Err(fail(at, Cause::Comment)),
            },
            (b'"' | b'\'', _) => {
                line_is_empty = false;
                at = after_quote(&plain, at);
                continue;
            }
            _ => at,
        };
        if end > at {
            for byte in &mut plain[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            at = end;
            continue;
        }
        match byte {
            b'#' if line_is_empty => return Err(fail(at, Cause::Preprocessor)),
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(fail(at, Cause::TooDeep { limit: DEEPEST }));
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        match byte {
            b',' | b';' | b'{' | b'}' => operators = 0,
            _ if byte.is_ascii_punctuation() && byte != b'_' => {
                operators += 1;
                if operators > OPERATORS {
                    return Err(fail(at, Cause::TooManyOperators { limit: OPERATORS }));
                }
            }
            _ => {}
        }
        line_is_empty = byte == b'\n' || line_is_empty && byte.is_ascii_whitespace();
        at += 1;
    }
    // Whole characters were replaced, for comments begin and end with ASCII.
    String::from_utf8(plain).map_err(|_| fail(0, Cause::NoType))
}

/// Where what begins with a quote ends: behind the same one, or with the line. Nothing within counts.
fn after_quote(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => return at,
            _ if bytes.get(start) == Some(&byte) => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let at = rest.windows(wanted.len()).position(|part| part == wanted)?;
    Some(from + at)
}

/// What stands at a byte, as a message names it.
pub(super) fn word_at(text: &str, offset: usize) -> String {
    let rest = text.get(offset..).unwrap_or_default().trim_start();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    match (end, rest.chars().next()) {
        (_, None) => "the end of the text".to_owned(),
        (0, Some(sign)) => format!("“{sign}”"),
        _ => format!("“{}”", &rest[..end]),
    }
}
