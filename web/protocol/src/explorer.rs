//! Messages between the page and the explorer's workers, which hold the types of a result, or those of two files, and
//! answer what the page asks of them.

use crate::codec::{Transfer, packed};
use crate::failure::Failure;
use crate::files::GivenFile;
use js_sys::{Array, Uint8Array};
use pipeline::{Plan, Provenance, SkippedFunction};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::Blob;

/// From the page to an explorer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Request {
    /// Hold these types; then it answers for them. Not answered, unless by [`Response::Failed`].
    Hold {
        /// Raw BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        btf: Blob,
        /// A `Blob` of their metadata, [`TypeMetadata`] packed; or `undefined`.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metadata: JsValue,
        /// The file they were encoded from, to encode a unit once more; or `undefined`.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: JsValue,
        /// The plan of that job.
        #[serde(with = "packed")]
        plan: Option<Box<Plan>>,
        /// Files beside it.
        companions: Vec<GivenFile>,
    },
    /// Hold the types of a result against those of a second file. Answered by [`Response::Compared`] or
    /// [`Response::Failed`]; then it answers questions.
    Compare {
        /// Raw BTF of the result.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        first: Blob,
        /// Raw BTF of the second.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        second: Blob,
        /// Metadata of the first, as in [`Request::Hold`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metadata_first: JsValue,
        /// That of the second.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        metadata_second: JsValue,
    },
    /// A question about the types. Answered by [`Response::Explored`].
    Explore {
        /// Comes back with the answer.
        ticket: u32,
        /// The question.
        #[serde(with = "packed")]
        ask: explore::Ask,
    },
    /// The types as a C header. Answered by [`Response::CHeader`] or [`Response::NoCHeader`].
    CHeader,
    /// Some of the functions left out. Answered by [`Response::Functions`].
    Functions(FunctionQuery),
    /// What units say of a type, for the laboratory. Answered by [`Response::ToLab`] or [`Response::NotToLab`].
    ToLab {
        /// The type's name, with or without `struct` or `union` before it.
        name: String,
    },
    /// A module that was encoded on the types. Not answered.
    AddModule {
        /// Its name.
        name: String,
        /// Its BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        btf: Blob,
        /// Its distilled base, or `undefined`.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        base: JsValue,
    },
    /// Forget the modules. Not answered.
    ForgetModules,
}

/// What an explorer says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Response {
    /// The types could not be read.
    Failed(Failure),
    /// Two files are held against each other.
    Compared,
    /// An answer about the types.
    Explored {
        /// That of the question.
        ticket: u32,
        /// The answer.
        #[serde(with = "packed")]
        say: Box<explore::Say>,
    },
    /// The types as a C header.
    CHeader {
        /// UTF-8.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
    },
    /// There is no C header.
    NoCHeader {
        /// Why.
        cause: String,
    },
    /// Some of the functions left out.
    Functions(FunctionPage),
    /// What units say of a type.
    ToLab(Vec<UnitText>),
    /// There is nothing to say of it.
    NotToLab {
        /// Why, in a sentence.
        cause: String,
    },
}

impl Transfer for Request {}

impl Transfer for Response {
    fn transfer(&self, buffers: &Array) {
        if let Response::CHeader { bytes } = self {
            buffers.push(&bytes.buffer());
        }
    }
}

/// Metadata of a job's types. It goes from the coordinator to the explorer as postcard's bytes, into which the page does
/// not look.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct TypeMetadata {
    /// What wrote it: [`crate::from_worker::BUILD`].
    pub build: String,
    /// Functions left out, by name.
    pub skipped: Vec<SkippedFunction>,
    /// Functions that BPF programs may call, with their flags.
    pub kfuncs: Vec<(String, u32)>,
    /// Which units each type came from.
    pub provenance: Provenance,
}

/// What a unit says of a type, as printed types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitText {
    /// The unit's source file; empty for the result itself.
    pub unit: String,
    /// Its types, as [`lab::raw`] reads them.
    pub text: String,
}

/// Which functions left out are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionQuery {
    /// Only those with this reason.
    pub reason: Option<String>,
    /// Only those whose name holds this.
    pub text: String,
    /// How many at most.
    pub limit: u32,
}

/// Some of the functions left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionPage {
    /// What was asked for.
    pub query: FunctionQuery,
    /// How many fit in all.
    pub total: u32,
    /// The first of them, by name.
    pub rows: Vec<SkippedFunction>,
}
