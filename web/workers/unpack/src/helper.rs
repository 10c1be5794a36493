//! A worker that decompresses blocks for the one that unpacks.

use crate::outside;
use js_sys::Array;
use protocol::blocks::{BlockRequest, BlockResponse};
use protocol::codec::{Bytes, Transfer, from_js, to_js};
use unpack::BlockFormat;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{MessageEvent, MessagePort};

/// Decompresses what comes through a port.
pub fn serve(port: MessagePort) {
    let answering = port.clone();
    let receive = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // The page sees what cannot be done as this worker's end.
        if let Err(error) = answer(&answering, event) {
            wasm_bindgen::throw_str(&error);
        }
    });
    port.set_onmessage(Some(receive.as_ref().unchecked_ref()));
    receive.forget();
}

fn answer(port: &MessagePort, event: MessageEvent) -> Result<(), String> {
    let BlockRequest {
        ticket,
        is_zstd,
        stream: Bytes(stream),
        most,
    } = from_js(event.data())?;
    let format = match is_zstd {
        true => BlockFormat::Zstd,
        false => BlockFormat::Xz,
    };
    let unpacked = outside::unpacked(format, stream, most);
    let response = BlockResponse {
        ticket,
        unpacked: unpacked.map(Bytes).map_err(|error| error.to_string()),
    };
    let buffers = Array::new();
    response.transfer(&buffers);
    let sent = port.post_message_with_transferable(&to_js(&response)?, &buffers);
    sent.map_err(|error| crate::folder::described(&error))
}
