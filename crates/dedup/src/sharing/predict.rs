//! Types that are what was expected: headers are read again by every unit, so nine types in ten are the
//! node that came after the one before the last time, and most others what their name was the last time.

use super::node_ref::{NodeRef, Target};
use super::nodes::Nodes;
use super::sharer::{Sharer, Types, UNRESOLVED};
use btf::{Info, Kind};

impl Sharer {
    /// Whether a type is a node that one may expect; it then has that node.
    #[inline]
    pub(super) fn matches_prediction(&mut self, types: Types<'_>, id: u32) -> bool {
        let next = self.sequence.predict();
        if next.is_some_and(|node| self.matches_node(types, id, node)) {
            return true;
        }
        let named = self.last_of_name(id).filter(|&node| Some(node) != next);
        named.is_some_and(|node| self.matches_node(types, id, node))
    }

    /// The node that the struct, union or enumeration of this type's name was when it was last looked up.
    fn last_of_name(&self, id: u32) -> Option<u32> {
        match NodeRef(self.refs[id as usize]).target() {
            Target::TagName(tag) => self.last_nodes.get(tag as usize).copied(),
            _ => None,
        }
    }

    /// Whether a type is `node`. Types that it refers to and that have no node yet must then be the nodes that
    /// this one refers to, and so on; all of them get their nodes, or none.
    fn matches_node(&mut self, types: Types<'_>, id: u32, node: u32) -> bool {
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
        predicted.push(id);
        node_of[root] = node;
        if reference == UNRESOLVED {
            refs[root] = NodeRef::node(node).0;
        }
        let mut at = 0;
        while let Some(&id) = predicted.get(at) {
            let own = nodes.get(node_of[id as usize]);
            let is_same = is_node(own, types.get(id), |to, reference| {
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
                refs[root] = reference;
                return false;
            }
            at += 1;
        }
        true
    }
}

/// The node that a reference leads to, if it may stand for several types.
fn below(nodes: &Nodes, reference: u32) -> Option<u32> {
    match NodeRef(reference).target() {
        Target::Node(node) if nodes.is_shared(node) => Some(node),
        _ => None,
    }
}

/// Whether the words of a type are those of the node `own`. `is` tells whether a reference of the type is
/// one of the node.
#[inline]
fn is_node(own: &[u32], words: &[u32], mut is: impl FnMut(u32, u32) -> bool) -> bool {
    // Loops throughout, since a call for a few words costs more than they do.
    let (&[own_name, own_info, own_third, ref own_tail @ ..], &[name, info, third, ref tail @ ..]) =
        (own, words)
    else {
        return false;
    };
    if own_name != name || own_info != info || own.len() != words.len() {
        return false;
    }
    let kind = Info(info).kind();
    if kind.has_target() {
        if !is(third, own_third) {
            return false;
        }
    } else if third != own_third {
        return false;
    }
    match kind {
        Kind::Struct | Kind::Union => {
            let members = own_tail.as_chunks::<3>().0.iter();
            members.zip(tail.as_chunks::<3>().0).all(|(own, member)| {
                own[0] == member[0] && own[2] == member[2] && is(member[1], own[1])
            })
        }
        Kind::FuncProto => {
            let params = own_tail.as_chunks::<2>().0.iter();
            params
                .zip(tail.as_chunks::<2>().0)
                .all(|(own, param)| own[0] == param[0] && is(param[1], own[1]))
        }
        Kind::Array => match (own_tail, tail) {
            (&[own_element, own_index, own_count], &[element, index, count]) => {
                own_count == count && is(element, own_element) && is(index, own_index)
            }
            _ => false,
        },
        Kind::Datasec | Kind::LocProto | Kind::LocSec => false,
        _ => own_tail.iter().zip(tail).all(|(own, word)| own == word),
    }
}
