//! A type of the result, on its way to the laboratory.

use crate::app::{App, Msg, ResultMsg};
use crate::explore::why;
use crate::work::Model;
use protocol::figures::counted;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// Names that are offered at once.
const OFFERED: usize = 12;
/// The field's id.
const FIELD: &str = "lab-name";

/// The section: a name to type, and those that dedup left more than once.
pub fn section(model: &Model, link: &Scope<App>) -> Html {
    let onsubmit = link.batch_callback(|event: SubmitEvent| {
        event.prevent_default();
        let form = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        let field = form.query_selector("input").ok().flatten()?;
        let name = field.dyn_into::<HtmlInputElement>().ok()?.value();
        (!name.trim().is_empty()).then(|| Msg::Result(ResultMsg::ToLab(name)))
    });
    let repeats = &model.repeats;
    html! {
        <section class="no-print">
            <h2>{ "Open in the lab" }</h2>
            <p class="sub pad">{ "See two units’ copies of a type, and how dedup compares them step by step." }</p>
            <form class="to-lab" onsubmit={onsubmit}>
                <label class="vh" for={FIELD}>{ "Name of a type" }</label>
                <input id={FIELD} class="field" placeholder="list_head" autocomplete="off" spellcheck="false" />
                <button type="submit" class="btn">{ "Open" }</button>
            </form>
            if let Some(cause) = &model.not_to_lab { <p class="warn small" role="alert">{ cause }</p> }
            if !repeats.is_empty() {
                <p class="sub pad">{ format!("{} more than one definition. Why?",
                    counted(repeats.len() as u64, "name still has", "names still have")) }</p>
                <ul class="repeats">
                    { for repeats.iter().take(OFFERED).map(|row| html! {
                        <li><a class="mono" href={why(&row.address)}>{ &row.title }</a></li>
                    }) }
                </ul>
            }
        </section>
    }
}
