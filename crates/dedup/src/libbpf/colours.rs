//! Types that cannot be equal, told apart without a walk.
//!
//! Many structs of one name that differ far below make the walks long: each pair is followed down to its difference. Colour
//! refinement, by which automata are minimised, finds the differences of all types at once. At first types of equal words
//! have one colour; then those whose references lead to different colours get different ones, until none is left (see
//! `refinement`).
//!
//! **Types of different colours are never equal.** Where a walk succeeds, every pair that it visited agrees in its own words
//! and leads to pairs that it visited too, or that are one already, after a walk like it. A forward passes for a
//! definition, so references to a name that is declared anywhere go by that name alone; so do those to an enumeration
//! that has a forward. Then no visited pair ever gets two colours. The walk still decides about types of one colour.

use super::{refinement, shape, ty};
use btf::{Btf, Kind, StringOffset, Type, TypeId, refs_mut};
use rustc_hash::FxHashSet;

/// What the walk lets pass.
#[derive(Clone, Copy)]
pub(super) struct Passing {
    /// Whether a forward passes for a definition.
    pub forwards: bool,
    /// Whether an enumeration without values passes for one with values.
    pub enums: bool,
}

/// The colour of each type by its id, of the base's too. `None` if a type refers to a kind that a walk refuses.
pub(super) fn of(btf: &Btf, passing: Passing) -> Option<Vec<u64>> {
    let end = btf.end_id().0;
    let graph = Graph::of(btf, end)?;
    let names = names(btf, end, passing);
    let classes = refinement::classes(&graph, &names);
    Some((0..end).map(|id| graph.colour(id, &classes)).collect())
}

/// What types say themselves, and what they refer to.
pub(super) struct Graph {
    /// A hash of the words of each type without references.
    pub(super) own: Vec<u64>,
    /// Where the references of each type begin in `refs`, and their end.
    starts: Vec<u32>,
    refs: Vec<u32>,
}

impl Graph {
    fn of(btf: &Btf, end: u32) -> Option<Graph> {
        let mut graph = Graph {
            own: Vec::with_capacity(end as usize),
            starts: Vec::with_capacity(end as usize + 1),
            refs: Vec::new(),
        };
        let mut words = Vec::new();
        for id in 0..end {
            let this = ty(btf, id);
            words.clear();
            words.extend_from_slice(this.words());
            graph.starts.push(u32::try_from(graph.refs.len()).ok()?);
            for target in refs_mut(&mut words) {
                if is_walked(this.kind()) && !is_walked(btf.kind(TypeId(*target))) {
                    return None;
                }
                graph.refs.push(std::mem::take(target));
            }
            graph.own.push(
                words
                    .iter()
                    .fold(0, |hash, &word| mix(hash, u64::from(word))),
            );
        }
        graph.starts.push(u32::try_from(graph.refs.len()).ok()?);
        Some(graph)
    }

    /// What a type refers to, in the order of its words.
    pub(super) fn refs(&self, id: u32) -> &[u32] {
        let id = id as usize;
        &self.refs[self.starts[id] as usize..self.starts[id + 1] as usize]
    }

    /// The colour of a type, by the classes of what it refers to.
    pub(super) fn colour(&self, id: u32, classes: &[u32]) -> u64 {
        let refs = self.refs(id).iter();
        refs.fold(self.own[id as usize], |colour, &to| {
            mix(colour, u64::from(classes[to as usize]))
        })
    }
}

/// What stands for types that go by their names: each name that is declared forward, and each enumeration that has a
/// forward.
fn names(btf: &Btf, end: u32, passing: Passing) -> Vec<Option<u64>> {
    let (mut declared, mut enums) = (FxHashSet::default(), FxHashSet::default());
    for id in 0..end {
        let this = ty(btf, id);
        if passing.forwards && this.kind() == Kind::Fwd {
            declared.insert(this.name());
        }
        if passing.enums && shape::is_forward_enum(this) {
            enums.insert(this.name());
        }
    }
    let name_of = |this: Type<'_>| -> Option<StringOffset> {
        let is_declared = match this.kind() {
            Kind::Struct | Kind::Union | Kind::Fwd => declared.contains(&this.name()),
            Kind::Enum | Kind::Enum64 => enums.contains(&this.name()),
            _ => false,
        };
        is_declared.then(|| this.name())
    };
    let hash = |name: StringOffset| mix(u64::MAX, u64::from(name.0));
    (0..end).map(|id| name_of(ty(btf, id)).map(hash)).collect()
}

/// Whether a walk compares types of the kind; at any other it ends with an error.
fn is_walked(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Void
            | Kind::Int
            | Kind::Float
            | Kind::Fwd
            | Kind::Enum
            | Kind::Enum64
            | Kind::Ptr
            | Kind::Const
            | Kind::Volatile
            | Kind::Restrict
            | Kind::Typedef
            | Kind::Func
            | Kind::TypeTag
            | Kind::Array
            | Kind::Struct
            | Kind::Union
            | Kind::FuncProto
    )
}

/// A hash of a sequence: of what came before, and what comes next.
#[inline]
fn mix(hash: u64, next: u64) -> u64 {
    let mixed = (hash ^ next).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (mixed ^ (mixed >> 29)).rotate_left(17)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// Words, references, and for some a name by which they go.
    type Node = (u64, Vec<prop::sample::Index>, Option<u64>);

    fn node() -> impl Strategy<Value = Node> {
        let name = prop::option::weighted(0.1, 0..2_u64);
        (
            0..2_u64,
            prop::collection::vec(any::<prop::sample::Index>(), 0..3),
            name,
        )
    }

    /// The classes by rounds over all types, until their number stands still.
    fn by_rounds(graph: &Graph, names: &[Option<u64>]) -> Vec<usize> {
        let mut classes = vec![0; names.len()];
        loop {
            let mut numbers = BTreeMap::new();
            let next: Vec<usize> = (0..)
                .zip(names)
                .map(|(id, name)| {
                    let refs = graph
                        .refs(id)
                        .iter()
                        .map(|&to| classes[to as usize])
                        .collect();
                    let key = match name {
                        Some(name) => (*name, Vec::new()),
                        None => (graph.own[id as usize], refs),
                    };
                    let next = numbers.len();
                    *numbers.entry(key).or_insert(next)
                })
                .collect();
            if next == classes {
                return classes;
            }
            classes = next;
        }
    }

    proptest! {
        #[test]
        fn splitting_classes_ends_where_rounds_end(nodes in prop::collection::vec(node(), 1..60)) {
            let mut graph = Graph { own: Vec::new(), starts: vec![0], refs: Vec::new() };
            let mut names = Vec::new();
            for (own, refs, name) in &nodes {
                // The words of a type tell how many references it has.
                graph.own.push(mix(mix(1, *own), refs.len() as u64));
                graph.refs.extend(refs.iter().map(|to| to.index(nodes.len()) as u32));
                graph.starts.push(graph.refs.len() as u32);
                names.push(name.map(|name| mix(u64::MAX, name)));
            }
            let (found, expected) = (refinement::classes(&graph, &names), by_rounds(&graph, &names));
            for one in 0..nodes.len() {
                for other in 0..one {
                    let (found, expected) = (found[one] == found[other], expected[one] == expected[other]);
                    prop_assert_eq!(found, expected, "{} and {}", one, other);
                }
            }
        }
    }
}
