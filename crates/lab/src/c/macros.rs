//! `#define`: what macros stand for. Nothing else of the preprocessor exists here.

use super::error::{Cause, Error, Notes};
use super::prelude;
use super::tokens::{Token, TokenKind, tokens};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Tokens of a unit when its macros are expanded.
const MOST_TOKENS: usize = 20_000;

/// A macro: its parameters if it has brackets, and what it stands for.
#[derive(Clone, Debug)]
struct Macro<'t> {
    parameters: Option<Vec<&'t str>>,
    body: Vec<Token<'t>>,
}

/// The macros of a unit, as far as it is read.
struct Macros<'t, 'n> {
    text: &'t str,
    known: FxHashMap<&'t str, Rc<Macro<'t>>>,
    prelude: bool,
    out: Vec<Token<'t>>,
    notes: &'n mut Notes<'t>,
    /// Tokens that macros stood for so far.
    work: usize,
}

/// What is still to be read.
enum Item<'t> {
    Token(Token<'t>),
    /// The end of what this macro stands for.
    End(&'t str),
}

/// The next token. A macro whose end comes before it can be expanded again.
fn next_token<'t>(ahead: &mut Vec<Item<'t>>, within: &mut Vec<&'t str>) -> Option<Token<'t>> {
    loop {
        match ahead.pop()? {
            Item::Token(token) => return Some(token),
            Item::End(name) => within.retain(|other| *other != name),
        }
    }
}

/// Expands the macros of a text, and takes their definitions out.
///
/// # Errors
///
/// Another directive, a definition that is not understood, or macros that stand for too much.
pub(super) fn expand<'t>(
    text: &'t str,
    tokens: &[Token<'t>],
    prelude: bool,
    notes: &mut Notes<'t>,
) -> Result<Vec<Token<'t>>, Error> {
    let mut macros = Macros {
        text,
        known: FxHashMap::default(),
        prelude,
        out: Vec::with_capacity(tokens.len()),
        notes,
        work: 0,
    };
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        let is_directive = first.first && first.is("#");
        let next_line = |it: &Token<'_>| it.first;
        let next_directive = |it: &Token<'_>| it.first && it.is("#");
        let skipped = rest.get(1..).unwrap_or_default();
        let end = 1 + match is_directive {
            true => skipped.iter().position(next_line),
            false => skipped.iter().position(next_directive),
        }
        .unwrap_or(skipped.len());
        let (part, others) = rest.split_at(end);
        match is_directive {
            true => macros.directive(part)?,
            false => macros.take(part)?,
        }
        rest = others;
    }
    Ok(macros.out)
}

impl<'t> Macros<'t, '_> {
    fn fail<T>(&self, token: &Token<'_>, cause: Cause) -> Result<T, Error> {
        Err(Error::at(self.text, token.start..token.end, cause))
    }

    fn directive(&mut self, line: &[Token<'t>]) -> Result<(), Error> {
        let (Some(hash), name) = (line.first(), line.get(1)) else {
            return Ok(());
        };
        let Some(name) = name else { return Ok(()) };
        let directive = |advice| Cause::Directive {
            name: name.text.to_owned(),
            advice,
        };
        let place = Token {
            end: name.end,
            ..*hash
        };
        match name.text {
            "define" => self.define(line.get(2..).unwrap_or_default(), &place),
            "undef" => {
                if let Some(name) = line.get(2) {
                    self.known.remove(name.text);
                }
                Ok(())
            }
            "include" => {
                let says = match self.prelude {
                    true => {
                        "`#include` is ignored: headers do not exist here, only the prelude's types"
                    }
                    false => "`#include` is ignored: headers do not exist here",
                };
                self.notes.add(place.start..place.end, says.to_owned());
                Ok(())
            }
            "pragma" if line.get(2).is_some_and(|it| it.is("once")) => Ok(()),
            "pragma" => self.fail(
                &place,
                directive("for a packed struct write `__attribute__((packed))` behind it"),
            ),
            "if" | "ifdef" | "ifndef" | "elif" | "else" | "endif" => self.fail(
                &place,
                directive("keep the lines of one configuration and remove the others"),
            ),
            _ => self.fail(&place, directive("remove the line")),
        }
    }

    fn define(&mut self, line: &[Token<'t>], place: &Token<'_>) -> Result<(), Error> {
        let (Some(name), mut body) = (line.first(), line.get(1..).unwrap_or_default()) else {
            return self.fail(
                place,
                Cause::Define {
                    why: "a name is missing",
                },
            );
        };
        if !name.is_word() {
            let why = "a macro's name is a word";
            return self.fail(name, Cause::Define { why });
        }
        let mut parameters = None;
        // Only without a blank is the bracket one of parameters.
        if body.first().is_some_and(|it| it.is("(") && it.joined) {
            let Some(end) = body.iter().position(|it| it.is(")")) else {
                let why = "`)` is missing";
                return self.fail(name, Cause::Define { why });
            };
            let inside = &body[1..end];
            let words = inside.iter().step_by(2);
            let commas = inside.iter().skip(1).step_by(2);
            let is_list = inside.len() != 2
                && words.clone().all(Token::is_word)
                && commas.clone().all(|it| it.is(","));
            if !is_list {
                let why = "its parameters are names between commas";
                return self.fail(name, Cause::Define { why });
            }
            parameters = Some(words.map(|it| it.text).collect());
            body = &body[end + 1..];
        }
        if let Some(sign) = body.iter().find(|it| it.is("#") || it.is("##")) {
            let why = "`#` and `##` within macros are beyond this laboratory";
            return self.fail(sign, Cause::Define { why });
        }
        let body = body.to_vec();
        self.known
            .insert(name.text, Rc::new(Macro { parameters, body }));
        Ok(())
    }

    /// What a word stands for, if it is a macro; `next` is what follows it.
    fn find(
        &self,
        word: &Token<'t>,
        next: Option<&Token<'t>>,
    ) -> Result<Option<Rc<Macro<'t>>>, Error> {
        if !word.is_word() {
            return Ok(None);
        }
        if let Some(known) = self.known.get(word.text) {
            return Ok(Some(known.clone()));
        }
        let Some((_, parameters, body)) = prelude::find_macro(word.text) else {
            return Ok(None);
        };
        // Such a name is free to be a member's, which no other word follows.
        let is_free = !word.text.starts_with('_') && parameters.is_none();
        if is_free && !next.is_some_and(Token::is_word) {
            return Ok(None);
        }
        if !self.prelude {
            let name = word.text.to_owned();
            return self.fail(
                word,
                Cause::Macro {
                    name,
                    prelude: true,
                },
            );
        }
        let body = tokens(body)?;
        let parameters = parameters.map(|all| all.split(", ").collect());
        Ok(Some(Rc::new(Macro { parameters, body })))
    }

    fn take(&mut self, part: &[Token<'t>]) -> Result<(), Error> {
        let mut ahead: Vec<Item<'t>> = part.iter().rev().copied().map(Item::Token).collect();
        let mut within: Vec<&'t str> = Vec::new();
        while let Some(token) = next_token(&mut ahead, &mut within) {
            let known = match within.contains(&token.text) {
                true => None,
                false => {
                    let next = ahead.iter().rev().find_map(|item| match item {
                        Item::Token(token) => Some(token),
                        Item::End(_) => None,
                    });
                    self.find(&token, next)?
                }
            };
            let Some(known) = known else {
                self.out.push(token);
                if self.out.len() > MOST_TOKENS {
                    let limit = MOST_TOKENS;
                    return self.fail(&token, Cause::TooMuchExpanded { limit });
                }
                continue;
            };
            let arguments = match &known.parameters {
                None => Vec::new(),
                Some(parameters) => {
                    let bracket = ahead.iter().rev().find_map(|item| match item {
                        Item::Token(token) => Some(token.is("(")),
                        Item::End(_) => None,
                    });
                    if bracket != Some(true) {
                        self.out.push(token);
                        continue;
                    }
                    let arguments = self.arguments(&token, &mut ahead, &mut within)?;
                    let is_empty = arguments.iter().all(Vec::is_empty);
                    let found = if is_empty && parameters.is_empty() {
                        0
                    } else {
                        arguments.len()
                    };
                    if found != parameters.len() {
                        let name = token.text.to_owned();
                        let expected = parameters.len();
                        let cause = Cause::MacroArguments {
                            name,
                            expected,
                            found,
                        };
                        return self.fail(&token, cause);
                    }
                    arguments
                }
            };
            ahead.push(Item::End(token.text));
            within.push(token.text);
            for part in known.body.iter().rev() {
                let parameter = known.parameters.iter().flatten().position(|it| part.is(it));
                let place = |it: &Token<'t>, first| Token {
                    start: token.start,
                    end: token.end,
                    first,
                    ..*it
                };
                match parameter.and_then(|at| arguments.get(at)) {
                    Some(argument) => {
                        self.work += argument.len();
                        ahead.extend(argument.iter().rev().copied().map(Item::Token));
                    }
                    None => {
                        self.work += 1;
                        ahead.push(Item::Token(place(part, false)));
                    }
                }
                if self.work > MOST_TOKENS {
                    let limit = MOST_TOKENS;
                    return self.fail(&token, Cause::TooMuchExpanded { limit });
                }
            }
        }
        Ok(())
    }

    /// The arguments between the brackets that come next.
    fn arguments(
        &self,
        of: &Token<'t>,
        ahead: &mut Vec<Item<'t>>,
        within: &mut Vec<&'t str>,
    ) -> Result<Vec<Vec<Token<'t>>>, Error> {
        let mut all = vec![Vec::new()];
        let mut depth = 0_usize;
        while let Some(token) = next_token(ahead, within) {
            let is_sign = token.kind == TokenKind::Sign;
            match token.text {
                "(" | "[" | "{" if is_sign => depth += 1,
                ")" | "]" | "}" if is_sign => depth = depth.saturating_sub(1),
                "," if is_sign && depth == 1 => {
                    all.push(Vec::new());
                    continue;
                }
                _ => {}
            }
            if depth == 0 {
                return Ok(all);
            }
            let is_opening = depth == 1 && token.is("(") && all.len() == 1 && all[0].is_empty();
            if let (false, Some(last)) = (is_opening, all.last_mut()) {
                last.push(token);
            }
        }
        let cause = Cause::Unclosed {
            bracket: "(".to_owned(),
            closing: ")",
            before: None,
        };
        self.fail(of, cause)
    }
}
