//! The classroom's laboratory: what people type becomes units of BTF, and the real engine is watched while it
//! deduplicates them.
//!
//! [`c::unit`] takes C declarations and gives the types of one compilation unit, laid out as on a given [`Abi`].
//! The text is read by the crate lang-c; layout follows the System V ABI, as gcc and clang do, against which it is
//! tested. [`raw::unit`] takes types as bpftool prints them. [`Units`] puts units side by side, [`run()`] gives them to the reference engine and keeps what it tells;
//! [`State`] replays that, step by step, and [`sentence()`] says each step in words.
#![forbid(unsafe_code)]

mod abi;
pub mod c;
mod event;
pub mod raw;
mod run;
mod sentence;
mod units;

pub use abi::Abi;
pub use event::{Event, MOST_STEPS, Recorder, State};
pub use run::{Run, run};
pub use sentence::{sentence, spell};
pub use units::Units;
