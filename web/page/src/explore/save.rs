//! Tables, pictures and headers as files.

use super::desk::Desk;
use crate::browser::save_text;
use explore::export::Form;
use explore::session::Export;
use explore::{Ask, Say};
use yew::Callback;

/// Has the worker write a file, and saves it under this name.
pub fn save(desk: &Desk, what: Export, name: String) {
    let kind = match name.rsplit('.').next() {
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("h") => "text/x-c",
        _ => "text/plain",
    };
    let then = Callback::from(move |say| {
        if let Say::Text(text) = say {
            // A browser that does not save says so itself.
            let _ = save_text(&name, kind, &text);
        }
    });
    desk.ask(Ask::Export(what), then);
}

/// How a file of this form ends.
pub fn ending(form: Form) -> &'static str {
    match form {
        Form::Csv => "csv",
        Form::Json => "json",
    }
}
