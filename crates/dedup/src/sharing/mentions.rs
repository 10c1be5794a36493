//! Which nodes mention a name that is ambiguous and not contested.
//!
//! A node mentions a name if references that are no names themselves lead from it to the name: `struct controller *`, a prototype with such
//! a parameter, a struct with a member of that type.

use super::ambiguity::Names;
use super::users::Users;
use rustc_hash::FxHashMap;

/// A node that mentions more names than this makes them contested: no kernel has one.
const MOST_NAMES: usize = 64;

/// The names that nodes mention.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    names: FxHashMap<u32, Vec<u32>>,
}

impl Mentions {
    /// Finds them. Names of which one node mentions too many become contested.
    pub(super) fn of(users: &Users, names: &mut Names) -> Mentions {
        let mut mentions = Mentions::default();
        let mut nodes = Vec::new();
        for tag in 0..names.ambiguous.len() {
            if !names.ambiguous[tag] || names.contested[tag] {
                continue;
            }
            let tag = tag as u32;
            nodes.extend(users.of_name(tag));
            while let Some(node) = nodes.pop() {
                let mentioned = mentions.names.entry(node).or_default();
                if mentioned.last() == Some(&tag) {
                    continue;
                }
                if mentioned.len() == MOST_NAMES {
                    names.contested[tag as usize] = true;
                    continue;
                }
                mentioned.push(tag);
                nodes.extend(users.of_node(node));
            }
        }
        mentions
    }

    /// The nodes that mention a name, in no order.
    pub fn nodes(&self) -> impl Iterator<Item = u32> {
        self.names.keys().copied()
    }

    /// The names that a node mentions, ascending.
    pub fn of_node(&self, node: u32) -> &[u32] {
        self.names.get(&node).map_or(&[], Vec::as_slice)
    }
}
