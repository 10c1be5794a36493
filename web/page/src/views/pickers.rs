//! File pickers that look like buttons: real inputs, found by their labels.

use crate::app::{App, FoundFiles, InboxMsg, Msg, list};
use protocol::intake::is_wanted_in_folder;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};
use yew::html::Scope;
use yew::prelude::*;

/// A picker of files.
pub fn picker(
    link: &Scope<App>,
    id: &'static str,
    label: &'static str,
    class: &'static str,
) -> Html {
    let onchange = chosen(link, |_| true);
    html! {
        <span class="picker">
            <input type="file" id={id} class="picker-input" multiple=true onchange={onchange} />
            <label class={classes!("btn", class)} for={id}>{ label }</label>
        </span>
    }
}

/// A picker of a folder; of what is in it, kernels, modules and split debug information are taken.
pub fn folder_picker(link: &Scope<App>, id: &'static str, label: &'static str) -> Html {
    let onchange = chosen(link, is_wanted_in_folder);
    html! {
        <span class="picker">
            <input type="file" id={id} class="picker-input" webkitdirectory=true onchange={onchange} />
            <label class="btn" for={id}>{ label }</label>
        </span>
    }
}

/// Pickers of files that are missing, one by one or by the folder they are in.
pub fn missing(link: &Scope<App>) -> Html {
    html! {
        <>
            { picker(link, "choose-missing", "Add files", "btn--primary") }
            { folder_picker(link, "choose-missing-folder", "Add their folder") }
        </>
    }
}

fn chosen(link: &Scope<App>, wanted: fn(&str) -> bool) -> Callback<Event> {
    link.callback(move |event: Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let mut files = list(input.as_ref().and_then(HtmlInputElement::files));
        let given = files.len();
        files.retain(|given| wanted(&given.path));
        let remarks = match (given, files.len()) {
            (1.., 0) => vec![(
                "This folder contains no vmlinux, no module (*.ko) and no split debug information (*.dwo, *.dwp, *.dwz).".to_owned(),
                "Choose another folder, or files.".to_owned(),
            )],
            _ => Vec::new(),
        };
        // Choosing the same file again is a change too.
        if let Some(input) = input {
            input.set_value("");
        }
        InboxMsg::Files(FoundFiles { files, remarks })
    })
}

/// A picker of one file, for a message of its own.
pub fn file_picker<M: Into<Msg> + 'static>(
    link: &Scope<App>,
    id: &'static str,
    label: &'static str,
    class: &'static str,
    then: impl Fn(File) -> M + 'static,
) -> Html {
    let onchange = link.batch_callback(move |event: Event| {
        let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
        let file = input.files()?.item(0);
        input.set_value("");
        file.map(&then).map(Into::into)
    });
    html! {
        <span class="picker">
            <input type="file" id={id} class="picker-input" onchange={onchange} />
            <label class={classes!("btn", class)} for={id}>{ label }</label>
        </span>
    }
}
