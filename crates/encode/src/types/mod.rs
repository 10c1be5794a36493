//! Types as words of BTF: members, numbers, sizes, and the ids of types that other types refer to.

pub(crate) mod layout;
pub(crate) mod members;
pub(crate) mod scalars;
pub(crate) mod type_ids;
