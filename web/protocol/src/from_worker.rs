//! What every worker tells the page, whichever its messages are.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;

/// What both sides must have been built with; a stale script in a cache is found by it.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// From a worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker {
    /// The worker runs.
    Ready {
        /// Its [`BUILD`].
        build: String,
    },
    /// It has dealt with one message of the page's, whether or not it answered.
    Dealt,
    /// A panic: the instance is lost after this message.
    Dying {
        /// The panic's text.
        cause: String,
    },
    /// A request that the worker cannot read, or that does not fit what it is and does: a defect of ours.
    Defect {
        /// Which, without a full stop.
        cause: String,
    },
    /// A response.
    Response {
        /// Bytes of the worker's wasm memory.
        memory: f64,
        /// A value of the type that the worker's role has for responses.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        response: JsValue,
    },
}
