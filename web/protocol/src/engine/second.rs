//! A worker that gets the types of a second file, to compare a result with.

use budget::Budget;
use js_sys::{Array, Uint8Array};
use pipeline::{Identity, KernelTypes};
use serde::{Deserialize, Serialize};
use web_sys::File;

use super::{Role, RoleName};
use crate::codec::{Bytes, Transfer};
use crate::failure::Failure;

/// Gets the types of a second file, by itself.
#[derive(Debug)]
pub enum SecondFile {}

impl Role for SecondFile {
    const NAME: RoleName = RoleName::SecondFile;
    type Request = SecondFileRequest;
    type Response = SecondFileResponse;
}

/// The one request to such a worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct SecondFileRequest {
    /// The user's file.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub file: File,
    /// Whether its DWARF is encoded although it has BTF too.
    pub encode: bool,
    /// Whose types it is encoded to.
    pub types: KernelTypes,
    /// How much it may cost beyond its own bytes.
    pub budget: Budget,
}

impl Transfer for SecondFileRequest {}

/// Progress, then one answer.
#[derive(Debug, Serialize, Deserialize)]
pub enum SecondFileResponse {
    /// How much of the work is done, 0 to 1; sent while the file's DWARF is encoded.
    Progress(f64),
    /// The types.
    Types {
        /// Raw BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
        /// Metadata of the types, where they were encoded: [`crate::explorer::TypeMetadata`], packed.
        metadata: Option<Bytes>,
        /// Which kernel the file is, as far as it says.
        identity: Identity,
    },
    /// The file has none, or cannot be read.
    Failed(Failure),
}

impl Transfer for SecondFileResponse {
    fn transfer(&self, buffers: &Array) {
        if let SecondFileResponse::Types {
            bytes, metadata, ..
        } = self
        {
            buffers.push(&bytes.buffer());
            if let Some(Bytes(metadata)) = metadata {
                buffers.push(&metadata.buffer());
            }
        }
    }
}
