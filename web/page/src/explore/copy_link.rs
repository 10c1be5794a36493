//! A button that copies the address of what is shown.

use crate::browser::{copy, hash, window};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The page's address with this hash, without what only concerns the one who copies it, such as the theme.
pub fn address(hash: &str) -> String {
    let location = window().location();
    let (origin, path) = (location.origin(), location.pathname());
    format!(
        "{}{}{hash}",
        origin.unwrap_or_default(),
        path.unwrap_or_default()
    )
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The classes of the button.
    #[prop_or(classes!("btn"))]
    pub class: Classes,
}

/// Copies the address as it is when the button is pressed. It names no file, so its reader opens one first.
#[component]
pub fn CopyLink(props: &Props) -> Html {
    let copied = use_state(|| None);
    let now = hash();
    let is_copied = copied.as_ref() == Some(&now);
    let onclick = {
        let copied = copied.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            let (now, copied) = (hash(), copied.clone());
            spawn_local(async move {
                let done = copy(&address(&now)).await;
                copied.set(done.then_some(now));
            });
        })
    };
    html! {
        <button type="button" class={props.class.clone()} {onclick}
            title="Copy the address of what is shown; it names no file">{ if is_copied { "Link copied" } else { "Copy link" } }</button>
    }
}
