//! A worker that decompresses blocks for the one that unpacks.

use js_sys::{Array, Uint8Array};
use protocol::blocks::{BlockRequest, BlockResponse};
use protocol::codec::{Bytes, Transfer, from_js, to_js};
use unpack::XzBlock;
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
        stream,
        unpacked,
    } = from_js(event.data())?;
    let block = XzBlock::of(stream.0.to_vec(), unpacked as usize);
    let unpacked = block.unpack();
    let response = BlockResponse {
        ticket,
        unpacked: match unpacked {
            Ok(bytes) => Ok(Bytes(Uint8Array::from(bytes.as_slice()))),
            Err(error) => Err(error.to_string()),
        },
    };
    let buffers = Array::new();
    response.transfer(&buffers);
    let sent = port.post_message_with_transferable(&to_js(&response)?, &buffers);
    sent.map_err(|error| crate::folder::described(&error))
}
