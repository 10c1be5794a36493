//! Tables, pictures and headers as files.

use super::client::ExplorerClient;
use super::png::save_png;
use crate::browser::save_text;
use explore::export::Form;
use explore::questions::Export;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

/// Asks the worker for a file, and saves it under this name. A name that ends in `.png` makes a PNG of an SVG.
pub fn save(client: &ExplorerClient, what: Export, name: String) {
    let kind = match name.rsplit('.').next() {
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("h") => "text/x-c",
        _ => "text/plain",
    };
    let then = Callback::from(move |text: Result<String, String>| {
        if let Ok(text) = text {
            if name.ends_with(".png") {
                let name = name.clone();
                spawn_local(async move {
                    let _ = save_png(&name, &text).await;
                });
                return;
            }
            // A browser that does not save says so itself.
            let _ = save_text(&name, kind, &text);
        }
    });
    client.ask(what, then);
}

/// The extension of a file in this form.
pub fn ending(form: Form) -> &'static str {
    match form {
        Form::Csv => "csv",
        Form::Json => "json",
    }
}
