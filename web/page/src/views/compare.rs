//! The result held against a second file.

use super::icons;
use super::pickers::picker;
use crate::app::App;
use crate::explore::Compare;
use crate::work::{ComparisonState, Model};
use yew::html::Scope;
use yew::prelude::*;

/// The view: a file to choose, how far it is, or what became of the types.
pub fn view(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let Some(comparison) = &app.current.comparison else {
        return html! {
            <div class="nothing">
                <h1 id="title" tabindex="-1">{ format!("What is {} to be compared with?", model.called()) }</h1>
                <p class="sub">{ "Choose or drop a second file: a vmlinux or raw BTF. It is read on this computer, as the first was." }</p>
                <p>{ picker(link, "choose-second", "Choose the second file", "btn--primary") }</p>
            </div>
        };
    };
    match &comparison.state {
        ComparisonState::Reading => html! {
            <div class="nothing"><h1 id="title" tabindex="-1">{ "Compare" }</h1>
                <p class="sub" role="status">{ format!("{} is read; its DWARF is encoded where the first file’s was, or where it has no BTF…", comparison.name) }</p></div>
        },
        ComparisonState::Failed(cause, advice) => html! {
            <div class="nothing"><h1 id="title" tabindex="-1">{ "Compare" }</h1>
                <div class="note note--error" role="alert">{ icons::alert() }
                    <p><strong>{ format!("{} could not be compared. {}", comparison.name, cause) }</strong>{ " " }{ advice }</p></div>
                <p>{ picker(link, "choose-second", "Choose another file", "btn--primary") }</p></div>
        },
        ComparisonState::Ready(client) => html! {
            <Compare key={comparison.explorer().number()} client={client.clone()} first={model.called()} second={comparison.name.clone()} />
        },
    }
}
