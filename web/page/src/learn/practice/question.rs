//! One question: its units, what is asked, what was answered.

use super::{Msg, Practice, answer};
use crate::learn::text::plain_sentence;
use lab::practice::{Answer, Ask, Question};
use protocol::figures::counted;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// The id of what is said to an answer.
const SAID: &str = "practice-said";

pub fn view(practice: &Practice, question: &Question, link: &Scope<Practice>) -> Html {
    let outcome = practice.outcome();
    let done = outcome.is_settled();
    let onsubmit = link.callback(|event: SubmitEvent| {
        event.prevent_default();
        Msg::Check
    });
    let is_last = practice.at + 1 >= practice.place.seeds.len();
    let next = match (practice.place.is_set, is_last) {
        (true, true) => "Results of the set",
        _ => "Next question",
    };
    let said = practice.said.as_deref();
    html! {
        <article class="asked" key={question.seed.to_string()}>
            <p class="eye">{ question.family.title() }{ " · " }{ counted(u64::from(question.before), "type", "types") }{ " · seed " }<span class="mono">{ question.seed.to_string() }</span></p>
            <div class="editors">
                { for question.units.iter().enumerate().map(|(unit, text)| html! {
                    <div class="editor"><div class="editor-head"><span>{ format!("Unit {}", unit + 1) }</span></div><pre class="code">{ text.trim_end() }</pre></div>
                }) }
            </div>
            { types(question) }
            <form class="question" {onsubmit}>
                { ask(practice, question, done, link) }
                <div class="acts">
                    if !done {
                        <button type="submit" class="btn btn--primary">{ "Check answer" }</button>
                        <button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Show)}>{ "Show the answer" }</button>
                    } else {
                        <button type="button" class="btn btn--primary" onclick={link.callback(|_| Msg::Next)}>{ next }</button>
                    }
                    <button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Copy)}>{ "Copy link" }</button>
                    if !done && practice.place.is_set && !is_last {
                        <button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Next)}>{ "Skip" }</button>
                    }
                </div>
            </form>
            <div id={SAID} aria-live="polite">
                if let Some(done) = practice.copied {
                    <p class="said">{ if done { "Link copied. It gives everyone the same questions." } else { "The browser blocked copying. Copy the link from the address bar." } }</p>
                }
                if let Some(said) = said { <p class="answer"><b>{ said }</b></p> }
                if done { { answer::why(question) } }
            </div>
            if done { { answer::fates(question) } }
        </article>
    }
}

/// The types of each unit, for those who count.
fn types(question: &Question) -> Html {
    let unit = |unit: usize| {
        let own = question
            .fates
            .iter()
            .filter(|fate| fate.unit as usize == unit);
        html! {
            <p><b>{ format!("Unit {}: ", unit + 1) }</b>
                { for own.map(|fate| html! { <span class="mono type-of">{ format!("[{}] {}", fate.id, fate.name) }</span> }) }</p>
        }
    };
    html! {
        <details class="counted-types"><summary>{ "The types of each unit" }</summary>
            { for (0..question.units.len()).map(unit) }</details>
    }
}

fn ask(practice: &Practice, question: &Question, done: bool, link: &Scope<Practice>) -> Html {
    let right = |at: usize| match &question.right {
        Answer::Choices(right) => done && right.contains(&at),
        Answer::Number(_) => false,
    };
    let choices = |choices: &[String], kind: &'static str| {
        let choice = |(at, text): (usize, &String)| {
            let onchange = link.batch_callback(move |event: Event| {
                let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
                Some(Msg::Choose(at, input.checked()))
            });
            html! {
                <label class={classes!("choice", right(at).then_some("is-right"))} key={at}>
                    <input type={kind} name="practice" checked={practice.chosen.contains(&at)} disabled={done} {onchange} />
                    <span>{ plain_sentence(text) }if right(at) { <span class="vh">{ ", right" }</span> }</span></label>
            }
        };
        html! {
            <fieldset aria-describedby={SAID}><legend>{ plain_sentence(&question.text) }
                if kind == "checkbox" { <span class="dim">{ " Choose all that do." }</span> }</legend>
                { for choices.iter().enumerate().map(choice) }</fieldset>
        }
    };
    match &question.ask {
        Ask::Several(list) => choices(list, "checkbox"),
        Ask::One(list) => choices(list, "radio"),
        Ask::Number => {
            let oninput = link.batch_callback(|event: InputEvent| {
                let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
                Some(Msg::Number(input.value()))
            });
            html! {
                <p class="ask-number"><label for="practice-number">{ plain_sentence(&question.text) }</label>
                    <input id="practice-number" class="field" inputmode="numeric" autocomplete="off" aria-describedby={SAID}
                        value={practice.number.clone()} disabled={done} {oninput} /></p>
            }
        }
    }
}
