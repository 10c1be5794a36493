//! Modules: their rows, and the workers that encode them on the kernel's BTF.

use super::Engine;
use super::batch::Batch;
use super::files::{Download, Files};
use super::worker::{WorkerEvent, WorkerId};
use crate::browser::now;
use pipeline::{ExistingBtf, SkippedFunction, Statistics};
use std::rc::Rc;
use web::protocol::{self, Change, Failure, Progress};
use web::queue::ModuleId;
use web_sys::{Blob, File};
use yew::Callback;

/// A module and what became of it.
pub struct Module {
    /// Its name among all.
    pub id: ModuleId,
    /// The user's file.
    pub file: File,
    /// The file's name.
    pub name: String,
    /// The file's bytes.
    pub bytes: u64,
    /// What became of it.
    pub state: State,
}

/// What became of a module.
pub enum State {
    /// Its turn has not come.
    Waiting,
    /// A worker is at it.
    Running(Running),
    /// It is encoded.
    Done(Box<Done>),
    /// It cannot be encoded.
    Failed(Box<Failure>),
}

/// A module that a worker is at.
#[derive(Clone, Debug, Default)]
pub struct Running {
    /// How far it is.
    pub progress: Progress,
    /// Bytes of `.debug_info`, once they are known.
    pub dwarf_bytes: u64,
    /// When it began.
    pub since: f64,
}

impl Running {
    /// How much is done, 0 to 1; what comes after the last unit is a small part.
    pub fn share(&self) -> f64 {
        match self.dwarf_bytes {
            0 => 0.0,
            all => (self.progress.dwarf_bytes as f64 / all as f64).min(1.0) * 0.9,
        }
    }
}

/// An encoded module.
pub struct Done {
    /// Its figures.
    pub statistics: Statistics,
    /// Functions left out.
    pub skipped: Vec<SkippedFunction>,
    /// The `.BTF` section that it had.
    pub existing_btf: Option<ExistingBtf>,
    /// What patching did.
    pub change: Option<Change>,
    /// Why there is no patched file.
    pub patch_failure: Option<String>,
    /// Seconds that its worker was at it.
    pub seconds: f64,
    /// The split BTF.
    pub raw: Option<Download>,
    /// The patched file.
    pub elf: Option<Download>,
    /// The figures.
    pub json: Option<Download>,
}

impl Done {
    /// Takes what a worker gave.
    pub fn new(file: &File, since: f64, module: protocol::Module) -> Done {
        let protocol::Module { result, skipped } = module;
        let files = Files::new(
            file,
            result.btf,
            result.patch,
            result.patch_failure,
            &result.statistics,
        );
        Done {
            statistics: result.statistics,
            skipped,
            existing_btf: result.existing_btf,
            change: files.change,
            patch_failure: files.patch_failure,
            seconds: (now() - since) / 1000.0,
            raw: files.raw,
            elf: files.elf,
            json: files.json,
        }
    }
}

/// How many modules are where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// All.
    pub all: usize,
    /// Encoded.
    pub done: usize,
    /// Cannot be encoded.
    pub failed: usize,
    /// Their turn has not come.
    pub waiting: usize,
    /// Types that they add to the kernel's, and the bytes of their split BTF.
    pub types: u64,
    /// See `types`.
    pub btf_bytes: u64,
}

/// All modules of a model.
#[derive(Default)]
pub struct Modules {
    /// In the order of their names.
    pub rows: Vec<Module>,
    /// The run under way.
    pub batch: Option<Batch>,
    /// All split BTF, and all patched files, as one each.
    pub archives: Option<(Download, Download)>,
    next: u32,
}

impl Modules {
    /// A module by its name.
    pub fn get(&self, id: ModuleId) -> Option<&Module> {
        self.rows.iter().find(|module| module.id == id)
    }

    /// Adds modules and begins, or goes on, to encode them. One of a name that is there takes its place.
    /// `before` are bytes of files that were encoded in the same run: its progress does not begin at zero.
    pub fn add(
        &mut self,
        files: Vec<File>,
        base: Blob,
        before: u64,
        engine: &Rc<Engine>,
        events: &Callback<(WorkerId, WorkerEvent)>,
    ) {
        self.archives = None;
        let batch = self
            .batch
            .get_or_insert_with(|| Batch::new(engine.clone(), base, before, events.clone()));
        for file in files {
            let name = file.name();
            let id = ModuleId(self.next);
            self.next += 1;
            let bytes = file.size() as u64;
            if let Some(old) = self.rows.iter().find(|module| module.name == name) {
                batch.forget(old.id);
                let old = old.id;
                self.rows.retain(|module| module.id != old);
            }
            let place = self.rows.partition_point(|module| module.name < name);
            self.rows.insert(
                place,
                Module {
                    id,
                    file,
                    name,
                    bytes,
                    state: State::Waiting,
                },
            );
            batch.push(id, bytes);
        }
        batch.start(&mut self.rows);
    }

    /// Takes what a worker did; whether the run is over.
    pub fn on_event(&mut self, id: WorkerId, event: WorkerEvent) -> bool {
        let Some(batch) = &mut self.batch else {
            return false;
        };
        batch.on_event(&mut self.rows, id, event);
        self.end_if_over()
    }

    /// A quarter of a second passed; whether the run is over.
    pub fn on_tick(&mut self) -> bool {
        let Some(batch) = &mut self.batch else {
            return false;
        };
        batch.on_tick(&mut self.rows);
        self.end_if_over()
    }

    fn end_if_over(&mut self) -> bool {
        let over = self.batch.as_ref().is_some_and(Batch::is_over);
        if over {
            self.batch = None;
            self.pack();
        }
        over
    }

    /// Ends the run; modules that are not finished are gone from the rows. How many that were.
    pub fn cancel(&mut self) -> usize {
        self.batch = None;
        let before = self.rows.len();
        let ended = |module: &Module| matches!(module.state, State::Done(_) | State::Failed(_));
        self.rows.retain(ended);
        self.pack();
        before - self.rows.len()
    }

    fn pack(&mut self) {
        let done: Vec<&Done> = self.rows.iter().filter_map(Module::done).collect();
        if done.len() < 2 {
            self.archives = None;
            return;
        }
        let raw = Download::archive(
            "modules-btf.tar",
            done.iter().filter_map(|done| done.raw.as_ref()),
        );
        let elf = Download::archive(
            "modules-patched.tar",
            done.iter().filter_map(|done| done.elf.as_ref()),
        );
        self.archives = raw.ok().zip(elf.ok());
    }

    /// How many are where.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            all: self.rows.len(),
            ..Counts::default()
        };
        for module in &self.rows {
            match &module.state {
                State::Waiting => counts.waiting += 1,
                State::Running(_) => {}
                State::Failed(_) => counts.failed += 1,
                State::Done(done) => {
                    counts.done += 1;
                    counts.types += done.statistics.after.types;
                    counts.btf_bytes += done.statistics.after.bytes;
                }
            }
        }
        counts
    }
}

impl Module {
    /// Its result, if it has one.
    pub fn done(&self) -> Option<&Done> {
        match &self.state {
            State::Done(done) => Some(done),
            _ => None,
        }
    }
}
