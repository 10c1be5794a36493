//! A worker that holds types, seen from the page.

use super::code::Code;
use super::worker::{WorkerEvent, WorkerHandle, WorkerId};
use std::cell::RefCell;
use std::rc::Rc;
use web::desk::{Request, Response};
use yew::Callback;

/// An explorer; what it is asked before its code is there waits. Terminated when this is dropped.
pub struct Explorer {
    /// Its name.
    pub id: WorkerId,
    state: Rc<RefCell<State>>,
}

enum State {
    Waiting(Vec<Request>),
    Running(WorkerHandle<Response>),
    /// It could not be started, which was told.
    Over,
}

impl Explorer {
    /// Starts one, once its code is there.
    pub fn start(code: &Code, events: &Callback<(WorkerId, WorkerEvent<Response>)>) -> Explorer {
        let id = WorkerId::next();
        let state = Rc::new(RefCell::new(State::Waiting(Vec::new())));
        let (weak, events) = (Rc::downgrade(&state), events.clone());
        code.want(move |engine| {
            let Some(state) = weak.upgrade() else { return };
            match engine.and_then(|engine| WorkerHandle::start(id, &engine, &events)) {
                Ok(worker) => {
                    if let State::Waiting(requests) = &*state.borrow() {
                        requests.iter().for_each(|request| worker.ask(request));
                    }
                    state.replace(State::Running(worker));
                }
                Err(error) => {
                    state.replace(State::Over);
                    events.emit((id, WorkerEvent::Died(error)));
                }
            }
        });
        Explorer { id, state }
    }

    /// Asks it.
    pub fn ask(&self, request: Request) {
        match &mut *self.state.borrow_mut() {
            State::Waiting(requests) => requests.push(request),
            State::Running(worker) => worker.ask(&request),
            State::Over => {}
        }
    }
}
