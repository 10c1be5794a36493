//! A worker that holds types, seen from the page.

use super::allowed::allowed;
use super::code::Code;
use super::worker::{Events, RunningWorker, WorkerEvent, WorkerId};
use protocol::death::Death;
use protocol::explorer::{Open, OpenWithin, Request};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many take the place of one that died: a question may be what kills them, and is asked again.
const LIVES: u8 = 3;

/// How often a question is asked that ended its worker.
const MOST_DEATHS: u8 = 2;

/// An explorer; messages that come before its code wait. Terminated when this is dropped.
pub struct Explorer {
    pub id: WorkerId,
    state: Rc<RefCell<ExplorerState>>,
    /// What it holds, for one that is to take its place.
    held: RefCell<Held>,
    /// What is not answered yet, in the order in which it was asked: the worker is at the first.
    asked: RefCell<VecDeque<Asked>>,
    /// Questions that ended this worker, or one before it.
    fatal: Vec<Fatal>,
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
    Open(Box<OpenWithin>),
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

/// A question on its way.
struct Asked {
    ticket: u32,
    request: Vec<u8>,
    subject: &'static str,
}

/// A question that ended workers.
#[derive(Clone)]
struct Fatal {
    request: Vec<u8>,
    deaths: u8,
    /// Why it is not asked again, without a full stop.
    cause: String,
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
            asked: RefCell::default(),
            fatal: Vec::new(),
            lives: LIVES,
        }
    }

    /// What the worker is at: the subject of the first question that it has not answered.
    pub fn subject(&self) -> Option<&'static str> {
        self.asked.borrow().front().map(|asked| asked.subject)
    }

    /// Starts one that is to take the place of this one, which died, and holds what it held; none when too many have died. A
    /// question at which it hung is not asked again.
    pub fn again(&self, code: &Code, events: &Events, death: &Death) -> Option<Explorer> {
        // A trap, or a loop, leaves a worker where it is, with its memory.
        self.state.replace(ExplorerState::Over);
        let hung = matches!(death, Death::Silent { .. });
        let at = self.asked.borrow_mut().pop_front();
        let lives = match hung && at.is_some() {
            true => self.lives,
            false => self.lives.checked_sub(1)?,
        };
        let mut fatal = self.fatal.clone();
        if let Some(asked) = at {
            let before = fatal.iter().find(|one| one.request == asked.request);
            let deaths = before.map_or(0, |one| one.deaths);
            fatal.retain(|one| one.request != asked.request);
            fatal.push(Fatal {
                deaths: if hung { MOST_DEATHS } else { deaths + 1 },
                cause: format!(
                    "{} has no answer: the worker that was at it stopped ({death}); ask for less, or reload the page to ask again",
                    asked.subject
                ),
                request: asked.request,
            });
        }
        let next = Explorer {
            lives,
            fatal,
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
        others.for_each(|request| next.tell(request));
        Some(next)
    }

    /// Gives it the types that it is to hold: once, and before anything else.
    pub fn open(&self, types: Open) {
        self.held.borrow_mut().types = Some(types.clone());
        let budget = allowed();
        self.send(Message::Open(Box::new(OpenWithin { budget, types })));
    }

    /// Asks something that is answered under a ticket.
    ///
    /// # Errors
    ///
    /// When it has ended too many workers.
    pub fn ask(&self, ticket: u32, request: Request) -> Result<(), String> {
        if let Some((subject, packed)) = request.question() {
            let fatal = (self.fatal.iter()).find(|one| one.request == packed && !packed.is_empty());
            if let Some(fatal) = fatal.filter(|one| one.deaths >= MOST_DEATHS) {
                return Err(fatal.cause.clone());
            }
            self.asked.borrow_mut().push_back(Asked {
                ticket,
                request: packed,
                subject,
            });
        }
        self.tell(request);
        Ok(())
    }

    /// It has answered.
    pub fn answered(&self, ticket: u32) {
        self.asked
            .borrow_mut()
            .retain(|asked| asked.ticket != ticket);
    }

    /// Tells it something.
    pub fn tell(&self, request: Request) {
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
