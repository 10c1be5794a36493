//! All steps as text: an ordered list with a heading for each pass, to read on or to copy.

use super::lab_view::{LabView, Msg};
use super::text;
use lab::Seek;
use lab::pass::NAMES;
use protocol::lab::Opened;
use protocol::text::capitalised;
use wasm_bindgen::JsCast;
use yew::html::Scope;
use yew::prelude::*;

/// Steps that are listed; more would make the page slow.
const MOST_LISTED: usize = 1_000;

pub fn view(view: &LabView, opened: &Opened, link: &Scope<LabView>) -> Html {
    let known = view.told.is_some();
    let ontoggle = link.batch_callback(move |event: Event| {
        let details = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        (details.has_attribute("open") && !known).then_some(Msg::Tell)
    });
    html! {
        <details class="steps-text" ontoggle={ontoggle}>
            <summary>{ "All steps as text" }</summary>
            if let Some(told) = &view.told { { passes(view, opened, told, link) } }
        </details>
    }
}

fn passes(view: &LabView, opened: &Opened, told: &[String], link: &Scope<LabView>) -> Html {
    let begins = &opened.overview.passes;
    let pass = |(at, &begin): (usize, &u32)| {
        let end = begins.get(at + 1).copied().unwrap_or(u32::MAX);
        let own = (1u32..).zip(told).take(MOST_LISTED);
        let own = own.filter(|(step, _)| (begin..end).contains(step));
        let item = |(step, said): (u32, &String)| {
            let current = (view.moment.step == step).then_some("step");
            html! {
                <li value={step.to_string()} aria-current={current}>{ text::sentence(said) }{ " " }
                    <button type="button" class="link" onclick={link.callback(move |_| Msg::Seek(Seek::To(step)))} aria-label={format!("Go to step {step}")}>{ "Go" }</button></li>
            }
        };
        let name = NAMES.get(at).copied().unwrap_or_default();
        html! { <section key={at}><h3>{ format!("{}. {}", at + 1, capitalised(name)) }</h3><ol>{ for own.map(item) }</ol></section> }
    };
    html! {
        <>
            { for begins.iter().enumerate().map(pass) }
            if told.len() > MOST_LISTED { <p class="dim small">{ format!("The first {MOST_LISTED} of {} steps.", told.len()) }</p> }
        </>
    }
}
