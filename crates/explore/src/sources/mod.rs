//! Where types come from: folders of source files and their units, with the types of each before dedup and those left
//! after it.
//!
//! ```text
//! tree   folders and units, with the amounts of each
//! tiles  a folder as a treemap
//! area   a folder with its parts, or a unit with its types: what a treemap and a table show
//! ```
//!
//! After dedup a type exists once. It counts in the innermost place that contains all units with it: in a unit if no other has it, in
//! a folder if units of several of its parts have it.

mod area;
mod tiles;
pub(crate) mod tree;

pub use area::{Area, AreaPart, AreaPartKind, UnitTypeRow};
pub use tiles::{TITLE, Tile, tiles};
pub use tree::{Amount, Measured, Sources};
