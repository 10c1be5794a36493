//! One worker, seen from the page.

use super::Engine;
use super::watchdog::Watchdog;
use crate::browser::describe;
use js_sys::Array;
use protocol::codec::{Transfer, from_js, to_js};
use protocol::death::Death;
use protocol::engine::{Become, Role};
use protocol::files::GivenFile;
use protocol::from_worker::{BUILD, FromWorker};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

/// Names a worker; never used twice, so that what a dead one still says finds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkerId(u32);

impl WorkerId {
    /// A new one.
    pub fn next() -> WorkerId {
        WorkerId(NEXT_ID.replace(NEXT_ID.get().wrapping_add(1)))
    }

    /// Its number.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What a worker did. What it answers is read by whoever knows its role.
#[derive(Debug)]
pub enum WorkerEvent {
    /// It sent a response.
    Response {
        /// Bytes of its wasm memory.
        memory: f64,
        /// Not read yet.
        response: JsValue,
    },
    /// It died, or cannot be understood.
    Died(Death),
}

/// A response that was read.
#[derive(Debug)]
pub struct Received<R> {
    /// Bytes of the worker's wasm memory.
    pub memory: f64,
    /// The response.
    pub response: R,
}

impl WorkerEvent {
    /// The response of a worker in the role `R`, or why there is none.
    pub fn read<R: Role>(self) -> Result<Received<R::Response>, Death> {
        self.read_as()
    }

    /// The response of a worker that answers with `T`, or why there is none.
    pub fn read_as<T: DeserializeOwned>(self) -> Result<Received<T>, Death> {
        match self {
            WorkerEvent::Response { memory, response } => match from_js(response) {
                Ok(response) => Ok(Received { memory, response }),
                Err(error) => Err(Death::Defect(format!(
                    "a worker's message could not be read: {error}"
                ))),
            },
            WorkerEvent::Died(death) => Err(death),
        }
    }
}

/// What is told of workers.
pub type Events = Callback<(WorkerId, WorkerEvent)>;

/// A worker that runs; terminated when this is dropped.
pub struct RunningWorker {
    pub id: WorkerId,
    worker: Worker,
    events: Events,
    watchdog: Rc<Watchdog>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
}

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

impl RunningWorker {
    /// Starts a worker under a name.
    pub fn start(id: WorkerId, engine: &Engine, events: &Events) -> Result<RunningWorker, Death> {
        let not_started = |error| Death::NotStarted(describe(&error));
        let worker = Worker::new(&engine.url).map_err(not_started)?;
        // The text of a panic comes as a message before the trap.
        let last_words: Rc<Cell<Option<String>>> = Rc::default();
        let watchdog = {
            let (events, patience) = (events.clone(), engine.patience);
            Rc::new(Watchdog::new(patience, move || {
                let death = Death::Silent { seconds: patience };
                events.emit((id, WorkerEvent::Died(death)));
            }))
        };
        let message = {
            let (events, last_words) = (events.clone(), last_words.clone());
            let watchdog = watchdog.clone();
            Closure::new(move |event: MessageEvent| {
                watchdog.heard();
                if let Some(event) = understand(event.data(), &last_words, &watchdog) {
                    events.emit((id, event));
                }
            })
        };
        let error = {
            let events = events.clone();
            Closure::new(move |event: ErrorEvent| {
                event.prevent_default();
                let death = match last_words.take() {
                    Some(panic) => Death::Panic(panic),
                    None => Death::of_error_event(&event.message()),
                };
                events.emit((id, WorkerEvent::Died(death)));
            })
        };
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        worker.post_message(&engine.module).map_err(not_started)?;
        watchdog.given();
        Ok(RunningWorker {
            id,
            worker,
            events: events.clone(),
            watchdog,
            _message: message,
            _error: error,
        })
    }

    /// Sends a message; its buffers change hands.
    pub fn send<M: Transfer + Serialize>(&self, message: &M) {
        let buffers = Array::new();
        message.transfer(&buffers);
        let sent = to_js(message).and_then(|message| {
            self.worker
                .post_message_with_transfer(&message, &buffers)
                .map_err(|error| describe(&error))
        });
        match sent {
            Ok(()) => self.watchdog.given(),
            Err(error) => {
                let death = WorkerEvent::Died(Death::NotSent(error));
                self.events.emit((self.id, death));
            }
        }
    }

    /// Ends the worker at once; what it holds is gone.
    fn stop(&self) {
        self.watchdog.stop();
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Drop for RunningWorker {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A worker of the engine in its role; terminated when this is dropped.
pub struct EngineWorker<R> {
    pub id: WorkerId,
    /// Bytes of its wasm memory, as it said last.
    pub memory: f64,
    worker: RunningWorker,
    role: PhantomData<R>,
}

impl<R: Role> EngineWorker<R> {
    /// Starts a worker in this role, and tells it which files were given beside its input.
    pub fn start(
        engine: &Engine,
        events: &Events,
        companions: &[GivenFile],
    ) -> Result<EngineWorker<R>, Death> {
        let worker = RunningWorker::start(WorkerId::next(), engine, events)?;
        Ok(EngineWorker::of(worker, companions))
    }

    /// Gives this role to a worker that has none.
    pub fn of(worker: RunningWorker, companions: &[GivenFile]) -> EngineWorker<R> {
        worker.send(&Become {
            role: R::NAME,
            companions: companions.to_vec(),
        });
        EngineWorker {
            id: worker.id,
            memory: 0.0,
            worker,
            role: PhantomData,
        }
    }

    /// Sends a request.
    pub fn ask(&self, request: &R::Request) {
        self.worker.send(request);
    }

    /// Ends the worker at once; what it holds is gone.
    pub fn stop(&mut self) {
        self.worker.stop();
        self.memory = 0.0;
    }
}

/// What a worker's message tells; nothing where it only begins, has dealt with a message, or ends.
fn understand(
    message: JsValue,
    last_words: &Cell<Option<String>>,
    watchdog: &Watchdog,
) -> Option<WorkerEvent> {
    Some(match from_js(message) {
        Ok(FromWorker::Response { memory, response }) => WorkerEvent::Response { memory, response },
        Ok(FromWorker::Dying { cause }) => {
            last_words.set(Some(cause));
            return None;
        }
        Ok(FromWorker::Dealt) => {
            watchdog.dealt();
            return None;
        }
        Ok(FromWorker::Ready { build }) if build == BUILD => {
            watchdog.dealt();
            return None;
        }
        Ok(FromWorker::Ready { build }) => WorkerEvent::Died(Death::OtherBuild(build)),
        Ok(FromWorker::Defect { cause }) => WorkerEvent::Died(Death::Defect(cause)),
        Err(error) => WorkerEvent::Died(Death::Defect(format!(
            "a worker's message could not be read: {error}"
        ))),
    })
}
