//! Where types come from: folders of source files and their units, with what each had before dedup and what is left
//! of it.
//!
//! ```text
//! tree   folders and units, with the amounts of each
//! tiles  a folder as a treemap
//! area   a folder with its parts, or a unit with its types: what a treemap and a table show
//! ```
//!
//! After dedup a type is there once. It counts where all units that have it meet: in a unit when no other has it, in
//! a folder when units of several of its parts do.

mod area;
mod tiles;
pub(crate) mod tree;

pub use area::{Area, AreaPart, AreaPartKind, UnitTypeRow};
pub use tiles::{TITLE, Tile, tiles};
pub use tree::{Amount, Measured, Sources};
