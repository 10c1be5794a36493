//! The worker that takes kernels and modules out of packages, archives, compressed files, and boot images.
//!
//! Unpacking goes from the first byte to the last that is needed: the page sees that it goes on by its progress, and ends it by ending
//! the worker. Where a file has blocks that are compressed by themselves, further workers decompress them, and this one waits for the
//! next. What comes out is written to the browser's private storage through access handles, which
//! are opened before, since that takes promises.
#![forbid(unsafe_code)]

mod failed;
mod folder;
mod helper;
mod helpers;
mod outside;
mod spools;
mod take;

use folder::Folder;
use helpers::Helpers;
use protocol::codec::from_js;
use protocol::port;
use protocol::unpack::{Ports, UnpackRequest, UnpackResponse};
use spools::Room;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

fn main() {
    let room: Rc<RefCell<Rc<Room>>> = Rc::default();
    let helpers: Rc<RefCell<Helpers>> = Rc::default();
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
                let (room, helpers) = (room.borrow().clone(), helpers.clone());
                helpers.borrow_mut().begin(request.workers);
                port::later();
                spawn_local(async move {
                    let response = match take::take(&request, &room, helpers).await {
                        Ok(taken) => taken.finish().await,
                        Err(refusal) => refusal,
                    };
                    port::post(&response);
                    port::dealt();
                });
            }
            UnpackRequest::Helpers(Ports(ports)) => Helpers::take_ports(&helpers, &ports),
            UnpackRequest::Lost(number) => helpers.borrow_mut().lose(number),
            UnpackRequest::Help(Ports(ports)) => helper::serve(ports.get(0).unchecked_into()),
        }
        Ok(())
    });
}
