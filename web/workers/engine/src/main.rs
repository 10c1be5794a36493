//! A worker of the page with the engine in it. Its first message says what it is: an encoder, a coordinator, a worker for
//! modules, one that reads a second file, one that reads which kernels files are of, or one that warms up.
//!
//! The page starts it from a `blob:` URL, so that the page's content security policy binds it too, and
//! hands it the compiled wasm. It answers requests one after the other. A panic is told to the page
//! before the instance traps; what else may kill it, the page sees as an `error` event.
#![forbid(unsafe_code)]

mod coordinator;
mod encoder;
mod identify;
mod module_units;
mod modules;
mod patch;
mod plain;
mod role;
mod second_file;
mod warm_up;

use protocol::codec::from_js;
use protocol::port;
use role::Receiver;

fn main() {
    let mut receiver: Option<Receiver> = None;
    port::serve(move |message| match &mut receiver {
        Some(receive) => receive(message),
        None => {
            let first = from_js(message).map_err(|error| {
                format!("the message that gives a worker its role could not be read: {error}")
            })?;
            receiver = Some(role::of(first));
            Ok(())
        }
    });
}
