//! Workers: loading their code, starting them, running a job with them, keeping its result.

mod encoders;
mod job;
mod loader;
mod memory;
mod model;
mod worker;

pub use encoders::{Encoder, State};
pub use job::{Job, Outcome, Totals};
pub use loader::{Engine, fetch, load};
pub use model::{Download, Model};
pub use worker::{WorkerEvent, WorkerId};
