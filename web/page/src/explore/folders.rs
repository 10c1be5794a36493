//! Draws units by folder.

use explore::Folder;
use protocol::figures::counted;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// How many units are named before the user asks for more.
const FEW: u32 = 12;

/// The folders, opened if they have few units.
pub fn view(folders: impl IntoIterator<Item = Rc<Folder>>, units: u32) -> Html {
    html! {
        <div class="folders">
            { for folders.into_iter().map(|folder| html! { <Units {folder} begins={units <= FEW} /> }) }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct UnitsProps {
    folder: Rc<Folder>,
    /// Whether it is open at first.
    begins: bool,
}

/// A folder. Its units are there once it was opened: a kernel has thousands.
#[component]
fn Units(props: &UnitsProps) -> Html {
    let opened = use_state(|| props.begins);
    let folder = &props.folder;
    let ontoggle = {
        let opened = opened.clone();
        Callback::from(move |event: Event| {
            let details = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            if details.is_some_and(|details| details.has_attribute("open")) {
                opened.set(true);
            }
        })
    };
    html! {
        <details open={props.begins} {ontoggle}>
            <summary><span class="mono">{ if folder.path.is_empty() { "(no folder)" } else { &folder.path } }</span>
                <span class="dim">{ format!(" {}", counted(folder.units.len() as u64, "unit", "units")) }</span></summary>
            if *opened { <ul class="mono small">{ for folder.units.iter().map(|unit| html! { <li>{ unit }</li> }) }</ul> }
        </details>
    }
}
