//! The laboratory's worker, shared by all laboratories of the page.

use crate::work::{Code, LAB_SECONDS, RunningWorker, Then, Tickets, WorkerEvent, WorkerId};
use protocol::codec::from_js;
use protocol::death::Death;
use protocol::lab::{AnyLabQuestion, LabId, LabQuestion, LabRequest, LabResponse};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use yew::Callback;

/// The worker, as laboratories have it. Its code is loaded with the first of them.
#[derive(Clone)]
pub struct LabWorker(Rc<Inner>);

struct Inner {
    code: Code,
    running: RefCell<Option<Rc<RunningWorker>>>,
    /// Requests that wait for the code.
    waiting: RefCell<Vec<LabRequest>>,
    tickets: Tickets<JsValue>,
    /// Who is told when the worker dies.
    labs: RefCell<BTreeMap<LabId, Callback<String>>>,
    next: Cell<u32>,
}

impl Default for LabWorker {
    fn default() -> LabWorker {
        LabWorker(Rc::new(Inner {
            code: Code::new("lab", LAB_SECONDS),
            running: RefCell::default(),
            waiting: RefCell::default(),
            tickets: Tickets::default(),
            labs: RefCell::default(),
            next: Cell::new(0),
        }))
    }
}

impl PartialEq for LabWorker {
    fn eq(&self, other: &LabWorker) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl LabWorker {
    /// A new laboratory; `died` is told why the worker died, which then knows nothing of it any more.
    pub fn lab(&self, died: Callback<String>) -> LabClient {
        let id = LabId(self.0.next.get() + 1);
        self.0.next.set(id.0);
        self.0.labs.borrow_mut().insert(id, died);
        LabClient {
            worker: self.clone(),
            id,
        }
    }

    fn send(&self, request: LabRequest) {
        let inner = &self.0;
        // Nothing stays borrowed: what cannot be sent ends the worker.
        let running = inner.running.borrow().clone();
        let Some(worker) = running else {
            inner.waiting.borrow_mut().push(request);
            return self.start();
        };
        worker.send(&request);
    }

    /// Starts the worker, once its code is there.
    fn start(&self) {
        let own = self.clone();
        self.0.code.want(move |loaded| {
            // Several requests may have waited for it.
            if own.0.running.borrow().is_some() {
                return;
            }
            let events = {
                let own = own.clone();
                Callback::from(move |(id, event)| own.on_event(id, event))
            };
            let started = loaded
                .map_err(Death::NotLoaded)
                .and_then(|engine| RunningWorker::start(WorkerId::next(), &engine, &events));
            match started {
                Ok(worker) => {
                    *own.0.running.borrow_mut() = Some(Rc::new(worker));
                    let waiting = std::mem::take(&mut *own.0.waiting.borrow_mut());
                    waiting.into_iter().for_each(|request| own.send(request));
                }
                Err(death) => own.died(&death.to_string()),
            }
        });
    }

    fn on_event(&self, id: WorkerId, event: WorkerEvent) {
        let is_current = matches!(&*self.0.running.borrow(), Some(worker) if worker.id == id);
        if !is_current {
            return;
        }
        match event.read_as::<LabResponse>() {
            Ok(received) => match received.response {
                LabResponse::Answered { ticket, answer } => {
                    self.0.tickets.settle(ticket, Ok(answer));
                }
                LabResponse::Refused { ticket, cause } => {
                    self.0.tickets.settle(ticket, Err(cause));
                }
            },
            Err(death) => self.died(&death.to_string()),
        }
    }

    /// Ends the worker and tells all laboratories; the next request starts another.
    fn died(&self, cause: &str) {
        *self.0.running.borrow_mut() = None;
        self.0.waiting.borrow_mut().clear();
        self.0.tickets.clear();
        let labs: Vec<Callback<String>> = self.0.labs.borrow().values().cloned().collect();
        for lab in labs {
            lab.emit(cause.to_owned());
        }
    }
}

/// A laboratory in the worker; closed when this is dropped.
pub struct LabClient {
    worker: LabWorker,
    id: LabId,
}

impl LabClient {
    /// What tells it from the others of the page.
    pub fn number(&self) -> u32 {
        self.id.0
    }

    /// Asks; `then` gets the answer, or why there is none.
    pub fn ask<Q: LabQuestion>(&self, question: Q, then: Callback<Result<Q::Answer, String>>) {
        let then = move |answer: Result<JsValue, String>| {
            then.emit(answer.and_then(from_js));
        };
        self.send(question.into(), Box::new(then));
    }

    /// Apart from the type of the question, so that it is compiled once.
    fn send(&self, question: AnyLabQuestion, then: Then<JsValue>) {
        let ticket = self.worker.0.tickets.issue(then);
        self.worker.send(LabRequest::Ask {
            lab: self.id,
            ticket,
            question,
        });
    }
}

impl Drop for LabClient {
    fn drop(&mut self) {
        self.worker.0.labs.borrow_mut().remove(&self.id);
        let running = self.worker.0.running.borrow().clone();
        if let Some(worker) = running {
            worker.send(&LabRequest::Close(self.id));
        }
    }
}
