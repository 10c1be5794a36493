//! A finished model: what is shown of it, its files to take, and the worker that answers for it.

use super::files::{Download, Files, stem};
use super::worker::{WorkerHandle, WorkerId};
use super::{Done, Job};
use crate::explore::Desk;
use explore::session::RepeatedRow;
use explore::{Ask, Say};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web::figures::bytes_text;
use web::protocol::{self, FunctionQuery, GivenFile, Origin, Request};
use web_sys::File;
use yew::Callback;

/// A finished model.
pub struct Model {
    /// The user's file.
    pub file: File,
    /// The file's name.
    pub name: String,
    /// Files beside it: it was encoded with them, and so are modules.
    pub companions: Vec<GivenFile>,
    /// How it came to be.
    pub origin: Origin,
    /// Its figures, and the files to take; the `.BTF` section's bytes are what modules are encoded on.
    pub files: Files,
    /// Seconds from the start to the result.
    pub seconds: f64,
    /// The types as C; made after the rest.
    pub header: Option<Download>,
    /// Why there is no C header.
    pub header_failure: Option<String>,
    /// Names that are there more than once; none before they are known.
    pub repeats: Vec<RepeatedRow>,
    /// Why a type could not be taken to the laboratory.
    pub not_to_lab: Option<String>,
    /// Where questions about its types are asked.
    pub desk: Rc<Desk>,
    worker: Rc<WorkerHandle>,
}

impl Model {
    /// Takes what a job gave.
    pub fn new(job: Job, message: protocol::Model) -> Model {
        let (file, seconds) = (job.file.clone(), job.elapsed());
        let (worker, companions) = job.into_model_worker();
        let worker = Rc::new(worker);
        Model {
            name: file.name(),
            companions,
            origin: message.origin,
            files: Files::new(&file, message),
            file,
            seconds,
            header: None,
            header_failure: None,
            repeats: Vec::new(),
            not_to_lab: None,
            desk: Rc::new(Desk::new(worker.clone())),
            worker,
        }
    }

    /// The worker that answers for it.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Asks for the C header.
    pub fn ask_header(&self) {
        self.worker.ask(&Request::CHeader);
    }

    /// Has its worker work out what questions about types need, while nobody asks.
    pub fn ask_ready(&self) {
        self.desk.ask(Ask::Ready, Callback::noop());
    }

    /// Asks which names are there more than once.
    pub fn ask_repeats(&self, then: Callback<Say>) {
        self.desk.ask(Ask::Repeated, then);
    }

    /// Asks what units say of a type.
    pub fn ask_to_lab(&self, name: String) {
        self.worker.ask(&Request::ToLab { name });
    }

    /// Tells its worker of a module on its types.
    pub fn add_module(&self, name: &str, done: &Done) {
        let Some(btf) = done.files.btf.clone() else {
            return;
        };
        let base = done.files.base.as_ref().map(|base| base.blob().clone());
        let base = base.map_or(JsValue::UNDEFINED, JsValue::from);
        let name = explore::modules::name_of(name).to_owned();
        self.worker.ask(&Request::AddModule { name, btf, base });
    }

    /// Has its worker forget all modules.
    pub fn forget_modules(&self) {
        self.worker.ask(&Request::ForgetModules);
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
        self.files.statistics.peak_memory.map(bytes_text)
    }
}
