//! A worker of the page with the engine in it: an encoder, a coordinator or a worker for modules, whichever the
//! first request makes of it.
//!
//! The page starts it from a `blob:` URL, so that the page's content security policy binds it too, and
//! hands it the compiled wasm. It answers requests one after the other. A panic is told to the page
//! before the instance traps; what else may kill it, the page sees as an `error` event.
#![forbid(unsafe_code)]

mod coordinator;
mod module_units;
mod modules;
mod patch;
mod plain;
mod types;
mod warm_up;

use coordinator::Coordinator;
use modules::Modules;
use protocol::codec::from_js;
use protocol::engine::{Request, Response};
use protocol::failure::Failure;
use protocol::model::Model;
use std::cell::RefCell;
use std::rc::Rc;
use warm_up::WarmUp;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::MessageEvent;
use workers::companions::Given;
use workers::encoder::Encoder;
use workers::source::FileSource;
use workers::{failure, port};

/// What this worker has become.
enum Role {
    None,
    Encoder(Box<Encoder>),
    Coordinator(Box<Coordinator>),
    Modules(Box<Modules>),
    WarmUp(Box<WarmUp>),
}

fn main() {
    port::tell_panics();
    let state = RefCell::new((Rc::new(Given::default()), Role::None));
    let receive = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let (given, role) = &mut *state.borrow_mut();
        match from_js(event.data()) {
            Ok(Request::Companions { files }) => *given = Rc::new(Given::new(files)),
            Ok(request) => {
                *role = handle(std::mem::replace(role, Role::None), given, request);
            }
            Err(error) => port::post(Response::Failed(defect(&format!(
                "a message could not be read: {error}"
            )))),
        }
    });
    port::scope().set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
    port::ready();
}

/// Answers a request, and says what the worker is from then on.
fn handle(role: Role, given: &Rc<Given>, request: Request) -> Role {
    match (role, request) {
        (_, Request::Open { file, plan, fault }) => {
            match Encoder::open(&file, given, *plan, fault) {
                Ok(encoder) => {
                    port::post(Response::Opened);
                    Role::Encoder(Box::new(encoder))
                }
                Err(response) => {
                    port::post(*response);
                    Role::None
                }
            }
        }
        (Role::Encoder(mut encoder), Request::Encode { task }) => {
            port::post_buffers(encoder.encode(&task));
            Role::Encoder(encoder)
        }
        (
            _,
            Request::Plan {
                file,
                options,
                anew,
            },
        ) => match Coordinator::plan(&file, given, &options, anew) {
            Ok(coordinator::Planned::Job(coordinator)) => Role::Coordinator(coordinator),
            Ok(coordinator::Planned::Opened(model)) => finished(Ok(*model)),
            Err(failure) => failed(failure),
        },
        (_, Request::WarmUp { sample }) => warmer(WarmUp::new(&sample).map(Box::new)),
        (Role::WarmUp(warm_up), Request::WarmUpAgain) => warmer(Some(warm_up)),
        (_, Request::Types { file, encode }) => match types::of(&file, encode, given) {
            Ok((bytes, known)) => {
                port::post_buffers(Response::Types { bytes, known });
                Role::None
            }
            Err(failure) => failed(failure),
        },
        (_, Request::OpenBtf { file }) => finished(plain::raw(&file)),
        (Role::Coordinator(mut coordinator), Request::Add { bytes }) => {
            match coordinator.add(&bytes) {
                Ok(()) => {
                    port::post(Response::Added);
                    Role::Coordinator(coordinator)
                }
                Err(failure) => failed(failure),
            }
        }
        (Role::Coordinator(mut coordinator), Request::AddFailed { units }) => {
            coordinator.add_failed(units);
            Role::Coordinator(coordinator)
        }
        (Role::Coordinator(coordinator), Request::Finish) => finished(coordinator.finish()),
        (_, Request::Base { btf }) => match Modules::open(&btf) {
            Ok(modules) => {
                port::post(Response::Opened);
                Role::Modules(Box::new(modules))
            }
            Err(failure) => failed(failure),
        },
        // A module that fails is its own affair: the next one comes.
        (
            Role::Modules(modules),
            Request::Module {
                file,
                options,
                takes_btf,
                attempt,
                fault,
            },
        ) => {
            let source = FileSource::new(&file).map_err(failure::unreadable);
            let module = source.and_then(|source| {
                if takes_btf && plain::has_btf_alone(&source) {
                    return plain::module(&source, modules.base());
                }
                modules.encode(&file, &source, given, &options, &attempt, fault)
            });
            match module {
                Ok(module) => port::post_buffers(Response::ModuleFinished(Box::new(module))),
                Err(failure) => port::post(Response::Failed(failure)),
            }
            Role::Modules(modules)
        }
        // After a failure, the rest of what the page had sent.
        (role, _) => role,
    }
}

/// Another round of warming up, if there is something to do it with.
fn warmer(mut warm_up: Option<Box<WarmUp>>) -> Role {
    let done = warm_up.as_mut().and_then(|warm_up| warm_up.round());
    port::post(match done {
        Some(()) => Response::Warmer,
        None => Response::NotWarmer,
    });
    warm_up.map_or(Role::None, Role::WarmUp)
}

fn finished(model: Result<Model, Failure>) -> Role {
    match model {
        Ok(model) => {
            port::post_buffers(Response::Finished(Box::new(model)));
            Role::None
        }
        Err(failure) => failed(failure),
    }
}

fn failed(failure: Failure) -> Role {
    port::post(Response::Failed(failure));
    Role::None
}

/// A failure that no input should cause.
fn defect(cause: &str) -> Failure {
    Failure {
        title: "Something went wrong inside btfscope".to_owned(),
        cause: format!("A worker met a defect: {cause}."),
        advice: "Reload the page and try again. If it happens again, please report it with the details below.".to_owned(),
        ..Failure::default()
    }
}
