//! `?embed`: a figure of the classroom alone, for a frame in another page.
//!
//! It takes the place of the whole application: no engine is loaded, nothing is kept in the browser or read from there,
//! and the history of the page around it stays as it is.

use crate::browser::{parameter, set_root, set_title};
use crate::chunks;
use protocol::embed::EMBED;
use yew::prelude::*;

/// Whether the address asks for it.
pub fn is_embedded() -> bool {
    parameter(EMBED).is_some()
}

/// What the frame contains.
#[component]
pub fn Frame() -> Html {
    let is_here = use_state(|| false);
    use_state(|| {
        // What is chosen in the page itself does not concern the page around the frame.
        for (name, attribute) in [("theme", "data-theme"), ("scale", "data-scale")] {
            if let Some(value) = parameter(name) {
                set_root(attribute, &value);
            }
        }
        set_root("data-embed", "");
        set_title("");
    });
    let came = {
        let is_here = is_here.clone();
        Callback::from(move |()| is_here.set(true))
    };
    chunks::draw_figure(*is_here, came)
}
