//! A button that copies the address of what is shown.

use crate::browser::{copy, hash, parameter, window};
use protocol::place::Parameters;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// The page's address with this hash, without what only concerns the one who copies it, such as the theme.
pub fn address(hash: &str) -> String {
    // A file beside the page is there for the reader too.
    let file = parameter("btf").map_or_else(String::new, |file| {
        let mut parameters = Parameters::default();
        parameters.add("btf", &file);
        parameters.behind("")
    });
    format!("{}{file}{hash}", page())
}

/// The address of the page, without parameters and hash.
pub fn page() -> String {
    let location = window().location();
    let (origin, path) = (location.origin(), location.pathname());
    format!("{}{}", origin.unwrap_or_default(), path.unwrap_or_default())
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The classes of the button.
    #[prop_or(classes!("btn"))]
    pub class: Classes,
    /// The address that is copied; by default that of all that is shown.
    #[prop_or_default]
    pub of: Option<AttrValue>,
    /// What the address leads to, where that is not all that is shown.
    #[prop_or_default]
    pub to: Option<&'static str>,
}

/// Copies an address. It names no file, so its reader opens one first.
#[component]
pub fn CopyLink(props: &Props) -> Html {
    let copied = use_state(|| None);
    let of = props.of.clone();
    let now = move || of.as_ref().map_or_else(hash, ToString::to_string);
    let is_copied = copied.as_ref() == Some(&now());
    let onclick = {
        let copied = copied.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            let (now, copied) = (now(), copied.clone());
            spawn_local(async move {
                let done = copy(&address(&now)).await;
                copied.set(done.then_some(now));
            });
        })
    };
    // Of two such buttons in a view each says what its link leads to.
    let label = (props.to.filter(|_| !is_copied)).map(|to| format!("Copy link to {to}"));
    let text = match is_copied {
        true => "Link copied",
        false => "Copy link",
    };
    let title = format!(
        "Copy the address of {}; it names no file",
        props.to.unwrap_or("what is shown")
    );
    html! {
        <button type="button" class={props.class.clone()} aria-label={label} {onclick} {title}>{ text }</button>
    }
}
