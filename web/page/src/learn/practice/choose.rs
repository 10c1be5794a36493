//! What is asked about, and how large questions are.

use super::{Msg, Practice, SET};
use lab::practice::{Family, Level};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

pub fn view(practice: &Practice, link: &Scope<Practice>) -> Html {
    let family = |family: Family| {
        let on = practice.place.families.contains(&family);
        let onchange = link.batch_callback(move |event: Event| {
            let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
            Some(Msg::About(family, input.checked()))
        });
        html! { <label class="tickbox" key={family.word()}><input type="checkbox" checked={on} {onchange} />{ family.title() }</label> }
    };
    let level = |level: Level| {
        let (_, most) = level.types();
        let name = match level {
            Level::Small => "Small",
            Level::Medium => "Medium",
            Level::Large => "Large",
        };
        html! {
            <button type="button" aria-pressed={(practice.place.level == level).to_string()} title={format!("Up to {most} types")}
                onclick={link.callback(move |_| Msg::Size(level))}>{ name }</button>
        }
    };
    html! {
        <section class="choose" aria-labelledby="choose-head">
            <h2 id="choose-head">{ "What comes next" }</h2>
            <div class="choose-rows">
                <p><span id="choose-size">{ "Size of the questions" }</span>{ " " }<span class="seg" role="group" aria-labelledby="choose-size">{ for Level::ALL.into_iter().map(level) }</span></p>
                <fieldset class="families"><legend>{ "Only about (none: everything)" }</legend>{ for Family::ALL.into_iter().map(family) }</fieldset>
                <p class="acts"><button type="button" class="btn" onclick={link.callback(|_| Msg::Next)}>{ "Next question" }</button>
                    <button type="button" class="btn" onclick={link.callback(|_| Msg::StartSet)}>{ format!("Set of {SET} questions") }</button></p>
            </div>
        </section>
    }
}
