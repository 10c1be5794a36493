//! A worker that encodes the sample in rounds, so that the browser has compiled the engine well when a job begins.

use serde::{Deserialize, Serialize};
use web_sys::File;

use super::{Role, RoleName};
use crate::codec::Transfer;

/// Encodes the sample, of which nothing comes but compiled code.
#[derive(Debug)]
pub enum WarmUp {}

impl Role for WarmUp {
    const NAME: RoleName = RoleName::WarmUp;
    type Request = WarmUpRequest;
    type Response = WarmUpResponse;
}

/// From the page to a worker that warms up. The first is `Begin`.
#[derive(Debug, Serialize, Deserialize)]
pub enum WarmUpRequest {
    /// A first round.
    Begin {
        /// The sample.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        sample: File,
    },
    /// Another round.
    Again,
}

impl Transfer for WarmUpRequest {}

/// The answer to each request.
#[derive(Debug, Serialize, Deserialize)]
pub enum WarmUpResponse {
    /// A round is done.
    Done,
    /// No round can be done. A job will tell why.
    Impossible,
}

impl Transfer for WarmUpResponse {}
