//! Modules: their rows, and the workers that encode them on the kernel's BTF.

use super::batch::Batch;
use super::files::{Download, Files};
use super::worker::{Events, WorkerEvent, WorkerId};
use super::{Engine, Model};
use crate::browser::now;
use explore::LeftOut;
use pipeline::{Companion, Options};
use protocol::engine::Progress;
use protocol::failure::Failure;
use protocol::files::GivenFile;
use protocol::job_result::Origin;
use protocol::queue::ModuleId;
use std::collections::BTreeSet;
use std::rc::Rc;
use web_sys::{Blob, File};

/// A module and what became of it.
pub struct Module {
    /// Its name among all.
    pub id: ModuleId,
    pub file: File,
    pub name: String,
    /// The file's bytes.
    pub bytes: u64,
    /// What became of it.
    pub state: ModuleState,
}

/// What became of a module.
pub enum ModuleState {
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
    /// Its figures, and the files to take.
    pub files: Files,
    /// The number of functions left out.
    pub left_out: Vec<LeftOut>,
    /// How it came to be.
    pub origin: Origin,
    /// Seconds that its worker was at it.
    pub seconds: f64,
}

impl Done {
    /// Takes what a worker gave.
    pub fn new(file: &File, since: f64, model: protocol::job_result::JobResult) -> Done {
        Done {
            origin: model.origin,
            left_out: protocol::codec::from_js(model.skipped.clone()).unwrap_or_default(),
            files: Files::new(file, model),
            seconds: (now() - since) / 1000.0,
        }
    }
}

/// What modules are encoded with.
#[derive(Clone)]
pub struct ModuleOptions {
    /// The kernel's BTF.
    pub base: Blob,
    /// What to encode.
    pub encode: Options,
    /// Whether the base is as the kernel was built with: then a module without DWARF is taken with the BTF it has.
    pub takes_btf: bool,
    /// Files to which modules may refer.
    pub companions: Vec<GivenFile>,
}

/// How many modules are where.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
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
    /// Those that the explorer's worker knows.
    told: BTreeSet<ModuleId>,
    /// How often it was told something.
    pub times_told: u32,
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
        options: ModuleOptions,
        before: u64,
        engine: &Rc<Engine>,
        events: &Events,
    ) {
        self.archives = None;
        let batch = match &mut self.batch {
            Some(batch) => {
                batch.change_options(options);
                batch
            }
            none => none.insert(Batch::new(engine.clone(), options, before, events.clone())),
        };
        for file in files {
            let name = file.name();
            if let Some(at) = self.rows.iter().position(|module| module.name == name) {
                batch.forget(self.rows.remove(at).id);
            }
            let id = ModuleId(self.next);
            self.next += 1;
            let bytes = file.size() as u64;
            let place = self.rows.partition_point(|module| module.name < name);
            self.rows.insert(
                place,
                Module {
                    id,
                    file,
                    name,
                    bytes,
                    state: ModuleState::Waiting,
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

    /// Ends a run in which nothing is left to do; whether there was one.
    pub fn end_if_over(&mut self) -> bool {
        let over = self.batch.as_ref().is_some_and(Batch::is_over);
        if over {
            self.batch = None;
            self.pack();
        }
        over
    }

    /// Ends the run, and takes unfinished modules out of the rows. Returns their files.
    pub fn cancel(&mut self) -> Vec<File> {
        self.batch = None;
        let ended =
            |module: &Module| matches!(module.state, ModuleState::Done(_) | ModuleState::Failed(_));
        let (ended, unfinished): (Vec<Module>, Vec<Module>) =
            std::mem::take(&mut self.rows).into_iter().partition(ended);
        self.rows = ended;
        self.pack();
        unfinished.into_iter().map(|module| module.file).collect()
    }

    fn pack(&mut self) {
        let done: Vec<&Done> = self.rows.iter().filter_map(Module::done).collect();
        if done.len() < 2 {
            self.archives = None;
            return;
        }
        let files = || done.iter().map(|done| &done.files);
        let raw = Download::archive(
            "modules-btf.tar",
            files().flat_map(|files| files.raw.iter().chain(&files.base)),
        );
        let elf = Download::archive("modules-patched.tar", files().flat_map(|files| &files.elf));
        self.archives = raw.ok().zip(elf.ok());
    }

    /// Tells the explorer's worker of modules that were encoded since it was told last.
    pub fn tell(&mut self, model: &Model) {
        let done = |id: &ModuleId| self.get(*id).is_some_and(|module| module.done().is_some());
        if !self.told.iter().all(done) {
            // One was encoded anew: the worker counts each once.
            model.forget_modules();
            self.told.clear();
            self.times_told += 1;
        }
        for module in &self.rows {
            if let Some(done) = module.done().filter(|_| !self.told.contains(&module.id)) {
                model.add_module(&module.name, done);
                self.told.insert(module.id);
                self.times_told += 1;
            }
        }
    }

    /// How many are where.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts {
            all: self.rows.len(),
            ..Counts::default()
        };
        for module in &self.rows {
            match &module.state {
                ModuleState::Waiting => counts.waiting += 1,
                ModuleState::Running(_) => {}
                ModuleState::Failed(_) => counts.failed += 1,
                ModuleState::Done(done) => {
                    counts.done += 1;
                    counts.types += done.files.statistics.after.types;
                    counts.btf_bytes += done.files.statistics.after.bytes;
                }
            }
        }
        counts
    }
}

impl Module {
    /// Files that would help, had they been given.
    pub fn missing(&self) -> &[Companion] {
        match &self.state {
            ModuleState::Done(done) => &done.files.missing,
            ModuleState::Failed(failure) => &failure.missing,
            ModuleState::Waiting | ModuleState::Running(_) => &[],
        }
    }

    /// Its result, if it has one.
    pub fn done(&self) -> Option<&Done> {
        match &self.state {
            ModuleState::Done(done) => Some(done),
            _ => None,
        }
    }
}
