//! Sharing: equal types of units become one while the units are still being encoded.
//!
//! The units of a kernel repeat the same types thousands of times. Comparing them as graphs is hardly ever necessary. If
//! a reference to a *named* struct, union or enumeration is the name alone (a *tag name*), the types of a unit contain no
//! cycles, and hashing their words finds equal ones ([`Sharer`]). The result is one *node* for each distinct set of
//! words, and for each unit the sequence of its nodes ([`SharedRun`]).
//!
//! A name alone is enough until two definitions of it meet. When all units have been added ([`MergedNodes`]), the
//! ambiguous names are known (`ambiguity`), and so are those among them from which differences spread to the types above
//! (`contested`). [`MergedNodes::expand`] writes each node that can reach a contested name once for each way in which
//! units define the names, each node that mentions another ambiguous name once for each of its meanings, and all other
//! nodes once. The result is the BTF of a per-unit encoder without the copies that are surely equal, in the same order. The
//! exact engine does the rest and decides; property tests compare the two ways. If a unit repeats a type, the types are the
//! same, but another one of the copies can be kept, so the order can differ.
//!
//! What hashing cannot decide (a name that a unit defines twice, a cycle through no name) becomes a node that is never
//! shared.

pub(crate) mod ambiguity;
mod base_names;
pub(crate) mod contested;
mod expand;
mod mentions;
pub(crate) mod merged_nodes;
pub(crate) mod node_ref;
pub(crate) mod nodes;
mod origins;
mod predict;
mod sequence;
mod sharer;
pub(crate) mod tag_names;
mod users;
mod varint;

pub use expand::{AddedType, Arrangement, ExpandedTypes};
pub use merged_nodes::{MergedNodes, Translation};
pub use node_ref::NodeRef;
pub use origins::{TypeOrigins, UnitType};
pub use sharer::{SharedRun, Sharer};
