//! The laboratory's worker, shared by all benches of the page.

use crate::browser::describe;
use crate::work::{Code, Engine};
use gloo_timers::callback::Timeout;
use protocol::codec::{from_js, to_js};
use protocol::lab::{Ask, LabRequest, LabResponse, Say};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{ErrorEvent, MessageEvent, Worker};
use yew::Callback;

/// Milliseconds after which a laboratory that does not answer is ended.
const PATIENCE_MS: u32 = 10_000;

/// The laboratory, as benches have it. Its code is loaded with the first bench.
#[derive(Clone, Default)]
pub struct Laboratory(Rc<Inner>);

#[derive(Default)]
struct Inner {
    code: LabCode,
    running: RefCell<Option<Running>>,
    waiting: RefCell<Vec<LabRequest>>,
    benches: RefCell<BTreeMap<u32, Callback<Say>>>,
    next: Cell<u32>,
    patience: RefCell<Option<Timeout>>,
}

struct LabCode(Code);

impl Default for LabCode {
    fn default() -> LabCode {
        LabCode(Code::new("lab"))
    }
}

struct Running {
    worker: Worker,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl PartialEq for Laboratory {
    fn eq(&self, other: &Laboratory) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Laboratory {
    /// A new bench; what is said of it goes to `said`.
    pub fn bench(&self, said: Callback<Say>) -> Bench {
        let number = self.0.next.get() + 1;
        self.0.next.set(number);
        self.0.benches.borrow_mut().insert(number, said);
        Bench {
            laboratory: self.clone(),
            number,
        }
    }

    fn send(&self, request: LabRequest) {
        let inner = &self.0;
        if inner.running.borrow().is_none() {
            inner.waiting.borrow_mut().push(request);
            return self.start();
        }
        let sent = to_js(&request).and_then(|message| {
            let running = inner.running.borrow();
            let worker = running.as_ref().map(|running| &running.worker);
            worker.map_or(Ok(()), |worker| {
                worker
                    .post_message(&message)
                    .map_err(|error| describe(&error))
            })
        });
        match sent {
            Err(error) => self.died(&format!("a request could not be sent: {error}")),
            Ok(()) if matches!(request.ask, Ask::Close) => {}
            Ok(()) => {
                let own = self.clone();
                let late = move || own.died("it did not answer within ten seconds");
                *inner.patience.borrow_mut() = Some(Timeout::new(PATIENCE_MS, late));
            }
        }
    }

    /// Starts the worker, once its code is there.
    fn start(&self) {
        let own = self.clone();
        self.0.code.0.want(move |loaded| {
            // Several requests may have waited for it.
            if own.0.running.borrow().is_some() {
                return;
            }
            match loaded.and_then(|engine| own.worker(&engine)) {
                Ok(running) => {
                    *own.0.running.borrow_mut() = Some(running);
                    let waiting = std::mem::take(&mut *own.0.waiting.borrow_mut());
                    waiting.into_iter().for_each(|request| own.send(request));
                }
                Err(error) => own.died(&error),
            }
        });
    }

    fn worker(&self, engine: &Engine) -> Result<Running, String> {
        let worker = Worker::new(&engine.url).map_err(|error| describe(&error))?;
        let own = self.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match from_js::<LabResponse>(event.data()) {
                Ok(LabResponse {
                    say: Say::Dying { cause },
                    ..
                }) => own.died(&cause),
                Ok(LabResponse { bench, say }) => own.said(bench, say),
                Err(error) => own.died(&error),
            }
        });
        let own = self.clone();
        let error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            own.died(&event.message());
        });
        worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        worker
            .post_message(&engine.module)
            .map_err(|error| describe(&error))?;
        Ok(Running {
            worker,
            _message: message,
            _error: error,
        })
    }

    fn said(&self, bench: u32, say: Say) {
        *self.0.patience.borrow_mut() = None;
        let to = self.0.benches.borrow().get(&bench).cloned();
        if let Some(to) = to {
            to.emit(say);
        }
    }

    /// Ends the worker and tells all benches; the next request starts another.
    fn died(&self, cause: &str) {
        *self.0.patience.borrow_mut() = None;
        *self.0.running.borrow_mut() = None;
        self.0.waiting.borrow_mut().clear();
        let benches: Vec<Callback<Say>> = self.0.benches.borrow().values().cloned().collect();
        for bench in benches {
            bench.emit(Say::Dying {
                cause: cause.to_owned(),
            });
        }
    }
}

/// A bench; cleared when this is dropped.
pub struct Bench {
    laboratory: Laboratory,
    number: u32,
}

impl Bench {
    /// Asks it.
    pub fn ask(&self, ask: Ask) {
        self.laboratory.send(LabRequest {
            bench: self.number,
            ask,
        });
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.laboratory.0.benches.borrow_mut().remove(&self.number);
        if self.laboratory.0.running.borrow().is_some() {
            self.ask(Ask::Close);
        }
    }
}
