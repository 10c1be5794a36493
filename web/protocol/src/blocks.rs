//! Messages between the worker that unpacks and those that decompress blocks for it, each at the end of a port of its own.

use crate::codec::{Bytes, Transfer};
use js_sys::Array;
use serde::{Deserialize, Serialize};

/// A block to decompress. Its bytes are copied: whoever sends it does it itself if nobody answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct BlockRequest {
    /// Tells its answer from others.
    pub ticket: u32,
    /// Whether it is a zstd frame; otherwise it is a block of an xz stream.
    pub is_zstd: bool,
    /// The block as a file of its own.
    pub stream: Bytes,
    /// How many bytes come out of it at most.
    pub most: u32,
}

impl Transfer for BlockRequest {}

/// What came of a block.
#[derive(Debug, Serialize, Deserialize)]
pub struct BlockResponse {
    /// That of the request.
    pub ticket: u32,
    /// The bytes that came out, or why none did.
    pub unpacked: Result<Bytes, String>,
}

impl Transfer for BlockResponse {
    fn transfer(&self, buffers: &Array) {
        if let Ok(Bytes(bytes)) = &self.unpacked {
            buffers.push(&bytes.buffer());
        }
    }
}
