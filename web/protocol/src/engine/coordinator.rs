//! The coordinator of a job: it plans, merges, and finishes.

use js_sys::{Array, Uint8Array};
use pipeline::{FailedUnit, Options, Plan, Stage};
use serde::{Deserialize, Serialize};
use web_sys::File;

use super::{Role, RoleName};
use crate::codec::{Transfer, packed};
use crate::failure::Failure;
use crate::job_result::JobResult;

/// Plans a job, merges its shards, and finishes it.
#[derive(Debug)]
pub enum Coordinator {}

impl Role for Coordinator {
    const NAME: RoleName = RoleName::Coordinator;
    type Request = CoordinatorRequest;
    type Response = CoordinatorResponse;
}

/// From the page to a coordinator. The first is `Plan` or `OpenBtf`.
#[derive(Debug, Serialize, Deserialize)]
pub enum CoordinatorRequest {
    /// Plan a job on this file. Leads to `Planned`; to `Finished` if the file has BTF and no DWARF.
    Plan {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// What to encode.
        options: Options,
        /// Whether an earlier plan relied on the list of units or the order of relocations that the file has, and one was wrong.
        again: bool,
    },
    /// Open raw BTF. Leads to `Finished`.
    OpenBtf {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
    },
    /// The next shard in file order. Leads to `Added`.
    Add {
        /// [`pipeline::ShardOutput::pack`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
    },
    /// Units whose worker died.
    AddFailed {
        /// The units.
        units: Vec<FailedUnit>,
    },
    /// All shards have been sent. Leads to `Stage` as stages begin, then to `Finished`.
    Finish,
}

impl Transfer for CoordinatorRequest {
    fn transfer(&self, buffers: &Array) {
        if let CoordinatorRequest::Add { bytes } = self {
            buffers.push(&bytes.buffer());
        }
    }
}

/// From a coordinator to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum CoordinatorResponse {
    /// The job's plan.
    Planned {
        /// The plan.
        #[serde(with = "packed")]
        plan: Box<Plan>,
    },
    /// A shard was merged.
    Added,
    /// A stage of finishing begins.
    Stage(Stage),
    /// The result.
    Finished(Box<JobResult>),
    /// The file is not as the plan takes it to be: the job must be planned again.
    PlanAgain,
    /// The job ended without a result.
    Failed(Failure),
}

impl Transfer for CoordinatorResponse {
    fn transfer(&self, buffers: &Array) {
        if let CoordinatorResponse::Finished(model) = self {
            model.transfer(buffers);
        }
    }
}
