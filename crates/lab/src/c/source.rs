//! The text that the parser reads, and where each of its tokens was typed.

use super::error::{Cause, Error};
use super::tokens::Token;
use lang_c::span::Span;
use std::ops::Range;

/// A unit's text as it was typed, and as it is parsed: macros expanded, attributes in their places.
pub(super) struct Source<'t> {
    /// What was typed.
    pub text: &'t str,
    pub tokens: Vec<Token<'t>>,
    /// What is parsed: the prelude's declarations, then the tokens.
    pub parsed: String,
    /// Bytes of the prelude's declarations in `parsed`.
    pub prelude: usize,
    /// Where each token begins in `parsed`.
    starts: Vec<usize>,
}

impl<'t> Source<'t> {
    pub fn new(text: &'t str, tokens: Vec<Token<'t>>, prelude: &str) -> Source<'t> {
        let mut parsed = prelude.to_owned();
        let mut starts = Vec::with_capacity(tokens.len());
        // The parser takes `__attribute__((` only without blanks between its brackets.
        let is_bracket = |token: &Token<'_>| ["(", ")", "[", "]", "{", "}"].contains(&token.text);
        let mut after_bracket = true;
        for token in &tokens {
            if !after_bracket && !is_bracket(token) {
                parsed.push(' ');
            }
            starts.push(parsed.len());
            parsed.push_str(token.text);
            after_bracket = is_bracket(token);
        }
        Source {
            text,
            tokens,
            parsed,
            prelude: prelude.len(),
            starts,
        }
    }

    /// The token that holds a byte of what is parsed, or follows it; past the last one their number.
    pub fn token_at(&self, offset: usize) -> usize {
        let next = self.starts.partition_point(|start| *start <= offset);
        let inside = next.checked_sub(1).filter(|at| {
            let token = self.tokens.get(*at);
            let start = self.starts.get(*at);
            matches!((token, start), (Some(token), Some(start)) if offset < start + token.text.len())
        });
        inside.unwrap_or(next)
    }

    /// Where a token was typed; past the last one, the end of it.
    pub fn place(&self, token: usize) -> Range<usize> {
        match (self.tokens.get(token), self.tokens.last()) {
            (Some(token), _) => token.start..token.end,
            (None, Some(last)) => last.end..last.end,
            (None, None) => 0..0,
        }
    }

    /// Where the tokens of a span were typed.
    pub fn typed(&self, span: Span) -> Range<usize> {
        let first = self.token_at(span.start);
        let end = self.starts.partition_point(|start| *start < span.end);
        let start = self.place(first).start;
        let end = match end.checked_sub(1) {
            Some(last) if last > first => self.place(last).end,
            _ => self.place(first).end,
        };
        start..end.max(start)
    }

    pub fn error(&self, span: Span, cause: Cause) -> Error {
        Error::at(self.text, self.typed(span), cause)
    }
}
