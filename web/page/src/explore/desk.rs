//! Questions to the explorer's worker, and who waits for which answer.

use crate::work::Explorer;
use explore::{Ask, Query, Say};
use protocol::explorer::Request;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::Callback;

/// Where questions about a model's types are asked, or about those of a module on it.
pub struct Desk {
    line: Rc<Line>,
    /// The module that is asked about.
    of: Option<String>,
    /// What was looked for last among the types.
    pub query: RefCell<Query>,
}

/// The way to the worker, which all desks in front of it share.
struct Line {
    worker: Rc<Explorer>,
    next: Cell<u32>,
    waiting: RefCell<BTreeMap<u32, Callback<Say>>>,
}

impl Desk {
    /// In front of this worker.
    pub fn new(worker: Rc<Explorer>) -> Desk {
        Desk {
            line: Rc::new(Line {
                worker,
                next: Cell::new(0),
                waiting: RefCell::default(),
            }),
            of: None,
            query: RefCell::default(),
        }
    }

    /// The same in front of another worker: what was looked for is kept, what was asked is not.
    pub fn before(&self, worker: Rc<Explorer>) -> Desk {
        Desk {
            query: self.query.clone(),
            ..Desk::new(worker)
        }
    }

    /// For questions about a module; its own types come first.
    pub fn of_module(&self, name: String) -> Desk {
        let mut query = Query::default();
        query.filter.own = true;
        Desk {
            line: self.line.clone(),
            of: Some(name),
            query: RefCell::new(query),
        }
    }

    /// The module that is asked about.
    pub fn module(&self) -> Option<&str> {
        self.of.as_deref()
    }

    /// Asks; `then` gets the answer.
    pub fn ask(&self, ask: Ask, then: Callback<Say>) {
        let ask = match &self.of {
            Some(module) => Ask::Of(module.clone(), Box::new(ask)),
            None => ask,
        };
        let ticket = self.line.next.get();
        self.line.next.set(ticket.wrapping_add(1));
        self.line.waiting.borrow_mut().insert(ticket, then);
        self.line.worker.ask(Request::Explore { ticket, ask });
    }

    /// Hands an answer to who asked.
    pub fn answered(&self, ticket: u32, say: Say) {
        let then = self.line.waiting.borrow_mut().remove(&ticket);
        if let Some(then) = then {
            then.emit(say);
        }
    }
}

/// Two are the same when they stand in front of the same worker, for the same types.
impl PartialEq for Desk {
    fn eq(&self, other: &Desk) -> bool {
        Rc::ptr_eq(&self.line, &other.line) && self.of == other.of
    }
}
