//! A worker of the page that holds types and answers questions about them: those of a result, or those of two files
//! held against each other. Loaded with the first job; it neither plans nor merges.
#![forbid(unsafe_code)]

mod model;
mod neighbours;

use js_sys::Array;
use model::Model;
use neighbours::Source;
use protocol::codec::from_js;
use protocol::explorer::{Request, Response};
use protocol::failure::Failure;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::MessageEvent;
use workers::companions::Given;
use workers::port;

fn main() {
    port::tell_panics();
    let model = RefCell::new(None);
    let receive =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match from_js(event.data()) {
                Ok(request) => handle(&mut model.borrow_mut(), request),
                Err(error) => say(Response::Failed(Failure {
                    title: "Something went wrong inside btfscope".to_owned(),
                    cause: format!("A worker met a defect: a message could not be read: {error}."),
                    advice: "Reload the page and try again.".to_owned(),
                    ..Failure::default()
                })),
            }
        });
    port::scope().set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
    port::ready();
}

fn handle(held: &mut Option<Model>, request: Request) {
    let model = match (held.as_mut(), request) {
        (
            _,
            Request::Hold {
                btf,
                known,
                file,
                plan,
                companions,
            },
        ) => {
            let source = file.dyn_into().ok().zip(plan);
            let source = source.map(|(file, plan)| Source {
                file,
                given: Rc::new(Given::new(companions)),
                plan: *plan,
            });
            opened(Model::open(&btf, known.dyn_ref(), source))
        }
        (
            _,
            Request::Compare {
                first,
                second,
                known_first,
                known_second,
            },
        ) => {
            let model = opened(Model::compare(
                (&first, known_first.dyn_ref()),
                (&second, known_second.dyn_ref()),
            ));
            if model.is_some() {
                say(Response::Compared);
            }
            model
        }
        (Some(model), request) => return answer(model, request),
        // After a failure, the rest of what the page had sent.
        (None, _) => return,
    };
    *held = model;
}

fn answer(model: &mut Model, request: Request) {
    match request {
        Request::Explore { ticket, ask } => {
            let answer = Box::new(model.answer(ask));
            say(Response::Explored {
                ticket,
                say: answer,
            });
        }
        Request::CHeader => match model.c_header() {
            Response::CHeader { bytes } => {
                let buffers = Array::of1(&bytes.buffer());
                port::say(Response::CHeader { bytes }, &buffers);
            }
            other => say(other),
        },
        Request::Functions(query) => say(Response::Functions(model.functions(query))),
        Request::ToLab { name } => say(model.said_of(&name)),
        Request::AddModule { name, btf, base } => model.add_module(name, btf, base.dyn_into().ok()),
        Request::ForgetModules => model.forget_modules(),
        Request::Hold { .. } | Request::Compare { .. } => {}
    }
}

fn opened(model: Result<Model, Failure>) -> Option<Model> {
    model.map_err(|failure| say(Response::Failed(failure))).ok()
}

fn say(response: Response) {
    port::say(response, &Array::new());
}
