//! A lesson's task: what to do, the texts, hints, and the engine's word.

use super::lab_view::{LabView, Layout, Msg};
use super::{panes, side, text};
use crate::views::icons;
use course::{Exercise, UnitsFrom};
use protocol::figures::counted;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

pub fn view(view: &LabView, exercise: &Exercise, link: &Scope<LabView>) -> Html {
    let hints = exercise.hints.iter().take(view.hints);
    let more = exercise.hints.len().saturating_sub(view.hints);
    html! {
        <>
            <p>{ text::marked(&exercise.task) }</p>
            { body(view, exercise, link) }
            <div class="acts">
                <button type="button" class="btn btn--primary" onclick={link.callback(|_| Msg::Check)}>{ "Check" }</button>
                if more > 0 {
                    <button type="button" class="btn" onclick={link.callback(|_| Msg::Hint)}>
                        { if view.hints == 0 { "Hint" } else { "Another hint" } }</button>
                }
                <button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Reset)}>{ "Start over" }</button>
            </div>
            <div aria-live="polite">
                if let Some(verdict) = &view.verdict {
                    <p class={classes!("verdict", if verdict.done { "right" } else { "wrong" })}>
                        { if verdict.done { icons::done() } else { icons::info() } }
                        <span><b>{ if verdict.done { "Done. " } else { "Not yet. " } }</b>{ text::sentence(&verdict.says) }</span></p>
                }
                if view.hints > 0 { <ol class="hints">{ for hints.map(|hint| html! { <li>{ text::marked(hint) }</li> }) }</ol> }
            </div>
        </>
    }
}

/// What is changed, or the number that is asked for.
fn body(view: &LabView, exercise: &Exercise, link: &Scope<LabView>) -> Html {
    let Some(asked) = &exercise.number else {
        let more = view.setup.units.len() < lab::MOST_UNITS;
        return html! {
            <>
                { panes::panes(view, &Layout::Task, &exercise.locked, link) }
                if more {
                    <p><button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Add)}>{ "Add a unit" }</button></p>
                }
                { left(view) }
            </>
        };
    };
    let oninput = link.batch_callback(|event: InputEvent| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        Some(Msg::Number(input.value()))
    });
    let units = match &exercise.start {
        // The figure shows them.
        UnitsFrom::Scenario(_) => &[],
        _ => view.setup.units.as_slice(),
    };
    // Enter in the field is what the button does.
    let onkeydown =
        link.batch_callback(|event: KeyboardEvent| (event.key() == "Enter").then_some(Msg::Check));
    html! {
        <>
            <div class="editors">
                { for units.iter().enumerate().map(|(unit, text)| html! {
                    <div class="editor"><div class="editor-head"><span>{ format!("Unit {}", unit + 1) }</span></div><pre class="code">{ text }</pre></div>
                }) }
            </div>
            <p class="ask"><label for="task-number">{ asked }</label>
                <input id="task-number" class="field" inputmode="numeric" value={view.number.clone()} oninput={oninput} onkeydown={onkeydown} /></p>
        </>
    }
}

/// What the engine makes of the texts at the moment.
fn left(view: &LabView) -> Html {
    let Some(opened) = &view.opened else {
        return Html::default();
    };
    let overview = &opened.overview;
    if view.is_broken() {
        return Html::default();
    }
    html! {
        <>
            <p class="sub">{ counted(overview.before.len() as u64, "type", "types") }{ " before, " }
                <b>{ overview.after.len() }</b>{ " after." }</p>
            { side::types(view, overview) }
        </>
    }
}
