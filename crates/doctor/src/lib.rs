//! Finds what is wrong with the BTF of a kernel and its modules: what, where, why, and what to do.
//!
//! ```text
//! carried    what a file carries: its BTF, a distilled base, `.BTF_ids`, symbols of interest, its release
//! id_sets    the sets of `.BTF_ids`, as symbols name them
//! named      functions of a BTF by name, and the tags of kfuncs
//! problem    what can be wrong, with the values that prove it
//! words      a problem as people read it: heading, cause, fix, evidence
//! finding    a problem of a file, with its severity
//! checks     one file a check
//! pahole     which versions of pahole can have made a BTF
//! readers    what versions of libbpf, bpftool, and other readers refuse
//! report     findings, and checks that passed
//! examine    runs the checks
//! ```
//!
//! Like the other cores this one reads sources of bytes, opens no files, and prints nothing.
#![forbid(unsafe_code)]

mod carried;
mod checks;
mod examine;
mod finding;
mod id_sets;
mod named;
mod pahole;
mod problem;
pub mod readers;
mod report;
mod words;

pub use carried::{Carried, Unreadable};
pub use checks::core_types::CORE;
pub use examine::{Encoded, LeftOutFunction, examine};
pub use finding::{Finding, Severity};
pub use pahole::{Bound, Made, Version};
pub use problem::{Definition, Missing, Problem};
pub use report::{Passed, Report};
