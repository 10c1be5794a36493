//! Files to take: raw BTF, the patched file, figures, and many of them in one archive.

use crate::browser::describe;
use crate::store::KeptResult;
use js_sys::{Array, Uint8Array};
use pipeline::{Companion, ExistingBtf, Statistics};
use protocol::archive;
use protocol::called::stem;
use protocol::codec::Bytes;
use protocol::job_result::{Change, JobResult, Patch, Piece};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, File, Url};

/// Why a section that came from a worker is not there.
const FULL: &str = "the browser is out of space for data";
/// The type of what is just bytes.
const BINARY: &str = "application/octet-stream";

/// A file to take; its URL is given back when this is dropped.
#[derive(Debug, PartialEq)]
pub struct Download {
    /// A `blob:` URL.
    pub url: String,
    /// The name to save it under.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    blob: Blob,
}

impl Download {
    /// A file of some parts.
    pub fn new(parts: &Array, kind: &str, name: String) -> Result<Download, String> {
        Download::of(blob(parts, kind)?, name)
    }

    pub fn blob(&self) -> &Blob {
        &self.blob
    }

    /// A file that is a blob already.
    pub(super) fn of(blob: Blob, name: String) -> Result<Download, String> {
        let url = Url::create_object_url_with_blob(&blob).map_err(|error| describe(&error))?;
        Ok(Download {
            url,
            name,
            bytes: blob.size() as u64,
            blob,
        })
    }

    /// Several files in one. No byte of them is read before it is saved.
    pub fn archive<'a>(
        name: &str,
        files: impl Iterator<Item = &'a Download>,
    ) -> Result<Download, String> {
        let time = js_sys::Date::now() / 1000.0;
        let parts = Array::new();
        for file in files {
            let header = archive::header(&file.name, file.bytes, time as u64);
            parts.push(&Uint8Array::from(header.as_slice()));
            parts.push(&file.blob);
            parts.push(&Uint8Array::new_with_length(
                archive::padding(file.bytes) as u32
            ));
        }
        parts.push(&Uint8Array::new_with_length(archive::END as u32));
        Download::new(&parts, "application/x-tar", name.to_owned())
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.url);
    }
}

fn blob(parts: &Array, kind: &str) -> Result<Blob, String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_blob_sequence_and_options(parts, &options).map_err(|error| describe(&error))
}

/// What a worker gave of a file: its figures, and the files to take.
pub struct Files {
    /// Figures.
    pub statistics: Statistics,
    /// The `.BTF` section that the file had.
    pub existing_btf: Option<ExistingBtf>,
    /// Files for want of which units were left out.
    pub missing: Vec<Companion>,
    /// The `.BTF` section's bytes.
    pub btf: Option<Blob>,
    /// The same as a file.
    pub raw: Option<Download>,
    /// Metadata of its types.
    pub metadata: Option<Blob>,
    /// The distilled base, of a module that stands on one.
    pub base: Option<Download>,
    /// The inline sites on the types, as a file.
    pub inline: Option<Download>,
    /// The patched file.
    pub elf: Option<Download>,
    /// The figures.
    pub json: Option<Download>,
    /// What patching did.
    pub change: Option<Change>,
    /// Why there is no patched file.
    pub patch_failure: Option<String>,
}

impl Files {
    /// The patched file is put together from ranges of the user's file: no byte of it is copied before it
    /// is saved.
    pub fn new(file: &File, result: JobResult) -> Files {
        let stem = stem(&file.name(), &result.statistics.input.identity);
        let whole = |bytes: &Uint8Array| blob(&Array::of1(bytes), BINARY).ok();
        let btf = whole(&result.btf);
        let metadata = (result.metadata.as_ref()).and_then(|metadata| whole(&metadata.0));
        let base = result.base.as_ref().and_then(|base| whole(&base.0));
        let inline = result.inline.as_ref().and_then(|inline| whole(&inline.0));
        let download = |blob: &Option<Blob>, end: &str| {
            let name = format!("{stem}{end}");
            blob.clone().and_then(|blob| Download::of(blob, name).ok())
        };
        let (change, elf, failure) = match result.patch {
            Some(Patch { change, pieces }) => {
                match patched(file, &pieces, [&btf, &base, &inline]) {
                    Ok(elf) => (Some(change), Some(elf), result.patch_failure),
                    Err(error) => (None, None, Some(error)),
                }
            }
            None => (None, None, result.patch_failure),
        };
        let json = json(&result.statistics, &result.skipped).and_then(|text| {
            let name = format!("{stem}.stats.json");
            Download::new(&Array::of1(&text), "application/json", name)
        });
        Files {
            raw: download(&btf, ".btf"),
            base: download(&base, ".btf.base"),
            inline: download(&inline, ".btf.inline"),
            json: json.ok(),
            statistics: result.statistics,
            existing_btf: result.existing_btf,
            missing: result.missing,
            btf,
            metadata,
            elf,
            change,
            patch_failure: failure.map(|text| text.trim_end_matches('.').to_owned()),
        }
    }
}

impl Files {
    /// Those of a kept result: all but the patched file.
    pub fn of_kept(result: &KeptResult) -> Files {
        let blob = |value: &JsValue| value.dyn_ref::<Blob>().cloned();
        let stem = stem(&result.name, &result.statistics.input.identity);
        let download = |blob: Option<Blob>, end: &str| {
            let name = format!("{stem}{end}");
            blob.and_then(|blob| Download::of(blob, name).ok())
        };
        Files {
            raw: download(Some(result.btf.clone()), ".btf"),
            base: None,
            inline: download(blob(&result.inline), ".btf.inline"),
            json: download(blob(&result.json), ".stats.json"),
            statistics: result.statistics.clone(),
            existing_btf: result.existing_btf,
            missing: Vec::new(),
            btf: Some(result.btf.clone()),
            metadata: blob(&result.metadata),
            elf: None,
            change: None,
            patch_failure: None,
        }
    }
}

fn patched(
    file: &File,
    pieces: &[Piece],
    [btf, base, inline]: [&Option<Blob>; 3],
) -> Result<Download, String> {
    let source: &Blob = file.as_ref();
    let parts = Array::new();
    for piece in pieces {
        match piece {
            Piece::Copy { offset, len } => {
                let end = offset.saturating_add(*len) as f64;
                let slice = source
                    .slice_with_f64_and_f64(*offset as f64, end)
                    .map_err(|error| describe(&error))?;
                parts.push(&slice);
            }
            Piece::Bytes(Bytes(bytes)) => {
                parts.push(bytes);
            }
            Piece::Btf => {
                parts.push(btf.as_ref().ok_or(FULL)?);
            }
            Piece::Base => {
                parts.push(base.as_ref().ok_or(FULL)?);
            }
            Piece::Inline => {
                parts.push(inline.as_ref().ok_or(FULL)?);
            }
        }
    }
    Download::new(&parts, BINARY, format!("{}.patched", file.name()))
}

/// The figures as JSON, in the form of the command's `--stats json`.
fn json(statistics: &Statistics, skipped: &JsValue) -> Result<JsValue, String> {
    let value = statistics
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| error.to_string())?;
    // Of BTF that was opened as it is, nothing is known of such.
    if !skipped.is_undefined() {
        js_sys::Reflect::set(&value, &"skipped_functions".into(), skipped)
            .map_err(|error| describe(&error))?;
    }
    let text = js_sys::JSON::stringify_with_replacer_and_space(
        &value,
        &JsValue::NULL,
        &JsValue::from_f64(2.0),
    );
    text.map(|text| text.concat(&JsValue::from_str("\n")).into())
        .map_err(|error| describe(&error))
}
