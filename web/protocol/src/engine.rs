//! Messages between the page and the engine's workers.

use js_sys::Uint8Array;
use pipeline::{FailedUnit, Options, Plan, Stage, Task, TaskId};
use serde::{Deserialize, Serialize};
use web_sys::{Blob, File};

use crate::codec::{Bytes, packed};
use crate::failure::Failure;
use crate::files::GivenFile;
use crate::model::Model;
use crate::queue::Attempt;

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
        /// What there is to know of them, where they were encoded: [`crate::explorer::Known`].
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
