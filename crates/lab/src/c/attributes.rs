//! Attributes: those that change a layout are kept, where the parser takes them; the others are left out with a note.

use super::brackets::after;
use super::error::{Cause, Error, Notes};
use super::tokens::{Token, TokenKind};
use std::ops::Range;

/// Those that the layout follows.
const KEPT: &[&str] = &["packed", "aligned"];
/// Those that change a type in a way that is not followed.
const REFUSED: &[&str] = &[
    "mode",
    "vector_size",
    "scalar_storage_order",
    "ms_struct",
    "address_space",
    "ext_vector_type",
];

struct Placing<'t, 'n> {
    text: &'t str,
    out: Vec<Token<'t>>,
    notes: &'n mut Notes<'t>,
    /// Attributes between `struct` and its brace.
    held: Vec<Token<'t>>,
    /// For each open brace, the attributes that belong behind it.
    behind: Vec<Vec<Token<'t>>>,
}

/// Takes attributes out that change no type, and puts the others where the parser reads them.
///
/// # Errors
///
/// An attribute that changes a type in a way that is not followed here.
pub(super) fn placed<'t>(
    text: &'t str,
    tokens: &[Token<'t>],
    notes: &mut Notes<'t>,
) -> Result<Vec<Token<'t>>, Error> {
    let mut placing = Placing {
        text,
        out: Vec::with_capacity(tokens.len()),
        notes,
        held: Vec::new(),
        behind: Vec::new(),
    };
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1);
        let is_gnu = token.is("__attribute__") || token.is("__attribute");
        let is_c23 = token.is("[") && next.is_some_and(|it| it.is("[") && it.joined);
        at = match (is_gnu, is_c23) {
            (true, _) if next.is_some_and(|it| it.is("(")) => {
                let end = after(tokens, at + 1);
                placing.gnu(tokens, at..end)?;
                end
            }
            (_, true) => {
                let end = after(tokens, at);
                placing.c23(tokens, at..end)?;
                end
            }
            _ => {
                placing.other(*token);
                at + 1
            }
        };
    }
    Ok(placing.out)
}

impl<'t> Placing<'t, '_> {
    fn note(&mut self, at: &Token<'_>, name: &str, why: &str) {
        let says = format!("attribute `{name}` is ignored{why}");
        self.notes.add(at.start..at.end, says);
    }

    /// `__attribute__((first, second(1)))`
    fn gnu(&mut self, tokens: &[Token<'t>], place: Range<usize>) -> Result<(), Error> {
        let (start, end) = (place.start, place.end);
        let inner = tokens.get(start + 2).is_some_and(|it| it.is("("));
        if !inner {
            let at = tokens.get(start..end).unwrap_or_default();
            let what = "this form of `__attribute__`".to_owned();
            let advice = "write two brackets, `__attribute__((packed))`";
            let place = at.first().map_or(0..0, |it| it.start..it.end);
            return Err(Error::at(
                self.text,
                place,
                Cause::Unsupported { what, advice },
            ));
        }
        let all = tokens.get(start + 3..end.saturating_sub(2));
        let mut kept: Vec<Token<'t>> = Vec::new();
        for one in items(all.unwrap_or_default()) {
            let Some(name) = one.first() else { continue };
            let bare = name.text.trim_matches('_');
            if REFUSED.contains(&bare) {
                let what = format!("attribute `{bare}`");
                let cause = Cause::Unsupported {
                    what,
                    advice: "it changes the type",
                };
                return Err(Error::at(self.text, name.start..name.end, cause));
            }
            match KEPT.contains(&bare) {
                true => {
                    if !kept.is_empty() {
                        kept.push(name.with(",", TokenKind::Sign));
                    }
                    kept.extend_from_slice(one);
                }
                false => self.note(name, bare, why(bare)),
            }
        }
        if kept.is_empty() {
            return Ok(());
        }
        let mut whole = tokens.get(start..start + 3).unwrap_or_default().to_vec();
        whole.append(&mut kept);
        whole.extend_from_slice(tokens.get(end.saturating_sub(2)..end).unwrap_or_default());
        let last = self.out.last().copied();
        match last {
            Some(last) if ["struct", "union", "enum"].contains(&last.text) => {
                self.held.append(&mut whole);
            }
            Some(last) if last.is("*") => {
                let name = whole.get(3).copied().unwrap_or(last);
                self.note(
                    &name,
                    name.text.trim_matches('_'),
                    " behind `*`: write it behind the name",
                );
            }
            _ => self.out.append(&mut whole),
        }
        Ok(())
    }

    /// `[[first, prefix::second]]`
    fn c23(&mut self, tokens: &[Token<'t>], place: Range<usize>) -> Result<(), Error> {
        let all = tokens.get(place.start + 2..place.end.saturating_sub(2));
        for one in items(all.unwrap_or_default()) {
            let named = one.iter().take_while(|it| !it.is("("));
            let (Some(first), Some(last)) = (one.first(), named.last()) else {
                continue;
            };
            let bare = last.text.trim_matches('_');
            if KEPT.contains(&bare) || REFUSED.contains(&bare) {
                let what = format!("`[[{}::{bare}]]`", first.text);
                let advice = "write `__attribute__((…))`";
                let cause = Cause::Unsupported { what, advice };
                return Err(Error::at(self.text, first.start..last.end, cause));
            }
            self.note(first, bare, why(bare));
        }
        Ok(())
    }

    fn other(&mut self, token: Token<'t>) {
        let of_tag = |it: &Token<'_>| ["struct", "union", "enum"].contains(&it.text);
        let is_tag = token.is_word() && self.out.last().is_some_and(of_tag);
        match token.text {
            "{" => self.behind.push(std::mem::take(&mut self.held)),
            "}" => {
                self.out.push(token);
                let mut behind = self.behind.pop().unwrap_or_default();
                self.out.append(&mut behind);
                return;
            }
            _ if !self.held.is_empty() && !is_tag => {
                let held = std::mem::take(&mut self.held);
                let name = held.get(3).copied().unwrap_or(token);
                let why = " before a tag that is not defined here";
                self.note(&name, name.text.trim_matches('_'), why);
            }
            _ => {}
        }
        self.out.push(token);
    }
}

fn why(name: &str) -> &'static str {
    match name {
        "btf_type_tag" | "btf_decl_tag" => ": write printed types for TYPE_TAG and DECL_TAG",
        _ => ": it changes no type",
    }
}

/// What stands between commas.
fn items<'s, 't>(tokens: &'s [Token<'t>]) -> Vec<&'s [Token<'t>]> {
    let mut all = Vec::new();
    let (mut depth, mut from) = (0_usize, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                all.extend(tokens.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    all.extend(tokens.get(from..));
    all
}
