//! One worker, seen from the page.

use super::Engine;
use crate::browser::{describe, parameter};
use js_sys::Array;
use protocol::codec::{from_js, to_js};
use protocol::engine::{Request, Response};
use protocol::files::GivenFile;
use protocol::from_worker::{BUILD, FromWorker};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
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

/// Something a worker did.
#[derive(Debug)]
pub enum WorkerEvent<R = Response> {
    /// It sent a message.
    Said(Box<Said<R>>),
    /// It died, or cannot be understood.
    Died(String),
}

/// What a worker said.
#[derive(Debug)]
pub struct Said<R> {
    /// Bytes of its wasm memory.
    pub memory: f64,
    /// The message.
    pub response: R,
}

/// What the address says is to kill workers (`?fault=unit:17`); the browser test's way to see a job survive.
pub fn fault(what: &str) -> Option<u32> {
    let asked = parameter("fault")?;
    asked.strip_prefix(what)?.strip_prefix(':')?.parse().ok()
}

/// A worker; terminated when this is dropped.
pub struct WorkerHandle<R: 'static = Response> {
    /// Its name.
    pub id: WorkerId,
    /// Bytes of its wasm memory, as it said last.
    pub memory: f64,
    worker: Worker,
    events: Callback<(WorkerId, WorkerEvent<R>)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
}

thread_local! {
    static NEXT_ID: Cell<u32> = const { Cell::new(0) };
}

impl<R: DeserializeOwned> WorkerHandle<R> {
    /// Starts a worker under a name.
    pub fn start(
        id: WorkerId,
        engine: &Engine,
        events: &Callback<(WorkerId, WorkerEvent<R>)>,
    ) -> Result<WorkerHandle<R>, String> {
        let worker = Worker::new(&engine.url).map_err(|error| describe(&error))?;
        // The text of a panic comes as a message before the trap.
        let last_words: Rc<Cell<Option<String>>> = Rc::default();
        let message = {
            let (events, last_words) = (events.clone(), last_words.clone());
            Closure::new(move |event: MessageEvent| {
                if let Some(event) = understand(&event, &last_words) {
                    events.emit((id, event));
                }
            })
        };
        let error = {
            let events = events.clone();
            Closure::new(move |event: ErrorEvent| {
                event.prevent_default();
                let cause = last_words
                    .take()
                    .unwrap_or_else(|| explain(&event.message()));
                events.emit((id, WorkerEvent::Died(cause)));
            })
        };
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        worker
            .post_message(&engine.module)
            .map_err(|error| describe(&error))?;
        Ok(WorkerHandle {
            id,
            memory: 0.0,
            worker,
            events: events.clone(),
            _message: message,
            _error: error,
        })
    }
}

impl<R> WorkerHandle<R> {
    /// Sends a request; buffers in it that are to change hands are named too.
    pub fn send<Q: Serialize>(&self, request: &Q, buffers: &Array) {
        let sent = to_js(request).and_then(|message| {
            self.worker
                .post_message_with_transfer(&message, buffers)
                .map_err(|error| describe(&error))
        });
        if let Err(error) = sent {
            self.events.emit((
                self.id,
                WorkerEvent::Died(format!("a request could not be sent: {error}")),
            ));
        }
    }

    /// Ends the worker at once; what it holds is gone.
    pub fn stop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
        self.memory = 0.0;
    }

    /// Sends a request without buffers.
    pub fn ask<Q: Serialize>(&self, request: &Q) {
        self.send(request, &Array::new());
    }
}

impl WorkerHandle {
    /// Starts a worker with the engine, and tells it which files were given beside its input.
    pub fn start_with(
        engine: &Engine,
        events: &Callback<(WorkerId, WorkerEvent)>,
        companions: &[GivenFile],
    ) -> Result<WorkerHandle, String> {
        let worker = WorkerHandle::start(WorkerId::next(), engine, events)?;
        if !companions.is_empty() {
            worker.tell(companions);
        }
        Ok(worker)
    }

    /// Tells it which files were given beside its input.
    pub fn tell(&self, companions: &[GivenFile]) {
        self.ask(&Request::Companions {
            files: companions.to_vec(),
        });
    }
}

impl<R> Drop for WorkerHandle<R> {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What a worker's message tells; nothing where it only begins, or ends.
fn understand<R: DeserializeOwned>(
    event: &MessageEvent,
    last_words: &Cell<Option<String>>,
) -> Option<WorkerEvent<R>> {
    Some(match from_js::<FromWorker<R>>(event.data()) {
        Ok(FromWorker::Said { memory, response }) => {
            WorkerEvent::Said(Box::new(Said { memory, response }))
        }
        Ok(FromWorker::Dying { cause }) => {
            last_words.set(Some(cause));
            return None;
        }
        Ok(FromWorker::Ready { build }) if build == BUILD => return None,
        Ok(FromWorker::Ready { build }) => WorkerEvent::Died(format!(
            "the page is version {BUILD}, its worker {build}; reload the page"
        )),
        Err(error) => WorkerEvent::Died(format!("a worker's message could not be read: {error}")),
    })
}

/// What a trap's text means.
fn explain(message: &str) -> String {
    if message.contains("unreachable") {
        "it stopped without a word, as workers do when memory runs out".to_owned()
    } else if message.is_empty() {
        "it stopped without a word".to_owned()
    } else {
        format!("it stopped: {message}")
    }
}
