//! References between nodes, in one word.

use serde::{Deserialize, Serialize};

/// A reference from a node, or from what hangs on nodes: functions, variables, tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NodeRef(pub u32);

/// A [`NodeRef`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `void`.
    Void,
    /// A node, by its number from 0.
    Node(u32),
    /// A named struct, union or enumeration, by the number of its tag name: whatever type the unit at hand means by it.
    TagName(u32),
    /// One of the types added beside the nodes (variables, tags, a synthetic type).
    Added(u32),
    /// The index type of arrays, one for the whole file.
    Index,
}

const TAG_NAME: u32 = 1 << 31;
const ADDED: u32 = 1 << 30;
const INDEX: u32 = ADDED - 1;

impl NodeRef {
    /// `void`.
    pub const VOID: NodeRef = NodeRef(0);
    /// The index type of arrays.
    pub const INDEX: NodeRef = NodeRef(INDEX);

    /// The type added as number `number`, from 0.
    pub fn added(number: u32) -> NodeRef {
        NodeRef(ADDED | number & INDEX)
    }

    pub(crate) fn node(node: u32) -> NodeRef {
        debug_assert!(node < INDEX - 1);
        NodeRef(node + 1)
    }

    pub(crate) fn tag_name(tag: u32) -> NodeRef {
        debug_assert!(tag < TAG_NAME);
        NodeRef(TAG_NAME | tag)
    }

    pub(crate) fn target(self) -> Target {
        match self.0 {
            0 => Target::Void,
            INDEX => Target::Index,
            name if name & TAG_NAME != 0 => Target::TagName(name & !TAG_NAME),
            added if added & ADDED != 0 => Target::Added(added & INDEX),
            node => Target::Node(node - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_survives_packing() {
        assert_eq!(NodeRef::VOID.target(), Target::Void);
        assert_eq!(NodeRef::INDEX.target(), Target::Index);
        for number in [0, 1, 77, 1 << 20] {
            assert_eq!(NodeRef::node(number).target(), Target::Node(number));
            assert_eq!(NodeRef::tag_name(number).target(), Target::TagName(number));
            assert_eq!(NodeRef::added(number).target(), Target::Added(number));
        }
    }
}
