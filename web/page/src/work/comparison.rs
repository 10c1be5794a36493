//! A second file that the result is held against: a worker gets its types, an explorer answers for both.

use super::worker::{WorkerEvent, WorkerHandle, WorkerId};
use super::{Code, Engine, Explorer, Model};
use crate::explore::Desk;
use js_sys::{Array, Uint8Array};
use protocol::codec::Bytes;
use protocol::engine::{Request, Response};
use protocol::explorer;
use protocol::model::Origin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};
use yew::Callback;

/// The two.
pub struct Comparison {
    /// The second file's name.
    pub name: String,
    /// How far it is.
    pub state: State,
    /// Raw BTF of the result.
    first: Blob,
    /// What there is to know of it.
    known: Option<Blob>,
    /// Gets the types of the second file.
    reader: Option<WorkerHandle>,
    explorer: Rc<Explorer>,
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
    /// Has the types of a second file read, to hold those of the result against them.
    pub fn start(
        engine: &Engine,
        events: &Callback<(WorkerId, WorkerEvent)>,
        code: &Code,
        said: &Callback<(WorkerId, WorkerEvent<explorer::Response>)>,
        model: &Model,
        second: &File,
    ) -> Result<Comparison, String> {
        let first = model.files.btf.clone();
        let first = first.ok_or("the result's bytes are not there")?;
        let reader = WorkerHandle::start_with(engine, events, &[])?;
        reader.ask(&Request::Types {
            file: second.clone(),
            encode: model.origin == Origin::Encoded,
        });
        Ok(Comparison {
            name: second.name(),
            state: State::Reading,
            first,
            known: model.files.known.clone(),
            reader: Some(reader),
            explorer: Rc::new(Explorer::start(code, said)),
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

    /// Takes what the worker did that gets its types; whether the page is to be drawn anew.
    pub fn on_event(&mut self, event: WorkerEvent) -> bool {
        match event {
            WorkerEvent::Died(cause) => self.died(&cause),
            WorkerEvent::Said(said) => match said.response {
                Response::Types { bytes, known } => self.take(&bytes, known.as_ref()),
                Response::Failed(failure) => {
                    self.state = State::Failed(failure.cause, failure.advice);
                }
                _ => return false,
            },
        }
        // It has done what it was for.
        self.reader = None;
        true
    }

    /// Has another explorer take the place of one that died; none when too many have.
    pub fn restart(
        &mut self,
        code: &Code,
        events: &Callback<(WorkerId, WorkerEvent<explorer::Response>)>,
    ) -> Option<()> {
        self.explorer = Rc::new(self.explorer.again(code, events)?);
        self.state = State::Reading;
        Some(())
    }

    fn take(&mut self, bytes: &Uint8Array, known: Option<&Bytes>) {
        let blob = |bytes| Blob::new_with_u8_array_sequence(&Array::of1(bytes));
        let value = |known: Option<Blob>| known.map_or(JsValue::UNDEFINED, JsValue::from);
        match blob(bytes) {
            Ok(second) => self.explorer.ask(explorer::Request::Compare {
                first: self.first.clone(),
                second,
                known_first: value(self.known.clone()),
                known_second: value(known.and_then(|known| blob(&known.0).ok())),
            }),
            Err(_) => self.died("the browser holds no more data"),
        }
    }

    /// Takes what its explorer did; whether the page is to be drawn anew.
    pub fn on_explorer(&mut self, event: WorkerEvent<explorer::Response>) -> bool {
        match event {
            WorkerEvent::Died(cause) => self.died(&cause),
            WorkerEvent::Said(said) => match said.response {
                explorer::Response::Compared => {
                    self.state = State::Ready(Rc::new(Desk::new(self.explorer.clone())));
                }
                explorer::Response::Failed(failure) => {
                    self.state = State::Failed(failure.cause, failure.advice);
                }
                explorer::Response::Explored { ticket, say } => {
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

    fn died(&mut self, cause: &str) {
        self.state = State::Failed(
            format!("The worker that compared stopped: {cause}."),
            "Choose the file again; the result is untouched.".to_owned(),
        );
    }
}
