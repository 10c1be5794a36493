//! From tokens to a program: operators, names and their arguments, with the sort of every value known.
//!
//! The program is in postfix order, so evaluating it needs a stack of values and no recursion. Reading recurses only into
//! brackets, [`DEEPEST`] deep at most.

use super::arguments::number;
use super::errors::{Cause, ErrorAt};
use super::program::{Field, Op, Program, Relation, Scope, Which};
use super::tokens::{Token, TokenKind, tokens};
use super::value::{Sort, find, here};
use crate::Happening;
use crate::similar::nearest;
use btf::Kind;
use std::ops::Range;

/// Brackets within brackets.
const DEEPEST: usize = 16;
/// Bytes of an expression.
pub(super) const LONGEST: usize = 2048;
/// An expression that has been read.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    pub program: Program,
    pub sort: Sort,
    /// For a comparison, the side that was computed: its text and its program.
    pub compared: Option<(String, Program)>,
}

/// Reads a whole text as one expression.
pub(super) fn expression(text: &str) -> Result<Expression, ErrorAt> {
    let all = 0..text.len();
    if text.len() > LONGEST {
        return Err(ErrorAt::new(all, Cause::TooLong { limit: LONGEST }));
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Err(ErrorAt::new(all, Cause::Empty));
    }
    let mut reader = Reader {
        text,
        tokens,
        at: 0,
        program: Program::default(),
        depth: 0,
        compared: None,
    };
    let part = reader.disjunction()?;
    if let Some(token) = reader.peek() {
        return Err(reader.unexpected(token));
    }
    let compared = reader.compared.filter(|(whole, ..)| *whole == part.place);
    Ok(Expression {
        sort: part.sort,
        compared: compared.and_then(|(_, left, ops)| {
            let own = reader.program.0.get(..ops)?.to_vec();
            let is_constant = own
                .iter()
                .all(|op| matches!(op, Op::Number(_) | Op::Text(_)));
            (!is_constant).then(|| (text[left].to_owned(), Program(own)))
        }),
        program: reader.program,
    })
}

/// A part of the expression that has been read.
struct Part {
    sort: Sort,
    place: Range<usize>,
}

pub(super) struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token<'t>>,
    pub(super) at: usize,
    program: Program,
    depth: usize,
    /// The last comparison: its place, that of its left side, and the operations of this.
    compared: Option<(Range<usize>, Range<usize>, usize)>,
}

impl<'t> Reader<'t> {
    pub(super) fn peek(&self) -> Option<Token<'t>> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<Token<'t>> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    /// Takes the next token if it is this word or sign.
    pub(super) fn take(&mut self, wanted: &str) -> Option<Token<'t>> {
        let token = self.peek()?;
        let is_it = token.kind != TokenKind::Quoted && token.text == wanted;
        is_it.then(|| self.at += 1).map(|()| token)
    }

    pub(super) fn end(&self) -> usize {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(0, |token| token.end)
    }

    /// Something should stand here.
    fn missing(&self, wanted: &'static str) -> ErrorAt {
        match self.peek() {
            Some(token) => {
                let found = self.text[token.start..token.end].to_owned();
                ErrorAt::new(token.start..token.end, Cause::Missing { wanted, found })
            }
            None => ErrorAt::new(self.end()..self.end(), Cause::Ends { wanted }),
        }
    }

    /// This token should not stand here.
    fn unexpected(&self, token: Token<'t>) -> ErrorAt {
        let instead = match (token.kind, token.text) {
            (TokenKind::Quoted, _) => None,
            (_, "=") => Some("=="),
            (_, "&&") => Some("and"),
            (_, "||") => Some("or"),
            (_, "!") => Some("not"),
            (_, "AND") => Some("and"),
            (_, "OR") => Some("or"),
            _ => None,
        };
        let found = self.text[token.start..token.end].to_owned();
        let cause = match instead {
            Some(instead) => Cause::Foreign { found, instead },
            None => Cause::Extra { found },
        };
        ErrorAt::new(token.start..token.end, cause)
    }

    fn operand(&self, operator: &str, wanted: &'static str, part: &Part) -> ErrorAt {
        let cause = Cause::Operand {
            operator: operator.to_owned(),
            wanted,
            found: self.text[part.place.clone()].to_owned(),
            sort: part.sort,
        };
        ErrorAt::new(part.place.clone(), cause)
    }

    fn must_be(&self, part: &Part, sort: Sort, operator: &str) -> Result<(), ErrorAt> {
        match part.sort == sort {
            true => Ok(()),
            false => Err(self.operand(operator, sort.words(), part)),
        }
    }

    /// `a or b`
    fn disjunction(&mut self) -> Result<Part, ErrorAt> {
        let mut left = self.conjunction()?;
        while self.take("or").is_some() {
            self.must_be(&left, Sort::Condition, "or")?;
            let right = self.conjunction()?;
            self.must_be(&right, Sort::Condition, "or")?;
            self.program.0.push(Op::Or);
            left.place.end = right.place.end;
        }
        Ok(left)
    }

    /// `a and b`
    fn conjunction(&mut self) -> Result<Part, ErrorAt> {
        let mut left = self.negation()?;
        while self.take("and").is_some() {
            self.must_be(&left, Sort::Condition, "and")?;
            let right = self.negation()?;
            self.must_be(&right, Sort::Condition, "and")?;
            self.program.0.push(Op::And);
            left.place.end = right.place.end;
        }
        Ok(left)
    }

    /// `not a`
    fn negation(&mut self) -> Result<Part, ErrorAt> {
        let first = self.peek().map_or(0, |token| token.start);
        let mut negations = 0_usize;
        while self.take("not").is_some() {
            negations += 1;
        }
        let mut part = self.comparison()?;
        if negations > 0 {
            self.must_be(&part, Sort::Condition, "not")?;
            part.place.start = first;
            if negations % 2 == 1 {
                self.program.0.push(Op::Not);
            }
        }
        Ok(part)
    }

    fn relation(&mut self) -> Option<(Relation, &'static str)> {
        const ALL: [(&str, Relation); 6] = [
            ("==", Relation::Equal),
            ("!=", Relation::Unequal),
            ("<=", Relation::AtMost),
            (">=", Relation::AtLeast),
            ("<", Relation::Less),
            (">", Relation::More),
        ];
        let found = ALL.iter().find(|(sign, _)| self.take(sign).is_some());
        found.map(|(sign, relation)| (*relation, *sign))
    }

    /// `a == b`
    fn comparison(&mut self) -> Result<Part, ErrorAt> {
        let begun = self.program.0.len();
        let left = self.sum()?;
        let Some((relation, sign)) = self.relation() else {
            return Ok(left);
        };
        let ops = self.program.0.len();
        let right = self.sum()?;
        let place = left.place.start..right.place.end;
        let is_equality = matches!(relation, Relation::Equal | Relation::Unequal);
        if !is_equality {
            self.must_be(&left, Sort::Number, sign)?;
            self.must_be(&right, Sort::Number, sign)?;
        }
        match (left.sort, right.sort) {
            (Sort::Number, Sort::Number)
            | (Sort::Text, Sort::Text)
            | (Sort::Condition, Sort::Condition)
            | (Sort::Number, Sort::Pair)
            | (Sort::Pair, Sort::Number) => {}
            (
                Sort::Types | Sort::Steps | Sort::Changed | Sort::Walk | Sort::Start | Sort::Type,
                _,
            ) => {
                return Err(self.operand(sign, "numbers, texts or conditions", &left));
            }
            (
                _,
                Sort::Types | Sort::Steps | Sort::Changed | Sort::Walk | Sort::Start | Sort::Type,
            ) => {
                return Err(self.operand(sign, "numbers, texts or conditions", &right));
            }
            (left, right) => {
                return Err(ErrorAt::new(place, Cause::Incomparable { left, right }));
            }
        }
        self.program.0.push(Op::Compare(relation));
        if let Some(token) = self.peek()
            && self.relation().is_some()
        {
            return Err(ErrorAt::new(token.start..token.end, Cause::Chained));
        }
        // Only that of a whole expression is of use, and its left side comes first.
        if begun == 0 {
            self.compared = Some((place.clone(), left.place, ops));
        }
        Ok(Part {
            sort: Sort::Condition,
            place,
        })
    }

    /// `a + b - c`
    fn sum(&mut self) -> Result<Part, ErrorAt> {
        let mut left = self.value()?;
        loop {
            let (sign, op) = match () {
                () if self.take("+").is_some() => ("+", Op::Add),
                () if self.take("-").is_some() => ("-", Op::Subtract),
                () => return Ok(left),
            };
            self.must_be(&left, Sort::Number, sign)?;
            let right = self.value()?;
            self.must_be(&right, Sort::Number, sign)?;
            self.program.0.push(op);
            left.place.end = right.place.end;
        }
    }

    /// A number, a quoted text, brackets, or a name with what follows it.
    fn value(&mut self) -> Result<Part, ErrorAt> {
        const WANTED: &str = "a value";
        let Some(token) = self.peek() else {
            return Err(self.missing(WANTED));
        };
        let place = token.start..token.end;
        let mut part = match token.kind {
            TokenKind::Number => {
                self.at += 1;
                let number = number(token)?;
                self.program.0.push(Op::Number(number));
                Part {
                    sort: Sort::Number,
                    place,
                }
            }
            TokenKind::Quoted => {
                self.at += 1;
                self.program.0.push(Op::Text(token.text.to_owned()));
                Part {
                    sort: Sort::Text,
                    place,
                }
            }
            TokenKind::Sign if token.text == "(" => {
                self.at += 1;
                let sort = self.nested()?.sort;
                self.close()?;
                Part {
                    sort,
                    place: token.start..self.end(),
                }
            }
            TokenKind::Word if !matches!(token.text, "and" | "or" | "not") => {
                self.at += 1;
                let sort = self.name(None, token, Scope::Now)?;
                Part {
                    sort,
                    place: token.start..self.end(),
                }
            }
            TokenKind::Sign if matches!(token.text, "!" | "&&" | "||") => {
                return Err(self.unexpected(token));
            }
            _ => return Err(self.missing(WANTED)),
        };
        while self.take(".").is_some() {
            let Some(token) = self.next().filter(|token| token.kind == TokenKind::Word) else {
                self.at = self.at.min(self.tokens.len());
                return Err(self.missing("a name"));
            };
            let scope = match part.sort {
                Sort::Start => Scope::Start,
                _ => Scope::Now,
            };
            part.sort = self.name(Some(part.sort), token, scope)?;
            part.place.end = self.end();
        }
        Ok(part)
    }

    /// An expression within brackets.
    fn nested(&mut self) -> Result<Part, ErrorAt> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let end = self.end();
            return Err(ErrorAt::new(
                end.saturating_sub(1)..end,
                Cause::TooDeep { limit: DEEPEST },
            ));
        }
        let part = self.disjunction()?;
        self.depth -= 1;
        Ok(part)
    }

    fn close(&mut self) -> Result<(), ErrorAt> {
        match (self.take(")"), self.peek()) {
            (Some(_), _) => Ok(()),
            (None, Some(token)) if matches!(token.text, "=" | "&&" | "||" | "!") => {
                Err(self.unexpected(token))
            }
            (None, _) => Err(self.missing("`)`")),
        }
    }

    /// A name and its arguments: what it gives.
    fn name(&mut self, of: Option<Sort>, token: Token<'t>, scope: Scope) -> Result<Sort, ErrorAt> {
        let Some(name) = find(of, token.text) else {
            return Err(unknown(of, token));
        };
        let form = |place: Range<usize>| {
            ErrorAt::new(
                place,
                Cause::Form {
                    name: name.name,
                    form: name.form,
                },
            )
        };
        let takes_arguments = name.form.ends_with(')');
        match (takes_arguments, self.peek()) {
            (true, Some(next)) if next.text == "(" => self.at += 1,
            (true, _) => return Err(form(token.start..token.end)),
            (false, Some(next)) if next.text == "(" => return Err(form(next.start..next.end)),
            (false, _) => {}
        }
        let op = match (of.filter(|of| *of != Sort::Start), name.name) {
            (None, "before") => Op::Types(scope, Which::Before),
            (None, "after") => Op::Types(scope, Which::After),
            (None, "base") => Op::Types(scope, Which::Base),
            (None, "unit") => Op::Types(scope, Which::Unit(self.unit(name)?)),
            (None, "new") => Op::Types(scope, Which::New(self.unit(name)?)),
            (None, "alone") => Op::Types(scope, Which::Alone(self.unit(name)?)),
            (None, "left") => Op::Left(scope),
            (None, "exact") => Op::Exact(scope),
            (None, "steps") => Op::Steps(scope),
            (None, "same") => {
                let one = self.unit_type(name)?;
                self.comma(name)?;
                Op::Same(scope, one, self.unit_type(name)?)
            }
            (None, "cause") => Op::Cause(scope, self.quoted(name)?.text.to_owned()),
            (None, "walk") => Op::Walk(scope, self.quoted(name)?.text.to_owned()),
            (None, "start") => return Ok(Sort::Start),
            (None, "parses") => Op::Condition(true),
            (None, "answer") => Op::Answer,
            (None, "answered") => Op::Answered,
            (None, "changed") => Op::Changed,
            (None, "unchanged") => {
                self.take("unit");
                Op::Unchanged(self.unit(name)?)
            }
            (None, "counted") => {
                let part = self.nested()?;
                self.must_be(&part, Sort::Number, name.name)?;
                self.comma(name)?;
                let one = self.quoted(name)?.text.to_owned();
                self.comma(name)?;
                Op::Counted(one, self.quoted(name)?.text.to_owned())
            }
            (Some(Sort::Types), "count") => Op::Count(self.filter(name)?),
            (Some(Sort::Types), "first") => Op::First(self.filter(name)?),
            (Some(Sort::Steps), "count") => Op::CountSteps(self.happening(name)?),
            (Some(Sort::Steps), "any") => Op::AnyStep(self.happening(name)?),
            (Some(Sort::Walk), "visits") => {
                let part = self.nested()?;
                self.must_be(&part, Sort::Number, name.name)?;
                Op::Visits
            }
            (_, other) => match Field::named(other) {
                Some(field) => Op::Field(field),
                None => return Err(unknown(of, token)),
            },
        };
        if takes_arguments && self.take(")").is_none() {
            let place = self
                .peek()
                .map_or(self.end()..self.end(), |it| it.start..it.end);
            return Err(form(place));
        }
        self.program.0.push(op);
        Ok(name.gives)
    }
}

/// What is said of a name that may not stand here.
fn unknown(of: Option<Sort>, token: Token<'_>) -> ErrorAt {
    let name = token.text;
    let elsewhere = || {
        let part = super::value::NAMES.iter().find(|it| it.name == name)?;
        match part.of? {
            Sort::Types => Some(format!("after.{}", part.form)),
            Sort::Type => Some(format!("after.first().{}", part.form)),
            Sort::Steps => Some(format!("steps.{}", part.form)),
            Sort::Changed => Some(part.form.to_owned()),
            _ => None,
        }
    };
    let happens = || {
        let happening = Happening::named(name).ok()?;
        Some(format!("steps.any({})", happening.name()))
    };
    let kind = || {
        let kind = Kind::from_name(name)?;
        Some(format!("after.count({})", kind.name()))
    };
    let similar = || {
        let found = nearest(name, here(of).map(|it| it.name))?;
        find(of, found).map(|it| {
            it.form
                .rsplit("changed.")
                .next()
                .unwrap_or(it.form)
                .to_owned()
        })
    };
    let at_the_beginning = of.is_none();
    let exact = || elsewhere().or_else(happens).or_else(kind);
    let exact = at_the_beginning.then(exact).flatten();
    let similar = exact.or_else(similar);
    let known: Vec<&str> = here(of).map(|it| it.name).collect();
    ErrorAt::new(
        token.start..token.end,
        Cause::UnknownName {
            name: name.to_owned(),
            of,
            similar,
            known: known.join(", "),
        },
    )
}
