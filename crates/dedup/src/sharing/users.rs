//! References backwards.

use super::merged_nodes::MergedNodes;
use super::node_ref::{NodeRef, Target};
use super::nodes::for_each_ref;

/// The nodes that refer to each node and to each name.
pub(super) struct Users {
    starts: Vec<u32>,
    users: Vec<u32>,
    node_count: usize,
}

impl Users {
    pub fn of(merged: &MergedNodes) -> Users {
        let node_count = merged.nodes.len() as usize;
        let mut pairs = Vec::new();
        let mut scratch = Vec::new();
        for node in 0..merged.nodes.len() {
            scratch.clear();
            scratch.extend_from_slice(merged.nodes.get(node));
            for_each_ref(&mut scratch, |reference: NodeRef| {
                match reference.target() {
                    Target::Node(to) => pairs.push((to, node)),
                    Target::TagName(tag) => pairs.push((node_count as u32 + tag, node)),
                    Target::Void | Target::Added(_) | Target::Index => {}
                }
                reference
            });
        }
        let slots = node_count + merged.names.list.len();
        let mut starts = vec![0u32; slots + 1];
        for &(to, _) in &pairs {
            if let Some(count) = starts.get_mut(to as usize + 1) {
                *count += 1;
            }
        }
        for slot in 0..slots {
            starts[slot + 1] += starts[slot];
        }
        let mut next = starts.clone();
        let mut users = vec![0u32; pairs.len()];
        for &(to, node) in &pairs {
            if let Some(place) = next.get_mut(to as usize) {
                users[*place as usize] = node;
                *place += 1;
            }
        }
        Users {
            starts,
            users,
            node_count,
        }
    }

    pub fn of_node(&self, node: u32) -> &[u32] {
        self.slot(node as usize)
    }

    pub fn of_name(&self, tag: u32) -> &[u32] {
        self.slot(self.node_count + tag as usize)
    }

    fn slot(&self, slot: usize) -> &[u32] {
        let range = self.starts[slot] as usize..self.starts[slot + 1] as usize;
        &self.users[range]
    }
}
