//! Where things are in memory: sizes and alignment of types, and the members of a struct with the holes between them.
//!
//! BTF records sizes of numbers, structs, unions, and enumerations, and offsets of members. Sizes of pointers, alignment,
//! and packed attributes are inferred.
//!
//! ```
//! use btf::{Btf, Kind, layout::struct_layout};
//!
//! let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
//! let item = btf.find(Kind::Struct, "item").expect("the sample has it");
//! let layout = struct_layout(&btf, item).expect("a struct has a layout");
//! assert_eq!((layout.size, layout.holes.hole_bytes, layout.holes.bitfield_bits), (40, 3, 4));
//! let count = &layout.rows[3];
//! assert_eq!((&*btf.str(count.name), count.offset, count.hole), ("count", 28, 3));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod gaps;
mod long;
mod shape;
mod size;
mod structs;

pub(crate) use long::{KnownLong, size_of_long};
pub use shape::{Shape, Shapes};
pub(crate) use size::{MAX_CHAIN, member_at};
pub use size::{Resolved, pointer_size, resolve, size_of, strip_arrays};
pub use structs::{Boundary, Combined, Holes, Layouts, Nested, Row, StructLayout, struct_layout};

use crate::{Btf, TypeId};

/// Length of a cache line in bytes, as pahole assumes it.
pub const CACHELINE: u64 = 64;

/// The alignment of a type in bytes, as a C compiler would give it to the declaration; 1 for a struct
/// that must have been declared packed. `None` for types that have no size.
///
/// To ask for many types, use [`Shapes`], which keeps what it has computed.
pub fn align_of(btf: &Btf, id: TypeId) -> Option<u64> {
    Shapes::new(btf).align_of(id)
}
