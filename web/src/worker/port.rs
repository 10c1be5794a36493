//! The way back to the page.

use js_sys::Array;
use std::cell::Cell;
use wasm_bindgen::{JsCast, JsValue};
use web::protocol::{Bytes, Envelope, Model, Piece, Response, to_js};
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

/// Sends a message.
pub fn post(response: Response) {
    send(response, &Array::new());
}

/// Sends a message whose buffers change hands, so that they are not copied.
pub fn post_buffers(response: Response) {
    let buffers = Array::new();
    match &response {
        Response::CHeader { bytes } | Response::Encoded { bytes, .. } => {
            buffers.push(&bytes.buffer());
        }
        Response::Finished(model) | Response::ModuleFinished(model) => {
            push_model(&buffers, model);
        }
        _ => {}
    }
    send(response, &buffers);
}

fn push_model(buffers: &Array, model: &Model) {
    let pieces = model.patch.iter().flat_map(|patch| &patch.pieces);
    let bytes = pieces.filter_map(|piece| match piece {
        Piece::Bytes(Bytes(bytes)) => Some(bytes),
        _ => None,
    });
    let sections = [&model.btf]
        .into_iter()
        .chain(model.base.as_ref().map(|base| &base.0));
    for bytes in sections.chain(bytes) {
        buffers.push(&bytes.buffer());
    }
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Whether nothing is to be sent.
pub fn set_quiet(quiet: bool) {
    QUIET.set(quiet);
}

fn send(response: Response, buffers: &Array) {
    if QUIET.get() {
        return;
    }
    let sent = to_js(&Envelope {
        memory: memory(),
        response,
    })
    .map_err(|error| JsValue::from_str(&error))
    .and_then(|message| scope().post_message_with_transfer(&message, buffers));
    if let Err(error) = sent {
        // The page sees it as the worker's end.
        wasm_bindgen::throw_val(error);
    }
}
