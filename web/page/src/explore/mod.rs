//! The explorer: the types of the model, in pages that ask the explorer's worker for rows.
//!
//! ```text
//! client   questions to the worker
//! copy_link  a button that copies the address
//! divider  the line between two panes, which moves
//! offsets  decimal or hexadecimal
//! palette  a component: one box over everything that has a name
//! parts    long things, drawn part by part
//! place    which type the address names
//! save     tables, pictures and headers as files
//! png      pictures as PNG
//! types    a component: the list on the left, a type on the right
//!   chips    the conditions of a search, to be removed
//!   list     search, conditions, rows: only those in view are there
//!   detail   a type: its definition, users, units
//!   definition  lines of C with links (code), members unfolded in place, and the bytes (memory)
//!   folders  the units that said it
//!   suggestions  before one is chosen: the largest, the most repeated, the most used
//! compare  a component: what became of the types in a second file
//!   change   one of them: both sides
//! doctor   a component: what is wrong with the BTF that the file carries
//! functions  a component: signatures, kfuncs, per-CPU variables, functions left out
//! sources  a component: folders and units, where types come from
//!   treemap  their amounts as rectangles
//! overlap  a component: what modules repeat of the kernel's types, and what several bring
//! scope    whose types are looked at, when that is a module
//! merged   a component: why names are there more than once
//! ```

mod bands;
mod change;
mod chip;
mod chips;
mod client;
mod code;
mod compare;
pub mod copy_link;
mod definition;
mod detail;
mod divider;
mod doctor;
mod folders;
mod functions;
mod history;
mod inline_sites;
mod list;
mod memory;
mod merged;
pub mod offsets;
mod overlap;
pub mod palette;
mod parts;
pub mod place;
pub mod png;
mod save;
mod scope;
mod sources;
mod suggestions;
mod treemap;
mod types;

pub use bands::Side;
pub use chip::swatch;
pub use client::ExplorerClient;
pub use compare::Compare;
pub use doctor::{Doctor, GivenFileProp};
pub use functions::Functions;
pub use history::{Column, History};
pub use merged::NotMerged;
pub use overlap::ModuleOverlap;
pub use place::{go, why};
pub use sources::Sources;
pub use types::Types;
