//! Programs that use every rule of encoding, times compilers, flags and forms of file: our BTF of each
//! build is compared with pahole's, and its C header against the compiler.
//!
//! Nothing here reads BTF with this project's code: files are compared by `bpftool` and by
//! `btfcmp.py`, and sizes and offsets by compilers.

pub mod asserts;
mod build;
mod cell;
pub mod compare;
mod control;
mod explained;
mod judge;
mod kernel;
mod matrix;
mod memo;
mod peers;
mod program;
mod run;
mod table;
mod toolchain;

pub use build::Builder;
pub use cell::{Cell, Form, Reference};
pub use control::control;
pub use explained::explained_but_absent;
pub use judge::{Judge, Status, Verdict};
pub use matrix::cells;
pub use peers::Peers;
pub use program::{Language, PROGRAMS, Program, folder};
pub use run::{Workbench, run_all, tool};
pub use table::{failures, table};
pub use toolchain::{Family, Toolchain, Toolchains};
