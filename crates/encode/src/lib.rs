//! DWARF to BTF, one unit at a time.
//!
//! ```text
//! bytes of a unit ──walk──> types as BTF words, references as DIE keys
//!                              └─resolve─> references as ids ──functions, variables──> Unit
//! ```
//!
//! [`Encoder::encode`] walks the entries of one unit with
//! gimli's raw reader and writes each type as the words of its BTF type, in the order in which the
//! DIEs finish: what is nested comes first. That order is the order of ids in pahole's output.
//! Functions and variables come out as candidates with what was seen of them; which of them are kept
//! is a question of the whole file and is not decided here.
//!
//! References that lead to other units (type units, dwz's partial units and supplementary file,
//! link-time optimisation) are followed through [`OtherUnits`]: what a unit refers to is encoded with it,
//! as if it stood there.
//!
//! The crate knows neither files nor threads. What it needs beside the unit's bytes is in
//! [`Sections`]; location lists, which are large and rarely needed, are read through
//! [`LocationSource`].
#![forbid(unsafe_code)]

mod abbreviations;
mod attributes;
mod cursor;
mod error;
mod frame;
mod functions;
mod language;
mod layout;
mod members;
mod mentions;
mod names;
mod others;
mod places;
mod plan;
mod ranges;
mod references;
mod scalars;
mod sections;
mod shape;
mod split;
mod tables;
mod unit;
mod value;
mod walk;
mod wanted;

pub use abbreviations::has_skeletons;
pub use error::Error;
pub use language::{Languages, WRITTEN_IN};
pub use mentions::Mentions;
pub use names::Names;
pub use others::{Area, NoOtherUnits, OtherUnit, OtherUnits, Place};
pub use sections::{LocationSource, Machine, NoLocations, Sections, SplitBases, UnitBytes};
pub use split::{Contribution, Skeleton, SplitUnits, UnitList, contributions, skeleton};
pub use unit::{
    Choices, DeclTag, Function, FunctionFlags, INDEX_TYPE, Inexpressible, Outcome, Unit, Variable,
};
pub use walk::{Encoder, unit_name};
