//! The worker that takes kernels and modules out of packages, archives, compressed files, and boot images.
//!
//! Unpacking is one piece of work, from the first byte to the last that is needed: the page sees that it goes on by its progress,
//! and ends it by ending the worker. What comes out is written to the browser's private storage through access handles, which
//! are opened before, since that takes promises.
#![forbid(unsafe_code)]

mod failed;
mod folder;
mod spools;
mod take;

use folder::Folder;
use protocol::codec::from_js;
use protocol::port;
use protocol::unpack::{UnpackRequest, UnpackResponse};
use spools::Room;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

fn main() {
    let room: Rc<RefCell<Rc<Room>>> = Rc::default();
    port::serve(move |message| {
        let request = from_js(message)
            .map_err(|error| format!("a request to the unpacker could not be read: {error}"))?;
        match request {
            UnpackRequest::Prepare { folder } => {
                let room = room.clone();
                spawn_local(async move {
                    let (made, others) = Folder::make(folder).await;
                    let folders = match &made {
                        Ok(folder) => folder.folders.clone().into(),
                        Err(_) => JsValue::UNDEFINED,
                    };
                    room.replace(Rc::new(Room::new(made)));
                    port::post(&UnpackResponse::Ready { folders, others });
                });
            }
            UnpackRequest::Reserve(files) => {
                let room = room.borrow().clone();
                spawn_local(async move {
                    room.reserve(files).await;
                    port::post(&UnpackResponse::Ready {
                        folders: JsValue::UNDEFINED,
                        others: true,
                    });
                });
            }
            UnpackRequest::Unpack(request) => {
                let room = room.borrow().clone();
                match take::take(&request, &room) {
                    Ok(taken) => spawn_local(async move {
                        port::post(&taken.finish().await);
                    }),
                    Err(refusal) => port::post(&refusal),
                }
            }
        }
        Ok(())
    });
}
