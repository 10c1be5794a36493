//! Workers: loading their code, starting them, running a job with them, keeping its result.

mod batch;
mod comparison;
mod encoders;
mod files;
mod job;
mod loader;
mod memory;
mod model;
mod modules;
mod quiet;
mod standby;
mod warm_up;
mod worker;

pub use batch::Batch;
pub use comparison::{Comparison, State as ComparisonState};
pub use encoders::{Encoder, State};
pub use files::Download;
pub use job::{Job, Outcome, Totals};
pub use loader::{Engine, fetch, load, load_worker};
pub use model::Model;
pub use modules::{Done, Module, Modules, State as ModuleState, Terms};
pub use standby::Standby;
pub use warm_up::WarmUp;
pub use worker::{WorkerEvent, WorkerHandle, WorkerId};
