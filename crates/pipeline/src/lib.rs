//! The whole job, from a file with DWARF to its BTF, statistics and patched ELF.
//!
//! ```text
//! plan ──> shards ──encode (any worker)──> ShardOutput ──merge, in shard order──> finish ──> Outcome
//!                  └────── Job hands them out, replaces what failed ──────┘
//! ```
//!
//! The main modules, from the data that all know to what uses it:
//!
//! ```text
//! options, kernel_build, statistics, companions, error    plain data
//! plan          what a job will do
//! input         reads sections and companions
//! planner       makes the plan
//! job           hands out tasks, and collects what comes back
//! join          pieces of work that a driver may do at the same time
//! worker        encodes the units of a task: unit_run collects them, shard is what travels
//! functions     candidates, selection, and the types of functions
//! merge         adds up the shards, and finishes the job
//! inline        where functions were inlined, on request
//! mend          makes of a result what the kernel accepts
//! provenance    which units each type of the result comes from
//! outcome       the result
//! file_format   what a file is by its first bytes
//! identity      which kernel a file is: release, architecture, build id
//! ```
//!
//! No two modules use each other. A module imports a name from the one that defines it, not through the crate's root.
//!
//! Nothing here starts a thread, reads a clock or knows a browser. A driver gives a source of bytes
//! ([`elf::ReadAt`]), runs [`Worker::encode`] wherever it likes, and feeds what comes back to
//! [`Merge`]. The command does it with threads, the page with Web Workers; the result depends on the
//! file and the options alone.
#![forbid(unsafe_code)]

mod companions;
mod encoded_unit;
mod error;
mod file_format;
mod functions;
mod identity;
mod inline;
mod input;
mod job;
mod join;
mod kabi;
mod kernel_build;
mod mend;
mod merge;
mod name_map;
mod note;
mod offset_names;
mod options;
mod other_kernel;
mod outcome;
mod plan;
mod planner;
mod provenance;
mod section_map;
mod shard;
mod sorting;
mod spending;
mod statistics;
mod tally;
mod type_counts;
mod unit_extras;
mod unit_run;
mod variables;
mod worker;

pub use companions::{Companion, Companions, NoCompanions, NotOpened};
pub use encode::Languages;
pub use error::{BadUnitHeader, Error};
pub use file_format::{FileFormat, HEAD_BYTES};
pub use functions::implicit::is_implicit as is_implicit_argument;
pub use functions::selection::reason_explained;
pub use identity::Identity;
pub use input::common_sections::CommonSections;
pub use job::{Job, Task, TaskId};
pub use join::{InTurn, Join};
pub use kernel_build::{KernelBuild, KernelFile, KernelTypes, UnknownRelease};
pub use merge::Merge;
pub use note::Note;
pub use offset_names::FunctionSymbols;
pub use options::{Features, Options};
pub use outcome::{DistilledBytes, Outcome, SkippedFunction};
pub use plan::{ExistingBtf, OtherUnitIndex, Plan, Shard, SplitUnit};
pub use planner::{plan, plan_listed, plan_with};
pub use provenance::{Provenance, UnitOfType, UnitType};
pub use shard::ShardOutput;
pub use spending::SectionSizes;
pub use statistics::{
    BudgetRow, FailedUnit, FunctionStatistics, InputFile, KindRow, Measure, ReasonCount, Stage,
    StageSeconds, Statistics, StringStatistics, UnitStatistics,
};
pub use worker::{UnitProgress, Worker};
