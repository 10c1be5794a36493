//! A run over modules: several workers, each of which takes one module after the other.

use super::Engine;
use super::job::{death_cause, worker_count};
use super::memory::Memory;
use super::modules::{Done, Module, Running, State};
use super::worker::{WorkerEvent, WorkerHandle, WorkerId};
use crate::browser::{now, parameter};
use js_sys::Array;
use pipeline::Options;
use std::collections::BTreeSet;
use std::rc::Rc;
use web::protocol::{Failure, Request, Response};
use web::queue::{ModuleId, Queue};
use web_sys::Blob;
use yew::Callback;

/// A worker whose memory grew beyond this makes room for a new one: wasm memory never shrinks.
const LARGE_MEMORY: f64 = 512e6;
/// Ticks without a word after which a worker counts as dead; see [`super::encoders`].
const QUIET_TICKS: u32 = 600;

/// A worker in its place.
struct Place {
    worker: WorkerHandle,
    at: At,
    quiet: u32,
}

/// What a worker is at.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Opening,
    Idle,
    Module(ModuleId),
}

/// A run. Dropping it ends its workers.
pub struct Batch {
    /// What the workers' memories take.
    pub memory: Memory,
    engine: Rc<Engine>,
    events: Callback<(WorkerId, WorkerEvent)>,
    base: Blob,
    queue: Queue,
    places: Vec<Place>,
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
    pub fn new(
        engine: Rc<Engine>,
        base: Blob,
        before: u64,
        events: Callback<(WorkerId, WorkerEvent)>,
    ) -> Batch {
        Batch {
            memory: Memory::default(),
            engine,
            events,
            base,
            queue: Queue::default(),
            places: Vec::new(),
            started: now(),
            before,
            ids: BTreeSet::new(),
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
        self.places.retain(|place| place.at != At::Module(id));
    }

    /// Starts as many workers as there is work for.
    pub fn start(&mut self, rows: &mut [Module]) {
        let wanted = (worker_count() as usize).min(self.queue.open()).max(1);
        while self.places.len() < wanted {
            match self.place() {
                Ok(place) => self.places.push(place),
                Err(error) if self.places.is_empty() => {
                    self.give_up(rows, &error);
                    return;
                }
                // Fewer workers do it too.
                Err(_) => break,
            }
        }
        self.pump(rows);
    }

    fn place(&self) -> Result<Place, String> {
        let worker = WorkerHandle::start(&self.engine, &self.events)?;
        worker.ask(&Request::Base {
            btf: self.base.clone(),
        });
        Ok(Place {
            worker,
            at: At::Opening,
            quiet: 0,
        })
    }

    /// Seconds since the start.
    pub fn elapsed(&self) -> f64 {
        (now() - self.started) / 1000.0
    }

    /// Workers there are.
    pub fn workers(&self) -> usize {
        self.places.len()
    }

    /// Whether nothing waits and nothing runs.
    pub fn is_over(&self) -> bool {
        self.queue.is_empty()
    }

    /// How far it is.
    pub fn totals(&self, rows: &[Module]) -> BatchTotals {
        let mut totals = BatchTotals::default();
        let (mut all, mut done) = (self.before as f64, self.before as f64);
        for module in rows.iter().filter(|module| self.ids.contains(&module.id)) {
            totals.modules.1 += 1;
            all += module.bytes as f64;
            let progress = match &module.state {
                State::Waiting => continue,
                State::Running(running) => {
                    done += module.bytes as f64 * running.share();
                    &running.progress
                }
                State::Done(result) => {
                    let before = result.statistics.before;
                    totals.types += before.types;
                    totals.btf_bytes += before.bytes;
                    totals.dwarf_bytes += result.statistics.input.debug_info_bytes;
                    done += module.bytes as f64;
                    totals.modules.0 += 1;
                    continue;
                }
                State::Failed(_) => {
                    done += module.bytes as f64;
                    totals.modules.0 += 1;
                    continue;
                }
            };
            totals.types += progress.types;
            totals.btf_bytes += progress.btf_bytes;
            totals.dwarf_bytes += progress.dwarf_bytes;
        }
        let all = all.max(1.0);
        totals.share = (done / all, self.before as f64 / all);
        totals
    }

    /// Takes what a worker did. Workers that are not of this run are none of its business.
    pub fn on_event(&mut self, rows: &mut [Module], id: WorkerId, event: WorkerEvent) {
        let Some(at) = self.places.iter().position(|place| place.worker.id == id) else {
            return;
        };
        let envelope = match event {
            WorkerEvent::Said(envelope) => envelope,
            WorkerEvent::Died(cause) => return self.on_death(rows, at, &cause),
        };
        let place = &mut self.places[at];
        place.quiet = 0;
        place.worker.memory = envelope.memory;
        match (place.at, envelope.response) {
            (At::Opening, Response::Opened) => {
                place.at = At::Idle;
                self.pump(rows);
            }
            // What one cannot open, no other can.
            (At::Opening, Response::Failed(failure)) => {
                self.give_up(rows, &format!("{} {}", failure.cause, failure.advice));
            }
            (At::Module(module), response) => self.on_module(rows, at, module, response),
            _ => {}
        }
        let memories = self.places.iter().map(|place| place.worker.memory);
        self.memory.note(memories);
    }

    fn on_module(&mut self, rows: &mut [Module], at: usize, id: ModuleId, response: Response) {
        let Some(row) = rows.iter_mut().find(|module| module.id == id) else {
            return;
        };
        let since = match &mut row.state {
            State::Running(running) => {
                match &response {
                    Response::ModulePlanned { dwarf_bytes, .. } => {
                        running.dwarf_bytes = *dwarf_bytes;
                    }
                    Response::Progress(progress) => running.progress.clone_from(progress),
                    _ => {}
                }
                running.since
            }
            _ => now(),
        };
        match response {
            Response::Unit(unit) => return self.queue.reached(id, unit),
            Response::Stage(_) => return self.queue.encoded(id),
            Response::ModuleFinished(module) => {
                row.state = State::Done(Box::new(Done::new(&row.file, since, *module)));
            }
            Response::Failed(failure) => row.state = State::Failed(Box::new(failure)),
            _ => return,
        }
        self.queue.ended(id);
        self.places[at].at = At::Idle;
        if self.places[at].worker.memory > LARGE_MEMORY
            && let Ok(place) = self.place()
        {
            self.places[at] = place;
        }
        self.pump(rows);
    }

    /// A worker died: another takes its place, and its module is tried again with care.
    fn on_death(&mut self, rows: &mut [Module], at: usize, cause: &str) {
        let dead = self.places.remove(at);
        let cause = death_cause(cause, dead.worker.memory);
        match dead.at {
            // There is no room for another of these; go on with fewer.
            At::Opening if self.places.is_empty() => return self.give_up(rows, &cause),
            At::Opening => return,
            At::Idle => {}
            At::Module(id) => {
                let again = self.queue.died(id, &cause);
                if let Some(row) = rows.iter_mut().find(|module| module.id == id) {
                    row.state = match again {
                        true => State::Waiting,
                        false => State::Failed(Box::new(died(&cause))),
                    };
                }
            }
        }
        if !self.queue.is_empty() {
            self.start(rows);
        }
    }

    /// A quarter of a second passed.
    pub fn on_tick(&mut self, rows: &mut [Module]) {
        let mut dead = Vec::new();
        for place in &mut self.places {
            place.quiet = match place.at {
                At::Idle => 0,
                _ => place.quiet + 1,
            };
            if place.quiet > QUIET_TICKS {
                dead.push(place.worker.id);
            }
        }
        for id in dead {
            let cause = "the worker did not answer any more".to_owned();
            self.on_event(rows, id, WorkerEvent::Died(cause));
        }
    }

    /// Hands out modules.
    fn pump(&mut self, rows: &mut [Module]) {
        for place in self.places.iter_mut().filter(|place| place.at == At::Idle) {
            let Some((id, attempt)) = self.queue.next_module() else {
                break;
            };
            let Some(row) = rows.iter_mut().find(|module| module.id == id) else {
                self.queue.ended(id);
                continue;
            };
            row.state = State::Running(Running {
                since: now(),
                ..Running::default()
            });
            place.at = At::Module(id);
            place.quiet = 0;
            place.worker.send(
                &Request::Module {
                    file: row.file.clone(),
                    options: Options::default(),
                    attempt,
                    fault: fault(),
                },
                &Array::new(),
            );
        }
    }

    /// No worker will do it.
    fn give_up(&mut self, rows: &mut [Module], cause: &str) {
        self.places.clear();
        self.queue = Queue::default();
        for row in rows {
            if matches!(row.state, State::Waiting | State::Running(_)) {
                row.state = State::Failed(Box::new(Failure {
                    title: "No worker could begin".to_owned(),
                    cause: format!("The workers for modules could not begin: {cause}"),
                    advice: "Close other tabs and give the modules again.".to_owned(),
                    ..Failure::default()
                }));
            }
        }
    }
}

fn died(cause: &str) -> Failure {
    Failure {
        title: "Its worker died".to_owned(),
        cause: format!("Its worker died, again and again: {cause}."),
        advice: "Give it again; if that does not help, use the command: btfscope encode --base."
            .to_owned(),
        ..Failure::default()
    }
}

/// The unit that is to kill the worker of every module (`?fault=module:0`); for the browser test.
fn fault() -> Option<u32> {
    parameter("fault")?.strip_prefix("module:")?.parse().ok()
}
