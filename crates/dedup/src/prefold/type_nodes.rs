//! What folding knows of the types: the node of each, and which type is kept for a node.

use crate::sharing::merged_nodes::MergedNodes;

/// No node yet.
pub(super) const NONE: u32 = u32::MAX;
/// The nodes of the types of all runs.
pub(super) struct TypeNodes {
    /// Words of nodes, and tag names.
    pub merged: MergedNodes,
    /// The node of each type, by id; [`NONE`] for `void`, kinds that are never part of another type, and the tail.
    pub node_of: Vec<u32>,
    /// For each node the type that is kept for it.
    pub kept: Vec<u32>,
    /// Types that are not kept but come before the one that is: the strings that they name come first.
    pub names_first: Vec<u32>,
    /// Runs of which every type has to be kept: first id, and one past the last.
    pub whole_runs: Vec<(u32, u32)>,
}
