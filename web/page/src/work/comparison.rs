//! A second file with which the result is compared: a worker gets its types, an explorer answers for both.

use super::worker::{EngineWorker, Events, WorkerEvent, WorkerId};
use super::{Code, Engine, Explorer, Model};
use crate::explore::ExplorerClient;
use js_sys::{Array, Uint8Array};
use protocol::called::called;
use protocol::codec::Bytes;
use protocol::death::Death;
use protocol::engine::{self, SecondFileRequest, SecondFileResponse};
use protocol::explorer::{Open, Response};
use protocol::job_result::Origin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

/// The two.
pub struct Comparison {
    /// What the second file is called; its name before it is read.
    pub name: String,
    /// How far it is.
    pub state: ComparisonState,
    /// Raw BTF of the result.
    first: Blob,
    /// Metadata of its types.
    metadata: Option<Blob>,
    /// Gets the types of the second file.
    reader: Option<EngineWorker<engine::SecondFile>>,
    explorer: Rc<Explorer>,
}

/// How far a comparison is.
pub enum ComparisonState {
    /// The second file is read, or encoded.
    Reading,
    /// Questions are answered.
    Ready(Rc<ExplorerClient>),
    /// There is none: what is wrong, and what to do.
    Failed(String, String),
}

impl Comparison {
    /// Has the types of a second file read, to compare those of the result with them.
    pub fn start(
        engine: &Engine,
        events: &Events,
        code: &Code,
        explorer_events: &Events,
        model: &Model,
        second: &File,
    ) -> Result<Comparison, Death> {
        let first = model.files.btf.clone().ok_or(Death::NoData)?;
        let reader: EngineWorker<engine::SecondFile> = EngineWorker::start(engine, events, &[])?;
        reader.ask(&SecondFileRequest {
            file: second.clone(),
            encode: model.origin == Origin::Encoded,
            types: model.types_beside(),
        });
        Ok(Comparison {
            name: second.name(),
            state: ComparisonState::Reading,
            first,
            metadata: model.files.metadata.clone(),
            reader: Some(reader),
            explorer: Rc::new(Explorer::start(code, explorer_events)),
        })
    }

    /// Whether this worker gets its types.
    pub fn reads_with(&self, id: WorkerId) -> bool {
        self.reader.as_ref().is_some_and(|reader| reader.id == id)
    }

    /// Its explorer.
    pub fn explorer(&self) -> WorkerId {
        self.explorer.id
    }

    /// Handles an event of the worker that reads the second file. Returns whether the page must be drawn again.
    pub fn on_event(&mut self, event: WorkerEvent) -> bool {
        match event.read::<engine::SecondFile>() {
            Ok(received) => match received.response {
                SecondFileResponse::Types {
                    bytes,
                    metadata,
                    identity,
                } => {
                    self.name = called(&self.name, &identity);
                    self.take(&bytes, metadata.as_ref());
                }
                SecondFileResponse::Failed(failure) => {
                    self.state = ComparisonState::Failed(failure.cause, failure.advice);
                }
            },
            Err(death) => self.died(&death),
        }
        // It has done what it was for.
        self.reader = None;
        true
    }

    /// Has another explorer take the place of one that died; none when too many have.
    pub fn restart(&mut self, code: &Code, events: &Events) -> Option<()> {
        self.explorer = Rc::new(self.explorer.again(code, events)?);
        self.state = ComparisonState::Reading;
        Some(())
    }

    fn take(&mut self, bytes: &Uint8Array, metadata: Option<&Bytes>) {
        let blob = |bytes| Blob::new_with_u8_array_sequence(&Array::of1(bytes));
        let value = |metadata: Option<Blob>| metadata.map_or(JsValue::UNDEFINED, JsValue::from);
        match blob(bytes) {
            Ok(second) => self.explorer.open(Open::Comparison {
                first: self.first.clone(),
                second,
                metadata_first: value(self.metadata.clone()),
                metadata_second: value(metadata.and_then(|metadata| blob(&metadata.0).ok())),
            }),
            Err(_) => self.died(&Death::NoData),
        }
    }

    /// Handles an event of its explorer. Returns whether the page must be drawn again.
    pub fn on_explorer(&mut self, event: WorkerEvent) -> bool {
        let response = match event.read_as() {
            Ok(received) => received.response,
            Err(death) => {
                self.died(&death);
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

    fn died(&mut self, death: &Death) {
        self.state = ComparisonState::Failed(
            format!("The worker for the comparison stopped: {death}."),
            "Choose the file again; the result is untouched.".to_owned(),
        );
    }
}
