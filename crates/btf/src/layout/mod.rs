//! Where things lie in memory: sizes and alignment of types, and the members of a struct with the
//! holes between them.

mod gaps;
mod shape;
mod size;
mod structs;

pub use shape::{Shape, Shapes};
pub(crate) use size::{MAX_CHAIN, member_at, size_of_long};
pub use size::{Resolved, pointer_size, resolve, size_of, strip_arrays};
pub use structs::{Boundary, Combined, Holes, Layouts, Nested, Row, StructLayout, struct_layout};

use crate::{Btf, TypeId};

/// Bytes of a cache line.
pub const CACHELINE: u64 = 64;

/// The alignment of a type in bytes, as a C compiler would give it to the declaration; 1 for a struct
/// that must have been declared packed. `None` for types that have no size.
///
/// Ask a [`Shapes`] when asking more than once.
pub fn align_of(btf: &Btf, id: TypeId) -> Option<u64> {
    Shapes::new(btf).align_of(id)
}
