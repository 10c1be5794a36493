//! The search for the nearest difference.

use super::cause::{Cause, declaration_differs, declared_in_base, local};
use crate::address::spoken;
use btf::{Btf, Data, Kind, StringOffset, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;

/// How many pairs of types are compared; a kernel has some hundred thousand types.
const MOST_PAIRS: usize = 250_000;

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
    via: Option<Via>,
}

/// The nearest difference between two types and everything to which they lead.
///
/// If a type of the base and one of a module do not differ, it is the nearest declaration in the base that
/// the module defines: like libbpf, dedup does not take a type of the base that would have to change
/// (`dedup::libbpf`'s `Reason::BaseForward`).
pub fn first_difference(btf: &Btf, left: TypeId, right: TypeId) -> Trail {
    let found = nearest(btf, left, right, None);
    if found.cause.is_some() || btf.base().is_none() {
        return found;
    }
    nearest(btf, left, right, Some(&Definitions::of(btf)))
}

/// The types that a module defines itself, by name.
struct Definitions(FxHashMap<StringOffset, Vec<TypeId>>);

impl Definitions {
    fn of(btf: &Btf) -> Definitions {
        let mut all: FxHashMap<StringOffset, Vec<TypeId>> = FxHashMap::default();
        for (id, ty) in btf.types() {
            if ty.kind().is_composite() || matches!(ty.kind(), Kind::Enum | Kind::Enum64) {
                all.entry(ty.name()).or_default().push(id);
            }
        }
        Definitions(all)
    }

    /// The module's definition of what the base only declares.
    fn of_declaration(&self, btf: &Btf, id: TypeId) -> Option<(TypeId, Cause)> {
        let candidates = self.0.get(&btf.get(id)?.name())?;
        candidates
            .iter()
            .find_map(|&own| Some((own, declared_in_base(btf, id, own)?)))
    }
}

/// With the module's `definitions`, pairs of a type with itself are followed too.
fn nearest(btf: &Btf, left: TypeId, right: TypeId, definitions: Option<&Definitions>) -> Trail {
    let mut seen: FxHashMap<(TypeId, TypeId), ()> = FxHashMap::default();
    let mut reached = vec![Reached {
        pair: (left, right),
        from: None,
        via: None,
    }];
    seen.insert((left, right), ());
    let (mut sizes, mut declared) = (None, None);
    let mut queue = VecDeque::from([0_usize]);
    while let Some(at) = queue.pop_front() {
        let Some(&Reached { pair: (a, b), .. }) = reached.get(at) else {
            break;
        };
        match local(btf, a, b) {
            Some(cause) if cause.follows() && btf.kind(a).is_composite() => {
                sizes.get_or_insert((at, cause));
            }
            Some(cause) => return trail(btf, &reached, at, Some(cause)),
            None if declared.is_none() => {
                declared = declared_in_base(btf, a, b).map(|cause| (at, cause));
            }
            None => {}
        }
        if let Some((own, cause)) = definitions.and_then(|all| all.of_declaration(btf, a))
            && let Some(end) = reached.get_mut(at)
        {
            // The base has the declaration; the unit that was compared had the definition.
            end.pair.1 = own;
            return trail(btf, &reached, at, Some(cause));
        }
        for (x, y, via) in children(btf, a, b) {
            let differ = x != y || (definitions.is_some() && x != TypeId::VOID);
            let fresh = differ && reached.len() < MOST_PAIRS && seen.insert((x, y), ()).is_none();
            if fresh {
                queue.push_back(reached.len());
                reached.push(Reached {
                    pair: (x, y),
                    from: Some(at),
                    via: Some(via),
                });
            }
        }
    }
    match sizes.or(declared) {
        Some((at, cause)) => trail(btf, &reached, at, Some(cause)),
        None => trail(btf, &reached, 0, None),
    }
}

fn trail(btf: &Btf, reached: &[Reached], end: usize, cause: Option<Cause>) -> Trail {
    let mut steps = Vec::new();
    let mut at = Some(end);
    while let Some(one) = at.and_then(|at| reached.get(at)) {
        let (left, right) = one.pair;
        steps.push(Step {
            via: one.via.clone(),
            left: left.0,
            right: right.0,
            names: (spoken(btf, left), spoken(btf, right)),
        });
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
    match declared {
        Some((at, cause)) => {
            steps.truncate(at);
            Trail {
                steps,
                cause: Some(cause),
            }
        }
        None => Trail { steps, cause },
    }
}

/// The types to which two types of the same shape refer, in pairs.
fn children(btf: &Btf, a: TypeId, b: TypeId) -> Vec<(TypeId, TypeId, Via)> {
    let (Some(left), Some(right)) = (btf.get(a), btf.get(b)) else {
        return Vec::new();
    };
    match (left.data(), right.data()) {
        (Data::Ptr { target: a }, Data::Ptr { target: b }) => vec![(a, b, Via::Pointer)],
        (Data::Typedef { target: a }, Data::Typedef { target: b }) => vec![(a, b, Via::Typedef)],
        (Data::Const { target: a }, Data::Const { target: b })
        | (Data::Volatile { target: a }, Data::Volatile { target: b })
        | (Data::Restrict { target: a }, Data::Restrict { target: b })
        | (Data::TypeTag { target: a }, Data::TypeTag { target: b }) => {
            vec![(a, b, Via::Qualifier)]
        }
        (Data::Array(a), Data::Array(b)) => vec![
            (a.element, b.element, Via::Element),
            (a.index, b.index, Via::Index),
        ],
        (Data::FuncProto { result: a }, Data::FuncProto { result: b }) => {
            let params = left.params().zip(right.params()).zip(0_u32..);
            let params = params.map(|((a, b), number)| {
                let via = Via::Parameter(number, btf.str(a.name).into_owned());
                (a.ty, b.ty, via)
            });
            std::iter::once((a, b, Via::Result)).chain(params).collect()
        }
        _ if left.kind().is_composite() && right.kind() != Kind::Fwd => {
            let members = left.members().zip(right.members()).zip(0_u32..);
            let via = |(a, b): (btf::Member, btf::Member), number| {
                let via = Via::Member(number, btf.str(a.name).into_owned());
                (a.ty, b.ty, via)
            };
            members.map(|(pair, number)| via(pair, number)).collect()
        }
        _ => Vec::new(),
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
