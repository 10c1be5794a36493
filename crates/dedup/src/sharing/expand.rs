//! From nodes to the BTF that the exact engine takes.

use super::ambiguity::{Ambiguity, Written, tag_name_of};
use super::mentions::Mentions;
use super::merged_nodes::MergedNodes;
use super::node_ref::{NodeRef, Target};
use super::nodes::for_each_ref;
use super::tag_names::TagRole;
use btf::{Btf, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The type that each node became.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Ids {
    /// Ids of nodes written once, by node; 0 for the others.
    pub single: Vec<u32>,
    /// Ids of the others, by node and class of unit.
    pub several: FxHashMap<(u32, u32), u32>,
    /// The class of each unit.
    pub classes: Vec<u32>,
}

/// A type that is no node: a variable, a tag, a synthetic type. It comes after the types of its unit.
#[derive(Clone, Debug)]
pub struct AddedType {
    /// The number of its unit, in the order in which units were added.
    pub unit: u32,
    /// The words of a BTF type, with [`NodeRef`]s for ids.
    pub words: Vec<u32>,
}

/// The types of all units, less copies that are surely equal.
#[derive(Debug)]
pub struct ExpandedTypes {
    /// The types, and the strings that they name.
    pub btf: Btf,
    /// Id of the first of them.
    first: u32,
    /// How many types of units each type stands for, by the id less the first.
    pub copies: Vec<u32>,
    /// Ids of nodes that are written once, and of the first type of those that are written once for each meaning.
    single: Vec<u32>,
    /// Ids of nodes that depend on the unit, by node and class of unit.
    several: FxHashMap<(u32, u32), u32>,
    /// The class of each unit: units of one class define all names that matter alike.
    classes: Vec<u32>,
    /// Node of each name that matters, by class and name; a forward's node where it is not defined.
    environment: FxHashMap<(u32, u32), u32>,
    added: Vec<u32>,
    ambiguity: Ambiguity,
    index: NodeRef,
}

/// The order of types that nodes become, before any is written: what [`MergedNodes::arrange`] finds.
#[derive(Debug)]
pub struct Arrangement {
    types: ExpandedTypes,
    order: Vec<TypeSource>,
}

impl MergedNodes {
    /// Writes the nodes into `btf`, in the order in which units have them. `btf` holds the strings that
    /// the nodes' names are offsets in, and no own types; it can be split BTF. `index` is the index type
    /// of arrays; `added` are sorted by unit.
    ///
    /// # Errors
    ///
    /// When there are more types than BTF can number.
    pub fn expand(
        &self,
        btf: Btf,
        added: &[AddedType],
        index: NodeRef,
    ) -> Result<ExpandedTypes, btf::Error> {
        self.arrange(&btf, added, index).write(self, added, btf)
    }

    /// The first half of [`MergedNodes::expand`], which only reads: other work on the nodes and on the strings of `btf` can go
    /// on at the same time.
    pub fn arrange(&self, btf: &Btf, added: &[AddedType], index: NodeRef) -> Arrangement {
        let ambiguity = Ambiguity::of(self, self, btf, index);
        let mut types = ExpandedTypes {
            first: btf.first_id().0,
            btf: Btf::new(),
            copies: Vec::new(),
            single: vec![0; self.nodes.len() as usize],
            several: FxHashMap::default(),
            classes: Vec::new(),
            environment: FxHashMap::default(),
            added: Vec::with_capacity(added.len()),
            ambiguity,
            index,
        };
        let order = types.number(self, added);
        Arrangement { types, order }
    }
}

impl Arrangement {
    /// The second half of [`MergedNodes::expand`], with the same nodes, types, and strings as the first.
    ///
    /// # Errors
    ///
    /// When there are more types than BTF can number.
    pub fn write(
        mut self,
        merged: &MergedNodes,
        added: &[AddedType],
        btf: Btf,
    ) -> Result<ExpandedTypes, btf::Error> {
        self.types.btf = btf;
        self.types.write(merged, added, &self.order)?;
        Ok(self.types)
    }
}

/// Where a type comes from, in the order of ids.
#[derive(Clone, Copy, Debug)]
enum TypeSource {
    Node { node: u32, class: u32 },
    Added(u32),
}

/// Puts units that define every name that matters alike into one class. A unit with a name whose
/// meaning depends on the units before is a class of its own: of several types that it could be
/// equal to, the exact engine takes the one that its table has first, and that changes.
struct UnitClasses<'t> {
    ambiguity: &'t Ambiguity,
    /// For each node the name that matters and that it defines or declares.
    tags: Vec<Option<u32>>,
    known: FxHashMap<Vec<(u32, u32)>, u32>,
    /// Names and their nodes in the unit at hand.
    environment: Vec<(u32, u32)>,
}

impl<'t> UnitClasses<'t> {
    fn of(merged: &MergedNodes, ambiguity: &'t Ambiguity) -> UnitClasses<'t> {
        let tag_of = |node| tag_name_of(merged, node).map(|(tag, _)| tag);
        let matters = |&tag: &u32| ambiguity.names[tag as usize];
        UnitClasses {
            ambiguity,
            tags: (0..merged.nodes.len())
                .map(|node| tag_of(node).filter(matters))
                .collect(),
            known: FxHashMap::default(),
            environment: Vec::new(),
        }
    }

    /// Whether what a unit means by a name that matters depends on whether it has the node.
    fn matters(&self, node: u32) -> bool {
        self.tags[node as usize].is_some()
    }

    /// The class of a unit; and what it means by the names that matter, if it is the first of its class.
    fn of_unit(&mut self, unit: u32, nodes: &[u32]) -> (u32, &[(u32, u32)]) {
        self.environment.clear();
        let mut is_order_dependent = false;
        for &node in nodes {
            if let Some(tag) = self.tags[node as usize] {
                is_order_dependent |= self.ambiguity.order_dependent[tag as usize];
                self.environment.push((tag, node));
            }
        }
        self.environment.sort_unstable();
        self.environment.dedup();
        let mut key = self.environment.clone();
        if is_order_dependent {
            key.push((u32::MAX, unit));
        }
        let next = self.known.len() as u32;
        let class = *self.known.entry(key).or_insert(next);
        match class == next {
            true => (class, &self.environment),
            false => (class, &[]),
        }
    }
}

/// Numbers the types of nodes that are written once for each meaning of the names that they mention.
struct Meanings<'t> {
    mentions: &'t Mentions,
    /// Ids by node, and what its class means by each name.
    known: FxHashMap<(u32, Vec<Option<u32>>), u32>,
}

impl<'t> Meanings<'t> {
    fn of(mentions: &'t Mentions) -> Meanings<'t> {
        Meanings {
            mentions,
            known: FxHashMap::default(),
        }
    }

    /// The id of a node in a class of units with this `environment`: `next` if no class before means the same.
    fn id(
        &mut self,
        node: u32,
        class: u32,
        environment: &FxHashMap<(u32, u32), u32>,
        next: u32,
    ) -> u32 {
        let names = self.mentions.of_node(node).iter();
        let meant = names.map(|&tag| environment.get(&(class, tag)).copied());
        *self.known.entry((node, meant.collect())).or_insert(next)
    }
}

impl ExpandedTypes {
    /// The id of the first type that is not the base's.
    pub(super) fn first_id(&self) -> u32 {
        self.first
    }

    /// The id of what `reference` means in a unit.
    pub fn id(&self, unit: u32, reference: NodeRef) -> TypeId {
        let class = self.classes.get(unit as usize).copied().unwrap_or(0);
        TypeId(self.resolve(class, reference))
    }

    /// What each node became, forwards as what they stand for.
    pub(super) fn into_ids(mut self, merged: &MergedNodes) -> Ids {
        for node in 0..merged.nodes.len() {
            let own = self.stands_for(merged, node);
            if own != node {
                self.single[node as usize] = self.single[own as usize];
            }
        }
        for node in self.ambiguity.mentions.nodes() {
            self.single[node as usize] = 0;
        }
        Ids {
            single: self.single,
            several: self.several,
            classes: self.classes,
        }
    }

    /// A forward of a name that has one definition is that definition.
    fn stands_for(&self, merged: &MergedNodes, node: u32) -> u32 {
        match tag_name_of(merged, node) {
            Some((tag, TagRole::Forward)) if !self.ambiguity.names[tag as usize] => {
                self.ambiguity.node_of_name[tag as usize].unwrap_or(node)
            }
            _ => node,
        }
    }

    /// Gives every type its id: the order of first appearance, unit by unit. Forwards are among them,
    /// though nothing refers to those of a name that has one definition: the order in which the
    /// exact engine's table gives what it holds depends on how much it holds.
    fn number(&mut self, merged: &MergedNodes, added: &[AddedType]) -> Vec<TypeSource> {
        let first = self.first;
        let mut order = Vec::new();
        let mut copies: Vec<u32> = Vec::new();
        let mut next_added = 0;
        let ambiguity = std::mem::take(&mut self.ambiguity);
        let mut classes = UnitClasses::of(merged, &ambiguity);
        let mut meanings = Meanings::of(&ambiguity.mentions);
        // Once it is numbered, nothing depends on a type that is written once and defines no ambiguous name.
        let matters: Vec<bool> = (0..)
            .zip(&ambiguity.nodes)
            .map(|(node, &written)| written != Written::Once || classes.matters(node))
            .collect();
        let is_repeated = |node: u32| matters[node as usize];
        merged.for_each_unit(is_repeated, |unit, nodes| {
            let (class, environment) = classes.of_unit(unit, nodes);
            for &(tag, node) in environment {
                self.environment.insert((class, tag), node);
            }
            self.classes.push(class);
            for &node in nodes {
                let next = first + order.len() as u32;
                let (id, copies_of_new) = match ambiguity.nodes[node as usize] {
                    Written::Once if self.single[node as usize] != 0 => continue,
                    Written::Once => {
                        self.single[node as usize] = next;
                        (next, merged.nodes.copies[node as usize])
                    }
                    Written::EachClass => (*self.several.entry((node, class)).or_insert(next), 0),
                    Written::EachMeaning => {
                        let of_class = self.several.entry((node, class));
                        let id = *of_class
                            .or_insert_with(|| meanings.id(node, class, &self.environment, next));
                        let single = &mut self.single[node as usize];
                        *single = if *single == 0 { id } else { *single };
                        (id, 0)
                    }
                };
                if id == next {
                    order.push(TypeSource::Node { node, class });
                    copies.push(copies_of_new);
                }
                if ambiguity.nodes[node as usize] != Written::Once {
                    copies[(id - first) as usize] += 1;
                }
            }
            while added
                .get(next_added)
                .is_some_and(|added_type| added_type.unit <= unit)
            {
                order.push(TypeSource::Added(next_added as u32));
                copies.push(1);
                self.added.push(first + order.len() as u32 - 1);
                next_added += 1;
            }
        });
        self.copies = copies;
        self.ambiguity = ambiguity;
        order
    }

    fn write(
        &mut self,
        merged: &MergedNodes,
        added: &[AddedType],
        order: &[TypeSource],
    ) -> Result<(), btf::Error> {
        let mut btf = std::mem::take(&mut self.btf);
        let mut scratch = Vec::new();
        for &origin in order {
            let (words, class) = match origin {
                TypeSource::Node { node, class } => (merged.nodes.get(node), class),
                TypeSource::Added(added_type) => {
                    let added_type = &added[added_type as usize];
                    let class = self
                        .classes
                        .get(added_type.unit as usize)
                        .copied()
                        .unwrap_or(0);
                    (&added_type.words[..], class)
                }
            };
            scratch.clear();
            scratch.extend_from_slice(words);
            for_each_ref(&mut scratch, |reference| {
                NodeRef(self.resolve(class, reference))
            });
            btf.push(&scratch)?;
        }
        self.btf = btf;
        Ok(())
    }

    fn resolve(&self, class: u32, reference: NodeRef) -> u32 {
        match reference.target() {
            Target::Void => 0,
            Target::Index if self.index.target() == Target::Index => 0,
            Target::Index => self.resolve(class, self.index),
            Target::Added(number) => self.added.get(number as usize).copied().unwrap_or(0),
            Target::Node(node) => self.node_id(node, class),
            Target::TagName(tag) => {
                let node = match self.ambiguity.names.get(tag as usize) {
                    Some(true) => self.environment.get(&(class, tag)).copied(),
                    _ => self
                        .ambiguity
                        .node_of_name
                        .get(tag as usize)
                        .copied()
                        .flatten(),
                };
                node.map_or(0, |node| self.node_id(node, class))
            }
        }
    }

    fn node_id(&self, node: u32, class: u32) -> u32 {
        let single = || self.single.get(node as usize).copied();
        let several = || self.several.get(&(node, class)).copied();
        let id = match self.ambiguity.nodes.get(node as usize) {
            None | Some(Written::Once) => single(),
            // A unit that only declares the struct means the first: they all become one.
            Some(Written::EachMeaning) => several().or_else(single),
            Some(Written::EachClass) => several(),
        };
        id.unwrap_or(0)
    }
}
