//! Workers: loading their code, starting them, running a job with them, keeping its result.

mod allowed;
mod batch;
mod code;
mod comparison;
mod encoders;
mod explorer;
mod files;
mod job;
mod loader;
mod memory;
mod model;
mod modules;
mod standby;
mod tickets;
mod warm_up;
mod watchdog;
mod worker;

pub use allowed::{allow, allowed};
pub use batch::Batch;
pub use code::Code;
pub use comparison::{ComparedTypes, Comparison, ComparisonState, Kernel, Reading};
pub use encoders::{Encoder, EncoderState};
pub use explorer::Explorer;
pub use files::Download;
pub use job::{Job, Outcome};
pub use loader::{Engine, fetch, load};
pub use model::{Keeping, Model};
pub use modules::{Done, Module, ModuleOptions, ModuleState, Modules};
pub use standby::Standby;
pub use tickets::{Then, Tickets};
pub use warm_up::WarmUp;
pub use watchdog::{EXPLORER_SECONDS, LAB_SECONDS};
pub use worker::{EngineWorker, Events, RunningWorker, WorkerEvent, WorkerId};
