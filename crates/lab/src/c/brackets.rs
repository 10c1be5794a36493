//! Brackets in pairs, and no more of them within each other than a parser stands.

use super::error::{Cause, Error, Position};
use super::tokens::{Token, TokenKind};

/// Brackets within brackets. The parser calls itself for each.
const DEEPEST: usize = 24;
/// Operators in a row. An expression is a chain of as many nodes.
const OPERATORS: usize = 200;

/// Checks that each bracket has its partner, and that the parser is not led astray.
pub(super) fn check(text: &str, tokens: &[Token<'_>]) -> Result<(), Error> {
    let fail = |token: &Token<'_>, cause| Err(Error::at(text, token.start..token.end, cause));
    let mut open: Vec<&Token<'_>> = Vec::new();
    let mut operators = 0_usize;
    for token in tokens.iter().filter(|token| token.kind == TokenKind::Sign) {
        match token.text {
            "(" | "[" | "{" => {
                open.push(token);
                if open.len() > DEEPEST {
                    return fail(token, Cause::TooDeep { limit: DEEPEST });
                }
            }
            ")" | "]" | "}" => match open.pop() {
                Some(opening) if closing(opening.text) == token.text => {}
                Some(opening) => {
                    let cause = Cause::Unclosed {
                        bracket: opening.text.to_owned(),
                        closing: closing(opening.text),
                        before: Some((token.text.to_owned(), Position::of(text, token.start).line)),
                    };
                    return fail(opening, cause);
                }
                None => {
                    let bracket = token.text.to_owned();
                    return fail(token, Cause::Unopened { bracket });
                }
            },
            _ => {}
        }
        match token.text {
            "," | ";" | "{" | "}" => operators = 0,
            sign => {
                operators += sign.len();
                if operators > OPERATORS {
                    return fail(token, Cause::TooManyOperators { limit: OPERATORS });
                }
            }
        }
    }
    match open.last() {
        Some(opening) => {
            let cause = Cause::Unclosed {
                bracket: opening.text.to_owned(),
                closing: closing(opening.text),
                before: None,
            };
            fail(opening, cause)
        }
        None => Ok(()),
    }
}

/// Operators that change a variable, in a whole text without bodies of functions: declarations have constants only.
const INCREMENTS: usize = 12;

/// Checks that few operators change a variable: for a row of n of them the parser tries 2ⁿ ways.
pub(super) fn check_constant(text: &str, tokens: &[Token<'_>]) -> Result<(), Error> {
    let signs = tokens.iter().filter(|token| token.kind == TokenKind::Sign);
    let mut increments = signs.filter(|token| matches!(token.text, "++" | "--"));
    match increments.nth(INCREMENTS) {
        Some(token) => {
            let operator = token.text.to_owned();
            let cause = Cause::Increment { operator };
            Err(Error::at(text, token.start..token.end, cause))
        }
        None => Ok(()),
    }
}

fn closing(bracket: &str) -> &'static str {
    match bracket {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

/// The token behind the bracket that closes the one at `open`; the end when none does.
pub(super) fn after(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != TokenKind::Sign {
            continue;
        }
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}
