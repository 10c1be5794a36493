//! Files that the user gave.

use serde::{Deserialize, Serialize};
use web_sys::File;

/// A file that the user gave, with the path it had in what was dropped or chosen: at least its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GivenFile {
    /// Parts are separated by `/`.
    pub path: String,
    /// The file.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub file: File,
}
