//! What every worker tells the page, whichever its messages are.

use serde::{Deserialize, Serialize};

/// What both sides must have been built with; a stale script in a cache is found by it.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// From a worker to the page: a message, or what is to be said of the worker itself.
#[derive(Debug, Serialize, Deserialize)]
pub enum FromWorker<R> {
    /// It runs.
    Ready {
        /// Its [`BUILD`].
        build: String,
    },
    /// A panic: the instance is lost after this message.
    Dying {
        /// The panic's text.
        cause: String,
    },
    /// A message.
    Said {
        /// Bytes of the worker's wasm memory.
        memory: f64,
        /// The message.
        response: R,
    },
}
