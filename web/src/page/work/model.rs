//! A finished model: what is shown of it, its files to take, and the worker that answers for it.

use super::files::{Download, Files, stem};
use super::worker::{WorkerHandle, WorkerId};
use js_sys::{Array, Uint8Array};
use pipeline::{ExistingBtf, Statistics};
use web::figures::bytes_text;
use web::protocol::{self, Change, FunctionQuery, Origin, Request};
use web_sys::{Blob, File};

/// A finished model.
pub struct Model {
    /// The file's name.
    pub name: String,
    /// How it came to be.
    pub origin: Origin,
    /// Its figures.
    pub statistics: Statistics,
    /// The `.BTF` section that the input had.
    pub existing_btf: Option<ExistingBtf>,
    /// What patching did.
    pub change: Option<Change>,
    /// Why there is no patched file.
    pub patch_failure: Option<String>,
    /// Seconds from the start to the result.
    pub seconds: f64,
    /// The patched file.
    pub elf: Option<Download>,
    /// The `.BTF` section's bytes.
    pub raw: Option<Download>,
    /// The types as C; made after the rest.
    pub header: Option<Download>,
    /// Why there is no C header.
    pub header_failure: Option<String>,
    /// The figures.
    pub json: Option<Download>,
    /// The `.BTF` section's bytes, for modules to be encoded on.
    pub base: Option<Blob>,
    worker: WorkerHandle,
}

impl Model {
    /// Takes what a job gave. The patched file is put together from ranges of the user's file: no byte
    /// of it is copied before it is saved.
    pub fn new(file: &File, seconds: f64, message: protocol::Model, worker: WorkerHandle) -> Model {
        let name = file.name();
        let Files {
            btf,
            raw,
            elf,
            json,
            change,
            patch_failure,
        } = Files::new(
            file,
            message.btf,
            message.patch,
            message.patch_failure,
            &message.statistics,
        );
        worker.ask(&Request::CHeader);
        Model {
            name,
            origin: message.origin,
            statistics: message.statistics,
            existing_btf: message.existing_btf,
            change,
            patch_failure,
            seconds,
            elf,
            raw,
            header: None,
            header_failure: None,
            json,
            base: btf,
            worker,
        }
    }

    /// The worker that answers for it.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Takes the C header.
    pub fn set_header(&mut self, bytes: &Uint8Array) {
        let name = format!("{}.h", stem(&self.name));
        self.header = Download::new(&Array::of1(bytes), "text/x-c", name).ok();
    }

    /// Asks for some of the functions left out.
    pub fn ask_functions(&self, query: FunctionQuery) {
        self.worker.ask(&Request::Functions(query));
    }

    /// What its worker's memory takes, for people.
    pub fn peak_memory(&self) -> Option<String> {
        self.statistics.peak_memory.map(bytes_text)
    }
}
