//! The way back to the page.

use js_sys::Array;
use protocol::codec::{Bytes, to_js};
use protocol::engine::Response;
use protocol::from_worker::FromWorker;
use protocol::model::{Model, Piece};
use serde::Serialize;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DedicatedWorkerGlobalScope;

/// The worker's global scope.
pub fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Bytes of this instance's memory.
pub fn memory() -> f64 {
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    memory
        .buffer()
        .unchecked_into::<js_sys::ArrayBuffer>()
        .byte_length()
        .into()
}

/// Milliseconds since the worker started.
pub fn now() -> f64 {
    scope()
        .performance()
        .map_or(0.0, |performance| performance.now())
}

/// Has a panic tell its text, with its place, before the instance traps.
pub fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let cause = panic.to_string().replace('\n', " ");
        send(&FromWorker::<()>::Dying { cause }, &Array::new());
    }));
}

/// Says that the worker runs.
pub fn ready() {
    let build = protocol::from_worker::BUILD.to_owned();
    send(&FromWorker::<()>::Ready { build }, &Array::new());
}

/// Sends a message.
pub fn post(response: Response) {
    say(response, &Array::new());
}

/// Sends a message whose buffers change hands, so that they are not copied.
pub fn post_buffers(response: Response) {
    let buffers = Array::new();
    match &response {
        Response::Encoded { bytes, .. } => {
            buffers.push(&bytes.buffer());
        }
        Response::Types { bytes, known } => {
            buffers.push(&bytes.buffer());
            if let Some(Bytes(known)) = known {
                buffers.push(&known.buffer());
            }
        }
        Response::Finished(model) | Response::ModuleFinished(model) => {
            push_model(&buffers, model);
        }
        _ => {}
    }
    say(response, &buffers);
}

fn push_model(buffers: &Array, model: &Model) {
    let pieces = model.patch.iter().flat_map(|patch| &patch.pieces);
    let bytes = pieces.filter_map(|piece| match piece {
        Piece::Bytes(bytes) => Some(bytes),
        _ => None,
    });
    let more = model.base.iter().chain(&model.known);
    for Bytes(bytes) in more.chain(bytes) {
        buffers.push(&bytes.buffer());
    }
    buffers.push(&model.btf.buffer());
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Whether nothing is to be sent.
pub fn set_quiet(quiet: bool) {
    QUIET.set(quiet);
}

/// Sends what a worker says; buffers in it that are to change hands are named too.
pub fn say<R: Serialize>(response: R, buffers: &Array) {
    let memory = memory();
    send(&FromWorker::Said { memory, response }, buffers);
}

fn send<R: Serialize>(envelope: &FromWorker<R>, buffers: &Array) {
    if QUIET.get() {
        return;
    }
    let sent = to_js(envelope)
        .map_err(|error| JsValue::from_str(&error))
        .and_then(|message| scope().post_message_with_transfer(&message, buffers));
    if let Err(error) = sent {
        // The page sees it as the worker's end.
        wasm_bindgen::throw_val(error);
    }
}
