//! The lesson that was opened: from a file, from a file beside the page, or from a link that contains it.

use crate::browser::{describe, hash, head};
use course::{Lesson, MOST_BYTES};
use js_sys::Uint8Array;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Where a lesson comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file that was given to the page, by its number.
    File(u32),
    /// A file on the page's host, by its address.
    Beside(String),
    /// The link itself, as it is packed there.
    Link(String),
}

/// A lesson that is open.
#[derive(Clone, PartialEq)]
pub struct Opened {
    /// What its file is called.
    pub name: String,
    pub origin: Origin,
    /// The text of the file.
    pub text: String,
    pub lesson: Arc<Lesson>,
}

thread_local! {
    /// It outlives the views of the classroom.
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
    /// The number of the file that was read last: files are read once, however often the classroom opens.
    static NEWEST_FILE: Cell<Option<u32>> = const { Cell::new(None) };
}

/// The number of the file that was read last.
pub fn newest_file() -> Option<u32> {
    NEWEST_FILE.get()
}

/// The file of this number is read now.
pub fn set_newest_file(number: u32) {
    NEWEST_FILE.set(Some(number));
}

/// The lesson that is open.
pub fn current() -> Option<Opened> {
    OPENED.with_borrow(Clone::clone)
}

/// Reads a lesson, and keeps it as the one that is open.
pub fn keep(name: String, origin: Origin, bytes: &[u8]) -> Result<(), String> {
    let lesson = Lesson::read(bytes).map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(bytes).into_owned();
    OPENED.set(Some(Opened {
        name,
        origin,
        text,
        lesson: Arc::new(lesson),
    }));
    Ok(())
}

/// The lesson that the address asks for; none if it is the one that is open, whatever it is.
pub fn asked() -> Option<Origin> {
    let hash = hash();
    let (_, query) = hash.split_once('?')?;
    query
        .split('&')
        .find_map(|part| match part.split_once('=')? {
            ("lesson", path) => {
                let path = js_sys::decode_uri_component(path);
                Some(Origin::Beside(path.ok()?.into()))
            }
            ("text", packed) => Some(Origin::Link(packed.to_owned())),
            _ => None,
        })
}

/// The beginning of a file, a byte longer than a lesson may be.
pub async fn read(file: File) -> Result<Vec<u8>, String> {
    head(&file, MOST_BYTES as u64 + 1).await
}

/// A file on the page's host. What begins elsewhere is refused: the page connects to no other host.
pub async fn fetch(path: &str) -> Result<Vec<u8>, String> {
    if path.contains(':') || path.starts_with(['/', '\\']) {
        return Err(format!(
            "the address names {path:?}, which is not beside this page: save the lesson, and open the file"
        ));
    }
    let missing = |cause: String| cause.replace(", a part of this page,", "");
    let response = crate::work::fetch(path).await.map_err(missing)?;
    let read = async { JsFuture::from(response.array_buffer()?).await };
    let buffer = read.await.map_err(|error| describe(&error))?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// What a file is called whose path an address names.
pub fn file_name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or(path).to_owned()
}
