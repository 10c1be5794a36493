//! Why the parser gave up, in the words of someone who writes C.
//!
//! The parser only knows the place at which no rule of its grammar goes on. This goes through the tokens up to there as
//! a reader would, statement by statement, and stops at the first that cannot be where it is.

use super::brackets::after;
use super::error::{Cause, Error};
use super::names;
use super::source::Source;
use super::suggest::{self, Hint};
use super::tokens::{Token, TokenKind};
use super::words;
use crate::Abi;

const NO_NAME: &str = "a name is missing before it";

/// What surrounds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Declarations of the file, or members of a struct.
    Declarations,
    Members,
    Enumerators,
    Parameters,
    /// Brackets around a declarator: `(*name)`.
    Declarator,
    Expression,
    /// The body of a function, empty.
    Body,
}

/// How much of a declaration's type was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TypeSeen {
    Nothing,
    /// Words that others may follow: `unsigned`.
    Words,
    /// A tag or the name of a type.
    Whole,
}

#[derive(Clone, Copy, Debug)]
struct Frame {
    place: Place,
    seen: TypeSeen,
    named: bool,
    /// Behind `=` or `:`, up to the next comma or semicolon.
    value: bool,
    /// Where the declaration begins.
    start: usize,
}

impl Frame {
    fn new(place: Place, start: usize) -> Frame {
        Frame {
            place,
            seen: TypeSeen::Nothing,
            named: false,
            value: false,
            start,
        }
    }
}

/// A token, by its number, and what is wrong with it. `behind` when it is what follows the token that is missing.
struct Found {
    token: usize,
    behind: bool,
    cause: Cause,
}

impl Found {
    fn at(token: usize, cause: Cause) -> Found {
        Found {
            token,
            behind: false,
            cause,
        }
    }
}

struct Reader<'s, 't> {
    tokens: &'s [Token<'t>],
    typedefs: Vec<&'t str>,
    tags: Vec<(&'static str, &'t str)>,
    prelude: bool,
    abi: Abi,
    frames: Vec<Frame>,
}

/// What is wrong where the parser stopped: at this byte of what it read.
pub(super) fn diagnose(source: &Source<'_>, offset: usize, prelude: bool, abi: Abi) -> Error {
    let tokens = source.tokens.as_slice();
    let stopped = source.token_at(offset);
    let mut reader = Reader {
        tokens,
        typedefs: names::typedefs(tokens),
        tags: names::tags(tokens),
        prelude,
        abi,
        frames: vec![Frame::new(Place::Declarations, 0)],
    };
    let found = reader
        .read(stopped + 1)
        .unwrap_or_else(|| reader.unexpected(stopped, None));
    let mut place = source.place(found.token);
    if found.behind {
        place.start = place.end;
    }
    Error::at(source.text, place, found.cause)
}

/// What an unknown name of a type may mean in a text.
pub(super) fn hint(source: &Source<'_>, name: &str, prelude: bool, abi: Abi) -> Hint {
    let (tags, typedefs) = (names::tags(&source.tokens), names::typedefs(&source.tokens));
    suggest::hint(name, &tags, &typedefs, prelude, abi)
}

impl<'t> Reader<'_, 't> {
    fn text(&self, at: usize) -> &'t str {
        self.tokens.get(at).map_or("", |token| token.text)
    }

    fn before(&self, at: usize) -> Option<&Token<'t>> {
        self.tokens.get(at.checked_sub(1)?)
    }

    fn knows(&self, name: &str) -> bool {
        self.typedefs.contains(&name)
            || self.prelude && super::prelude::meaning(name, self.abi).is_some()
    }

    fn semicolon(&self, at: usize) -> Found {
        let token = at.saturating_sub(1);
        let after = words::shown(self.text(token));
        Found {
            token,
            behind: true,
            cause: Cause::Semicolon { after },
        }
    }

    fn unexpected(&self, at: usize, advice: Option<&'static str>) -> Found {
        let after = self.before(at).map(|token| words::shown(token.text));
        let Some(token) = self.tokens.get(at) else {
            let after = after.unwrap_or_else(|| "its start".to_owned());
            let last = at.saturating_sub(1);
            return Found {
                token: last,
                behind: true,
                cause: Cause::End { after },
            };
        };
        let found = token.text.to_owned();
        Found::at(
            at,
            Cause::Unexpected {
                found,
                after,
                advice,
            },
        )
    }

    /// The first thing that is wrong in the tokens before `end`.
    fn read(&mut self, end: usize) -> Option<Found> {
        let mut at = 0;
        while at < end.min(self.tokens.len()) {
            let token = *self.tokens.get(at)?;
            let mut frame = *self.frames.last()?;
            at = match token.kind {
                _ if token.is("__attribute__") || token.is("_Static_assert") => {
                    after(self.tokens, at + 1)
                }
                TokenKind::Sign => match self.sign(at, token.text, &mut frame) {
                    Ok(next) => next,
                    Err(found) => return Some(found),
                },
                _ if frame.place == Place::Expression => at + 1,
                _ => match self.word(at, &token, &mut frame) {
                    Ok(next) => {
                        *self.frames.last_mut()? = frame;
                        next
                    }
                    Err(found) => return Some(found),
                },
            };
        }
        let frame = self.frames.last()?;
        let is_open = frame.start < self.tokens.len() && self.frames.len() == 1;
        let ends = |it: &Token<'_>| {
            it.is_word() && !words::is_keyword(it.text)
                || it.kind == TokenKind::Number
                || ["}", "]", ")"].contains(&it.text)
        };
        let has_type = frame.seen != TypeSeen::Nothing;
        match end > self.tokens.len() && is_open {
            true if has_type && self.tokens.last().is_some_and(ends) => {
                Some(self.semicolon(self.tokens.len()))
            }
            _ => None,
        }
    }

    fn sign(&mut self, at: usize, sign: &str, frame: &mut Frame) -> Result<usize, Found> {
        let before = self.before(at).copied();
        let is_word_before = before.is_some_and(|it| it.is_word());
        match sign {
            "(" | "[" | "{" => {
                let place = match (sign, frame.place) {
                    (_, Place::Expression) | ("[", _) => Place::Expression,
                    _ if frame.value => Place::Expression,
                    ("(", _) if frame.named => Place::Parameters,
                    ("(", Place::Declarator) if is_word_before => Place::Parameters,
                    ("(", _) => Place::Declarator,
                    (_, Place::Declarations) if before.is_some_and(|it| it.is(")")) => Place::Body,
                    _ => match self.tagged(at) {
                        Some("enum") => Place::Enumerators,
                        Some(_) => Place::Members,
                        None => return Err(self.unexpected(at, None)),
                    },
                };
                if sign == "(" && frame.place == Place::Declarator {
                    frame.named = true;
                }
                self.store(frame);
                self.frames.push(Frame::new(place, at + 1));
                return Ok(at + 1);
            }
            ")" | "]" | "}" => {
                let in_members = frame.place == Place::Members;
                match before.map_or("", |it| it.text) {
                    "*" | "," if in_members => return Err(self.unexpected(at, Some(NO_NAME))),
                    "{" if frame.place == Place::Enumerators => {
                        let advice = "an enumeration needs an enumerator";
                        return Err(self.unexpected(at, Some(advice)));
                    }
                    _ if in_members && frame.seen != TypeSeen::Nothing => {
                        return Err(self.semicolon(at));
                    }
                    _ => {}
                }
                let closed = frame.place;
                self.frames.pop();
                if let Some(outer) = self.frames.last_mut() {
                    match closed {
                        Place::Members | Place::Enumerators => outer.seen = TypeSeen::Whole,
                        Place::Parameters | Place::Declarator => outer.named = true,
                        Place::Body => *outer = Frame::new(outer.place, at + 1),
                        _ => {}
                    }
                }
                return Ok(at + 1);
            }
            _ => {}
        }
        match (frame.place, sign) {
            (Place::Expression | Place::Body, _) => return Ok(at + 1),
            (Place::Enumerators, ";") => {
                return Err(self.unexpected(at, Some("commas separate enumerators")));
            }
            (Place::Parameters, ";") => {
                return Err(self.unexpected(at, Some("commas separate parameters")));
            }
            (Place::Declarations | Place::Members, ";" | ",")
                if !frame.value && before.is_some_and(|it| it.is("*") || it.is(",")) =>
            {
                return Err(self.unexpected(at, Some(NO_NAME)));
            }
            (Place::Declarations | Place::Members, ",") if !frame.value && !frame.named => {
                return Err(self.unexpected(at, Some(NO_NAME)));
            }
            (Place::Members, "=") if !frame.value => {
                return Err(self.unexpected(at, Some("a member has no first value")));
            }
            (Place::Parameters | Place::Enumerators, ",") | (_, ";") => {
                *frame = Frame::new(frame.place, at + 1);
            }
            (_, ",") => (frame.named, frame.value) = (false, false),
            (_, "=") => frame.value = true,
            (Place::Members, ":") if frame.seen != TypeSeen::Nothing => frame.value = true,
            _ if frame.value => {}
            (Place::Declarations | Place::Members | Place::Parameters, "*") if frame.named => {
                let name = before.map_or("", |it| it.text).to_owned();
                let prelude = false;
                return Err(Found::at(
                    at.saturating_sub(1),
                    Cause::Macro { name, prelude },
                ));
            }
            (_, "&" | "&&") if frame.seen != TypeSeen::Nothing => {
                return Err(self.unexpected(at, Some("C has no references, only pointers")));
            }
            (_, "::" | "<") => return Err(self.unexpected(at, Some("this is C++, not C"))),
            _ => {}
        }
        self.store(frame);
        Ok(at + 1)
    }

    fn store(&mut self, frame: &Frame) {
        if let Some(last) = self.frames.last_mut() {
            *last = *frame;
        }
    }

    /// The word before the tag, or the brace itself, of a definition whose brace is at `at`.
    fn tagged(&self, at: usize) -> Option<&'static str> {
        let keyword = |at: Option<usize>| {
            let text = self.text(at?);
            words::TAGGED.iter().copied().find(|it| *it == text)
        };
        keyword(at.checked_sub(1)).or_else(|| keyword(at.checked_sub(2)))
    }

    fn word(&self, at: usize, token: &Token<'t>, frame: &mut Frame) -> Result<usize, Found> {
        let text = token.text;
        let in_list = matches!(frame.place, Place::Declarations | Place::Members);
        if frame.value {
            return match words::begins_declaration(text) && in_list && !self.in_sizeof(at) {
                true => Err(self.semicolon(at)),
                false => Ok(at + 1),
            };
        }
        match frame.place {
            Place::Enumerators => return self.enumerator(at, token, frame),
            Place::Declarator | Place::Body | Place::Expression => {
                frame.named |= token.is_word() && !words::is_keyword(text);
                return Ok(at + 1);
            }
            _ => {}
        }
        match token.kind {
            TokenKind::Number if frame.seen != TypeSeen::Nothing && !frame.named => {
                let name = match self.tokens.get(at + 1) {
                    Some(next) if next.joined && next.is_word() => format!("{text}{}", next.text),
                    _ => text.to_owned(),
                };
                return Err(Found::at(at, Cause::DigitFirst { name }));
            }
            TokenKind::Quoted if self.before(at).is_some_and(|it| it.is("extern")) => {
                let word = format!("extern {text}");
                let language = "a form of C++";
                return Err(Found::at(at, Cause::Language { word, language }));
            }
            TokenKind::Word => {}
            _ => return Err(self.unexpected(at, None)),
        }
        if words::begins_declaration(text) && self.ends_before(at, text, frame) {
            return Err(match in_list {
                true => self.semicolon(at),
                false => self.unexpected(at, Some("commas separate parameters")),
            });
        }
        if words::TAGGED.contains(&text) {
            frame.seen = TypeSeen::Whole;
            let next = self.text(at + 1);
            let is_name = self.tokens.get(at + 1).is_some_and(Token::is_word);
            if is_name && words::is_keyword(next) {
                let word = next.to_owned();
                return Err(Found::at(at + 1, Cause::Keyword { word }));
            }
            let is_typed = self.tokens.get(at + 3).is_some_and(Token::is_word);
            if text == "enum" && self.text(at + 2) == ":" && is_typed {
                let what = "the type behind an enumeration's `:`".to_owned();
                let advice = "it is C23; leave it out, or write `__attribute__((packed))`";
                return Err(Found::at(at + 2, Cause::Unsupported { what, advice }));
            }
            return Ok(at + 1 + usize::from(is_name));
        }
        if words::TYPES.contains(&text) {
            frame.seen = TypeSeen::Words;
            return Ok(at + 1);
        }
        if words::BEFORE_TYPES.contains(&text) {
            return Ok(at + 1);
        }
        if words::is_keyword(text) {
            let word = text.to_owned();
            return Err(match frame.seen != TypeSeen::Nothing && !frame.named {
                true => Found::at(at, Cause::Keyword { word }),
                false => self.unexpected(at, Some("only declarations are read")),
            });
        }
        match (frame.seen, frame.named) {
            (TypeSeen::Nothing, _) if self.knows(text) => frame.seen = TypeSeen::Whole,
            (TypeSeen::Nothing, _) => return Err(self.unknown(at, token, frame.place)),
            (_, false) => frame.named = true,
            (_, true) => return Err(self.two_names(at, token)),
        }
        Ok(at + 1)
    }

    /// Whether a word that begins a declaration comes where another one is complete.
    fn ends_before(&self, at: usize, text: &str, frame: &Frame) -> bool {
        let is_type = words::is_type_word(text);
        let behind_brace = self.before(at).is_some_and(|it| it.is("}"));
        match frame.seen {
            TypeSeen::Nothing => false,
            TypeSeen::Words => frame.named || words::TAGGED.contains(&text),
            TypeSeen::Whole => frame.named || behind_brace || !is_type,
        }
    }

    fn in_sizeof(&self, at: usize) -> bool {
        self.before(at)
            .is_some_and(|it| it.is("(") || it.is("sizeof"))
    }

    fn enumerator(&self, at: usize, token: &Token<'t>, frame: &mut Frame) -> Result<usize, Found> {
        if frame.named {
            return Err(self.unexpected(at, Some("commas separate enumerators")));
        }
        match token.kind {
            TokenKind::Word if words::is_keyword(token.text) => {
                let word = token.text.to_owned();
                Err(Found::at(at, Cause::Keyword { word }))
            }
            TokenKind::Word => {
                frame.named = true;
                Ok(at + 1)
            }
            _ => Err(self.unexpected(at, Some("an enumerator is a name"))),
        }
    }

    /// A name where a type should be.
    fn unknown(&self, at: usize, token: &Token<'t>, place: Place) -> Found {
        let text = token.text;
        let name = text.to_owned();
        if let Some(language) = words::language(text) {
            let word = name;
            return Found::at(at, Cause::Language { word, language });
        }
        if place == Place::Parameters && self.is_old_style(at) {
            return Found::at(at, Cause::OldStyle);
        }
        let hint = suggest::hint(text, &self.tags, &self.typedefs, self.prelude, self.abi);
        let is_guess = matches!(hint, Hint::Declare { .. });
        let next = self.tokens.get(at + 1);
        let is_type = next.is_some_and(|it| {
            it.is_word() && (words::is_type_word(it.text) || words::BEFORE_TYPES.contains(&it.text))
        });
        let prelude = false;
        match next.map_or("", |it| it.text) {
            "(" => Found::at(at, Cause::Macro { name, prelude }),
            ":" if place == Place::Members => {
                self.unexpected(at, Some("a member begins with its type, as in `int x;`"))
            }
            "=" => self.unexpected(at, Some("a declaration begins with a type")),
            "{" if is_guess => self.unexpected(at, Some("write `struct` or `union` before a tag")),
            _ if is_guess && is_type => Found::at(at, Cause::Macro { name, prelude }),
            ";" if is_guess && words::is_macro_like(text) => {
                Found::at(at, Cause::Macro { name, prelude })
            }
            _ => Found::at(at, Cause::UnknownType { name, hint }),
        }
    }

    /// Whether a list of names and no more, with their types behind it, holds the token.
    fn is_old_style(&self, at: usize) -> bool {
        let rest = self.tokens.get(at..).unwrap_or_default();
        let Some(end) = rest.iter().position(|it| !it.is_word() && !it.is(",")) else {
            return false;
        };
        let behind = rest.get(end + 1);
        rest.get(end).is_some_and(|it| it.is(")"))
            && behind.is_some_and(|it| it.is_word() && !it.is("__attribute__"))
    }

    /// Two names one after the other, where one would be enough.
    fn two_names(&self, at: usize, token: &Token<'t>) -> Found {
        let last = self.before(at).copied();
        let first = last.map_or("", |it| it.text);
        let looks = |at: usize, name: &str| {
            let name = name.to_owned();
            Found::at(
                at,
                Cause::Macro {
                    name,
                    prelude: false,
                },
            )
        };
        match () {
            () if words::is_macro_like(token.text) => looks(at, token.text),
            () if words::is_macro_like(first) => looks(at.saturating_sub(1), first),
            () if token.first => self.semicolon(at),
            () => self.unexpected(at, Some("write `,` or `;` between two names")),
        }
    }
}
