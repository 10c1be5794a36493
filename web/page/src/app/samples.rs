//! Files on the page's host: the samples that come with it, and what an address names.

use crate::browser::describe;
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FilePropertyBag, Response};

/// The sample's file name on the page's host.
const SAMPLE: &str = "sample.elf";
/// The file name of a real kernel's types on the page's host, compressed with gzip.
const KERNEL: &str = "kernel.btf.bin";
/// The name under which it is shown.
pub(super) const KERNEL_NAME: &str = "linux-6.12.btf";

/// The sample, from beside the page.
pub(super) async fn fetch_sample() -> Result<File, String> {
    file_of(crate::work::fetch(SAMPLE).await?, SAMPLE).await
}

/// The types of a real kernel, from beside the page.
pub(super) async fn fetch_kernel() -> Result<File, String> {
    let response = crate::work::fetch(KERNEL).await?;
    let failed = |error| describe(&error);
    let unpacked = || {
        // web-sys has no stable name for it yet.
        let class = Reflect::get(&js_sys::global(), &"DecompressionStream".into())?;
        let unpacking = Reflect::construct(
            class.unchecked_ref::<Function>(),
            &Array::of1(&"gzip".into()),
        )?;
        let packed = response.body().ok_or(JsValue::NULL)?;
        let bytes = packed.pipe_through(unpacking.unchecked_ref());
        Response::new_with_opt_readable_stream(Some(&bytes))
    };
    file_of(unpacked().map_err(failed)?, KERNEL_NAME).await
}

/// The file that an address names, `?btf=linux-6.12.btf`: the kernel that comes with the page, or a file beside the page.
pub(super) async fn fetch_named(path: &str) -> Result<File, String> {
    if path == KERNEL_NAME {
        return fetch_kernel().await;
    }
    if path.contains(':') || path.starts_with(['/', '\\']) {
        return Err(format!(
            "The address names the file {path}, which is not beside this page."
        ));
    }
    file_of(crate::work::fetch(path).await?, file_name(path)).await
}

/// What a file is called whose path an address names.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The body of a response as a file.
async fn file_of(response: Response, name: &str) -> Result<File, String> {
    let read = async { JsFuture::from(response.blob()?).await };
    let blob = read.await.map_err(|error| describe(&error))?;
    let parts = Array::of1(blob.unchecked_ref());
    let options = FilePropertyBag::new();
    File::new_with_blob_sequence_and_options(&parts, name, &options)
        .map_err(|error| describe(&error))
}
