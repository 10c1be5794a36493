//! The worker that checks objects on kernels, and what the view asks of it.
//!
//! The worker does one thing at a time, so what ends it is known: that is left out, and another worker gets the rest again.

use super::state::{File, Kernel, Loaded, ModuleTypes, Question, State, alone};
use crate::work::{Code, PROGRAMS_SECONDS, RunningWorker, Then, WorkerEvent, WorkerId, allowed};
use budget::Budget;
use core_check::{Form, Relocation, Row};
use gloo_timers::callback::Timeout;
use protocol::death::Death;
use protocol::files::GivenFile;
use protocol::programs::{
    KernelFiles, ModuleFile, Number, ProgramsRequest, ProgramsResponse, ReadKernel,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use yew::Callback;

/// Milliseconds between two drawings while the worker is busy.
const EVERY_MS: u32 = 150;

/// All of it. It stays when another view is shown.
#[derive(Clone)]
pub struct Held(Rc<Inner>);

struct Inner {
    code: Code,
    running: RefCell<Option<Rc<RunningWorker>>>,
    state: RefCell<State>,
    /// Told when something changes.
    changed: RefCell<Callback<()>>,
    /// Told of files that came out of packages and are not read any more.
    let_go: RefCell<Callback<Vec<web_sys::File>>>,
    /// Tells it later.
    later: RefCell<Option<Timeout>>,
    next: Cell<u32>,
}

thread_local! {
    static HELD: Held = Held(Rc::new(Inner {
        code: Code::new("programs", PROGRAMS_SECONDS),
        running: RefCell::default(),
        state: RefCell::default(),
        changed: RefCell::default(),
        let_go: RefCell::default(),
        later: RefCell::default(),
        next: Cell::new(0),
    }));
}

impl Held {
    /// That of the page.
    pub fn of_page() -> Held {
        HELD.with(Held::clone)
    }

    /// From now on `changed` is told when something changes.
    pub fn tell(&self, changed: Callback<()>) {
        *self.0.changed.borrow_mut() = changed;
    }

    /// Takes note of files that came out of packages and are added next: `let_go` is told of those that are not read any more.
    pub fn expect(&self, files: Vec<web_sys::File>, let_go: Callback<Vec<web_sys::File>>) {
        self.0.state.borrow_mut().unpacked.extend(files);
        *self.0.let_go.borrow_mut() = let_go;
    }

    /// Lets go of files that came out of packages and are not read any more.
    pub fn let_go(&self) {
        let files = self.0.state.borrow_mut().let_go();
        if !files.is_empty() {
            let let_go = self.0.let_go.borrow().clone();
            let_go.emit(files);
        }
    }

    /// Whether files with this number have not come before.
    pub fn is_new(&self, number: u32) -> bool {
        self.0.state.borrow_mut().given.replace(number) != Some(number)
    }

    /// The names of the kernels, in the order of their columns.
    pub fn names(&self) -> Vec<String> {
        let name = |one: &Kernel| one.name.clone().unwrap_or_else(|| one.files.called.clone());
        self.read(|kernels, _| kernels.iter().map(name).collect())
    }

    /// Looks at the kernels and files.
    pub fn read<T>(&self, look: impl FnOnce(&[Kernel], &[File]) -> T) -> T {
        let state = self.0.state.borrow();
        look(&state.kernels, &state.files)
    }

    /// The rows that are known, in the order in which objects were added.
    pub fn rows(&self) -> Vec<Rc<Row>> {
        let state = self.0.state.borrow();
        let checked = state.files.iter().filter(|file| file.is_checked);
        checked.flat_map(|file| file.rows.clone()).collect()
    }

    /// Sentences about what could not be added.
    pub fn remarks(&self) -> Vec<String> {
        self.0.state.borrow().remarks.clone()
    }

    /// Forgets the sentences.
    pub fn dismiss(&self) {
        self.0.state.borrow_mut().remarks.clear();
        self.changed();
    }

    /// Says something about files.
    pub fn remark(&self, sentence: String) {
        self.0.state.borrow_mut().remarks.push(sentence);
        self.changed();
    }

    /// What the worker is at, for people.
    pub fn working(&self) -> Option<String> {
        let state = self.0.state.borrow();
        let of_file = |number: Number| {
            let file = state.files.iter().find(|file| file.number == number);
            file.map_or_else(String::new, |file| file.given.file.name())
        };
        Some(match state.at.as_ref()? {
            ProgramsRequest::AddKernel { kernel, .. } => format!("Reading {}…", kernel.called),
            ProgramsRequest::AddObjects { file, .. } => format!("Reading {}…", file.file.name()),
            ProgramsRequest::Check(number) => {
                let left = state.files.iter().filter(|file| !file.is_checked).count();
                format!("Checking {} ({left} to go)…", of_file(*number))
            }
            _ => return None,
        })
    }

    /// Adds a kernel.
    pub fn add_kernel(&self, files: KernelFiles) {
        self.push_kernel(files, None);
        self.go_on();
    }

    fn push_kernel(&self, files: KernelFiles, loaded: Option<(u32, usize)>) {
        let number = self.number();
        let mut state = self.0.state.borrow_mut();
        state.kernels.push(Kernel {
            number,
            files,
            name: None,
            loaded,
            is_read: false,
        });
        state.outdate();
    }

    /// Takes the open result, in the place of the one before.
    pub fn set_loaded(&self, loaded: Option<&Loaded>) {
        let Some(loaded) = loaded else { return };
        let key = Some((loaded.key, loaded.modules.len()));
        let old = self.read(|kernels, _| {
            let mut kernels = kernels.iter().filter(|one| one.loaded.is_some());
            kernels.next().map(|one| (one.number, one.loaded))
        });
        if old.is_some_and(|(_, there)| there == key) {
            return;
        }
        if let Some((number, _)) = old {
            self.forget(number);
        }
        let module = |module: &ModuleTypes| ModuleFile {
            name: module.name.clone(),
            types: module.types.clone(),
        };
        let files = KernelFiles {
            modules: loaded.modules.iter().map(module).collect(),
            ..alone(&loaded.called, loaded.types.clone())
        };
        self.push_kernel(files, key);
        self.go_on();
    }

    /// Adds a file with objects.
    pub fn add_objects(&self, given: GivenFile) {
        let number = self.number();
        self.0.state.borrow_mut().files.push(File {
            number,
            given,
            objects: Vec::new(),
            rows: Vec::new(),
            is_read: false,
            is_checked: false,
        });
        self.go_on();
    }

    /// Removes a kernel or a file.
    pub fn remove(&self, number: Number) {
        self.forget(number);
        self.let_go();
        self.go_on();
    }

    fn forget(&self, number: Number) {
        let mut state = self.0.state.borrow_mut();
        let before = state.kernels.len();
        let is_number = |there: &Number| *there == number;
        state.kernels.retain(|one| !is_number(&one.number));
        state.files.retain(|one| !is_number(&one.number));
        state.removed.push(number);
        if state.kernels.len() != before {
            state.outdate();
        }
    }

    /// Allows ten times as much as before, and checks again.
    pub fn allow_more(&self) {
        {
            let mut state = self.0.state.borrow_mut();
            let times = state.budget.multiple().saturating_mul(10);
            state.allow(Budget::times(times));
        }
        self.go_on();
    }

    /// Asks for the relocations of an object on a kernel.
    pub fn relocations(
        &self,
        (file, object): (Number, u32),
        kernel: Number,
        then: Then<Vec<Relocation>>,
    ) {
        let request = ProgramsRequest::Relocations {
            file,
            object,
            kernel,
        };
        let question = Question::Relocations(request, then);
        self.0.state.borrow_mut().questions.push_back(question);
        self.go_on();
    }

    /// Asks for all rows as a file.
    pub fn write(&self, form: Form, then: Then<String>) {
        let question = Question::Write(form, then);
        self.0.state.borrow_mut().questions.push_back(question);
        self.go_on();
    }

    /// Asks for a header with what all objects need of all kernels.
    pub fn header(&self, then: Then<String>) {
        let question = Question::Header(then);
        self.0.state.borrow_mut().questions.push_back(question);
        self.go_on();
    }

    fn number(&self) -> Number {
        let number = self.0.next.get();
        self.0.next.set(number + 1);
        Number(number)
    }

    /// Tells of a change: at once if the worker rests, else some times a second.
    fn changed(&self) {
        if self.0.state.borrow().at.is_none() {
            self.0.later.take();
            let changed = self.0.changed.borrow().clone();
            return changed.emit(());
        }
        let mut later = self.0.later.borrow_mut();
        if later.is_none() {
            let own = self.clone();
            *later = Some(Timeout::new(EVERY_MS, move || {
                own.0.later.take();
                let changed = own.0.changed.borrow().clone();
                changed.emit(());
            }));
        }
    }

    /// Gives the worker the next thing to do, if it is at nothing.
    fn go_on(&self) {
        let next = {
            let mut state = self.0.state.borrow_mut();
            // The page's button for a larger budget counts here, too.
            state.allow(allowed());
            match state.at.is_some() {
                true => None,
                false => state.next(),
            }
        };
        if let Some(request) = next {
            self.0.state.borrow_mut().at = Some(request.clone());
            self.send(request);
        }
        self.changed();
    }

    fn send(&self, request: ProgramsRequest) {
        let running = self.0.running.borrow().clone();
        if let Some(worker) = running {
            return worker.send(&request);
        }
        let own = self.clone();
        self.0.code.want(move |loaded| {
            let events = {
                let own = own.clone();
                Callback::from(move |(id, event)| own.on_event(id, event))
            };
            let started = loaded
                .map_err(Death::NotLoaded)
                .and_then(|engine| RunningWorker::start(WorkerId::next(), &engine, &events));
            match started {
                Ok(worker) => {
                    let worker = Rc::new(worker);
                    *own.0.running.borrow_mut() = Some(worker.clone());
                    worker.send(&request);
                }
                Err(death) => own.died(&death),
            }
        });
    }

    fn on_event(&self, id: WorkerId, event: WorkerEvent) {
        let is_current = matches!(&*self.0.running.borrow(), Some(worker) if worker.id == id);
        if !is_current {
            return;
        }
        match event.read_as::<ProgramsResponse>() {
            Ok(received) => self.on_response(received.response),
            Err(death) => self.died(&death),
        }
    }

    fn on_response(&self, response: ProgramsResponse) {
        if matches!(response, ProgramsResponse::Working) {
            return;
        }
        let mut state = self.0.state.borrow_mut();
        state.at = None;
        let asked = state.asked.take();
        // Whoever asked is told when nothing is borrowed.
        let mut told: Option<Box<dyn FnOnce()>> = None;
        match response {
            ProgramsResponse::Working | ProgramsResponse::Removed => {}
            ProgramsResponse::Objects(number, Ok(names)) => {
                if let Some(file) = state.files.iter_mut().find(|one| one.number == number) {
                    file.objects = names;
                    file.is_read = true;
                }
            }
            ProgramsResponse::Objects(number, Err(cause)) => state.fail(number, &cause),
            ProgramsResponse::IsKernel(number) => state.is_kernel(number),
            ProgramsResponse::Kernel(number, Ok(read)) => {
                let ReadKernel {
                    name,
                    remarks,
                    copy,
                } = read;
                if let Some(kernel) = state.kernels.iter_mut().find(|one| one.number == number) {
                    kernel.name = Some(name);
                    kernel.is_read = true;
                    if let Some(copy) = copy {
                        kernel.copied(copy);
                    }
                }
                state.remarks.extend(remarks);
            }
            ProgramsResponse::Kernel(number, Err(cause)) => state.fail(number, &cause),
            ProgramsResponse::Rows(number, rows) => {
                if let Some(file) = state.files.iter_mut().find(|one| one.number == number) {
                    file.is_checked = true;
                    file.rows = rows.into_iter().map(Rc::new).collect();
                }
            }
            ProgramsResponse::Relocations(answer) => {
                if let Some(Question::Relocations(_, then)) = asked {
                    told = Some(Box::new(move || then(answer)));
                }
            }
            ProgramsResponse::Header(answer) => {
                if let Some(Question::Header(then)) = asked {
                    told = Some(Box::new(move || then(answer)));
                }
            }
            ProgramsResponse::Written(_, text) => {
                if let Some(Question::Write(_, then)) = asked {
                    told = Some(Box::new(move || then(Ok(text))));
                }
            }
        }
        drop(state);
        if let Some(told) = told {
            told();
        }
        self.let_go();
        self.go_on();
    }

    /// The worker died. What it was at is left out, and the next worker gets the rest again.
    fn died(&self, death: &Death) {
        *self.0.running.borrow_mut() = None;
        let mut state = self.0.state.borrow_mut();
        let cause = format!("the worker that checks stopped: {death}");
        state.removed.clear();
        let question = state.asked.take();
        match state.at.take() {
            _ if matches!(death, Death::NotLoaded(_) | Death::NotStarted(_)) => {
                // Nothing is at fault: what waits is dropped, and adding something tries again.
                state.remarks.push(format!("{cause}."));
                state.files.retain(|file| file.is_read);
                state.kernels.retain(|kernel| kernel.is_read);
            }
            Some(
                ProgramsRequest::AddObjects { number, .. }
                | ProgramsRequest::AddKernel { number, .. }
                | ProgramsRequest::Check(number),
            ) => state.fail(number, &cause),
            _ => state.remarks.push(format!("{cause}.")),
        }
        for kernel in &mut state.kernels {
            kernel.is_read = false;
        }
        for file in &mut state.files {
            file.is_read = false;
            // A worker knows only the rows that it made.
            file.is_checked = false;
        }
        drop(state);
        match question {
            Some(Question::Relocations(_, then)) => then(Err(cause)),
            Some(Question::Write(_, then) | Question::Header(then)) => then(Err(cause)),
            None => {}
        }
        self.let_go();
        match matches!(death, Death::NotLoaded(_) | Death::NotStarted(_)) {
            true => self.changed(),
            false => self.go_on(),
        }
    }
}
