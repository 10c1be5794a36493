//! A sentence with `{expression}` in it.

use super::errors::{Cause, CheckError, ErrorAt};
use super::evaluate::Context;
use super::grammar::{LONGEST, expression};
use super::program::Program;
use super::value::Sort;

/// A sentence of a check, whose expressions are computed when it is said.
#[derive(Clone, Debug, Default)]
pub struct Sentence(Vec<Span>);

#[derive(Clone, Debug)]
enum Span {
    Text(String),
    Value(Program),
}

impl Sentence {
    /// Reads a sentence. `{{` and `}}` are braces that are part of it.
    ///
    /// # Errors
    ///
    /// [`CheckError`] if a brace has no partner, or an expression cannot be read or shown.
    pub fn parse(text: &str) -> Result<Sentence, CheckError> {
        spans(text).map(Sentence).map_err(|error| error.of(text))
    }

    /// Whether it has an expression that needs the number that is typed.
    pub(super) fn asks(&self) -> bool {
        let asks = |span: &Span| matches!(span, Span::Value(program) if program.asks());
        self.0.iter().any(asks)
    }

    /// The sentence with the values of a solution.
    pub(super) fn said(&self, context: &Context<'_>) -> String {
        let spans = self.0.iter().map(|span| match span {
            Span::Text(text) => text.clone(),
            Span::Value(program) => context.shown(program),
        });
        spans.collect()
    }
}

fn spans(text: &str) -> Result<Vec<Span>, ErrorAt> {
    if text.len() > LONGEST {
        return Err(ErrorAt::new(
            0..text.len(),
            Cause::TooLong { limit: LONGEST },
        ));
    }
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(found) = rest.find(['{', '}']) else {
            plain += rest;
            break;
        };
        let (before, rest) = rest.split_at(found);
        plain += before;
        at += found;
        if rest.starts_with("{{") || rest.starts_with("}}") {
            plain += &rest[..1];
            at += 2;
            continue;
        }
        let brace = |brace| ErrorAt::new(at..at + 1, Cause::Brace { brace });
        let Some(inner) = rest.strip_prefix('{') else {
            return Err(brace('}'));
        };
        let end = inner.find(['{', '}']).unwrap_or(inner.len());
        let (inner, behind) = inner.split_at(end);
        if !behind.starts_with('}') {
            return Err(brace('{'));
        }
        let place = at + 1..at + 1 + end;
        if inner.trim().is_empty() {
            return Err(ErrorAt::new(at..place.end + 1, Cause::EmptyBraces));
        }
        let read = expression(inner).map_err(|error| error.moved(place.start))?;
        match read.sort {
            Sort::Number | Sort::Text | Sort::Types | Sort::Type | Sort::Pair => {}
            sort => {
                let found = inner.trim().to_owned();
                return Err(ErrorAt::new(place, Cause::NotShown { found, sort }));
            }
        }
        if !plain.is_empty() {
            spans.push(Span::Text(std::mem::take(&mut plain)));
        }
        spans.push(Span::Value(read.program));
        at = place.end + 1;
    }
    if !plain.is_empty() {
        spans.push(Span::Text(plain));
    }
    Ok(spans)
}
