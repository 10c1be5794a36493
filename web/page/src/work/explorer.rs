//! A worker that holds types, seen from the page.

use super::code::Code;
use super::worker::{Events, RunningWorker, WorkerEvent, WorkerId};
use protocol::death::Death;
use protocol::explorer::{Open, Request};
use std::cell::RefCell;
use std::rc::Rc;

/// How many take the place of one that died: a question may be what kills them, and is asked again.
const LIVES: u8 = 3;

/// An explorer; messages that come before its code wait. Terminated when this is dropped.
pub struct Explorer {
    pub id: WorkerId,
    state: Rc<RefCell<ExplorerState>>,
    /// What it holds, for one that is to take its place.
    held: RefCell<Held>,
    /// How many may yet take its place.
    lives: u8,
}

enum ExplorerState {
    Waiting(Vec<Message>),
    Running(RunningWorker),
    /// It could not be started, which was told.
    Over,
}

enum Message {
    Open(Box<Open>),
    Request(Request),
}

/// What an explorer was given and must be given again.
#[derive(Default)]
struct Held {
    types: Option<Open>,
    /// Inline sites, in a request that adds them.
    inline: Option<Request>,
    /// Modules, in requests that add them.
    modules: Vec<Request>,
}

impl Explorer {
    /// Starts one, once its code is there.
    pub fn start(code: &Code, events: &Events) -> Explorer {
        let id = WorkerId::next();
        let state = Rc::new(RefCell::new(ExplorerState::Waiting(Vec::new())));
        let (weak, events) = (Rc::downgrade(&state), events.clone());
        code.want(move |engine| {
            let Some(state) = weak.upgrade() else { return };
            let started = engine
                .map_err(Death::NotLoaded)
                .and_then(|engine| RunningWorker::start(id, &engine, &events));
            match started {
                Ok(worker) => {
                    if let ExplorerState::Waiting(messages) = &*state.borrow() {
                        messages.iter().for_each(|message| message.send(&worker));
                    }
                    state.replace(ExplorerState::Running(worker));
                }
                Err(death) => {
                    state.replace(ExplorerState::Over);
                    events.emit((id, WorkerEvent::Died(death)));
                }
            }
        });
        Explorer {
            id,
            state,
            held: RefCell::default(),
            lives: LIVES,
        }
    }

    /// Starts one that is to take the place of this one, which ends, and holds what it held; none when too many have died.
    pub fn again(&self, code: &Code, events: &Events) -> Option<Explorer> {
        // A trap leaves a worker where it is, with its memory.
        self.state.replace(ExplorerState::Over);
        let lives = self.lives.checked_sub(1)?;
        let next = Explorer {
            lives,
            ..Explorer::start(code, events)
        };
        let Held {
            types,
            inline,
            modules,
        } = self.held.take();
        if let Some(types) = types {
            next.open(types);
        }
        let others = inline.into_iter().chain(modules);
        others.for_each(|request| next.ask(request));
        Some(next)
    }

    /// Gives it the types that it is to hold: once, and before anything else.
    pub fn open(&self, types: Open) {
        self.held.borrow_mut().types = Some(types.clone());
        self.send(Message::Open(Box::new(types)));
    }

    /// Asks or tells it something.
    pub fn ask(&self, request: Request) {
        match &request {
            Request::AddInlineSites { .. } => {
                self.held.borrow_mut().inline = Some(request.clone());
            }
            Request::AddModule(_) => self.held.borrow_mut().modules.push(request.clone()),
            Request::ForgetModules => self.held.borrow_mut().modules.clear(),
            Request::Ask { .. } | Request::Examine { .. } => {}
        }
        self.send(Message::Request(request));
    }

    fn send(&self, message: Message) {
        match &mut *self.state.borrow_mut() {
            ExplorerState::Waiting(messages) => messages.push(message),
            ExplorerState::Running(worker) => message.send(worker),
            ExplorerState::Over => {}
        }
    }
}

impl Message {
    fn send(&self, worker: &RunningWorker) {
        match self {
            Message::Open(types) => worker.send(&**types),
            Message::Request(request) => worker.send(request),
        }
    }
}
