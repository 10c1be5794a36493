//! An encoder: it encodes runs of units.

use js_sys::{Array, Uint8Array};
use pipeline::{Plan, Task, TaskId};
use serde::{Deserialize, Serialize};
use web_sys::File;

use super::{Progress, Role, RoleName};
use crate::codec::{Transfer, packed};
use crate::failure::Failure;

/// Encodes runs of units of one file.
#[derive(Debug)]
pub enum Encoder {}

impl Role for Encoder {
    const NAME: RoleName = RoleName::Encoder;
    type Request = EncoderRequest;
    type Response = EncoderResponse;
}

/// From the page to an encoder. The first is `Open`.
#[derive(Debug, Serialize, Deserialize)]
pub enum EncoderRequest {
    /// Read what every unit of this file needs. Leads to `Opened`.
    Open {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// The plan of the job.
        #[serde(with = "packed")]
        plan: Box<Plan>,
    },
    /// Encode these units. Leads to `Progress` now and then, and to `Encoded` or `EncodeFailed`.
    Encode {
        /// The units.
        task: Task,
    },
}

impl Transfer for EncoderRequest {}

/// From an encoder to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum EncoderResponse {
    /// The encoder is ready for tasks.
    Opened,
    /// How far it is in its task.
    Progress(Progress),
    /// A task is done.
    Encoded {
        /// The task.
        task: TaskId,
        /// [`pipeline::ShardOutput::pack`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
        /// The task's totals.
        progress: Progress,
    },
    /// A task ended without a result, but the worker lives.
    EncodeFailed {
        /// The task.
        task: TaskId,
        /// Why, without a full stop.
        cause: String,
    },
    /// The file is not as the plan takes it to be: the job must be planned again.
    PlanAgain,
    /// The file cannot be read any more, or this was a defect: the worker does no more.
    Failed(Failure),
}

impl Transfer for EncoderResponse {
    fn transfer(&self, buffers: &Array) {
        if let EncoderResponse::Encoded { bytes, .. } = self {
            buffers.push(&bytes.buffer());
        }
    }
}
