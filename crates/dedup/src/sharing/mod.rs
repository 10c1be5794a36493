//! Sharing while encoding: what is surely equal becomes one before dedup ever sees it.
//!
//! A kernel's units say the same types thousands of times. Dedup proper compares them as graphs; nearly
//! always that is not needed. While a reference to a *named* struct, union or enumeration is taken as
//! the name alone (a [`tag name`]), a unit's types hang together without cycles, and equal ones
//! are found by hashing their words ([`Sharer`]). What is left is one *node* for each distinct set of
//! words, and for each unit the sequence of its nodes.
//!
//! A name is enough only until two definitions of it meet. When all units are in ([`MergedNodes`]),
//! the names with several definitions are known, and so is every node from which one of them can be
//! reached. [`MergedNodes::expand`] writes all other nodes once, and those once for each different way in
//! which units define these names. The result is a BTF that has what a per-unit encoder would emit,
//! less copies that are surely equal, in the same order; the reference engine does the rest and has the
//! last word. A property test compares the two ways. Where a unit says a type twice, the types are the same,
//! but the other one of two copies can be kept, and so the order differ.
//!
//! What hashing cannot take (a name defined twice within one unit, a cycle that goes through no name)
//! becomes a node of its own, never shared here.

pub(crate) mod ambiguity;
mod base_names;
mod expand;
pub(crate) mod merged_nodes;
pub(crate) mod node_ref;
pub(crate) mod nodes;
mod origins;
mod predict;
mod sequence;
mod sharer;
pub(crate) mod tag_names;
mod varint;

pub use expand::{Expanded, Extra};
pub use merged_nodes::{MergedNodes, Translation};
pub use node_ref::NodeRef;
pub use origins::{Origins, UnitType};
pub use sharer::{SharedRun, Sharer};
