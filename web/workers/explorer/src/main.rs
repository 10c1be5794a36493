//! A worker of the page that holds types and answers questions about them: those of a result, or those of two files
//! held against each other. Loaded with the first job; it neither plans nor merges.
#![forbid(unsafe_code)]

mod model;
mod neighbours;

use model::Model;
use neighbours::Source;
use protocol::codec::from_js;
use protocol::explorer::{Request, Response};
use protocol::failure::Failure;
use protocol::port;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use workers::companions::GivenFiles;

/// What this worker holds.
enum State {
    New,
    Held(Box<Model>),
    /// The types could not be read, which was told.
    Over,
}

fn main() {
    let mut state = State::New;
    port::serve(move |message| {
        let request = from_js(message)
            .map_err(|error| format!("a request to the explorer could not be read: {error}"))?;
        receive(&mut state, request)
    });
}

/// Does what a request asks for; an error says why it does not fit, which is a defect.
fn receive(state: &mut State, request: Request) -> Result<(), String> {
    match (state, request) {
        (
            state @ State::New,
            Request::Hold {
                btf,
                metadata,
                file,
                plan,
                companions,
            },
        ) => {
            let source = file.dyn_into().ok().zip(plan);
            let source = source.map(|(file, plan)| Source {
                file,
                given: Rc::new(GivenFiles::new(companions)),
                plan: *plan,
            });
            *state = opened(Model::open(&btf, metadata.dyn_ref(), source));
        }
        (
            state @ State::New,
            Request::Compare {
                first,
                second,
                metadata_first,
                metadata_second,
            },
        ) => {
            *state = opened(Model::compare(
                (&first, metadata_first.dyn_ref()),
                (&second, metadata_second.dyn_ref()),
            ));
            if let State::Held(_) = state {
                port::post(&Response::Compared);
            }
        }
        (_, Request::Hold { .. } | Request::Compare { .. }) => {
            return Err("an explorer was given types a second time".to_owned());
        }
        (State::New, _) => return Err("an explorer was asked before it had types".to_owned()),
        // Sent before the page heard of the failure.
        (State::Over, _) => {}
        (State::Held(model), Request::Explore { ticket, ask }) => {
            let say = Box::new(model.answer(ask));
            port::post(&Response::Explored { ticket, say });
        }
        (State::Held(model), Request::CHeader) => port::post(&model.c_header()),
        (State::Held(model), Request::Functions(query)) => {
            port::post(&Response::Functions(model.functions(query)));
        }
        (State::Held(model), Request::ToLab { name }) => port::post(&model.said_of(&name)),
        (State::Held(model), Request::AddModule { name, btf, base }) => {
            model.add_module(name, btf, base.dyn_into().ok());
        }
        (State::Held(model), Request::ForgetModules) => model.forget_modules(),
    }
    Ok(())
}

fn opened(model: Result<Model, Failure>) -> State {
    match model {
        Ok(model) => State::Held(Box::new(model)),
        Err(failure) => {
            port::post(&Response::Failed(failure));
            State::Over
        }
    }
}
