//! What is held: objects, kernels, their rows, and what the worker is to do next.

use crate::work::Then;
use budget::Budget;
use core_check::{Form, Relocation, Row};
use protocol::files::GivenFile;
use protocol::programs::{KernelCopy, KernelFiles, Number, ProgramsRequest};
use std::collections::VecDeque;
use std::rc::Rc;
use web_sys::Blob;

/// A kernel of the table.
pub struct Kernel {
    pub number: Number,
    pub files: KernelFiles,
    /// Its name in the table; none before it was read.
    pub name: Option<String>,
    /// What [`Loaded`] it is, if it is the open result.
    pub(super) loaded: Option<(u32, usize)>,
    /// Whether the worker has it.
    pub(super) is_read: bool,
}

/// A file with objects.
pub struct File {
    pub number: Number,
    pub(super) given: GivenFile,
    /// The names of its objects; none before it was read.
    pub objects: Vec<String>,
    /// Its rows, once they are known for all kernels.
    pub rows: Vec<Rc<Row>>,
    pub(super) is_read: bool,
    pub(super) is_checked: bool,
}

/// The result that is open in the page.
#[derive(Clone)]
pub struct Loaded {
    /// The number of its worker.
    pub key: u32,
    /// Its release, or the name of its file.
    pub called: String,
    /// Raw BTF.
    pub types: Blob,
    /// Its modules.
    pub modules: Vec<ModuleTypes>,
}

/// The types of a module on the open result.
#[derive(Clone)]
pub struct ModuleTypes {
    /// The name of its file.
    pub name: String,
    /// Raw split BTF.
    pub types: Blob,
}

impl PartialEq for Loaded {
    fn eq(&self, other: &Loaded) -> bool {
        (self.key, self.modules.len()) == (other.key, other.modules.len())
    }
}

#[derive(Default)]
pub(super) struct State {
    pub kernels: Vec<Kernel>,
    pub files: Vec<File>,
    /// Sentences about what could not be added.
    pub remarks: Vec<String>,
    /// What the worker is at.
    pub at: Option<ProgramsRequest>,
    /// Kernels and files that it is to forget.
    pub removed: Vec<Number>,
    pub questions: VecDeque<Question>,
    /// The question that the worker is at.
    pub asked: Option<Question>,
    /// What reading and checking may cost. It only grows: what was allowed once stays so.
    pub budget: Budget,
    /// The numbers of what the page gave last.
    pub given: Option<u32>,
    /// Files that came out of packages and are removed once nothing here reads them any more.
    pub unpacked: Vec<web_sys::File>,
}

pub(super) enum Question {
    Relocations(ProgramsRequest, Then<Vec<Relocation>>),
    Write(Form, Then<String>),
    Header(Then<String>),
}

impl Kernel {
    /// Whether one of these files is read for it.
    pub(super) fn is_of(&self, files: &[web_sys::File]) -> bool {
        files.iter().any(|file| self.reads(file))
    }

    fn reads(&self, file: &web_sys::File) -> bool {
        let KernelFiles {
            types,
            modules,
            symbols,
            config,
            ..
        } = &self.files;
        let blob: &Blob = file;
        let texts = [symbols, config];
        types == blob
            || modules.iter().any(|module| module.types == *blob)
            || (texts.into_iter().flatten()).any(|text| text.file == *file)
    }

    /// From now on its types are read from copies.
    pub(super) fn copied(&mut self, copy: KernelCopy) {
        self.files = KernelFiles {
            called: copy.called,
            types: copy.types,
            modules: copy.modules,
            symbols: None,
            names: copy.names,
            config: self.files.config.take(),
        };
    }
}

impl State {
    /// Files that came out of packages and are not read any more.
    pub fn let_go(&mut self) -> Vec<web_sys::File> {
        let (kernels, files) = (&self.kernels, &self.files);
        let is_read = |file: &web_sys::File| {
            kernels.iter().any(|kernel| kernel.reads(file))
                || files.iter().any(|one| one.given.file == *file)
        };
        let (stay, go) = std::mem::take(&mut self.unpacked)
            .into_iter()
            .partition(is_read);
        self.unpacked = stay;
        go
    }

    /// The rows are of other kernels now.
    pub fn outdate(&mut self) {
        for file in &mut self.files {
            file.is_checked = false;
        }
    }

    /// Allows at least so much. Whatever was read with less is read again.
    pub fn allow(&mut self, budget: Budget) {
        if budget.multiple() <= self.budget.multiple() {
            return;
        }
        self.budget = budget;
        for kernel in self.kernels.iter_mut().filter(|kernel| kernel.is_read) {
            kernel.is_read = false;
            self.removed.push(kernel.number);
        }
        for file in self.files.iter_mut().filter(|file| file.is_read) {
            file.is_read = false;
            self.removed.push(file.number);
        }
        self.outdate();
    }

    /// What the worker is to do next.
    pub fn next(&mut self) -> Option<ProgramsRequest> {
        if let Some(number) = self.removed.pop() {
            return Some(ProgramsRequest::Remove(number));
        }
        if let Some(kernel) = self.kernels.iter().find(|kernel| !kernel.is_read) {
            return Some(ProgramsRequest::AddKernel {
                number: kernel.number,
                copied: kernel.is_of(&self.unpacked),
                kernel: kernel.files.clone(),
                budget: self.budget,
            });
        }
        if let Some(file) = self.files.iter().find(|file| !file.is_read) {
            return Some(ProgramsRequest::AddObjects {
                number: file.number,
                file: file.given.clone(),
                budget: self.budget,
            });
        }
        let unchecked = self.files.iter().find(|file| !file.is_checked);
        if let Some(file) = unchecked.filter(|_| !self.kernels.is_empty()) {
            return Some(ProgramsRequest::Check(file.number));
        }
        let question = self.questions.pop_front()?;
        let request = match &question {
            Question::Relocations(request, _) => request.clone(),
            Question::Header(_) => ProgramsRequest::Header,
            Question::Write(form, _) => ProgramsRequest::Write {
                files: self.files.iter().map(|file| file.number).collect(),
                form: *form,
            },
        };
        self.asked = Some(question);
        Some(request)
    }

    /// A file or kernel cannot be taken: why, without a full stop.
    pub fn fail(&mut self, number: Number, cause: &str) {
        let kernel = self.kernels.iter().find(|one| one.number == number);
        let file = self.files.iter().find(|one| one.number == number);
        let name = kernel.map(|one| one.files.called.clone());
        let name = name.or_else(|| file.map(|one| one.given.file.name()));
        let cause = cause.trim_end_matches('.');
        if let Some(name) = name {
            self.remarks.push(format!("{name}: {cause}."));
        }
        if kernel.is_some() {
            self.outdate();
        }
        self.kernels.retain(|one| one.number != number);
        self.files.retain(|one| one.number != number);
    }

    /// A file that was taken for one with objects is a kernel.
    pub fn is_kernel(&mut self, number: Number) {
        let Some(at) = self.files.iter().position(|one| one.number == number) else {
            return;
        };
        let given = self.files.remove(at).given;
        self.kernels.push(Kernel {
            number,
            files: alone(&called(&given.file.name()), Blob::clone(&given.file)),
            name: None,
            loaded: None,
            is_read: false,
        });
        self.outdate();
    }
}

/// What a kernel is called by the name of its file, if the file does not say.
pub fn called(name: &str) -> String {
    let stem = name.strip_suffix(".btf").filter(|stem| !stem.is_empty());
    stem.unwrap_or(name).to_owned()
}

/// A kernel without anything beside it.
pub(super) fn alone(called: &str, types: Blob) -> KernelFiles {
    KernelFiles {
        called: called.to_owned(),
        types,
        modules: Vec::new(),
        symbols: None,
        names: None,
        config: None,
    }
}
