//! A worker of the page: an encoder, a coordinator or a worker for modules, whichever the first request
//! makes of it.
//!
//! The page starts it from a `blob:` URL, so that the page's content security policy binds it too, and
//! hands it the compiled wasm. It answers requests one after the other. A panic is told to the page
//! before the instance traps; what else may kill it, the page sees as an `error` event.
#![forbid(unsafe_code)]

mod companions;
mod comparison;
mod coordinator;
mod encoder;
mod failure;
mod model;
mod module_units;
mod modules;
mod neighbours;
mod patch;
mod port;
mod source;
mod warm_up;

use companions::Given;
use coordinator::Coordinator;
use encoder::Encoder;
use model::Model;
use modules::Modules;
use std::cell::RefCell;
use std::rc::Rc;
use warm_up::WarmUp;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web::protocol::{BUILD, Failure, Request, Response, from_js};
use web_sys::MessageEvent;

/// What this worker has become.
enum Role {
    None,
    Encoder(Box<Encoder>),
    Coordinator(Box<Coordinator>),
    Model(Box<Model>),
    Modules(Box<Modules>),
    WarmUp(Box<WarmUp>),
}

fn main() {
    // The text of a panic with its place, as it would be printed.
    std::panic::set_hook(Box::new(|panic| {
        let cause = panic.to_string().replace('\n', " ");
        port::post(Response::Dying { cause });
    }));
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
    port::post(Response::Ready {
        build: BUILD.to_owned(),
    });
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
            Ok(coordinator::Planned::Model(model)) => Role::Model(model),
            Err(failure) => failed(failure),
        },
        (_, Request::WarmUp { sample }) => warmer(WarmUp::new(&sample).map(Box::new)),
        (Role::WarmUp(warm_up), Request::WarmUpAgain) => warmer(Some(warm_up)),
        (
            _,
            Request::Compare {
                first,
                second,
                encode,
            },
        ) => match comparison::open(&first, &second, encode, given) {
            Ok(model) => {
                port::post(Response::Compared);
                Role::Model(Box::new(model))
            }
            Err(failure) => failed(failure),
        },
        (_, Request::OpenBtf { file }) => match Model::open_raw(&file) {
            Ok(model) => Role::Model(Box::new(model)),
            Err(failure) => failed(failure),
        },
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
        (Role::Coordinator(coordinator), Request::Finish) => match coordinator.finish() {
            Ok(model) => Role::Model(Box::new(model)),
            Err(failure) => failed(failure),
        },
        (Role::Model(model), Request::CHeader) => {
            port::post_buffers(model.c_header());
            Role::Model(model)
        }
        (Role::Model(mut model), Request::ToLab { name }) => {
            port::post(model.said_of(&name));
            Role::Model(model)
        }
        (Role::Model(mut model), Request::Explore { ticket, ask }) => {
            let say = Box::new(model.answer(ask));
            port::post(Response::Explored { ticket, say });
            Role::Model(model)
        }
        (Role::Model(mut model), Request::AddModule { name, btf, base }) => {
            model.add_module(name, btf, base.dyn_into().ok());
            Role::Model(model)
        }
        (Role::Model(mut model), Request::ForgetModules) => {
            model.forget_modules();
            Role::Model(model)
        }
        (Role::Model(model), Request::Functions(query)) => {
            port::post(Response::Functions(model.functions(query)));
            Role::Model(model)
        }
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
                attempt,
                fault,
            },
        ) => {
            match modules.encode(&file, given, &options, &attempt, fault) {
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
