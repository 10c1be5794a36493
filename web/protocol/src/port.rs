//! A worker's end of the line to the page.

use crate::codec::{Transfer, to_js};
use crate::from_worker::{BUILD, FromWorker};
use js_sys::Array;
use serde::Serialize;
use std::cell::Cell;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

thread_local! {
    /// Whether the message that is received is dealt with later.
    static LATER: Cell<bool> = const { Cell::new(false) };
}

/// Says, while a message is received, that [`dealt`] will be called for it.
pub fn later() {
    LATER.set(true);
}

/// The page is told that a message was dealt with, after [`later`].
pub fn dealt() {
    send(&FromWorker::Dealt, &Array::new());
}

/// Runs a worker: `receive` gets every message, and the page is told when it has dealt with it. What it cannot read, or
/// cannot do in its state, is told as a defect; so is the text of a panic, before the instance traps.
pub fn serve(mut receive: impl FnMut(JsValue) -> Result<(), String> + 'static) {
    std::panic::set_hook(Box::new(|panic| {
        let cause = panic.to_string().replace('\n', " ");
        send(&FromWorker::Dying { cause }, &Array::new());
    }));
    let receive = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = match receive(event.data()) {
            Ok(()) if LATER.take() => return,
            Ok(()) => FromWorker::Dealt,
            Err(cause) => FromWorker::Defect { cause },
        };
        send(&message, &Array::new());
    });
    scope().set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
    let build = BUILD.to_owned();
    send(&FromWorker::Ready { build }, &Array::new());
}

/// Sends a response; its buffers change hands.
pub fn post<R: Transfer + Serialize>(response: &R) {
    let buffers = Array::new();
    response.transfer(&buffers);
    match to_js(response) {
        Ok(response) => {
            let memory = memory();
            send(&FromWorker::Response { memory, response }, &buffers);
        }
        // The page sees it as the worker's end.
        Err(error) => wasm_bindgen::throw_str(&error),
    }
}

fn send(message: &FromWorker, buffers: &Array) {
    let sent = to_js(message)
        .map_err(|error| JsValue::from_str(&error))
        .and_then(|message| scope().post_message_with_transfer(&message, buffers));
    if let Err(error) = sent {
        // The page sees it as the worker's end.
        wasm_bindgen::throw_val(error);
    }
}

/// Bytes of this instance's memory.
fn memory() -> f64 {
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

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
