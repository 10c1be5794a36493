//! Predicting the node of a type. Every unit reads the same headers again, so nine types in ten are the node that
//! followed the previous one last time, and most others are the node that their name had last time.

use super::node_ref::{NodeRef, Target};
use super::nodes::Nodes;
use super::sharer::{Sharer, Types, UNRESOLVED};

impl Sharer {
    /// Whether a type is one of the predicted nodes; it then gets that node.
    #[inline]
    pub(super) fn matches_prediction(&mut self, types: &Types<'_>, id: u32) -> bool {
        let next = self.sequence.predict();
        if next.is_some_and(|node| self.matches_node(types, id, node)) {
            return true;
        }
        let named = self.last_of_name(id).filter(|&node| Some(node) != next);
        named.is_some_and(|node| self.matches_node(types, id, node))
    }

    /// The node that a struct, union or enumeration of this type's name had when it was last looked up.
    fn last_of_name(&self, id: u32) -> Option<u32> {
        match NodeRef(self.refs[id as usize]).target() {
            Target::TagName(tag) => self.states.get(tag as usize).map(|state| state.last_node),
            _ => None,
        }
    }

    /// Whether a type is `node`. Types that it refers to and that have no node yet must then be the nodes that
    /// `node` refers to, and so on. All of them get their nodes, or none does.
    fn matches_node(&mut self, types: &Types<'_>, id: u32, node: u32) -> bool {
        if !self.nodes.is_shared(node) {
            return false;
        }
        // Types kept apart have nodes of their own.
        if !self.reserved.is_empty() {
            return false;
        }
        let Sharer {
            refs,
            node_of,
            nodes,
            predicted,
            ..
        } = self;
        let (root, reference) = (id as usize, refs[id as usize]);
        predicted.clear();
        node_of[root] = node;
        if reference == UNRESOLVED {
            refs[root] = NodeRef::node(node).0;
        }
        // The type first, then those that are predicted on the way, which are few.
        let (mut id, mut node) = (id, node);
        let mut at = 0;
        loop {
            let own = nodes.get(node);
            let is_same = btf::same_words(types.get(id), own, |to, reference| {
                match refs.get(to as usize) {
                    Some(&known) if known == reference => true,
                    Some(&UNRESOLVED) => match below(nodes, reference) {
                        Some(node) => {
                            refs[to as usize] = reference;
                            node_of[to as usize] = node;
                            predicted.push(to);
                            true
                        }
                        None => false,
                    },
                    Some(_) => false,
                    None => {
                        reference
                            == if to == types.index {
                                NodeRef::INDEX.0
                            } else {
                                NodeRef::VOID.0
                            }
                    }
                }
            });
            if !is_same {
                for &id in &*predicted {
                    node_of[id as usize] = UNRESOLVED;
                    refs[id as usize] = UNRESOLVED;
                }
                node_of[root] = UNRESOLVED;
                refs[root] = reference;
                return false;
            }
            let Some(&next) = predicted.get(at) else {
                return true;
            };
            (id, node) = (next, node_of[next as usize]);
            at += 1;
        }
    }
}

/// The node that a reference leads to, if types may share it.
fn below(nodes: &Nodes, reference: u32) -> Option<u32> {
    match NodeRef(reference).target() {
        Target::Node(node) if nodes.is_shared(node) => Some(node),
        _ => None,
    }
}
