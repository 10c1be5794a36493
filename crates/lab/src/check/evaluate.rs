//! What a program gives for a solution.

use super::Solution;
use super::changed::{changed_lines, changed_tokens, is_unchanged};
use super::program::{Field, Op, Program, Relation, Scope};
use super::result::{One, Outcome, Types, Walk, number};
use crate::{Lab, Step};
use std::cell::OnceCell;

/// Types that a sentence names; the others are counted.
const MOST_NAMED: usize = 60;

/// A value on the stack. `None` stands for what does not exist: a type that was not found, a walk that does not happen.
enum Value<'l> {
    Condition(bool),
    Number(i64),
    Text(String),
    Types(Option<Types<'l>>),
    Type(Option<One<'l>>),
    Pair(Option<(One<'l>, One<'l>)>),
    Steps(&'l [Step]),
    Walk(Option<Walk<'l>>),
    Changed,
}

impl Value<'_> {
    fn is_true(&self) -> bool {
        matches!(self, Value::Condition(true))
    }

    fn number(&self) -> i64 {
        match self {
            Value::Number(number) => *number,
            _ => 0,
        }
    }

    /// As a sentence shows it.
    fn shown(&self) -> String {
        match self {
            Value::Condition(is_true) => is_true.to_string(),
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text.clone(),
            Value::Types(types) => shown_types(types.as_ref()),
            Value::Type(one) => one.map_or_else(|| "no type".to_owned(), |one| one.shown()),
            Value::Pair(Some((candidate, canonical))) => {
                format!("{} and {}", candidate.shown(), canonical.shown())
            }
            Value::Pair(None) => "no pair".to_owned(),
            Value::Steps(_) | Value::Walk(_) | Value::Changed => String::new(),
        }
    }
}

fn shown_types(types: Option<&Types<'_>>) -> String {
    let Some(types) = types.filter(|types| !types.ids.is_empty()) else {
        return "no type".to_owned();
    };
    let btf = types.btf;
    let named = types.ids.iter().take(MOST_NAMED);
    let mut all: Vec<String> = named.map(|&id| One { btf, id }.shown()).collect();
    let more = types.ids.len() - all.len();
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all.join(", ")
}

/// A solution, and what is computed of it and of the start when an expression wants it.
pub(super) struct Context<'l> {
    solution: &'l Solution<'l>,
    now: Outcome<'l>,
    start: &'l OnceCell<Lab>,
    started: OnceCell<Outcome<'l>>,
}

impl<'l> Context<'l> {
    /// `start` is filled when an expression asks for the start.
    pub fn of(solution: &'l Solution<'l>, start: &'l OnceCell<Lab>) -> Context<'l> {
        Context {
            solution,
            now: Outcome::of(solution.lab),
            start,
            started: OnceCell::new(),
        }
    }

    fn outcome(&self, scope: Scope) -> &Outcome<'l> {
        match scope {
            Scope::Now => &self.now,
            Scope::Start => self.started.get_or_init(|| {
                let lab = || Lab::new(self.solution.start.clone());
                Outcome::of(self.start.get_or_init(lab))
            }),
        }
    }

    /// Whether a condition holds.
    pub fn holds(&self, program: &Program) -> bool {
        self.run(program).is_some_and(|value| value.is_true())
    }

    /// A value as a sentence shows it.
    pub fn shown(&self, program: &Program) -> String {
        self.run(program)
            .map_or_else(String::new, |value| value.shown())
    }

    /// The value of a program, whose sorts fit: grammar checks them.
    fn run(&self, program: &Program) -> Option<Value<'_>> {
        let mut stack: Vec<Value<'_>> = Vec::new();
        for op in &program.0 {
            let value = self.step(op, &mut stack)?;
            stack.push(value);
        }
        stack.pop()
    }

    fn step<'c>(&'c self, op: &Op, stack: &mut Vec<Value<'c>>) -> Option<Value<'c>> {
        Some(match op {
            Op::Condition(is_true) => Value::Condition(*is_true),
            Op::Number(number) => Value::Number(*number),
            Op::Text(text) => Value::Text(text.clone()),
            Op::Types(scope, which) => Value::Types(self.outcome(*scope).types(*which)),
            Op::Left(scope) => Value::Number(self.outcome(*scope).left()),
            Op::Exact(scope) => Value::Number(self.outcome(*scope).exact()),
            Op::Steps(scope) => Value::Steps(self.outcome(*scope).steps()),
            Op::Same(scope, one, other) => {
                Value::Condition(self.outcome(*scope).are_same(one, other))
            }
            Op::Cause(scope, spelling) => Value::Pair(self.outcome(*scope).cause(spelling)),
            Op::Walk(scope, spelling) => Value::Walk(self.outcome(*scope).walk(spelling)),
            Op::Answer => Value::Number(self.solution.answer.map_or(0, i64::from)),
            Op::Answered => Value::Condition(self.solution.answer.is_some()),
            Op::Changed => Value::Changed,
            Op::Unchanged(unit) => {
                let (old, new) = self.units();
                let unit = unit.saturating_sub(1);
                Value::Condition(is_unchanged(old, new, unit))
            }
            Op::Counted(one, several) => Value::Text(match stack.pop()?.number() {
                1 => format!("1 {one}"),
                other => format!("{other} {several}"),
            }),
            Op::Count(filter) => match stack.pop()? {
                Value::Types(Some(types)) => Value::Number(number(types.matching(filter).count())),
                _ => Value::Number(0),
            },
            Op::First(filter) => match stack.pop()? {
                Value::Types(Some(types)) => Value::Type(types.matching(filter).next()),
                _ => Value::Type(None),
            },
            Op::CountSteps(happening) | Op::AnyStep(happening) => {
                let found = match stack.pop()? {
                    Value::Steps(steps) => {
                        steps.iter().filter(|step| happening.is_in(step)).count()
                    }
                    _ => 0,
                };
                match op {
                    Op::AnyStep(_) => Value::Condition(found > 0),
                    _ => Value::Number(number(found)),
                }
            }
            Op::Visits => {
                let id = stack.pop()?.number();
                match stack.pop()? {
                    Value::Walk(Some(walk)) => Value::Condition(walk.visits(id)),
                    _ => Value::Condition(false),
                }
            }
            Op::Field(field) => self.field(*field, stack.pop()?),
            Op::Compare(relation) => {
                let (right, left) = (stack.pop()?, stack.pop()?);
                Value::Condition(compare(*relation, &left, &right))
            }
            Op::Add | Op::Subtract => {
                let (right, left) = (stack.pop()?.number(), stack.pop()?.number());
                Value::Number(match op {
                    Op::Add => left.saturating_add(right),
                    _ => left.saturating_sub(right),
                })
            }
            Op::And | Op::Or => {
                let (right, left) = (stack.pop()?.is_true(), stack.pop()?.is_true());
                Value::Condition(match op {
                    Op::And => left && right,
                    _ => left || right,
                })
            }
            Op::Not => Value::Condition(!stack.pop()?.is_true()),
        })
    }

    fn units(&self) -> (&[String], &[String]) {
        (&self.solution.start.units, &self.solution.lab.setup.units)
    }

    fn field<'c>(&'c self, field: Field, of: Value<'c>) -> Value<'c> {
        match (field, of) {
            (Field::Bytes, Value::Types(Some(types))) => Value::Number(types.bytes()),
            (Field::Strings, Value::Types(Some(types))) => Value::Number(types.strings()),
            (Field::Repeated, Value::Types(types)) => Value::Types(types.map(Types::repeated)),
            (Field::Ambiguous, Value::Types(types)) => Value::Types(types.map(Types::ambiguous)),
            (Field::Found, Value::Type(one)) => Value::Condition(one.is_some()),
            (Field::Found, Value::Pair(pair)) => Value::Condition(pair.is_some()),
            (Field::Id, Value::Type(Some(one))) => Value::Number(i64::from(one.id.0)),
            (Field::Vlen, Value::Type(Some(one))) => {
                Value::Number(one.ty().map_or(0, |ty| i64::from(ty.vlen())))
            }
            (Field::Size, Value::Type(Some(one))) => {
                let size = one.ty().and_then(|ty| ty.size());
                Value::Number(size.map_or(0, i64::from))
            }
            (Field::Name, Value::Type(Some(one))) => Value::Text(one.btf.name(one.id).into_owned()),
            (Field::Spelling, Value::Type(Some(one))) => Value::Text(crate::spell(one.btf, one.id)),
            (Field::Name | Field::Spelling, _) => Value::Text(String::new()),
            (Field::Candidate, Value::Pair(pair)) => Value::Type(pair.map(|(one, _)| one)),
            (Field::Canonical, Value::Pair(pair)) => Value::Type(pair.map(|(_, one)| one)),
            (Field::Tokens, Value::Changed) => {
                let (old, new) = self.units();
                Value::Number(number(changed_tokens(old, new)))
            }
            (Field::Lines, Value::Changed) => {
                let (old, new) = self.units();
                Value::Number(number(changed_lines(old, new)))
            }
            (Field::Units, Value::Changed) => {
                let (old, new) = self.units();
                Value::Number(number(old.len().abs_diff(new.len())))
            }
            // A number of something that does not exist.
            _ => Value::Number(0),
        }
    }
}

fn compare(relation: Relation, left: &Value<'_>, right: &Value<'_>) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        // A number equals a pair if it is the id of either type.
        (Value::Number(id), Value::Pair(pair)) | (Value::Pair(pair), Value::Number(id)) => {
            let is_it = |one: One<'_>| i64::from(one.id.0) == *id;
            match pair.is_some_and(|(one, other)| is_it(one) || is_it(other)) {
                true => Equal,
                false => Less,
            }
        }
        (Value::Text(left), Value::Text(right)) => left.cmp(right),
        (Value::Condition(left), Value::Condition(right)) => left.cmp(right),
        _ => left.number().cmp(&right.number()),
    };
    match relation {
        Relation::Equal => order == Equal,
        Relation::Unequal => order != Equal,
        Relation::Less => order == Less,
        Relation::More => order == Greater,
        Relation::AtMost => order != Greater,
        Relation::AtLeast => order != Less,
    }
}
