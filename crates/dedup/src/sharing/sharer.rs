//! The nodes of a run of units: what one worker does.

use super::node_ref::{NodeRef, Target};
use super::nodes::{Nodes, for_each_ref};
use super::sequence::Writer;
use super::tag_names::{TagNames, TagRole, tag_of};
use btf::{StringOffset, Type, TypeId};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// The reference or the node of a type is not known yet.
pub(super) const UNRESOLVED: u32 = u32::MAX;
/// How much room of a unit for types that cannot be shared is kept for the next.
const KEPT: usize = 1024;
/// A type that waits for those it refers to.
const IN_PROGRESS: u32 = u32::MAX - 1;

/// Gives the types of units their nodes, one unit after the other.
#[derive(Debug, Default)]
pub struct Sharer {
    pub(super) nodes: Nodes,
    tags: TagNames,
    pub(super) sequence: Writer,
    units: u32,
    /// By the number of their names.
    pub(super) states: Vec<Tag>,
    /// Names that the unit at hand repeats.
    repeated: Vec<u32>,
    /// For each type of the unit: how others refer to it, and its node.
    pub(super) refs: Vec<u32>,
    pub(super) node_of: Vec<u32>,
    /// Nodes reserved for types that cannot be shared, by type.
    pub(super) reserved: FxHashMap<u32, u32>,
    /// Types that have a predicted node until the prediction is confirmed.
    pub(super) predicted: Vec<u32>,
    stack: Vec<(u32, bool)>,
    scratch: Vec<u32>,
}

/// The nodes of a run of units, as plain numbers that can be sent from a worker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedRun {
    /// Words of all nodes, one after the other; references are [`NodeRef`]s.
    pub words: Vec<u32>,
    /// Word at which each node starts.
    pub starts: Vec<u32>,
    /// Number of types that each node stands for.
    pub copies: Vec<u32>,
    /// Nodes that are never shared, ascending.
    pub private: Vec<u32>,
    /// Tag names: offset in the run's strings, and kind (0 struct, 1 union, 2 enum).
    pub tags: Vec<(u32, u32)>,
    /// Which nodes each unit has, packed.
    pub sequence: Vec<u8>,
    /// How many units the run has.
    pub units: u32,
}

impl SharedRun {
    /// The words of a node; empty if it does not exist.
    pub fn node(&self, node: usize) -> &[u32] {
        let Some(&start) = self.starts.get(node) else {
            return &[];
        };
        let end = self
            .starts
            .get(node + 1)
            .map_or(self.words.len(), |&end| end as usize);
        self.words.get(start as usize..end).unwrap_or_default()
    }

    /// The names in all nodes, with repetitions.
    pub fn names(&self) -> impl Iterator<Item = StringOffset> {
        let types = (0..self.starts.len()).filter_map(|node| Type::from_words(self.node(node)));
        types.flat_map(Type::names)
    }

    /// Gives each name in nodes and tag names another number. Names that differed may become equal. Then equal
    /// nodes stay apart, which does no harm, or two structs, unions or enumerations that the run took for different
    /// ones have one name, which does. Returns whether the latter happened.
    #[must_use]
    pub fn rename(&mut self, mut name: impl FnMut(StringOffset) -> StringOffset) -> bool {
        for node in 0..self.starts.len() {
            let start = self.starts[node] as usize;
            let end = self
                .starts
                .get(node + 1)
                .map_or(self.words.len(), |&end| end as usize);
            let words = self.words.get_mut(start..end).unwrap_or_default();
            for word in btf::names_mut(words) {
                *word = name(StringOffset(*word)).0;
            }
        }
        for (tag, _) in &mut self.tags {
            *tag = name(StringOffset(*tag)).0;
        }
        let mut sorted = self.tags.clone();
        sorted.sort_unstable();
        sorted.windows(2).any(|pair| pair[0] == pair[1])
    }
}

/// The types of one unit: words with ids from 1 on as references.
#[derive(Clone, Copy, Debug)]
pub(super) struct Types<'a> {
    words: &'a [u32],
    starts: &'a [u32],
    pub index: u32,
}

impl<'a> Types<'a> {
    pub fn get(&self, id: u32) -> &'a [u32] {
        let Some(index) = (id as usize).checked_sub(1) else {
            return &[];
        };
        let Some(&start) = self.starts.get(index) else {
            return &[];
        };
        let end = self
            .starts
            .get(index + 1)
            .map_or(self.words.len(), |&end| end as usize);
        self.words.get(start as usize..end).unwrap_or_default()
    }

    fn len(&self) -> u32 {
        self.starts.len() as u32
    }
}

/// What a sharer knows of a tag name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    /// The unit that defined it last, and the one that declared it last; from 1 on.
    defined_in: u32,
    forward_in: u32,
    /// The node that its type was when it was last looked up.
    pub last_node: u32,
}

impl Tag {
    const NEW: Tag = Tag {
        defined_in: 0,
        forward_in: 0,
        last_node: u32::MAX,
    };
}

impl Sharer {
    /// A sharer to which no unit has been added.
    pub fn new() -> Sharer {
        Sharer::default()
    }

    /// A sharer with room for as many nodes as a run before had.
    pub fn with_room(nodes: usize) -> Sharer {
        let mut sharer = Sharer::default();
        sharer.nodes.reserve(nodes);
        sharer
    }

    /// Adds the types of a unit: words as in BTF, ids counted from 1 within the unit, names in strings that all
    /// units of this sharer have in common. A reference of `index` means the index type of arrays. An id that does
    /// not exist counts as `void`.
    ///
    /// Afterwards [`Sharer::reference`] tells how to refer to the unit's types.
    pub fn add_unit(&mut self, words: &[u32], starts: &[u32], index: u32) {
        // By reference from here on: copies of it would be written in halves and read whole, which stalls.
        let types = &Types {
            words,
            starts,
            index,
        };
        self.units += 1;
        self.refs.clear();
        self.refs.resize(starts.len() + 1, UNRESOLVED);
        self.refs[0] = NodeRef::VOID.0;
        self.node_of.clear();
        self.node_of.resize(starts.len() + 1, UNRESOLVED);
        // One unit with many must not make each unit after it clear as many places.
        if self.reserved.capacity() > KEPT {
            self.reserved = FxHashMap::default();
        }
        self.reserved.clear();
        self.find_tag_names(types);
        for id in 1..=types.len() {
            let known = self.node_of[id as usize];
            let node = match known {
                UNRESOLVED => self.node(types, id),
                known => known,
            };
            if let Some(copies) = self.nodes.copies.get_mut(node as usize) {
                *copies += 1;
            }
            self.sequence.push(node);
        }
        self.sequence.end_unit();
    }

    /// How to refer to a type of the unit that was added last.
    pub fn reference(&self, id: u32) -> NodeRef {
        match self.refs.get(id as usize) {
            Some(&word) if word != UNRESOLVED => NodeRef(word),
            _ => NodeRef::VOID,
        }
    }

    /// Ends the run, and returns its nodes without spare memory.
    pub fn finish(mut self) -> SharedRun {
        // A run may wait long to be merged, so it gives back what its buffers have to spare.
        let nodes = &mut self.nodes;
        nodes.words.shrink_to_fit();
        nodes.starts.shrink_to_fit();
        nodes.copies.shrink_to_fit();
        self.sequence.bytes.shrink_to_fit();
        SharedRun {
            words: self.nodes.words,
            starts: self.nodes.starts,
            copies: self.nodes.copies,
            private: self.nodes.private,
            tags: self
                .tags
                .list
                .iter()
                .map(|&(name, kind)| (name.0, kind as u32))
                .collect(),
            sequence: self.sequence.bytes,
            units: self.units,
        }
    }

    /// References to a name that this unit defines or declares exactly once become the tag name. Types of a
    /// repeated name get nodes of their own.
    fn find_tag_names(&mut self, types: &Types<'_>) {
        let unit = self.units;
        self.repeated.clear();
        for (id, &start) in (1..).zip(types.starts) {
            let head = types.words.get(start as usize..).unwrap_or_default();
            let Some(head) = head.first_chunk::<2>() else {
                continue;
            };
            let Some((kind, role)) = tag_of(head) else {
                continue;
            };
            let tag = self.tags.number(StringOffset(head[0]), kind);
            if self.states.len() <= tag as usize {
                self.states.resize(self.tags.list.len(), Tag::NEW);
            }
            let state = &mut self.states[tag as usize];
            if state.defined_in == unit || state.forward_in == unit {
                self.repeated.push(tag);
            }
            match role {
                TagRole::Definition => state.defined_in = unit,
                TagRole::Forward => state.forward_in = unit,
            }
            if let Some(reference) = self.refs.get_mut(id) {
                *reference = NodeRef::tag_name(tag).0;
            }
        }
        if self.repeated.is_empty() {
            return;
        }
        self.repeated.sort_unstable();
        for id in 1..=types.len() {
            let words = types.get(id);
            let Some((kind, _)) = tag_of(words) else {
                continue;
            };
            let tag = self.tags.number(StringOffset(words[0]), kind);
            if self.repeated.binary_search(&tag).is_ok() {
                let node = self.nodes.reserve_private(words);
                self.reserved.insert(id, node);
                self.refs[id as usize] = NodeRef::node(node).0;
            }
        }
    }

    /// Finds the node of a type that has none yet.
    #[inline]
    fn node(&mut self, types: &Types<'_>, id: u32) -> u32 {
        if !self.matches_prediction(types, id) && !self.settle(types, id) {
            self.resolve(types, id);
        }
        self.node_of[id as usize]
    }

    fn found(&mut self, id: u32, node: u32) {
        let at = id as usize;
        self.node_of[at] = node;
        match NodeRef(self.refs[at]).target() {
            _ if self.refs[at] == UNRESOLVED => self.refs[at] = NodeRef::node(node).0,
            Target::TagName(tag) => {
                if let Some(state) = self.states.get_mut(tag as usize) {
                    state.last_node = node;
                }
            }
            _ => {}
        }
    }

    /// Finds the node of a type, and before it those of the types that it refers to by other than their name.
    fn resolve(&mut self, types: &Types<'_>, root: u32) {
        self.stack.push((root, false));
        while let Some((id, ready)) = self.stack.pop() {
            let at = id as usize;
            let words = types.get(id);
            if ready {
                // All it refers to has a reference by now, or lies on a cycle and gets one here.
                self.settle(types, id);
                continue;
            }
            if self.node_of[at] != UNRESOLVED {
                continue;
            }
            self.node_of[at] = IN_PROGRESS;
            self.stack.push((id, true));
            let (refs, node_of, stack) = (&self.refs, &self.node_of, &mut self.stack);
            let mut cycles = Vec::new();
            let targets = Type::from_words(words).into_iter().flat_map(Type::refs);
            targets.for_each(|TypeId(to)| {
                if to != types.index
                    && to <= types.len()
                    && to != 0
                    && refs[to as usize] == UNRESOLVED
                {
                    match node_of[to as usize] {
                        UNRESOLVED => stack.push((to, false)),
                        IN_PROGRESS => cycles.push(to),
                        _ => {}
                    }
                }
            });
            // A cycle that goes through no name: the type it comes back to gets a node of its own.
            for to in cycles {
                if self.refs[to as usize] == UNRESOLVED {
                    let node = self.nodes.reserve_private(types.get(to));
                    self.reserved.insert(to, node);
                    self.refs[to as usize] = NodeRef::node(node).0;
                }
            }
        }
    }

    /// Gives a type its node if everything it refers to has a reference.
    fn settle(&mut self, types: &Types<'_>, id: u32) -> bool {
        let Sharer { refs, scratch, .. } = self;
        let mut is_ready = true;
        let mut known = |to: u32| match to {
            to if to == types.index => NodeRef::INDEX,
            to => match refs.get(to as usize) {
                Some(&UNRESOLVED) => {
                    is_ready = false;
                    NodeRef::VOID
                }
                Some(&word) => NodeRef(word),
                None => NodeRef::VOID,
            },
        };
        scratch.clear();
        scratch.extend_from_slice(types.get(id));
        for_each_ref(scratch, |reference| known(reference.0));
        if !is_ready {
            return false;
        }
        let reserved = match self.reserved.is_empty() {
            true => None,
            false => self.reserved.get(&id),
        };
        let node = if let Some(&node) = reserved {
            self.nodes.fill(node, &self.scratch);
            node
        } else {
            match self.sequence.predict() {
                Some(node) if self.nodes.is(node, &self.scratch) => node,
                _ => self.nodes.share(&self.scratch),
            }
        };
        self.found(id, node);
        true
    }
}
