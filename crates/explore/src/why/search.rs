//! The search for the nearest difference.

use super::cause::{Cause, declaration_differs, declared_in_base, is_enum_declaration, local};
use crate::address::spoken;
use crate::spending::Spending;
use btf::{Btf, Data, Kind, StringOffset, Type, TypeId};
use budget::Budget;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;

/// The reference that leads from one pair of types to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Via {
    /// A member: its number from 0, and its name.
    Member(u32, String),
    /// The pointee of a pointer.
    Pointer,
    /// The elements of an array.
    Element,
    /// The index type of an array.
    Index,
    /// The type that a typedef names.
    Typedef,
    /// The type behind a qualifier or type tag.
    Qualifier,
    /// The type that a function returns.
    Result,
    /// A parameter: its number from 0, and its name.
    Parameter(u32, String),
}

impl Via {
    /// The number of the member or parameter that leads on.
    pub fn number(&self) -> Option<u32> {
        match self {
            Via::Member(number, _) | Via::Parameter(number, _) => Some(*number),
            _ => None,
        }
    }
}

/// A pair of types on the path to the difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// How the pair before leads here; `None` for the first.
    pub via: Option<Via>,
    /// The id of the type on the first side.
    pub left: u32,
    /// The id of the type on the other side.
    pub right: u32,
    /// Both types as a sentence names them.
    pub names: (String, String),
}

/// The path from two types of a name to their difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trail {
    /// The pairs, from the two types themselves to the two that differ.
    pub steps: Vec<Step>,
    /// What differs there; `None` if no difference was found.
    pub cause: Option<Cause>,
}

/// How the search reached a pair.
struct Reached {
    pair: (TypeId, TypeId),
    from: Option<usize>,
    via: Option<Reference>,
}

/// A reference from a pair to the next, as a walk notes it: names are read only for the path that is shown.
#[derive(Clone, Copy)]
enum Reference {
    Member(u32),
    Pointer,
    Element,
    Index,
    Typedef,
    Qualifier,
    Result,
    Parameter(u32),
}

/// Searches for differences between types of one BTF. All of them share a budget: each may take as much as is left for
/// it and for those that follow, so that a search that is given up leaves the others theirs.
#[derive(Debug)]
pub struct Search<'a> {
    btf: &'a Btf,
    spending: Spending,
    /// How many searches are still to come.
    left: usize,
    definitions: Option<Definitions>,
}

/// What one search may still take.
struct Share {
    visits: usize,
    text: usize,
}

/// Why a search ended without an answer.
enum GivenUp {
    /// More pairs or members than its share.
    Visits,
    /// A path with more text than its share.
    Text,
}

impl<'a> Search<'a> {
    /// Prepares so many searches.
    pub fn new(btf: &'a Btf, budget: Budget, searches: usize) -> Search<'a> {
        Search {
            btf,
            spending: Spending::of(budget, &[btf]),
            left: searches,
            definitions: None,
        }
    }

    /// The nearest difference between two types and everything to which they lead.
    ///
    /// If a type of the base and one of a module do not differ, it is the nearest declaration in the base that
    /// the module defines: like libbpf, dedup does not take a type of the base that would have to change
    /// (`dedup::libbpf`'s `Reason::BaseForward`).
    ///
    /// A search that takes more than its share of the budget is [given up](Cause::GivenUp).
    pub fn first_difference(&mut self, left: TypeId, right: TypeId) -> Trail {
        let (visits, text) = self.spending.left();
        let searches = self.left.max(1) as u64;
        let share = |of: u64| usize::try_from(of / searches).unwrap_or(usize::MAX);
        let whole = Share {
            visits: share(visits),
            text: share(text),
        };
        self.left = self.left.saturating_sub(1);
        let mut share = Share { ..whole };
        let found = self.within(&mut share, left, right);
        // What is taken is at most the share, which is there.
        let _ = self.spending.visit(whole.visits - share.visits);
        let _ = self.spending.write(whole.text - share.text);
        found.unwrap_or_else(|reason| {
            let (of_visits, of_text) = self.spending.errors();
            let error = match reason {
                GivenUp::Visits => of_visits,
                GivenUp::Text => of_text,
            };
            Trail {
                steps: vec![self.step(left, right, None)],
                cause: Some(Cause::GivenUp(error.to_string())),
            }
        })
    }

    fn within(&mut self, share: &mut Share, left: TypeId, right: TypeId) -> Result<Trail, GivenUp> {
        let found = self.nearest(share, left, right, None)?;
        if found.cause.is_some() || self.btf.base().is_none() {
            return Ok(found);
        }
        let definitions = self.definitions.take();
        let definitions = definitions.unwrap_or_else(|| Definitions::of(self.btf));
        let found = self.nearest(share, left, right, Some(&definitions));
        self.definitions = Some(definitions);
        found
    }

    /// With the module's `definitions`, pairs of a type with itself are followed too.
    fn nearest(
        &self,
        share: &mut Share,
        left: TypeId,
        right: TypeId,
        definitions: Option<&Definitions>,
    ) -> Result<Trail, GivenUp> {
        let btf = self.btf;
        let mut seen = FxHashSet::default();
        let mut reached = vec![Reached {
            pair: (left, right),
            from: None,
            via: None,
        }];
        seen.insert((left, right));
        let (mut sizes, mut declared) = (None, None);
        let mut queue = VecDeque::from([0_usize]);
        while let Some(at) = queue.pop_front() {
            let Some(&Reached { pair: (a, b), .. }) = reached.get(at) else {
                break;
            };
            share.visit(cost(btf, a, b))?;
            match local(btf, a, b) {
                Some(cause) if cause.follows() && btf.kind(a).is_composite() => {
                    sizes.get_or_insert((at, cause));
                }
                Some(cause) => return self.trail(share, &reached, at, Some(cause)),
                None if declared.is_none() => {
                    declared = declared_in_base(btf, a, b).map(|cause| (at, cause));
                }
                None => {}
            }
            if let Some(all) = definitions
                && let Some(own) = all.named(btf, a)
                && let Some(cause) = declared_in_base(btf, a, own)
                && let Some(end) = reached.get_mut(at)
            {
                // The base has the declaration; the unit that was compared had the definition.
                end.pair.1 = own;
                return self.trail(share, &reached, at, Some(cause));
            }
            for_each_reference(btf, a, b, &mut |x, y, via| {
                let differ = x != y || (definitions.is_some() && x != TypeId::VOID);
                if differ && seen.insert((x, y)) {
                    queue.push_back(reached.len());
                    reached.push(Reached {
                        pair: (x, y),
                        from: Some(at),
                        via: Some(via),
                    });
                }
            });
        }
        match sizes.or(declared) {
            Some((at, cause)) => self.trail(share, &reached, at, Some(cause)),
            None => self.trail(share, &reached, 0, None),
        }
    }

    fn trail(
        &self,
        share: &mut Share,
        reached: &[Reached],
        end: usize,
        cause: Option<Cause>,
    ) -> Result<Trail, GivenUp> {
        let btf = self.btf;
        let mut steps = Vec::new();
        let mut at = Some(end);
        while let Some(one) = at.and_then(|at| reached.get(at)) {
            let (left, right) = one.pair;
            let from = one.from.and_then(|from| reached.get(from));
            let via = one.via.zip(from);
            let step = self.step(
                left,
                right,
                via.map(|(via, from)| via.named(btf, from.pair.0)),
            );
            share.write(step.names.0.len() + step.names.1.len())?;
            share.visit(1)?;
            steps.push(step);
            at = one.from;
        }
        steps.reverse();
        // A member that is declared otherwise explains it best: `int x` here, `long x` there.
        let declared = (1..steps.len()).rev().find_map(|at| {
            let (Some(Via::Member(number, _)), Some(holder)) = (&steps[at].via, steps.get(at - 1))
            else {
                return None;
            };
            let (left, right) = (
                btf.get(TypeId(holder.left))?,
                btf.get(TypeId(holder.right))?,
            );
            Some((at, declaration_differs(btf, left, right, *number)?))
        });
        let cause = match declared {
            Some((at, cause)) => {
                steps.truncate(at);
                Some(cause)
            }
            None => cause,
        };
        if let Some(side) = cause.as_ref().and_then(Cause::sides) {
            share.write(side.left.len() + side.right.len())?;
        }
        Ok(Trail { steps, cause })
    }

    fn step(&self, left: TypeId, right: TypeId, via: Option<Via>) -> Step {
        Step {
            via,
            left: left.0,
            right: right.0,
            names: (spoken(self.btf, left), spoken(self.btf, right)),
        }
    }
}

impl Share {
    fn visit(&mut self, count: usize) -> Result<(), GivenUp> {
        let left = self.visits.checked_sub(count).ok_or(GivenUp::Visits);
        self.visits = *left.as_ref().unwrap_or(&0);
        left.map(|_| ())
    }

    fn write(&mut self, bytes: usize) -> Result<(), GivenUp> {
        let left = self.text.checked_sub(bytes).ok_or(GivenUp::Text);
        self.text = *left.as_ref().unwrap_or(&0);
        left.map(|_| ())
    }
}

/// What it takes to compare two types in their own words: a step for each member of both, and one for 64 bytes of their
/// names unless these are the same string.
fn cost(btf: &Btf, a: TypeId, b: TypeId) -> usize {
    let (Some(left), Some(right)) = (btf.get(a), btf.get(b)) else {
        return 1;
    };
    let name = |ty: Type<'_>| btf.string(ty.name()).map_or(0, <[u8]>::len);
    let names = match left.name() == right.name() {
        true => 0,
        false => name(left) + name(right),
    };
    1 + left.vlen().min(right.vlen()) as usize + names / 64
}

/// The first type of each name that a module defines itself.
#[derive(Debug)]
struct Definitions(FxHashMap<StringOffset, TypeId>);

impl Definitions {
    fn of(btf: &Btf) -> Definitions {
        let mut all = FxHashMap::default();
        for (id, ty) in btf.types() {
            let is_enum = matches!(ty.kind(), Kind::Enum | Kind::Enum64);
            if ty.kind().is_composite() || is_enum && !is_enum_declaration(ty) {
                all.entry(ty.name()).or_insert(id);
            }
        }
        Definitions(all)
    }

    /// The module's definition of a type's name.
    fn named(&self, btf: &Btf, id: TypeId) -> Option<TypeId> {
        btf.get(id).and_then(|ty| self.0.get(&ty.name())).copied()
    }
}

impl Reference {
    /// With the name that `holder`, the first of the pair that refers, has for it.
    fn named(self, btf: &Btf, holder: TypeId) -> Via {
        let ty = btf.get(holder);
        match self {
            Reference::Member(number) => {
                let member = ty.and_then(|ty| ty.member(number as usize));
                let name = member.map_or_else(String::new, |one| btf.str(one.name).into_owned());
                Via::Member(number, name)
            }
            Reference::Parameter(number) => {
                let param = ty.and_then(|ty| ty.params().nth(number as usize));
                let name = param.map_or_else(String::new, |one| btf.str(one.name).into_owned());
                Via::Parameter(number, name)
            }
            Reference::Pointer => Via::Pointer,
            Reference::Element => Via::Element,
            Reference::Index => Via::Index,
            Reference::Typedef => Via::Typedef,
            Reference::Qualifier => Via::Qualifier,
            Reference::Result => Via::Result,
        }
    }
}

/// Passes on the types to which two types of the same shape refer, in pairs.
fn for_each_reference(
    btf: &Btf,
    a: TypeId,
    b: TypeId,
    pass: &mut dyn FnMut(TypeId, TypeId, Reference),
) {
    let (Some(left), Some(right)) = (btf.get(a), btf.get(b)) else {
        return;
    };
    match (left.data(), right.data()) {
        (Data::Ptr { target: a }, Data::Ptr { target: b }) => pass(a, b, Reference::Pointer),
        (Data::Typedef { target: a }, Data::Typedef { target: b }) => {
            pass(a, b, Reference::Typedef);
        }
        (Data::Const { target: a }, Data::Const { target: b })
        | (Data::Volatile { target: a }, Data::Volatile { target: b })
        | (Data::Restrict { target: a }, Data::Restrict { target: b })
        | (Data::TypeTag { target: a }, Data::TypeTag { target: b }) => {
            pass(a, b, Reference::Qualifier);
        }
        (Data::Array(a), Data::Array(b)) => {
            pass(a.element, b.element, Reference::Element);
            pass(a.index, b.index, Reference::Index);
        }
        (Data::FuncProto { result: a }, Data::FuncProto { result: b }) => {
            pass(a, b, Reference::Result);
            for ((a, b), number) in left.params().zip(right.params()).zip(0_u32..) {
                pass(a.ty, b.ty, Reference::Parameter(number));
            }
        }
        _ if left.kind().is_composite() && right.kind() != Kind::Fwd => {
            for ((a, b), number) in left.members().zip(right.members()).zip(0_u32..) {
                pass(a.ty, b.ty, Reference::Member(number));
            }
        }
        _ => {}
    }
}

impl Step {
    /// The name that both have, or both names.
    pub fn shared_name(&self) -> String {
        match &self.names {
            (left, right) if left == right => left.clone(),
            (left, right) => format!("{left} and {right}"),
        }
    }
}

impl Trail {
    /// The difference at the end of the path, as text.
    pub fn verdict(&self) -> String {
        match &self.cause {
            Some(Cause::Declared(_)) => format!(
                "Not merged: the base only declares {}, which the module defines. Types of the base can no longer change, so both stay.",
                self.steps
                    .last()
                    .map_or_else(String::new, Step::shared_name)
            ),
            Some(cause @ Cause::GivenUp(_)) => format!("Not known: {cause}."),
            Some(cause) => format!("They differ: {cause}."),
            None => "No difference found: the two could be merged.".to_owned(),
        }
    }

    /// The whole path in one line.
    pub fn sentence(&self) -> String {
        let mut text = String::new();
        for (at, step) in self.steps.iter().enumerate() {
            let next = self.steps.get(at + 1).and_then(|next| next.via.as_ref());
            match &step.via {
                None => text.push_str(&step.shared_name()),
                Some(Via::Member(_, name)) if !name.is_empty() => {
                    text.push_str(&format!(".{name}"));
                    if next == Some(&Via::Typedef) {
                        text.push_str(&format!(" → {}", step.shared_name()));
                    }
                }
                // A pointer or qualifier shows in the name of what comes next.
                Some(_) if step.names.0 != step.names.1 => {}
                Some(Via::Pointer | Via::Qualifier | Via::Typedef) => {
                    text.push_str(&format!(" → {}", step.shared_name()));
                }
                Some(via) => text.push_str(&format!(" → {via}")),
            }
        }
        match &self.cause {
            Some(cause) => format!("{text}: {cause}"),
            None => format!("{text}: no difference found"),
        }
    }
}

impl fmt::Display for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Via::Member(number, name) if name.is_empty() => write!(f, "member {}", number + 1),
            Via::Member(number, name) => write!(f, "member {}, {name}", number + 1),
            Via::Pointer => f.write_str("what it points to"),
            Via::Element => f.write_str("its elements"),
            Via::Index => f.write_str("its index"),
            Via::Typedef => f.write_str("what it names"),
            Via::Qualifier => f.write_str("what is qualified"),
            Via::Result => f.write_str("the result"),
            Via::Parameter(number, name) if name.is_empty() => {
                write!(f, "parameter {}", number + 1)
            }
            Via::Parameter(number, name) => write!(f, "parameter {}, {name}", number + 1),
        }
    }
}
