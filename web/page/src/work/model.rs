//! A finished model: what is shown of it, its files to take, and the worker that answers for it.

use super::files::{Download, Files};
use super::worker::{Events, WorkerId};
use super::{Code, Done, Explorer, Job};
use crate::explore::ExplorerClient;
use crate::store::KeptResult;
use explore::questions::{Prepare, RepeatedRow};
use js_sys::{Array, Uint8Array};
use pipeline::{Identity, KernelTypes, Plan};
use protocol::called::{called, stem};
use protocol::death::Death;
use protocol::explorer::{Module, Open, Request};
use protocol::figures::bytes_text;
use protocol::files::GivenFile;
use protocol::job_result::Origin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};
use yew::Callback;

/// A finished model.
pub struct Model {
    pub file: File,
    pub name: String,
    /// The name that the user gave it, if any.
    pub title: Option<String>,
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
    /// Whether it is kept in the browser.
    pub keeping: Keeping,
    /// Whether it was kept in the browser and comes from there: then the file it was made from is not at hand.
    pub reopened: bool,
    /// Where questions about its types are asked.
    pub client: Rc<ExplorerClient>,
    worker: Rc<Explorer>,
}

/// Whether `.BTF.inline` may have sites: a job has counted them.
fn may_have_sites(files: &Files) -> bool {
    let counted = files.statistics.inline;
    counted.is_none_or(|counted| counted.sites > 0)
}

fn add_inline_sites(sites: &Blob) -> Request {
    Request::AddInlineSites { btf: sites.clone() }
}

/// Whether a result is kept in the browser.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Keeping {
    /// It ends with the page.
    No,
    /// What was asked for at this time, in milliseconds, is being written.
    Writing(f64),
    /// Under this number.
    Kept(u32),
}

impl Model {
    /// Takes what a job gave, and has an explorer hold it. The job's workers end.
    pub fn new(job: Job, message: protocol::job_result::JobResult, worker: Explorer) -> Model {
        let (file, seconds) = (job.file.clone(), job.elapsed());
        let origin = message.origin;
        let files = Files::new(&file, message);
        let companions = job.companions.clone();
        let plan = job.plan.as_deref();
        Model {
            seconds,
            ..Model::of(file, origin, files, worker, plan, companions)
        }
    }

    /// Takes a kept result, and has an explorer hold it; `file` is its BTF under its name.
    pub fn of_kept(file: File, number: u32, result: &KeptResult, worker: Explorer) -> Model {
        Model {
            seconds: result.seconds,
            title: result.title.clone(),
            keeping: Keeping::Kept(number),
            reopened: true,
            ..Model::of(
                file,
                result.origin,
                Files::of_kept(result),
                worker,
                None,
                Vec::new(),
            )
        }
    }

    fn of(
        file: File,
        origin: Origin,
        files: Files,
        worker: Explorer,
        plan: Option<&Plan>,
        companions: Vec<GivenFile>,
    ) -> Model {
        if let Some(btf) = files.btf.clone() {
            let metadata = files.metadata.clone();
            let encoded_from = plan.map(|_| file.clone());
            worker.open(Open::Result {
                btf,
                metadata: metadata.map_or(JsValue::UNDEFINED, JsValue::from),
                file: encoded_from.map_or(JsValue::UNDEFINED, JsValue::from),
                plan: plan.cloned().map(Box::new),
                companions: companions.clone(),
            });
        }
        if let Some(inline) = files.inline.as_ref().filter(|_| may_have_sites(&files)) {
            worker.tell(add_inline_sites(inline.blob()));
        }
        let worker = Rc::new(worker);
        Model {
            name: file.name(),
            title: None,
            companions,
            origin,
            files,
            file,
            seconds: 0.0,
            header: None,
            header_failure: None,
            repeats: Vec::new(),
            not_to_lab: None,
            keeping: Keeping::No,
            reopened: false,
            client: Rc::new(ExplorerClient::new(worker.clone())),
            worker,
        }
    }

    /// What it is called in a sentence: `vmlinux 6.1.0-47-cloud-amd64`.
    pub fn called(&self) -> String {
        self.title
            .clone()
            .unwrap_or_else(|| called(&self.name, self.identity()))
    }

    /// What the names of files begin with that are made from it.
    pub fn stem(&self) -> String {
        stem(&self.name, self.identity())
    }

    /// Which kernel it is, as far as the file says.
    pub fn identity(&self) -> &Identity {
        &self.files.statistics.input.identity
    }

    /// Whose types its modules are encoded to: the kernel's if it has those itself. BTF that was opened as it is does not
    /// say, but a module may.
    pub fn types_of_modules(&self) -> KernelTypes {
        match (self.origin, self.files.statistics.kernel) {
            (Origin::Encoded, Some(kernel)) => match kernel.applied {
                Some(build) => KernelTypes::OfKernel(Some(build)),
                None => KernelTypes::OfEncoder,
            },
            _ => KernelTypes::ByFile,
        }
    }

    /// Whose types its file is encoded to when it is encoded once more.
    pub fn types_again(&self) -> KernelTypes {
        match self.files.statistics.kernel {
            Some(kernel) if kernel.applied.is_some() => KernelTypes::OfKernel(None),
            Some(_) => KernelTypes::OfEncoder,
            None => KernelTypes::ByFile,
        }
    }

    /// Whose types a file is encoded to that is compared with it.
    pub fn types_beside(&self) -> KernelTypes {
        match self.files.statistics.kernel {
            // The user wants the encoder's.
            Some(kernel) if kernel.build.is_some() && kernel.applied.is_none() => {
                KernelTypes::OfEncoder
            }
            _ => KernelTypes::ByFile,
        }
    }

    /// What is kept of it; nothing where the browser has lost its bytes.
    pub fn to_keep(&self) -> Option<KeptResult> {
        let blob = |blob: Option<&Blob>| blob.map_or(JsValue::UNDEFINED, JsValue::from);
        let json = self.files.json.as_ref().map(Download::blob);
        Some(KeptResult {
            name: self.name.clone(),
            title: None,
            at: js_sys::Date::now(),
            origin: self.origin,
            statistics: self.files.statistics.clone(),
            existing_btf: self.files.existing_btf,
            seconds: self.seconds,
            btf: self.files.btf.clone()?,
            metadata: blob(self.files.metadata.as_ref()),
            inline: blob(self.files.inline.as_ref().map(Download::blob)),
            json: blob(json),
        })
    }

    /// Whether the file is at hand and has BTF of its own, which can be examined.
    pub fn carries_btf(&self) -> bool {
        let own = self.origin != Origin::Encoded || self.files.existing_btf.is_some();
        own && !self.reopened
    }

    /// The worker that answers for it.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Has another explorer take the place of one that died; none when too many have.
    pub fn restart(&mut self, code: &Code, events: &Events, death: &Death) -> Option<()> {
        let next = self.worker.again(code, events, death);
        self.client.fail(death);
        self.worker = Rc::new(next?);
        self.client = Rc::new(self.client.moved_to(self.worker.clone()));
        Some(())
    }

    /// What its worker is at.
    pub fn subject(&self) -> Option<&'static str> {
        self.worker.subject()
    }

    /// Has its worker work out what questions about types need, while nobody asks.
    pub fn prepare(&self) {
        self.client.ask(Prepare, Callback::noop());
    }

    /// Whether it is known where functions were inlined.
    pub fn has_inline_sites(&self) -> bool {
        self.files.inline.is_some() && may_have_sites(&self.files)
    }

    /// Whether inline sites were read from its DWARF.
    pub fn reads_inline(&self) -> bool {
        self.files.statistics.inline.is_some()
    }

    /// Takes a file with inline sites on its types. The worker finds out whether they fit.
    pub fn add_inline_sites(&mut self, file: &File) {
        self.worker.tell(add_inline_sites(file));
        self.files.inline = Download::of(Blob::clone(file), file.name()).ok();
    }

    /// Tells its worker of a module on its types.
    pub fn add_module(&self, name: &str, done: &Done) {
        let Some(btf) = done.files.btf.clone() else {
            return;
        };
        let base = done.files.base.as_ref().map(|base| base.blob().clone());
        let base = base.map_or(JsValue::UNDEFINED, JsValue::from);
        let name = explore::modules::name_of(name).to_owned();
        self.worker.tell(Request::AddModule(Module {
            name,
            btf,
            base,
            left_out: done.left_out.clone(),
        }));
    }

    /// Has its worker forget all modules.
    pub fn forget_modules(&self) {
        self.worker.tell(Request::ForgetModules);
    }

    /// Takes the C header.
    pub fn set_header(&mut self, bytes: &Uint8Array) {
        let name = format!("{}.h", self.stem());
        self.header = Download::new(&Array::of1(bytes), "text/x-c", name).ok();
    }

    /// What its worker's memory takes, for people.
    pub fn peak_memory(&self) -> Option<String> {
        self.files.statistics.peak_memory.map(bytes_text)
    }
}
