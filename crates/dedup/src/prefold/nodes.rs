//! Finding the node of each type, run by run.

use super::settle_order::SettleOrder;
use super::source::Run;
use super::type_nodes::{NONE, TypeNodes};
use super::{Unfit, is_never_part};
use crate::sharing::merged_nodes::MergedNodes;
use crate::sharing::node_ref::{NodeRef, Target};
use crate::sharing::tag_names::{TagNameKind, tag_of};
use btf::{Info, Kind, StringOffset, Type, TypeId, find_ref, refs_mut, same_words};

/// Waits for what it refers to.
const IN_PROGRESS: u32 = u32::MAX - 1;
/// In the references of a run: not known yet.
const UNRESOLVED: u32 = u32::MAX;
/// Copies in a run that hold no more structs, arrays and prototypes in each other than this are found
/// identical by the comparison of the exact engine, which goes 16 deep.
const DEPTH: u8 = 12;
/// Names are found by their offset where that is less than this, and by hash from there on.
const SLOTS: u32 = 1 << 24;

/// What is known of a node beside its words.
#[derive(Clone, Copy)]
struct Node {
    /// The node that came next the last time, from 1 on; 0 for none.
    next: u32,
    /// The run that had it last, from 1 on.
    run: u32,
}

/// The search for nodes; what it finds is in `found`.
pub(super) struct NodeFinder {
    found: TypeNodes,
    settler: SettleOrder,
    nodes: Vec<Node>,
    /// How many structs, arrays and prototypes a node contains one in the other, at most.
    depth: Vec<u8>,
    /// For each offset of a name the number of its first tag name, from 1 on.
    slots: Vec<u32>,
    /// For each tag name the run that had it last, from 1 on.
    last_run: Vec<u32>,
    /// The number of the run at hand, from 1 on, and its first id.
    run: u32,
    start: u32,
    /// For each type of the run how others refer to it.
    refs: Vec<u32>,
    /// Tag names that the run repeats.
    repeated: Vec<u32>,
    /// Nodes of types with a repeated name, by id.
    private: Vec<(u32, u32)>,
    /// Whether the run has a node twice, and whether no run before had that node.
    repeats: bool,
    new_repeats: bool,
    /// How deep copies in one run are, at most.
    deepest: u8,
    previous: u32,
    scratch: Vec<u32>,
    /// Types whose nodes are predicted until that is confirmed: id, node, and whose reference among those of the run is
    /// set for that.
    predicted: Vec<(u32, u32, u32)>,
    /// Types that wait for what they refer to: id, number of the reference.
    stack: Vec<(u32, usize)>,
}

impl NodeFinder {
    /// Starts the search. Names have offsets below `names`; about so many types are expected.
    pub fn new(names: u32, types: usize) -> NodeFinder {
        NodeFinder {
            found: TypeNodes {
                merged: MergedNodes::new(),
                node_of: Vec::with_capacity(types),
                kept: Vec::new(),
                names_first: Vec::new(),
                whole_runs: Vec::new(),
            },
            settler: SettleOrder::default(),
            nodes: Vec::new(),
            depth: Vec::new(),
            slots: vec![0; names.min(SLOTS) as usize],
            last_run: Vec::new(),
            run: 0,
            start: 0,
            refs: Vec::new(),
            repeated: Vec::new(),
            private: Vec::new(),
            repeats: false,
            new_repeats: false,
            deepest: 0,
            previous: NONE,
            scratch: Vec::new(),
            predicted: Vec::new(),
            stack: Vec::new(),
        }
    }

    /// Gives each type of the next run its node.
    ///
    /// # Errors
    ///
    /// [`Unfit`] if the types of the run cannot be told apart by their nodes.
    pub fn add(&mut self, run: &Run<'_>) -> Result<(), Unfit> {
        self.find(run)?;
        if self.new_repeats {
            self.settler.settle(run, &mut self.found);
        }
        if self.repeats && !self.private.is_empty() {
            self.found.whole_runs.push((run.start, run.end));
        }
        Ok(())
    }

    /// What was found of types with ids below `end`, once all runs were added.
    ///
    /// # Errors
    ///
    /// [`Unfit::Deep`] if a run repeats types that are too deep.
    pub fn finish(mut self, end: u32) -> Result<TypeNodes, Unfit> {
        if self.deepest > DEPTH {
            return Err(Unfit::Deep);
        }
        self.found.node_of.resize(end as usize, NONE);
        Ok(self.found)
    }
}

impl NodeFinder {
    fn find(&mut self, run: &Run<'_>) -> Result<(), Unfit> {
        self.found.node_of.resize(run.end as usize, NONE);
        self.run += 1;
        self.start = run.start;
        self.repeats = false;
        self.new_repeats = false;
        self.find_tag_names(run)?;
        for id in run.start..run.end {
            if self.found.node_of[id as usize] == NONE {
                self.resolve(run, id)?;
            }
            self.follow(self.found.node_of[id as usize]);
        }
        Ok(())
    }

    /// Notes the node of the next type by id, for predictions.
    #[inline]
    fn follow(&mut self, node: u32) {
        if node >= IN_PROGRESS {
            return;
        }
        if let Some(previous) = self.nodes.get_mut(self.previous as usize) {
            previous.next = node + 1;
        }
        self.previous = node;
    }

    /// References to named structs, unions and enumerations become the tag name; types of a name that the run
    /// repeats get nodes of their own.
    fn find_tag_names(&mut self, run: &Run<'_>) -> Result<(), Unfit> {
        self.refs.clear();
        let types = (run.end - run.start) as usize;
        self.refs.resize(types, UNRESOLVED);
        self.repeated.clear();
        self.private.clear();
        for &id in run.tagged {
            let words = run.words(id);
            if let Some((kind, _)) = tag_of(words) {
                let tag = self.tag(words[0], kind);
                let last_run = &mut self.last_run[tag as usize];
                if std::mem::replace(last_run, self.run) == self.run {
                    self.repeated.push(tag);
                }
                self.refs[(id - run.start) as usize] = NodeRef::tag_name(tag).0;
            } else if let &[0, info, ..] = words {
                let info = Info(info);
                let kind = info.kind();
                if kind == Kind::Fwd || kind.is_any_enum() && info.vlen() == 0 {
                    return Err(Unfit::Nameless);
                }
            }
        }
        if self.repeated.is_empty() {
            return Ok(());
        }
        self.repeated.sort_unstable();
        for &id in run.tagged {
            let words = run.words(id);
            let Some((kind, _)) = tag_of(words) else {
                continue;
            };
            let tag = self.tag(words[0], kind);
            if self.repeated.binary_search(&tag).is_ok() {
                let node = self.found.merged.nodes.reserve_private(words);
                self.found.kept.push(id);
                self.nodes.push(Node {
                    next: 0,
                    run: self.run,
                });
                self.depth.push(0);
                self.private.push((id, node));
                self.refs[(id - run.start) as usize] = NodeRef::node(node).0;
            }
        }
        Ok(())
    }

    /// The number of a tag name.
    #[inline(always)] // once for each of millions
    fn tag(&mut self, name: u32, kind: TagNameKind) -> u32 {
        let tags = &self.found.merged.names;
        if let Some(&slot) = self.slots.get(name as usize)
            && let Some(tag) = slot.checked_sub(1)
            && tags
                .list
                .get(tag as usize)
                .is_some_and(|&(_, of)| of == kind)
        {
            return tag;
        }
        self.number_of_tag(name, kind)
    }

    #[inline(never)]
    fn number_of_tag(&mut self, name: u32, kind: TagNameKind) -> u32 {
        let tags = &mut self.found.merged.names;
        let slot = self.slots.get_mut(name as usize);
        let tag = tags.number(StringOffset(name), kind);
        self.last_run.resize(tags.list.len(), 0);
        if let Some(slot) = slot
            && *slot == 0
        {
            *slot = tag + 1;
        }
        tag
    }

    /// How to refer to a type: an own one of the run, or an earlier scalar.
    #[inline(always)]
    fn reference(&self, id: u32) -> u32 {
        match self.refs.get(id.wrapping_sub(self.start) as usize) {
            Some(&reference) => reference,
            None => outside(&self.found.node_of, id),
        }
    }

    /// Finds the node of a type, and before it those of the types that it refers to by their nodes.
    fn resolve(&mut self, run: &Run<'_>, root: u32) -> Result<(), Unfit> {
        let words = run.words(root);
        if kind_of(words).is_none_or(is_never_part) || self.matches_prediction(run, root) {
            return Ok(());
        }
        self.stack.clear();
        self.stack.push((root, 0));
        self.found.node_of[root as usize] = IN_PROGRESS;
        while let Some(&(id, at)) = self.stack.last() {
            let words = run.words(id);
            let Some((at, to)) = self.unknown_reference(words, at) else {
                self.stack.pop();
                self.settle(id, words);
                continue;
            };
            if let Some(top) = self.stack.last_mut() {
                top.1 = at;
            }
            match self.found.node_of.get(to as usize) {
                Some(&IN_PROGRESS) => return Err(Unfit::Cycle),
                Some(&NONE) if to >= self.start => {
                    let words = run.words(to);
                    if kind_of(words).is_none_or(is_never_part) {
                        return Err(Unfit::Damaged);
                    }
                    self.found.node_of[to as usize] = IN_PROGRESS;
                    self.stack.push((to, 0));
                }
                _ => return Err(Unfit::Damaged),
            }
        }
        Ok(())
    }

    /// The first reference, from number `at` on, whose node is not known: its number, and what it refers to.
    #[inline]
    fn unknown_reference(&self, words: &[u32], at: usize) -> Option<(usize, u32)> {
        find_ref(words, at, |to| self.reference(to) == UNRESOLVED)
    }

    /// Gives a type the node that came next the last time, if it has its words. Types that it refers to and that have no node yet
    /// must then be the nodes to which that node refers, and so on: all of them get their nodes, or none does.
    #[inline]
    fn matches_prediction(&mut self, run: &Run<'_>, root: u32) -> bool {
        let Some(prediction) = self.prediction() else {
            return false;
        };
        // Types with a repeated name have nodes of their own.
        let is_private = !self.private.is_empty() && private_node(&self.private, root).is_some();
        if is_private || !self.found.merged.nodes.is_shared(prediction) {
            return false;
        }
        let NodeFinder {
            found,
            refs,
            predicted,
            start,
            ..
        } = self;
        let nodes = &found.merged.nodes;
        predicted.clear();
        // The root first, then those that are predicted on the way, which are few.
        let (mut id, mut node) = (root, prediction);
        let mut at = 0;
        loop {
            let is_same = same_words(run.words(id), nodes.get(node), |to, expected| {
                let own = to.wrapping_sub(*start);
                match refs.get_mut(own as usize) {
                    Some(reference) if *reference == UNRESOLVED => {
                        let Target::Node(node) = NodeRef(expected).target() else {
                            return false;
                        };
                        if !nodes.is_shared(node) {
                            return false;
                        }
                        *reference = expected;
                        predicted.push((to, node, own));
                        true
                    }
                    Some(reference) => *reference == expected,
                    None => outside(&found.node_of, to) == expected,
                }
            });
            if !is_same {
                for &(_, _, own) in &*predicted {
                    if let Some(reference) = refs.get_mut(own as usize) {
                        *reference = UNRESOLVED;
                    }
                }
                return false;
            }
            let Some(&(next, its_node, _)) = predicted.get(at) else {
                break;
            };
            (id, node) = (next, its_node);
            at += 1;
        }
        self.known(root, prediction);
        for at in 0..self.predicted.len() {
            if let Some(&(id, node, _)) = self.predicted.get(at) {
                self.known(id, node);
            }
        }
        true
    }

    #[inline]
    fn prediction(&self) -> Option<u32> {
        let previous = self.nodes.get(self.previous as usize)?;
        previous.next.checked_sub(1)
    }

    /// Writes the words of a type with references for ids to `scratch`.
    fn translate(&mut self, words: &[u32]) {
        let mut scratch = std::mem::take(&mut self.scratch);
        scratch.clear();
        scratch.extend_from_slice(words);
        refs_mut(&mut scratch).for_each(|word| *word = self.reference(*word));
        self.scratch = scratch;
    }

    /// Gives a type, whose references are known, the node of its words.
    fn settle(&mut self, id: u32, words: &[u32]) {
        self.translate(words);
        let nodes = &mut self.found.merged.nodes;
        if !self.private.is_empty()
            && let Some(node) = private_node(&self.private, id)
        {
            nodes.fill(node, &self.scratch);
            self.put(id, node);
            return;
        }
        let node = nodes.share(&self.scratch);
        if node as usize == self.nodes.len() {
            self.nodes.push(Node {
                next: 0,
                run: self.run,
            });
            self.found.kept.push(id);
            let depth = self.depth_of_scratch();
            self.depth.push(depth);
            self.put(id, node);
            return;
        }
        self.known(id, node);
    }

    /// Gives a type a node that an earlier one has.
    #[inline(always)]
    fn known(&mut self, id: u32, node: u32) {
        let known = &mut self.nodes[node as usize];
        if std::mem::replace(&mut known.run, self.run) == self.run {
            self.repeats = true;
            self.deepest = self.deepest.max(self.depth[node as usize]);
            let origin = &mut self.found.kept[node as usize];
            if *origin >= self.start {
                self.new_repeats = true;
                // Copies are met along references, so that a later one can come first.
                *origin = id.min(*origin);
            }
        }
        self.put(id, node);
    }

    fn put(&mut self, id: u32, node: u32) {
        self.found.node_of[id as usize] = node;
        let reference = &mut self.refs[(id - self.start) as usize];
        if *reference == UNRESOLVED {
            *reference = NodeRef::node(node).0;
        }
    }

    /// How deep the comparison of two copies with the words in `scratch` goes.
    fn depth_of_scratch(&self) -> u8 {
        let Some(ty) = Type::from_words(&self.scratch) else {
            return 0;
        };
        let depth = |TypeId(reference)| match NodeRef(reference).target() {
            Target::Node(node) => self.depth.get(node as usize).copied().unwrap_or(0),
            _ => 0,
        };
        let below = ty.refs().map(depth).max().unwrap_or(0);
        let levels = match ty.kind() {
            Kind::Array | Kind::Struct | Kind::Union | Kind::FuncProto => 1,
            _ => 0,
        };
        below.saturating_add(levels)
    }
}

/// How to refer to a type that is not of the run: `void`, or an earlier scalar.
fn outside(node_of: &[u32], id: u32) -> u32 {
    match node_of.get(id as usize) {
        _ if id == 0 => NodeRef::VOID.0,
        Some(&node) if node < IN_PROGRESS => NodeRef::node(node).0,
        _ => UNRESOLVED,
    }
}

fn kind_of(words: &[u32]) -> Option<Kind> {
    words.get(1).map(|&info| Info(info).kind())
}

fn private_node(private: &[(u32, u32)], id: u32) -> Option<u32> {
    let at = private.binary_search_by_key(&id, |&(id, _)| id).ok()?;
    Some(private[at].1)
}
