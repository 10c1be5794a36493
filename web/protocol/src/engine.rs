//! Messages between the page and the engine's workers, carried by `serde-wasm-bindgen`.
//!
//! Files and buffers pass through as they are ([`serde_wasm_bindgen::preserve`]): a `File` is shared,
//! not copied, and buffers named in the transfer list change hands.

use js_sys::Uint8Array;
use pipeline::{
    Companion, ExistingBtf, FailedUnit, Options, Plan, Stage, Statistics, Task, TaskId,
};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use crate::queue::Attempt;

/// What both sides must have been built with; a stale script in a cache is found by it.
pub const BUILD: &str = env!("CARGO_PKG_VERSION");

/// From the page to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum Request {
    /// To any worker: files that what it opens next may refer to, in the place of those it was told of
    /// before. It answers nothing.
    Companions {
        /// The files.
        files: Vec<GivenFile>,
    },
    /// To a worker of its own: a round of warming up with the sample. Answered by [`Response::Warmer`] or
    /// [`Response::NotWarmer`].
    WarmUp {
        /// The sample.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        sample: File,
    },
    /// To a worker that warms up: another round. Answered as the first.
    WarmUpAgain,
    /// To a coordinator: plan a job on this file. Answered by [`Response::Planned`], or by
    /// [`Response::Finished`] when the file has BTF and no DWARF.
    Plan {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// What to encode.
        options: Options,
        /// Whether to find the units one after the other, since the file does not list them as they are.
        anew: bool,
    },
    /// To a coordinator: open raw BTF. Answered by [`Response::Finished`].
    OpenBtf {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
    },
    /// To a coordinator: the next shard in file order, packed. Answered by [`Response::Added`].
    Add {
        /// [`pipeline::ShardOutput::pack`].
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
    },
    /// To a coordinator: units whose worker died.
    AddFailed {
        /// The units.
        units: Vec<FailedUnit>,
    },
    /// To a coordinator: all shards are there. Answered by [`Response::Stage`] as stages begin, then
    /// [`Response::Finished`].
    Finish,
    /// To a worker of its own: the types of a file that a result is held against. Answered by [`Response::Types`] or
    /// [`Response::Failed`].
    Types {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// Whether its DWARF is encoded although it has BTF too.
        encode: bool,
    },
    /// To an encoder: read what every unit of this file needs. Answered by [`Response::Opened`].
    Open {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// The plan of the job.
        #[serde(with = "packed")]
        plan: Box<Plan>,
        /// Trap when this unit is met: the browser test's way to kill a worker.
        fault: Option<u32>,
    },
    /// To an encoder: encode these units. Answered by [`Response::Progress`] now and then, and by
    /// [`Response::Encoded`] or [`Response::EncodeFailed`].
    Encode {
        /// The units.
        task: Task,
    },
    /// To a module worker: read the BTF that modules are encoded on. Answered by [`Response::Opened`].
    Base {
        /// Raw BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        btf: Blob,
    },
    /// To a module worker: encode a whole module. Answered by [`Response::ModulePlanned`],
    /// [`Response::Progress`] now and then, and [`Response::ModuleFinished`] or [`Response::Failed`].
    Module {
        /// The user's file.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        file: File,
        /// What to encode.
        options: Options,
        /// Whether the base is as the kernel was built with: then a module without DWARF is taken with the BTF it has.
        takes_btf: bool,
        /// What earlier attempts at it have shown.
        attempt: Attempt,
        /// Trap when this unit is met: the browser test's way to kill a worker.
        fault: Option<u32>,
    },
}

/// A file that the user gave, with the path it had in what was dropped or chosen: at least its name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GivenFile {
    /// Parts are separated by `/`.
    pub path: String,
    /// The file.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub file: File,
}

/// From a worker to the page.
#[derive(Debug, Serialize, Deserialize)]
pub enum Envelope<R> {
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

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Response {
    /// A round of warming up is done.
    Warmer,
    /// There is nothing to warm up with.
    NotWarmer,
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
    Finished(Box<Model>),
    /// The job, or opening a file, ended without a result.
    Failed(Failure),
    /// The types of a file.
    Types {
        /// Raw BTF.
        #[serde(with = "serde_wasm_bindgen::preserve")]
        bytes: Uint8Array,
        /// What there is to know of them, where they were encoded: [`crate::desk::Known`].
        known: Option<Bytes>,
    },
    /// An encoder is ready for tasks.
    Opened,
    /// How far an encoder is in its task.
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
    /// A module's units are known.
    ModulePlanned {
        /// How many there are.
        units: u32,
        /// Bytes of `.debug_info`.
        dwarf_bytes: u64,
    },
    /// A careful attempt at a module begins with this unit: if the worker dies, this one did it.
    Unit(u32),
    /// A module is done.
    ModuleFinished(Box<Model>),
    /// An encoder found other units than the plan has: the job is to be planned anew.
    UnlistedUnits,
    /// A task ended without a result, but the worker lives.
    EncodeFailed {
        /// The task.
        task: TaskId,
        /// A sentence.
        cause: String,
    },
}

/// How far a task is; counts are of the task alone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Units done.
    pub units: u32,
    /// Types emitted, before any sharing.
    pub types: u64,
    /// Bytes of `.debug_info` walked.
    pub dwarf_bytes: u64,
    /// Bytes of BTF these types would take.
    pub btf_bytes: u64,
    /// Name of the unit just done.
    pub unit: Option<String>,
}

/// A finished job or module, or an opened BTF, as the page shows it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Model {
    /// How it came to be.
    pub origin: Origin,
    /// Figures. For BTF that was opened as it is, only those "after" are known.
    pub statistics: Statistics,
    /// Functions left out, by name: plain objects, which the page only writes into a file.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub skipped: JsValue,
    /// The bytes of the `.BTF` section; the page makes a `Blob` of them and drops them.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    pub btf: Uint8Array,
    /// What the explorer is to know of the types beside themselves, packed: [`crate::desk::Known`]. None of a module.
    pub known: Option<Bytes>,
    /// The bytes of the `.BTF.base` section, for a module on a distilled base.
    pub base: Option<Bytes>,
    /// The `.BTF` section that the input has.
    pub existing_btf: Option<ExistingBtf>,
    /// The patched file, for a job on an ELF file.
    pub patch: Option<Patch>,
    /// Why there is no patched file although there should be one.
    pub patch_failure: Option<String>,
    /// Files for want of which units were left out.
    pub missing: Vec<Companion>,
}

/// Bytes that change hands.
#[derive(Debug, Serialize, Deserialize)]
pub struct Bytes(#[serde(with = "serde_wasm_bindgen::preserve")] pub Uint8Array);

/// Where a model's types come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Encoded from DWARF by this page.
    Encoded,
    /// The `.BTF` section of an ELF file without DWARF.
    ElfSection,
    /// A raw BTF file.
    Raw,
}

/// A patched file.
#[derive(Debug, Serialize, Deserialize)]
pub struct Patch {
    /// What was done for `.BTF`.
    pub change: Change,
    /// The file's pieces in order.
    pub pieces: Vec<Piece>,
}

/// What was done for `.BTF`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The file had none.
    Added,
    /// It had one that was not loaded.
    Replaced,
    /// It has one in its loaded image, which keeps its bytes under this name.
    Appended {
        /// The name that the loaded section has now.
        loaded: String,
    },
}

/// A part of a patched file.
#[derive(Debug, Serialize, Deserialize)]
pub enum Piece {
    /// A range of the user's file.
    Copy {
        /// Where it starts.
        offset: u64,
        /// Its bytes.
        len: u64,
    },
    /// New bytes.
    Bytes(Bytes),
    /// The bytes of the `.BTF` section, which come beside the patch.
    Btf,
    /// Those of the `.BTF.base` section.
    Base,
}

/// Why a file could not be opened or a job not be finished.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A few words, as a page title.
    pub title: String,
    /// What is wrong, with place and figures.
    pub cause: String,
    /// What to do next.
    pub advice: String,
    /// A file cut short: how much there is, and how much there should be at least.
    pub cut: Option<Box<Cut>>,
    /// Files that would help, had they been given.
    pub missing: Vec<Companion>,
    /// For a report: names with values.
    pub details: Vec<(String, String)>,
}

/// A file cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// What runs past the end.
    pub what: String,
    /// Where that starts.
    pub start: u64,
    /// Where it should end.
    pub end: u64,
    /// Bytes of the file.
    pub have: u64,
}

/// What has thousands of numbers travels as bytes: each would be a JS value of its own.
pub mod packed {
    use js_sys::Uint8Array;
    use serde::de::DeserializeOwned;
    use serde::{Deserializer, Serialize, Serializer, de, ser};

    /// Writes a value with postcard into a `Uint8Array`.
    pub fn serialize<T: Serialize, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        let bytes = postcard::to_stdvec(value).map_err(ser::Error::custom)?;
        serde_wasm_bindgen::preserve::serialize(&Uint8Array::from(bytes.as_slice()), to)
    }

    /// Reads it back.
    pub fn deserialize<'de, T: DeserializeOwned, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        let bytes: Uint8Array = serde_wasm_bindgen::preserve::deserialize(from)?;
        postcard::from_bytes(&bytes.to_vec()).map_err(de::Error::custom)
    }
}

/// A message as a JS value. Large numbers are bigints, so that no size or offset is rounded.
pub fn to_js<T: Serialize>(message: &T) -> Result<JsValue, String> {
    let serializer =
        serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    message
        .serialize(&serializer)
        .map_err(|error| error.to_string())
}

/// A JS value as a message.
pub fn from_js<T: serde::de::DeserializeOwned>(value: JsValue) -> Result<T, String> {
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}
