//! Inputs that double, and how the cost of each command grows with them.
//!
//! A generator writes files with one trap: something that follows references, repeated headers, overlapping ranges, or
//! equal names, so that its cost need not follow the bytes of the file. The test runs all commands on small ones (`limits`). By
//! hand they are run on files of several sizes in one process under valgrind, which counts blocks of instructions, with an allocator that counts bytes. Neither
//! depends on the clock, so the exponent is the same on a busy machine.
//!
//! ```text
//! write ──> families ──> generator ──┐
//!                        command ────┴──> job ──> measure ──> growth
//!                                     └──> limits
//! ```

pub mod allocated;
mod command;
mod families;
mod generator;
mod growth;
mod job;
pub mod limits;
mod measure;
mod valgrind;
mod write;

pub use command::Command;
pub use generator::{Form, Generator, Input};
pub use growth::Growth;
pub use job::{Cost, PANICKED, Place};
pub use measure::{Measurement, Selection, count, measure};

/// All generators, by family.
pub const GENERATORS: &[&[Generator]] = families::FAMILIES;

/// The largest exponent that counts as growing with the input.
pub const LINEAR: f64 = 1.3;
