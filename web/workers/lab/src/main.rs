//! The classroom's laboratory as a worker: benches, each with units and a run of the reference engine over them.
//!
//! The page starts it as it starts its other workers, when a view of the classroom is opened.
#![forbid(unsafe_code)]

use lab::{Lab, Setup, exercise, scenario};
use protocol::codec::{from_js, to_js};
use protocol::lab::{Ask, From, LabRequest, LabResponse, Opened, Say};
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        let cause = panic.to_string().replace('\n', " ");
        post(0, Say::Dying { cause });
    }));
    let benches: RefCell<BTreeMap<u32, Lab>> = RefCell::default();
    let receive =
        Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            match from_js::<LabRequest>(event.data()) {
                Ok(request) => answer(&mut benches.borrow_mut(), request),
                Err(error) => post(
                    0,
                    Say::Dying {
                        cause: format!("a message could not be read: {error}"),
                    },
                ),
            }
        });
    scope().set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
}

fn answer(benches: &mut BTreeMap<u32, Lab>, LabRequest { bench, ask }: LabRequest) {
    let say = match (ask, benches.get_mut(&bench)) {
        (Ask::Open { from, seek, turn }, _) => match setup(from) {
            Ok(setup) => {
                let mut lab = Lab::new(setup);
                let opened = Opened {
                    turn,
                    setup: lab.setup.clone(),
                    overview: lab.overview(),
                    moment: lab.seek(seek),
                };
                benches.insert(bench, lab);
                Say::Opened(Box::new(opened))
            }
            Err(cause) => Say::Refused(cause),
        },
        (Ask::Scenarios, _) => Say::Scenarios(scenario::all()),
        (Ask::Close, _) => {
            benches.remove(&bench);
            return;
        }
        // Every request has its answer.
        (_, None) => Say::Refused("this bench is not set up yet".to_owned()),
        (Ask::Seek(seek), Some(lab)) => Say::At(lab.seek(seek)),
        (Ask::Export, Some(lab)) => Say::Exported(lab.setup.to_file()),
        (
            Ask::Check {
                check,
                task,
                start,
                number,
            },
            Some(lab),
        ) => match setup(start) {
            Ok(start) => Say::Verdict {
                check,
                verdict: exercise::check(&task, &start, lab, number),
            },
            Err(cause) => Say::Refused(cause),
        },
    };
    post(bench, say);
}

fn setup(from: From) -> Result<Setup, String> {
    match from {
        From::Setup(setup) => Ok(setup),
        From::Link(link) => Setup::from_link(&link).map_err(|error| error.to_string()),
        From::File(text) => Setup::from_file(&text).map_err(|error| error.to_string()),
        From::Scenario(slug) => scenario::find(&slug)
            .map(|found| found.setup)
            .ok_or_else(|| "there is no scenario of that name".to_owned()),
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(bench: u32, say: Say) {
    let sent = to_js(&LabResponse { bench, say })
        .map_err(|error| JsValue::from_str(&error))
        .and_then(|message| scope().post_message(&message));
    if let Err(error) = sent {
        // The page sees it as the worker's end.
        wasm_bindgen::throw_val(error);
    }
}
