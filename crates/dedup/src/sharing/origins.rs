//! Which units the types of a result come from.

use super::ambiguity::tag_name_of;
use super::expand::{ExpandedTypes, Ids};
use super::merged_nodes::{MergedNodes, Run, for_each_unit};
use super::sequence::BadSequence;
use super::tag_names::TagRole;
use btf::TypeId;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// The units of each type of a result. Stored are the nodes of each unit (1 to 2 MB for a kernel), and which type
/// each node became.
#[derive(Debug, Default, Serialize)]
pub struct TypeOrigins {
    runs: Vec<Run>,
    node_count: u32,
    ids: Ids,
    /// Nodes that are forwards.
    forwards: Bits,
    /// Types of the result that a node other than a forward became.
    defined: Bits,
}

/// What [`TypeOrigins`] is read from: it may be damaged, and its numbers decide how much memory is taken.
#[derive(Deserialize)]
struct Stored {
    runs: Vec<Run>,
    node_count: u32,
    ids: Ids,
    forwards: Bits,
    defined: Bits,
}

impl<'de> Deserialize<'de> for TypeOrigins {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<TypeOrigins, D::Error> {
        let mut stored = Stored::deserialize(from)?;
        stored.check().map_err(D::Error::custom)?;
        let Stored {
            runs,
            node_count,
            ids,
            forwards,
            defined,
        } = stored;
        Ok(TypeOrigins {
            runs,
            node_count,
            ids,
            forwards,
            defined,
        })
    }
}

impl Stored {
    /// Why it is not what was written.
    fn check(&mut self) -> Result<(), String> {
        let nodes = self.node_count;
        if self.ids.single.len() != nodes as usize {
            return Err(format!(
                "damaged origins of types: {} ids for {nodes} nodes; encode the file again",
                self.ids.single.len()
            ));
        }
        if let Some((node, _)) = self.ids.several.keys().find(|(node, _)| *node >= nodes) {
            return Err(format!(
                "damaged origins of types: node {node} of {nodes}; encode the file again"
            ));
        }
        for (at, run) in self.runs.iter_mut().enumerate() {
            run.check().map_err(|bad| {
                let what = match bad {
                    BadSequence::Node(node) => format!("names node {node}, which does not exist"),
                    BadSequence::Units(found) => format!("has {found} units, or a part of one"),
                    BadSequence::Types(types) => format!("has {types} types"),
                };
                format!("damaged origins of types: run {at} {what}; encode the file again")
            })?;
        }
        Ok(())
    }
}

/// One of a unit's types before dedup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitType {
    /// The type of the result that it became.
    pub id: u32,
    /// Whether it was a forward declaration whose definition took its place.
    pub declared: bool,
}

impl TypeOrigins {
    /// Keeps what is needed of the merged nodes and their expansion. `map` has the result's id of each type of the
    /// expansion, by its id less the first.
    pub fn new(merged: MergedNodes, expanded: ExpandedTypes, map: &[TypeId]) -> TypeOrigins {
        let first = expanded.first_id();
        let final_id = |id: u32| -> u32 {
            id.checked_sub(first)
                .and_then(|at| map.get(at as usize))
                .map_or(0, |id| id.0)
        };
        let node_count = merged.nodes.len();
        let mut ids = expanded.into_ids(&merged);
        for id in &mut ids.single {
            *id = final_id(*id);
        }
        for id in ids.several.values_mut() {
            *id = final_id(*id);
        }
        let (mut forwards, mut defined) = (Bits::default(), Bits::default());
        for node in 0..node_count {
            if let Some((_, TagRole::Forward)) = tag_name_of(&merged, node) {
                forwards.set(node);
            } else {
                defined.set(ids.single.get(node as usize).copied().unwrap_or(0));
            }
        }
        for (&(node, _), &id) in &ids.several {
            if !forwards.has(node) {
                defined.set(id);
            }
        }
        let mut runs = merged.runs;
        runs.shrink_to_fit();
        TypeOrigins {
            runs,
            node_count,
            ids,
            forwards,
            defined,
        }
    }

    /// Calls `f` with each unit that is wanted, in file order, and its types before dedup, in order.
    pub fn for_each_unit(&self, wanted: impl Fn(u32) -> bool, mut f: impl FnMut(u32, &[UnitType])) {
        let mut types = Vec::new();
        for_each_unit(&self.runs, self.node_count, &wanted, |unit, nodes| {
            if !wanted(unit) {
                return;
            }
            let class = self.class_of(unit);
            types.clear();
            types.extend(nodes.iter().map(|&node| self.before(node, class)));
            f(unit, &types);
        });
    }

    /// Calls `f` with each unit in file order: its number, its class, and its nodes.
    fn for_each_class(&self, mut f: impl FnMut(u32, u32, &[u32])) {
        let all = |_| true;
        for_each_unit(&self.runs, self.node_count, all, |unit, nodes| {
            f(unit, self.class_of(unit), nodes);
        });
    }

    fn class_of(&self, unit: u32) -> u32 {
        self.ids.classes.get(unit as usize).copied().unwrap_or(0)
    }

    /// For each of these types the units that have it, in file order; those that only declare it do not.
    pub fn units_of_each(&self, ids: &[u32]) -> Vec<Vec<u32>> {
        let mut found = vec![Vec::new(); ids.len()];
        let mut wanted: Vec<(u32, usize)> = ids.iter().copied().zip(0..).collect();
        wanted.sort_unstable();
        // Few nodes become one of these; all others are passed over by one look.
        let is_wanted = |id: &u32| wanted.binary_search_by_key(id, |&(there, _)| there).is_ok();
        let mut candidates = Bits::default();
        let single = (0..).zip(&self.ids.single);
        let several = self.ids.several.iter().map(|(&(node, _), id)| (node, id));
        for (node, _) in single.chain(several).filter(|(_, id)| is_wanted(id)) {
            candidates.set(node);
        }
        self.for_each_class(|unit, class, nodes| {
            for &node in nodes.iter().filter(|&&node| candidates.has(node)) {
                let UnitType { id, declared } = self.before(node, class);
                if declared {
                    continue;
                }
                let from = wanted.partition_point(|&(there, _)| there < id);
                let same = wanted
                    .iter()
                    .skip(from)
                    .take_while(|&&(there, _)| there == id);
                for &(_, at) in same {
                    if let Some(units) = found.get_mut(at)
                        && units.last() != Some(&unit)
                    {
                        units.push(unit);
                    }
                }
            }
        });
        found
    }

    /// The units that have the type `id`, in file order, with the number of copies in each.
    pub fn units_of(&self, id: u32) -> Vec<(u32, u32)> {
        let mut units = Vec::new();
        self.for_each_class(|unit, class, nodes| {
            let own = UnitType {
                id,
                declared: false,
            };
            let same = |node: &&u32| self.before(**node, class) == own;
            let copies = nodes.iter().filter(same).count() as u32;
            if copies != 0 {
                units.push((unit, copies));
            }
        });
        units
    }

    /// How many copies of each type the units have, by the result's id; `end` is the id behind the last. A forward
    /// declaration is no copy of the definition that took its place.
    pub fn copies(&self, end: u32) -> Vec<u32> {
        let mut copies = vec![0_u32; end as usize];
        self.for_each_class(|_, class, nodes| {
            for &node in nodes {
                let UnitType { id, declared } = self.before(node, class);
                if let Some(count) = copies.get_mut(id as usize).filter(|_| !declared) {
                    *count = count.saturating_add(1);
                }
            }
        });
        if let Some(void) = copies.first_mut() {
            *void = 0;
        }
        copies
    }

    fn before(&self, node: u32, class: u32) -> UnitType {
        let id = self.id_of(node, class);
        UnitType {
            id,
            declared: self.forwards.has(node) && self.defined.has(id),
        }
    }

    /// The type that a node became in units of a class; 0 for none.
    fn id_of(&self, node: u32, class: u32) -> u32 {
        match self.ids.single.get(node as usize) {
            Some(&own) if own != 0 => own,
            _ => self.ids.several.get(&(node, class)).copied().unwrap_or(0),
        }
    }

    /// Bytes of memory that this takes.
    pub fn memory(&self) -> usize {
        let runs: usize = self.runs.iter().map(Run::bytes).sum();
        runs + 4 * (self.ids.single.len() + self.ids.classes.len())
            + 16 * self.ids.several.capacity()
            + 8 * (self.forwards.0.len() + self.defined.0.len())
    }
}

/// A set of small numbers.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, number: u32) {
        let word = (number / 64) as usize;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: u32) -> bool {
        let word = self.0.get((number / 64) as usize).copied().unwrap_or(0);
        word >> (number % 64) & 1 == 1
    }
}
