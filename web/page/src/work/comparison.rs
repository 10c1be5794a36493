//! Two files that are compared: workers get the types that are missing, an explorer answers for both.

use super::allowed::allowed;
use super::worker::{EngineWorker, Events, WorkerEvent, WorkerId};
use super::{Code, Engine, Explorer, Model};
use crate::explore::ExplorerClient;
use crate::store::KeptResult;
use js_sys::{Array, Uint8Array};
use pipeline::KernelTypes;
use protocol::called::called;
use protocol::codec::Bytes;
use protocol::death::Death;
use protocol::engine::{self, SecondFileRequest, SecondFileResponse};
use protocol::explorer::{Open, Response};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

/// Types of one of the two files.
#[derive(Clone)]
pub struct ComparedTypes {
    /// What the file is called.
    pub called: String,
    /// Whether they are those of the result that is open.
    pub is_result: bool,
    /// Raw BTF.
    btf: Blob,
    metadata: Option<Blob>,
}

impl ComparedTypes {
    /// Those of the result that is open.
    pub fn of_result(model: &Model) -> Option<ComparedTypes> {
        Some(ComparedTypes {
            called: model.called(),
            is_result: true,
            btf: model.files.btf.clone()?,
            metadata: model.files.metadata.clone(),
        })
    }

    /// Those of a result that the browser keeps.
    pub fn of_kept(result: &KeptResult) -> ComparedTypes {
        ComparedTypes {
            called: result.called(),
            is_result: false,
            btf: result.btf.clone(),
            metadata: result.metadata.clone().dyn_into().ok(),
        }
    }
}

/// A kernel among several, and who answers for it.
pub struct Kernel {
    /// What it is called.
    pub called: String,
    /// Where questions about its types are asked.
    pub client: Rc<ExplorerClient>,
    explorer: Rc<Explorer>,
}

impl Kernel {
    /// Has an explorer hold these types.
    pub fn open(code: &Code, events: &Events, types: ComparedTypes) -> Kernel {
        let explorer = Explorer::start(code, events);
        explorer.open(Open::Result {
            btf: types.btf,
            metadata: JsValue::UNDEFINED,
            file: JsValue::UNDEFINED,
            plan: None,
            companions: Vec::new(),
        });
        let explorer = Rc::new(explorer);
        Kernel {
            called: types.called,
            client: Rc::new(ExplorerClient::new(explorer.clone())),
            explorer,
        }
    }

    /// Its explorer.
    pub fn explorer(&self) -> WorkerId {
        self.explorer.id
    }

    /// Handles an event of its explorer. Returns what is wrong, if it cannot go on.
    pub fn on_explorer(&self, event: WorkerEvent) -> Result<(), (String, String)> {
        match event.read_as() {
            Ok(received) => match received.response {
                // It is given no inline sites.
                Response::Opened | Response::SitesRefused(_) => {}
                Response::NotOpened(failure) => return Err((failure.cause, failure.advice)),
                Response::Answered { ticket, answer } => self.client.settle(ticket, Ok(answer)),
                Response::Refused { ticket, cause } => self.client.settle(ticket, Err(cause)),
            },
            Err(death) => return Err(stopped(&death)),
        }
        Ok(())
    }
}

/// A worker that gets the types of a file; terminated when this is dropped.
pub struct Reading {
    /// The file.
    pub file: File,
    /// The file's name.
    pub name: String,
    /// How much is done, 0 to 1.
    pub done: f64,
    worker: EngineWorker<engine::SecondFile>,
}

impl Reading {
    /// Starts one. With `encode`, DWARF is encoded although the file has BTF too.
    pub fn start(
        engine: &Engine,
        events: &Events,
        file: &File,
        encode: bool,
        types: KernelTypes,
    ) -> Result<Reading, Death> {
        let worker: EngineWorker<engine::SecondFile> = EngineWorker::start(engine, events, &[])?;
        worker.ask(&SecondFileRequest {
            file: file.clone(),
            encode,
            types,
            budget: allowed(),
        });
        Ok(Reading {
            file: file.clone(),
            name: file.name(),
            done: 0.0,
            worker,
        })
    }

    /// Its worker.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Handles an event: nothing where it goes on, otherwise the types, or what is wrong and what to do.
    pub fn on_event(
        &mut self,
        event: WorkerEvent,
    ) -> Option<Result<ComparedTypes, (String, String)>> {
        let response = match event.read::<engine::SecondFile>() {
            Ok(received) => received.response,
            Err(death) => return Some(Err(stopped(&death))),
        };
        Some(match response {
            SecondFileResponse::Progress(done) => {
                self.done = done;
                return None;
            }
            SecondFileResponse::Types {
                bytes,
                metadata,
                identity,
            } => match blob(&bytes) {
                Ok(btf) => Ok(ComparedTypes {
                    called: called(&self.name, &identity),
                    is_result: false,
                    btf,
                    metadata: metadata.and_then(|Bytes(metadata)| blob(&metadata).ok()),
                }),
                Err(_) => Err(stopped(&Death::NoData)),
            },
            SecondFileResponse::Failed(failure) => Err((failure.cause, failure.advice)),
        })
    }
}

/// Two files, and who answers for them.
pub struct Comparison {
    pub first: ComparedTypes,
    pub second: ComparedTypes,
    /// How far it is.
    pub state: ComparisonState,
    explorer: Rc<Explorer>,
}

/// How far a comparison is.
pub enum ComparisonState {
    /// An explorer reads both.
    Opening,
    /// Questions are answered.
    Ready(Rc<ExplorerClient>),
    /// There is none: what is wrong, and what to do.
    Failed(String, String),
}

impl Comparison {
    /// Has an explorer compare two files.
    pub fn start(
        code: &Code,
        events: &Events,
        first: ComparedTypes,
        second: ComparedTypes,
    ) -> Comparison {
        let explorer = Explorer::start(code, events);
        let metadata = |types: &ComparedTypes| {
            let metadata = types.metadata.clone();
            metadata.map_or(JsValue::UNDEFINED, JsValue::from)
        };
        explorer.open(Open::Comparison {
            first: first.btf.clone(),
            second: second.btf.clone(),
            metadata_first: metadata(&first),
            metadata_second: metadata(&second),
        });
        Comparison {
            first,
            second,
            state: ComparisonState::Opening,
            explorer: Rc::new(explorer),
        }
    }

    /// Its explorer.
    pub fn explorer(&self) -> WorkerId {
        self.explorer.id
    }

    /// What its explorer is at.
    pub fn subject(&self) -> Option<&'static str> {
        self.explorer.subject()
    }

    /// Has another explorer take the place of one that died; none when too many have.
    pub fn restart(&mut self, code: &Code, events: &Events, death: &Death) -> Option<()> {
        let next = self.explorer.again(code, events, death);
        if let ComparisonState::Ready(client) = &self.state {
            client.fail(death);
        }
        self.explorer = Rc::new(next?);
        self.state = ComparisonState::Opening;
        Some(())
    }

    /// Handles an event of its explorer. Returns whether the page must be drawn again.
    pub fn on_explorer(&mut self, event: WorkerEvent) -> bool {
        let response = match event.read_as() {
            Ok(received) => received.response,
            Err(death) => {
                let (cause, advice) = stopped(&death);
                self.state = ComparisonState::Failed(cause, advice);
                return true;
            }
        };
        match response {
            Response::Opened => {
                let client = ExplorerClient::new(self.explorer.clone());
                self.state = ComparisonState::Ready(Rc::new(client));
            }
            Response::NotOpened(failure) => {
                self.state = ComparisonState::Failed(failure.cause, failure.advice);
            }
            // It is given no inline sites.
            Response::SitesRefused(_) => return false,
            Response::Answered { ticket, answer } => return self.settle(ticket, Ok(answer)),
            Response::Refused { ticket, cause } => return self.settle(ticket, Err(cause)),
        }
        true
    }

    /// Hands an answer to whoever asked, and has it drawn there.
    fn settle(&self, ticket: u32, answer: Result<Uint8Array, String>) -> bool {
        if let ComparisonState::Ready(client) = &self.state {
            client.settle(ticket, answer);
        }
        false
    }
}

fn blob(bytes: &Uint8Array) -> Result<Blob, JsValue> {
    Blob::new_with_u8_array_sequence(&Array::of1(bytes))
}

fn stopped(death: &Death) -> (String, String) {
    (
        format!("The worker that compared stopped: {death}."),
        "Choose the file again; the open result is untouched.".to_owned(),
    )
}
