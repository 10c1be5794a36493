//! What stands in the brackets behind a name: units, quoted names, filters, happenings.

use super::errors::{Cause, ErrorAt};
use super::grammar::Reader;
use super::program::{Filter, UnitType};
use super::tokens::{Token, TokenKind};
use super::value::Name;
use crate::similar::nearest;
use crate::{Happening, MOST_UNITS};
use btf::Kind;
use std::ops::Range;

/// Digits of a number.
const MOST_DIGITS: usize = 9;

impl<'t> Reader<'t> {
    pub(super) fn form(&self, name: &'static Name) -> ErrorAt {
        let place = self
            .peek()
            .map_or(self.end()..self.end(), |it| it.start..it.end);
        let (name, form) = (name.name, name.form);
        ErrorAt::new(place, Cause::Form { name, form })
    }

    pub(super) fn comma(&mut self, name: &'static Name) -> Result<(), ErrorAt> {
        match self.take(",") {
            Some(_) => Ok(()),
            None => Err(self.form(name)),
        }
    }

    pub(super) fn argument(
        &mut self,
        name: &'static Name,
        kind: TokenKind,
    ) -> Result<Token<'t>, ErrorAt> {
        match self.peek().filter(|token| token.kind == kind) {
            Some(token) => {
                self.at += 1;
                Ok(token)
            }
            None => Err(self.form(name)),
        }
    }

    pub(super) fn quoted(&mut self, name: &'static Name) -> Result<Token<'t>, ErrorAt> {
        self.argument(name, TokenKind::Quoted)
    }

    /// The number of a unit, from 1.
    pub(super) fn unit(&mut self, name: &'static Name) -> Result<usize, ErrorAt> {
        let token = self.argument(name, TokenKind::Number)?;
        unit_number(token.text).ok_or_else(|| no_unit(token.start..token.end, token.text))
    }

    /// `"1: struct item"`
    pub(super) fn unit_type(&mut self, name: &'static Name) -> Result<UnitType, ErrorAt> {
        let token = self.quoted(name)?;
        let place = token.start..token.end;
        let Some((unit, spelling)) = token.text.split_once(':') else {
            let found = token.text.to_owned();
            return Err(ErrorAt::new(place, Cause::Place { found }));
        };
        let number = match unit.trim() {
            "base" => Some(0),
            unit => unit_number(unit),
        };
        match number {
            Some(unit) => Ok(UnitType {
                unit,
                spelling: spelling.trim().to_owned(),
            }),
            None => Err(no_unit(place, unit.trim())),
        }
    }

    /// `KIND, "name", vlen=4, size=16`, each of which may be left out.
    pub(super) fn filter(&mut self, name: &'static Name) -> Result<Filter, ErrorAt> {
        let mut filter = Filter::default();
        if self.peek().is_some_and(|token| token.text == ")") {
            return Ok(filter);
        }
        loop {
            let token = self.peek().ok_or_else(|| self.form(name))?;
            self.at += 1;
            let place = token.start..token.end;
            match (token.kind, token.text) {
                (TokenKind::Quoted, text) => filter.name = Some(text.to_owned()),
                (TokenKind::Word, "vlen" | "size") => {
                    if self.take("=").is_none() && self.take("==").is_none() {
                        return Err(self.form(name));
                    }
                    let value = Some(number(self.argument(name, TokenKind::Number)?)?);
                    match token.text {
                        "vlen" => filter.vlen = value,
                        _ => filter.size = value,
                    }
                }
                (TokenKind::Word, word) => match Kind::from_name(word) {
                    Some(kind) => filter.kind = Some(kind),
                    None => {
                        let capitals = word.to_uppercase();
                        let name = word.to_owned();
                        let known = Kind::ALL.iter().map(|kind| kind.name());
                        let similar = match capitals.as_str() {
                            "FORWARD" => Some("FWD"),
                            "POINTER" => Some("PTR"),
                            _ => nearest(&capitals, known),
                        };
                        return Err(ErrorAt::new(place, Cause::UnknownKind { name, similar }));
                    }
                },
                _ => {
                    self.at -= 1;
                    return Err(self.form(name));
                }
            }
            if self.take(",").is_none() {
                return Ok(filter);
            }
        }
    }

    pub(super) fn happening(&mut self, name: &'static Name) -> Result<Happening, ErrorAt> {
        let token = self.argument(name, TokenKind::Word)?;
        Happening::named(token.text).map_err(|similar| {
            let name = token.text.to_owned();
            ErrorAt::new(
                token.start..token.end,
                Cause::UnknownHappening { name, similar },
            )
        })
    }
}

pub(super) fn number(token: Token<'_>) -> Result<i64, ErrorAt> {
    let value = token.text.parse::<i64>().ok();
    let value = value.filter(|_| token.text.len() <= MOST_DIGITS);
    value.ok_or_else(|| {
        let found = token.text.to_owned();
        ErrorAt::new(token.start..token.end, Cause::Number { found })
    })
}

fn unit_number(text: &str) -> Option<usize> {
    let number = text.parse::<usize>().ok()?;
    (1..=MOST_UNITS).contains(&number).then_some(number)
}

fn no_unit(place: Range<usize>, number: &str) -> ErrorAt {
    let number = number.to_owned();
    let most = MOST_UNITS;
    ErrorAt::new(place, Cause::Unit { number, most })
}
