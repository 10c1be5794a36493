//! A finished model: what is shown of it, its files to take, and the worker that answers for it.

use super::worker::{WorkerHandle, WorkerId};
use crate::browser::describe;
use js_sys::{Array, Uint8Array};
use pipeline::{ExistingBtf, Statistics};
use serde::Serialize;
use wasm_bindgen::JsValue;
use web::figures::bytes_text;
use web::protocol::{self, Change, FunctionQuery, Origin, Patch, Piece, Request};
use web_sys::{Blob, BlobPropertyBag, File, Url};

/// A file to take; its URL is given back when this is dropped.
#[derive(Debug, PartialEq)]
pub struct Download {
    /// A `blob:` URL.
    pub url: String,
    /// The name to save it under.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

impl Download {
    fn new(parts: &Array, kind: &str, name: String) -> Result<Download, String> {
        let options = BlobPropertyBag::new();
        options.set_type(kind);
        let make = || -> Result<(String, u64), JsValue> {
            let blob = Blob::new_with_blob_sequence_and_options(parts, &options)?;
            Ok((Url::create_object_url_with_blob(&blob)?, blob.size() as u64))
        };
        let (url, bytes) = make().map_err(|error| describe(&error))?;
        Ok(Download { url, name, bytes })
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.url);
    }
}

/// A finished model.
pub struct Model {
    /// The file's name.
    pub name: String,
    /// How it came to be.
    pub origin: Origin,
    /// Its figures.
    pub statistics: Statistics,
    /// The `.BTF` section that the input had.
    pub existing_btf: Option<ExistingBtf>,
    /// What patching did.
    pub change: Option<Change>,
    /// Why there is no patched file.
    pub patch_failure: Option<String>,
    /// Seconds from the start to the result.
    pub seconds: f64,
    /// The patched file.
    pub elf: Option<Download>,
    /// The `.BTF` section's bytes.
    pub raw: Option<Download>,
    /// The types as C; made after the rest.
    pub header: Option<Download>,
    /// Why there is no C header.
    pub header_failure: Option<String>,
    /// The figures.
    pub json: Option<Download>,
    worker: WorkerHandle,
}

impl Model {
    /// Takes what a job gave. The patched file is put together from ranges of the user's file: no byte
    /// of it is copied before it is saved.
    pub fn new(file: &File, seconds: f64, message: protocol::Model, worker: WorkerHandle) -> Model {
        let name = file.name();
        let binary = "application/octet-stream";
        let (change, elf, mut patch_failure) = match message.patch {
            Some(Patch { change, pieces }) => match patched(file, &pieces, binary) {
                Ok(elf) => (Some(change), Some(elf), message.patch_failure),
                Err(error) => (None, None, Some(error)),
            },
            None => (None, None, message.patch_failure),
        };
        if let (Some(text), true) = (&patch_failure, message.origin == Origin::Encoded) {
            patch_failure = Some(text.trim_end_matches('.').to_owned());
        }
        let raw = Download::new(
            &Array::of1(&message.btf),
            binary,
            format!("{}.btf", stem(&name)),
        )
        .ok();
        let json = json(&message.statistics)
            .and_then(|text| {
                Download::new(
                    &Array::of1(&text),
                    "application/json",
                    format!("{}.stats.json", stem(&name)),
                )
            })
            .ok();
        worker.ask(&Request::CHeader);
        Model {
            name,
            origin: message.origin,
            statistics: message.statistics,
            existing_btf: message.existing_btf,
            change,
            patch_failure,
            seconds,
            elf,
            raw,
            header: None,
            header_failure: None,
            json,
            worker,
        }
    }

    /// The worker that answers for it.
    pub fn worker(&self) -> WorkerId {
        self.worker.id
    }

    /// Takes the C header.
    pub fn set_header(&mut self, bytes: &Uint8Array) {
        let name = format!("{}.h", stem(&self.name));
        self.header = Download::new(&Array::of1(bytes), "text/x-c", name).ok();
    }

    /// Asks for some of the functions left out.
    pub fn ask_functions(&self, query: FunctionQuery) {
        self.worker.ask(&Request::Functions(query));
    }

    /// What its worker's memory takes, for people.
    pub fn peak_memory(&self) -> Option<String> {
        self.statistics.peak_memory.map(bytes_text)
    }
}

fn patched(file: &File, pieces: &[Piece], kind: &str) -> Result<Download, String> {
    let blob: &Blob = file.as_ref();
    let parts = Array::new();
    for piece in pieces {
        match piece {
            Piece::Copy { offset, len } => {
                let end = offset.saturating_add(*len) as f64;
                let slice = blob
                    .slice_with_f64_and_f64(*offset as f64, end)
                    .map_err(|error| describe(&error))?;
                parts.push(&slice);
            }
            Piece::Bytes(bytes) => {
                parts.push(bytes);
            }
        }
    }
    Download::new(&parts, kind, format!("{}.patched", file.name()))
}

/// The figures as JSON, in the form of the command's `--stats json`.
fn json(statistics: &Statistics) -> Result<JsValue, String> {
    let value = statistics
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| error.to_string())?;
    let text = js_sys::JSON::stringify_with_replacer_and_space(
        &value,
        &JsValue::NULL,
        &JsValue::from_f64(2.0),
    );
    text.map(|text| text.concat(&JsValue::from_str("\n")).into())
        .map_err(|error| describe(&error))
}

/// A file's name without what says that it is BTF.
fn stem(name: &str) -> &str {
    name.strip_suffix(".btf")
        .filter(|stem| !stem.is_empty())
        .unwrap_or(name)
}
