//! Nodes: each distinct set of words once.

use super::node_ref::NodeRef;
use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Nodes in the order in which they were first met. A node's words are those of a BTF type, with
/// [`NodeRef`]s in place of ids.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    pub words: Vec<u32>,
    pub starts: Vec<u32>,
    /// Number of the node's types in all units.
    pub copies: Vec<u32>,
    /// Nodes that are never shared, ascending.
    pub private: Vec<u32>,
    index: HashTable<Slot>,
}

/// A node in the table, with half of its hash: a table that grows reads no words.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    node: u32,
}

impl Slot {
    /// The hash by which the table places the node. It takes the tag from the upper bits and the place from the lower.
    fn spread(hash: u32) -> u64 {
        u64::from(hash) << 32 | u64::from(hash)
    }
}

impl Nodes {
    pub fn len(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Makes room for so many more nodes.
    pub fn reserve(&mut self, count: usize) {
        self.starts.reserve(count);
        self.copies.reserve(count);
        self.index.reserve(count, |slot| Slot::spread(slot.hash));
    }

    /// The words of a node; none when there is no such node.
    pub fn get(&self, node: u32) -> &[u32] {
        range(&self.starts, self.words.len(), node).map_or(&[], |range| &self.words[range])
    }

    /// Whether `node` has exactly these words and may be shared.
    pub fn is(&self, node: u32, words: &[u32]) -> bool {
        let own = self.get(node);
        // A loop, since a call for a few words costs more than they do.
        own.len() == words.len()
            && own.iter().zip(words).all(|(own, word)| own == word)
            && self.is_shared(node)
    }

    /// Whether a node may stand for several types.
    #[inline]
    pub fn is_shared(&self, node: u32) -> bool {
        self.private.is_empty() || self.private.binary_search(&node).is_err()
    }

    /// The node with these words, added when it is new.
    pub fn share(&mut self, words: &[u32]) -> u32 {
        let hash = hash(words);
        let (starts, all) = (&self.starts, &self.words);
        let is_it = |slot: &Slot| {
            slot.hash == hash
                && range(starts, all.len(), slot.node).is_some_and(|range| all[range] == *words)
        };
        if let Some(slot) = self.index.find(Slot::spread(hash), is_it) {
            return slot.node;
        }
        let node = self.push(words);
        let slot = Slot { hash, node };
        let spread = |slot: &Slot| Slot::spread(slot.hash);
        self.index.insert_unique(spread(&slot), slot, spread);
        node
    }

    /// Adds a node that is never shared, with words that are filled in later.
    pub fn reserve_private(&mut self, words: &[u32]) -> u32 {
        let node = self.push(words);
        self.private.push(node);
        node
    }

    /// Fills in the words of a node from [`Nodes::reserve_private`]; as many as were reserved.
    pub fn fill(&mut self, node: u32, words: &[u32]) {
        if let Some(range) = range(&self.starts, self.words.len(), node)
            && range.len() == words.len()
        {
            self.words[range].copy_from_slice(words);
        }
    }

    fn push(&mut self, words: &[u32]) -> u32 {
        let node = self.len();
        self.starts.push(self.words.len() as u32);
        self.words.extend_from_slice(words);
        self.copies.push(0);
        node
    }
}

fn range(starts: &[u32], len: usize, node: u32) -> Option<std::ops::Range<usize>> {
    let start = *starts.get(node as usize)? as usize;
    let end = starts
        .get(node as usize + 1)
        .map_or(len, |&end| end as usize);
    (start <= end && end <= len).then_some(start..end)
}

fn hash(words: &[u32]) -> u32 {
    let mut hasher = FxHasher::default();
    for pair in words.chunks(2) {
        match *pair {
            [a, b] => hasher.write_u64(u64::from(a) << 32 | u64::from(b)),
            [a] => hasher.write_u32(a),
            _ => {}
        }
    }
    let hash = hasher.finish();
    (hash >> 32) as u32 ^ hash as u32
}

/// Calls `f` with each reference of a node.
pub(crate) fn for_each_ref(words: &mut [u32], mut f: impl FnMut(NodeRef) -> NodeRef) {
    btf::refs_mut(words).for_each(|word| *word = f(NodeRef(*word)).0);
}
