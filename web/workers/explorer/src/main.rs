//! A worker of the page that holds types and answers questions about them: those of a result, or those of two files
//! compared with each other. Loaded with the first job; it neither plans nor merges.
#![forbid(unsafe_code)]

mod examination;
mod held;
mod neighbours;

use held::HeldTypes;
use neighbours::Source;
use protocol::codec::from_js;
use protocol::explorer::{AnyQuestion, Open, OpenWithin, Request, Response};
use protocol::failure::Failure;
use protocol::port;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use workers::companions::GivenFiles;

/// What this worker holds.
enum ExplorerState {
    New,
    Held(Box<HeldTypes>),
    /// The types could not be read, which was told; why, without a full stop.
    Over(String),
}

fn main() {
    let mut state = ExplorerState::New;
    port::serve(move |message| receive(&mut state, message));
}

/// Does what a message asks for; an error says why it does not fit, which is a defect.
fn receive(state: &mut ExplorerState, message: JsValue) -> Result<(), String> {
    match state {
        ExplorerState::New => {
            let first = from_js(message).map_err(|error| {
                format!("the types for an explorer could not be received: {error}")
            })?;
            *state = match open(first) {
                Ok(held) => {
                    port::post(&Response::Opened);
                    ExplorerState::Held(Box::new(held))
                }
                Err(failure) => {
                    let cause = failure.cause.trim_end_matches('.').to_owned();
                    port::post(&Response::NotOpened(failure));
                    ExplorerState::Over(cause)
                }
            };
        }
        ExplorerState::Held(held) => {
            let request = from_js(message)
                .map_err(|error| format!("a request to an explorer could not be read: {error}"))?;
            answer(held, request);
        }
        ExplorerState::Over(cause) => refuse(message, cause),
    }
    Ok(())
}

/// Answers a question without types. All else was sent before the page heard that there are none.
fn refuse(message: JsValue, cause: &str) {
    if let Ok(Request::Ask { ticket, .. } | Request::Examine { ticket, .. }) = from_js(message) {
        let cause = cause.to_owned();
        port::post(&Response::Refused { ticket, cause });
    }
}

fn open(first: OpenWithin) -> Result<HeldTypes, Failure> {
    let OpenWithin { budget, types } = first;
    match types {
        Open::Result {
            btf,
            metadata,
            file,
            plan,
            companions,
        } => {
            let source = file.dyn_into().ok().zip(plan);
            let source = source.map(|(file, plan)| Source {
                file,
                given: Rc::new(GivenFiles::new(companions)),
                plan: *plan,
            });
            HeldTypes::open(&btf, metadata.dyn_ref(), source, budget)
        }
        Open::Comparison {
            first,
            second,
            metadata_first,
            metadata_second,
        } => HeldTypes::compare(
            (&first, metadata_first.dyn_ref()),
            (&second, metadata_second.dyn_ref()),
            budget,
        ),
    }
}

fn answer(held: &mut HeldTypes, request: Request) {
    match request {
        Request::Ask {
            ticket,
            module,
            question,
        } => {
            let answer = match question {
                AnyQuestion::OfTypes(question) => held.answer(module, *question),
                AnyQuestion::CHeader(question) => held.c_header(question),
                AnyQuestion::UnitTexts(question) => held.unit_texts(&question),
            };
            port::post(&match answer {
                Ok(answer) => Response::Answered { ticket, answer },
                Err(cause) => Response::Refused { ticket, cause },
            });
        }
        Request::Examine {
            ticket,
            kernel,
            modules,
            readers,
        } => {
            port::post(&match held.examine(&kernel, &modules, &readers) {
                Ok(answer) => Response::Answered { ticket, answer },
                Err(cause) => Response::Refused { ticket, cause },
            });
        }
        Request::AddInlineSites { btf } => {
            if let Err(cause) = held.add_inline_sites(&btf) {
                port::post(&Response::SitesRefused(cause));
            }
        }
        Request::AddModule(module) => held.add_module(module),
        Request::ForgetModules => held.forget_modules(),
    }
}
