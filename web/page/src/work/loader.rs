//! The engine's script and wasm: fetched and compiled once, while the user still chooses a file.
//!
//! Workers start from a `blob:` URL that holds the whole script, and are given the compiled module. A
//! blob's worker inherits the page's content security policy, which a worker loaded by URL does not;
//! and once the page is loaded, a job needs the network no more.

use super::watchdog::ENGINE_SECONDS;
use crate::browser::{address_of, describe, window};
use js_sys::{Array, ArrayBuffer, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, RequestCache, RequestInit, Response, Url};

/// Takes the module as the first message, then leaves the scope to the engine.
const BOOT: &str = "
self.onmessage = (event) => {
  self.onmessage = null;
  wasm_bindgen.initSync({ module: event.data });
};
";

/// What workers are started from.
#[derive(Debug)]
pub struct Engine {
    /// A `blob:` URL of the script.
    pub url: String,
    /// The compiled wasm.
    pub module: JsValue,
    /// Seconds for which such a worker may be silent while it has something to do.
    pub patience: u32,
}

/// Loads the engine.
pub async fn load() -> Result<Engine, String> {
    load_worker("engine", ENGINE_SECONDS).await
}

/// Loads the code of a worker: its script and its wasm.
pub async fn load_worker(stem: &str, patience: u32) -> Result<Engine, String> {
    let name = format!("{stem}.js");
    let script = fetch(&name).await?;
    let text = settle(&name, script.text()).await?;
    let parts = Array::of2(&text, &BOOT.into());
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let url = Blob::new_with_str_sequence_and_options(&parts, &options)
        .and_then(|blob| Url::create_object_url_with_blob(&blob))
        .map_err(|error| describe(&error))?;
    Ok(Engine {
        url,
        module: module(&format!("{stem}_bg.wasm")).await?,
        patience,
    })
}

/// The compiled wasm; streaming where the host says the right type.
async fn module(name: &str) -> Result<JsValue, String> {
    let response = fetch(name).await?;
    let kind = response
        .headers()
        .get("content-type")
        .ok()
        .flatten()
        .unwrap_or_default();
    if kind.starts_with("application/wasm") {
        let compiled = WebAssembly::compile_streaming(&js_sys::Promise::resolve::<JsValue>(
            response.unchecked_ref(),
        ));
        return JsFuture::from(compiled)
            .await
            .map_err(|error| lost(name, &describe(&error)));
    }
    let bytes: ArrayBuffer = settle(name, response.array_buffer())
        .await?
        .unchecked_into();
    let compiled = JsFuture::from(WebAssembly::compile(&bytes)).await;
    compiled.map_err(|error| lost(name, &describe(&error)))
}

/// Fetches a file that lies beside the page. `no-cache` asks the host whether a stored copy is still
/// good: page and workers must be of one build.
pub async fn fetch(file: &str) -> Result<Response, String> {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoCache);
    let request = window().fetch_with_str_and_init(&address_of(file), &options);
    let response = JsFuture::from(request)
        .await
        .map_err(|error| lost(file, &describe(&error)))?;
    let response: Response = response.unchecked_into();
    if response.ok() {
        Ok(response)
    } else {
        Err(lost(
            file,
            &format!("the host answered {}", response.status()),
        ))
    }
}

async fn settle(file: &str, promise: Result<js_sys::Promise, JsValue>) -> Result<JsValue, String> {
    let read = async { JsFuture::from(promise?).await };
    read.await.map_err(|error| lost(file, &describe(&error)))
}

fn lost(file: &str, cause: &str) -> String {
    format!("{file}, a part of this page, could not be loaded: {cause}.")
}
