//! Questions to the model's worker, and who waits for which answer.

use crate::work::WorkerHandle;
use explore::{Ask, Query, Say};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use web::protocol::Request;
use yew::Callback;

/// Where questions about a model's types are asked.
pub struct Desk {
    worker: Rc<WorkerHandle>,
    /// What was looked for last among the types.
    pub query: RefCell<Query>,
    next: Cell<u32>,
    waiting: RefCell<BTreeMap<u32, Callback<Say>>>,
}

impl Desk {
    /// In front of this worker.
    pub fn new(worker: Rc<WorkerHandle>) -> Desk {
        Desk {
            worker,
            query: RefCell::default(),
            next: Cell::new(0),
            waiting: RefCell::default(),
        }
    }

    /// Asks; `then` gets the answer.
    pub fn ask(&self, ask: Ask, then: Callback<Say>) {
        let ticket = self.next.get();
        self.next.set(ticket.wrapping_add(1));
        self.waiting.borrow_mut().insert(ticket, then);
        self.worker.ask(&Request::Explore { ticket, ask });
    }

    /// Hands an answer to who asked.
    pub fn answered(&self, ticket: u32, say: Say) {
        let then = self.waiting.borrow_mut().remove(&ticket);
        if let Some(then) = then {
            then.emit(say);
        }
    }
}

/// Two are the same when they stand in front of the same worker.
impl PartialEq for Desk {
    fn eq(&self, other: &Desk) -> bool {
        Rc::ptr_eq(&self.worker, &other.worker)
    }
}
