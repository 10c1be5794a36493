//! A run over modules: several workers, each of which takes one module after the other.

use super::Engine;
use super::job::worker_count;
use super::memory::Memory;
use super::modules::{Done, Module, ModuleOptions, ModuleState, Running};
use super::worker::{EngineWorker, Events, WorkerEvent, WorkerId};
use crate::browser::now;
use protocol::death::Death;
use protocol::engine::{self, ModuleRequest, ModuleResponse, Progress};
use protocol::failure::Failure;
use protocol::queue::{ModuleId, Queue};
use std::collections::BTreeSet;
use std::rc::Rc;

/// A worker whose memory grew beyond this makes room for a new one: wasm memory never shrinks.
const LARGE_MEMORY: f64 = 512e6;

/// A worker of the run.
struct ModuleWorker {
    worker: EngineWorker<engine::Modules>,
    state: ModuleWorkerState,
}

/// What a worker is at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum ModuleWorkerState {
    Opening,
    Idle,
    Module(ModuleId),
}

/// A run. Dropping it ends its workers.
pub struct Batch {
    /// What the workers' memories take.
    pub memory: Memory,
    engine: Rc<Engine>,
    events: Events,
    options: ModuleOptions,
    queue: Queue,
    workers: Vec<ModuleWorker>,
    started: f64,
    /// Bytes of files that were encoded in this run before the first module.
    before: u64,
    /// Modules of this run.
    ids: BTreeSet<ModuleId>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default)]
pub struct BatchTotals {
    /// Modules that ended, and all of this run.
    pub modules: (usize, usize),
    /// Types emitted before any dedup.
    pub types: u64,
    /// Bytes of BTF these would take.
    pub btf_bytes: u64,
    /// Bytes of `.debug_info` walked.
    pub dwarf_bytes: u64,
    /// How much is done, 0 to 1, and how much was when the run began.
    pub share: (f64, f64),
}

impl Batch {
    /// A run without modules yet.
    pub fn new(engine: Rc<Engine>, options: ModuleOptions, before: u64, events: Events) -> Batch {
        Batch {
            memory: Memory::default(),
            engine,
            events,
            options,
            queue: Queue::default(),
            workers: Vec::new(),
            started: now(),
            before,
            ids: BTreeSet::new(),
        }
    }

    /// Other options for modules that are handed out from now on. The base is the same: with another one
    /// there is another run.
    pub fn change_options(&mut self, options: ModuleOptions) {
        self.options = options;
        for module_worker in &self.workers {
            module_worker.worker.ask(&ModuleRequest::Companions {
                files: self.options.companions.clone(),
            });
        }
    }

    /// Adds a module.
    pub fn push(&mut self, id: ModuleId, bytes: u64) {
        self.ids.insert(id);
        self.queue.push(id, bytes);
    }

    /// A module is wanted no more; a worker that is at it is replaced.
    pub fn forget(&mut self, id: ModuleId) {
        self.ids.remove(&id);
        self.queue.forget(id);
        self.workers
            .retain(|module_worker| module_worker.state != ModuleWorkerState::Module(id));
    }

    /// Starts as many workers as there is work for.
    pub fn start(&mut self, rows: &mut [Module]) {
        let wanted = (worker_count() as usize).min(self.queue.open()).max(1);
        while self.workers.len() < wanted {
            match self.start_worker() {
                Ok(module_worker) => self.workers.push(module_worker),
                Err(error) if self.workers.is_empty() => {
                    self.give_up(rows, &error.to_string());
                    return;
                }
                // Fewer workers do it too.
                Err(_) => break,
            }
        }
        self.pump(rows);
    }

    fn start_worker(&self) -> Result<ModuleWorker, Death> {
        let companions = &self.options.companions;
        let worker = EngineWorker::start(&self.engine, &self.events, companions)?;
        worker.ask(&ModuleRequest::Base {
            btf: self.options.base.clone(),
        });
        Ok(ModuleWorker {
            worker,
            state: ModuleWorkerState::Opening,
        })
    }

    /// Seconds since the start.
    pub fn elapsed(&self) -> f64 {
        (now() - self.started) / 1000.0
    }

    pub fn workers(&self) -> usize {
        self.workers.len()
    }

    /// Whether nothing waits and nothing runs.
    pub fn is_over(&self) -> bool {
        self.queue.is_empty()
    }

    /// How far it is.
    pub fn totals(&self, rows: &[Module]) -> BatchTotals {
        let mut totals = BatchTotals::default();
        let before = self.before as f64;
        let (mut all, mut done) = (before, before);
        for module in rows.iter().filter(|module| self.ids.contains(&module.id)) {
            let (share, progress) = match &module.state {
                ModuleState::Waiting => (0.0, Progress::default()),
                ModuleState::Running(running) => (running.share(), running.progress.clone()),
                ModuleState::Done(result) => (1.0, whole(result)),
                ModuleState::Failed(_) => (1.0, Progress::default()),
            };
            let ended = matches!(module.state, ModuleState::Done(_) | ModuleState::Failed(_));
            totals.modules.0 += usize::from(ended);
            totals.modules.1 += 1;
            totals.types += progress.types;
            totals.btf_bytes += progress.btf_bytes;
            totals.dwarf_bytes += progress.dwarf_bytes;
            all += module.bytes as f64;
            done += module.bytes as f64 * share;
        }
        let all = all.max(1.0);
        totals.share = (done / all, before / all);
        totals
    }

    /// Takes what a worker did. Workers that are not of this run are none of its business.
    pub fn on_event(&mut self, rows: &mut [Module], id: WorkerId, event: WorkerEvent) {
        let Some(at) = self
            .workers
            .iter()
            .position(|module_worker| module_worker.worker.id == id)
        else {
            return;
        };
        let received = match event.read::<engine::Modules>() {
            Ok(received) => received,
            Err(death) => return self.on_death(rows, at, &death),
        };
        let module_worker = &mut self.workers[at];
        module_worker.worker.memory = received.memory;
        match (module_worker.state, received.response) {
            (ModuleWorkerState::Opening, ModuleResponse::Opened) => {
                module_worker.state = ModuleWorkerState::Idle;
                self.pump(rows);
            }
            (ModuleWorkerState::Opening, ModuleResponse::Failed(failure)) => {
                let cause = format!("{} {}", failure.cause, failure.advice);
                self.workers.remove(at);
                self.on_not_opened(rows, &cause);
            }
            (ModuleWorkerState::Module(module), response) => {
                self.on_module(rows, at, module, response)
            }
            (ModuleWorkerState::Opening | ModuleWorkerState::Idle, response) => {
                let death = Death::Defect(format!("it had no module, and answered {response:?}"));
                self.on_death(rows, at, &death);
            }
        }
        let memories = self
            .workers
            .iter()
            .map(|module_worker| module_worker.worker.memory);
        self.memory.note(memories);
    }

    fn on_module(
        &mut self,
        rows: &mut [Module],
        at: usize,
        id: ModuleId,
        response: ModuleResponse,
    ) {
        let Some(row) = rows.iter_mut().find(|module| module.id == id) else {
            return;
        };
        let ModuleState::Running(running) = &mut row.state else {
            return;
        };
        let state = match response {
            ModuleResponse::Planned { dwarf_bytes } => {
                running.dwarf_bytes = dwarf_bytes;
                return;
            }
            ModuleResponse::Progress(progress) => {
                running.progress = progress;
                return;
            }
            ModuleResponse::Unit(unit) => return self.queue.reached(id, unit),
            ModuleResponse::Stage => return self.queue.encoded(id),
            ModuleResponse::Finished(model) => {
                ModuleState::Done(Box::new(Done::new(&row.file, running.since, *model)))
            }
            ModuleResponse::Failed(failure) => ModuleState::Failed(Box::new(failure)),
            ModuleResponse::Opened => {
                let death = Death::Defect("it was ready a second time".to_owned());
                return self.on_death(rows, at, &death);
            }
        };
        row.state = state;
        self.queue.ended(id);
        self.workers[at].state = ModuleWorkerState::Idle;
        if self.workers[at].worker.memory > LARGE_MEMORY
            && !self.queue.is_empty()
            && let Ok(module_worker) = self.start_worker()
        {
            self.workers[at] = module_worker;
        }
        self.pump(rows);
    }

    /// A worker could not begin: there is no room for another of these. Fewer do it too, but not none.
    fn on_not_opened(&mut self, rows: &mut [Module], cause: &str) {
        if self.workers.is_empty() {
            self.give_up(rows, cause);
        }
    }

    /// A worker died: another takes its place, and its module is tried again with care.
    fn on_death(&mut self, rows: &mut [Module], at: usize, death: &Death) {
        let dead = self.workers.remove(at);
        let cause = death.with_memory(dead.worker.memory);
        match dead.state {
            ModuleWorkerState::Opening => return self.on_not_opened(rows, &cause),
            ModuleWorkerState::Idle => {}
            ModuleWorkerState::Module(id) => {
                let again = self.queue.died(id, &cause);
                if let Some(row) = rows.iter_mut().find(|module| module.id == id) {
                    row.state = match again {
                        true => ModuleState::Waiting,
                        false => ModuleState::Failed(Box::new(died(&cause))),
                    };
                }
            }
        }
        if !self.queue.is_empty() {
            self.start(rows);
        }
    }

    /// Hands out modules.
    fn pump(&mut self, rows: &mut [Module]) {
        for module_worker in self
            .workers
            .iter_mut()
            .filter(|module_worker| module_worker.state == ModuleWorkerState::Idle)
        {
            let Some((id, attempt)) = self.queue.next_module() else {
                break;
            };
            // Of one that is wanted no more, the queue knows nothing.
            let Some(row) = rows.iter_mut().find(|module| module.id == id) else {
                self.queue.ended(id);
                continue;
            };
            row.state = ModuleState::Running(Running {
                since: now(),
                ..Running::default()
            });
            module_worker.state = ModuleWorkerState::Module(id);
            module_worker.worker.ask(&ModuleRequest::Encode {
                file: row.file.clone(),
                options: self.options.encode.clone(),
                takes_btf: self.options.takes_btf,
                attempt,
            });
        }
    }

    /// No worker will do it.
    fn give_up(&mut self, rows: &mut [Module], cause: &str) {
        self.workers.clear();
        self.queue = Queue::default();
        for row in rows {
            if matches!(row.state, ModuleState::Waiting | ModuleState::Running(_)) {
                row.state = ModuleState::Failed(Box::new(Failure {
                    title: "No worker could start".to_owned(),
                    cause: format!("The workers for modules could not start: {cause}"),
                    advice: "Close other tabs and add the modules again.".to_owned(),
                    ..Failure::default()
                }));
            }
        }
    }
}

fn died(cause: &str) -> Failure {
    Failure {
        title: "Its worker crashed".to_owned(),
        cause: format!("Its worker crashed repeatedly: {cause}."),
        advice: "Add it again; if that does not help, use the command: btfscope encode --base."
            .to_owned(),
        ..Failure::default()
    }
}

/// What an encoded module adds to the totals.
fn whole(done: &Done) -> Progress {
    let statistics = &done.files.statistics;
    Progress {
        types: statistics.before.types,
        btf_bytes: statistics.before.bytes,
        dwarf_bytes: statistics.input.debug_info_bytes,
        ..Progress::default()
    }
}
