//! A second file that the model is held against, in a worker of its own.

use super::worker::{WorkerEvent, WorkerHandle, WorkerId};
use super::{Engine, Model};
use crate::explore::Desk;
use std::rc::Rc;
use web::protocol::{Origin, Request, Response};
use web_sys::File;
use yew::Callback;

/// The two.
pub struct Comparison {
    /// The second file's name.
    pub name: String,
    /// How far it is.
    pub state: State,
    worker: Rc<WorkerHandle>,
}

/// How far a comparison is.
pub enum State {
    /// The second file is read, or encoded.
    Reading,
    /// Questions are answered.
    Ready(Rc<Desk>),
    /// There is none: what is wrong, and what to do.
    Failed(String, String),
}

impl Comparison {
    /// Has a worker of its own read both.
    pub fn start(
        engine: &Engine,
        events: &Callback<(WorkerId, WorkerEvent)>,
        model: &Model,
        second: &File,
    ) -> Result<Comparison, String> {
        let first = model.files.btf.clone();
        let first = first.ok_or("the result's bytes are not there")?;
        let worker = WorkerHandle::start_with(engine, events, &[])?;
        worker.ask(&Request::Compare {
            first,
            second: second.clone(),
            encode: model.origin == Origin::Encoded,
        });
        Ok(Comparison {
            name: second.name(),
            state: State::Reading,
            worker: Rc::new(worker),
        })
    }

    /// Its worker.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Takes what its worker did; whether the page is to be drawn anew.
    pub fn on_event(&mut self, event: WorkerEvent) -> bool {
        match event {
            WorkerEvent::Died(cause) => {
                self.state = State::Failed(
                    format!("The worker that compared stopped: {cause}."),
                    "Choose the file again; the result is untouched.".to_owned(),
                );
            }
            WorkerEvent::Said(envelope) => match envelope.response {
                Response::Compared => {
                    self.state = State::Ready(Rc::new(Desk::new(self.worker.clone())));
                }
                Response::Failed(failure) => {
                    self.state = State::Failed(failure.cause, failure.advice);
                }
                Response::Explored { ticket, say } => {
                    if let State::Ready(desk) = &self.state {
                        desk.answered(ticket, *say);
                    }
                    return false;
                }
                _ => return false,
            },
        }
        true
    }
}
