//! A worker that holds types, seen from the page.

use super::code::Code;
use super::death::Death;
use super::worker::{Events, RunningWorker, WorkerEvent, WorkerId};
use protocol::explorer::Request;
use std::cell::RefCell;
use std::rc::Rc;

/// How many take the place of one that died: a question may be what kills them, and is asked again.
const LIVES: u8 = 3;

/// An explorer; what it is asked before its code is there waits. Terminated when this is dropped.
pub struct Explorer {
    /// Its name.
    pub id: WorkerId,
    state: Rc<RefCell<State>>,
    /// What it was told, for one that is to take its place.
    told: RefCell<Vec<Request>>,
    /// How many may yet take its place.
    lives: u8,
}

enum State {
    Waiting(Vec<Request>),
    Running(RunningWorker),
    /// It could not be started, which was told.
    Over,
}

impl Explorer {
    /// Starts one, once its code is there.
    pub fn start(code: &Code, events: &Events) -> Explorer {
        let id = WorkerId::next();
        let state = Rc::new(RefCell::new(State::Waiting(Vec::new())));
        let (weak, events) = (Rc::downgrade(&state), events.clone());
        code.want(move |engine| {
            let Some(state) = weak.upgrade() else { return };
            let started = engine
                .map_err(Death::NotLoaded)
                .and_then(|engine| RunningWorker::start(id, &engine, &events));
            match started {
                Ok(worker) => {
                    if let State::Waiting(requests) = &*state.borrow() {
                        requests.iter().for_each(|request| worker.send(request));
                    }
                    state.replace(State::Running(worker));
                }
                Err(death) => {
                    state.replace(State::Over);
                    events.emit((id, WorkerEvent::Died(death)));
                }
            }
        });
        Explorer {
            id,
            state,
            told: RefCell::default(),
            lives: LIVES,
        }
    }

    /// Starts one that is to take the place of this one, which ends, and knows what it knew; none when too many have died.
    pub fn again(&self, code: &Code, events: &Events) -> Option<Explorer> {
        // A trap leaves a worker where it is, with its memory.
        self.state.replace(State::Over);
        let lives = self.lives.checked_sub(1)?;
        let next = Explorer {
            lives,
            ..Explorer::start(code, events)
        };
        self.told
            .take()
            .into_iter()
            .for_each(|request| next.ask(request));
        Some(next)
    }

    /// Asks or tells it something.
    pub fn ask(&self, request: Request) {
        match &request {
            Request::Hold { .. } | Request::Compare { .. } | Request::AddModule { .. } => {
                self.told.borrow_mut().push(request.clone());
            }
            Request::ForgetModules => {
                let is_module = |told: &Request| matches!(told, Request::AddModule { .. });
                self.told.borrow_mut().retain(|told| !is_module(told));
            }
            _ => {}
        }
        match &mut *self.state.borrow_mut() {
            State::Waiting(requests) => requests.push(request),
            State::Running(worker) => worker.send(&request),
            State::Over => {}
        }
    }
}
