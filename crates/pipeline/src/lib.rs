//! The whole job, from a file with DWARF to its BTF, statistics and patched ELF.
//!
//! ```text
//! plan ──> shards ──encode (any worker)──> ShardOutput ──merge, in shard order──> finish ──> Outcome
//!                  └────── Job hands them out, replaces what failed ──────┘
//! ```
//!
//! Nothing here starts a thread, reads a clock or knows a browser. A driver gives a source of bytes
//! ([`elf::ReadAt`]), runs [`Worker::encode`] wherever it likes, and feeds what comes back to
//! [`Merge`]. The command does it with threads, the page with Web Workers; the result depends on the
//! file and the options alone.
#![forbid(unsafe_code)]

mod agreement;
mod companions;
mod emission;
mod error;
mod extras;
mod function_set;
mod functions;
mod job;
mod kfuncs;
mod listed;
mod merge;
mod name_map;
mod options;
mod others;
mod package;
mod plan;

mod provenance;
mod sections;
mod shard;
mod split;
mod split_others;
mod statistics;
mod summary;
mod supplementary;
mod symbols;
mod unclaimed;
mod units;
mod variables;
mod worker;

pub use companions::{Companion, Companions, NoCompanions, NotOpened};
pub use encode::Languages;
pub use error::Error;
pub use job::{Job, Task, TaskId};
pub use listed::plan_listed;
pub use merge::{DistilledBytes, Merge, Outcome, SkippedFunction};
pub use options::{Features, Options};
pub use others::OtherUnitIndex;
pub use plan::{ExistingBtf, Plan, Shard, SplitUnit, plan, plan_with};
pub use provenance::{Provenance, UnitOfType, UnitType};
pub use shard::ShardOutput;
pub use statistics::{
    FailedUnit, Functions, Input, KindRow, Measure, ReasonCount, Stage, StageSeconds, Statistics,
    Strings, Units,
};
pub use worker::{UnitProgress, Worker};
