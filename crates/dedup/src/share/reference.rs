//! References between nodes, in one word.

/// A reference from a node, or from what hangs on nodes: functions, variables, tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ref(pub u32);

/// A [`Ref`] taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// `void`.
    Void,
    /// A node, by its number from 0.
    Node(u32),
    /// A named struct, union or enumeration, by its number among the names: whatever the unit at hand
    /// says it is.
    Leaf(u32),
    /// One of the types added beside the nodes (variables, tags, a synthetic type).
    Extra(u32),
    /// The index type of arrays, one for the whole file.
    Index,
}

const LEAF: u32 = 1 << 31;
const EXTRA: u32 = 1 << 30;
const INDEX: u32 = EXTRA - 1;

impl Ref {
    /// `void`.
    pub const VOID: Ref = Ref(0);
    /// The index type of arrays.
    pub const INDEX: Ref = Ref(INDEX);

    /// The type added as number `extra`.
    pub fn extra(extra: u32) -> Ref {
        Ref(EXTRA | extra & INDEX)
    }

    pub(crate) fn node(node: u32) -> Ref {
        debug_assert!(node < INDEX - 1);
        Ref(node + 1)
    }

    pub(crate) fn leaf(tag: u32) -> Ref {
        debug_assert!(tag < LEAF);
        Ref(LEAF | tag)
    }

    pub(crate) fn target(self) -> Target {
        match self.0 {
            0 => Target::Void,
            INDEX => Target::Index,
            leaf if leaf & LEAF != 0 => Target::Leaf(leaf & !LEAF),
            extra if extra & EXTRA != 0 => Target::Extra(extra & INDEX),
            node => Target::Node(node - 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_survives_packing() {
        assert_eq!(Ref::VOID.target(), Target::Void);
        assert_eq!(Ref::INDEX.target(), Target::Index);
        for number in [0, 1, 77, 1 << 20] {
            assert_eq!(Ref::node(number).target(), Target::Node(number));
            assert_eq!(Ref::leaf(number).target(), Target::Leaf(number));
            assert_eq!(Ref::extra(number).target(), Target::Extra(number));
        }
    }
}
