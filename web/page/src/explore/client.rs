//! Questions to the explorer's worker.

use crate::work::{Explorer, Then, Tickets};
use btf::Kind;
use doctor::Report;
use doctor::readers::Asked;
use explore::{Address, Query};
use js_sys::Uint8Array;
use protocol::death::Death;
use protocol::explorer::{AnyQuestion, ExplorerQuestion, Request, read_report};
use protocol::files::GivenFile;
use std::cell::RefCell;
use std::rc::Rc;
use yew::Callback;

/// How many types are remembered.
const RECENT: usize = 6;

/// Where questions about a model's types are asked, or about those of a module on it.
pub struct ExplorerClient {
    line: Rc<Line>,
    /// The module that is asked about.
    of: Option<String>,
    /// What was looked for last among the types.
    pub query: RefCell<Query>,
    /// The types that were shown, the newest first.
    recent: RefCell<Vec<(Address, Kind)>>,
}

/// The connection to the worker, which the model and its modules share.
struct Line {
    worker: Rc<Explorer>,
    tickets: Tickets<Uint8Array>,
}

impl ExplorerClient {
    /// Asks this worker.
    pub fn new(worker: Rc<Explorer>) -> ExplorerClient {
        ExplorerClient {
            line: Rc::new(Line {
                worker,
                tickets: Tickets::default(),
            }),
            of: None,
            query: RefCell::default(),
            recent: RefCell::default(),
        }
    }

    /// The same for another worker: what was looked for is kept, what was asked is not.
    pub fn moved_to(&self, worker: Rc<Explorer>) -> ExplorerClient {
        ExplorerClient {
            query: self.query.clone(),
            recent: self.recent.clone(),
            ..ExplorerClient::new(worker)
        }
    }

    /// For questions about a module; its own types come first.
    pub fn of_module(&self, name: String) -> ExplorerClient {
        let mut query = Query::default();
        query.filter.own = true;
        ExplorerClient {
            line: self.line.clone(),
            of: Some(name),
            query: RefCell::new(query),
            recent: RefCell::default(),
        }
    }

    /// The module that is asked about.
    pub fn module(&self) -> Option<&str> {
        self.of.as_deref()
    }

    /// Remembers that a type is shown.
    pub fn visit(&self, address: &Address, kind: Kind) {
        let mut recent = self.recent.borrow_mut();
        recent.retain(|(there, _)| there != address);
        recent.insert(0, (address.clone(), kind));
        recent.truncate(RECENT);
    }

    /// The types that were shown, the newest first.
    pub fn recent(&self) -> Vec<(Address, Kind)> {
        self.recent.borrow().clone()
    }

    /// Asks; `then` gets the answer, or why there is none.
    pub fn ask<Q: ExplorerQuestion>(&self, question: Q, then: Callback<Result<Q::Answer, String>>) {
        let then = move |answer: Result<Uint8Array, String>| {
            then.emit(answer.and_then(|answer| Q::read(&answer)));
        };
        self.send(question.into(), Box::new(then));
    }

    /// Asks for an examination of files; `then` gets the report, or why there is none.
    pub fn examine(
        &self,
        kernel: GivenFile,
        modules: Vec<GivenFile>,
        readers: Vec<Asked>,
        then: Callback<Result<Report, String>>,
    ) {
        let then = move |answer: Result<Uint8Array, String>| {
            then.emit(answer.and_then(|answer| read_report(&answer)));
        };
        let ticket = self.line.tickets.issue(Box::new(then));
        let request = Request::Examine {
            ticket,
            kernel,
            modules,
            readers,
        };
        self.line.ask(ticket, request);
    }

    /// Apart from the type of the question, so that it is compiled once.
    fn send(&self, question: AnyQuestion, then: Then<Uint8Array>) {
        let ticket = self.line.tickets.issue(then);
        let request = Request::Ask {
            ticket,
            module: self.of.clone(),
            question,
        };
        self.line.ask(ticket, request);
    }

    /// Hands an answer, or why there is none, to whoever asked.
    pub fn settle(&self, ticket: u32, answer: Result<Uint8Array, String>) {
        self.line.worker.answered(ticket);
        self.line.tickets.settle(ticket, answer);
    }

    /// Tells all who wait that the worker died.
    pub fn fail(&self, death: &Death) {
        let cause = format!("the worker that answers stopped: {death}; ask again");
        self.line.tickets.fail(&cause);
    }
}

impl Line {
    fn ask(&self, ticket: u32, request: Request) {
        if let Err(cause) = self.worker.ask(ticket, request) {
            self.tickets.settle(ticket, Err(cause));
        }
    }
}

/// Two are the same when they ask the same worker about the same types.
impl PartialEq for ExplorerClient {
    fn eq(&self, other: &ExplorerClient) -> bool {
        Rc::ptr_eq(&self.line, &other.line) && self.of == other.of
    }
}
