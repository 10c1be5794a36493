//! A student's answers: what is done, a code to hand in, a file.

use super::qr;
use crate::app::{Learn, View};
use crate::browser::{copy, save_text};
use crate::learn::kept;
use course::results::{LONGEST_NAME, Outcome, Results, encode};
use course::{SLUGS, TITLES};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A student's answers.
#[component]
pub fn OwnAnswers() -> Html {
    // Counts changes of what is kept outside of this component.
    let changes = use_state(|| 0_u32);
    let says = use_state(String::new);
    let results = kept::with(|answers| answers.results(&SLUGS));
    let oninput = {
        let changes = changes.clone();
        move |event: InputEvent| {
            let input = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let Some(input) = input {
                kept::change(|answers| answers.name = input.value());
                changes.set(*changes + 1);
            }
        }
    };
    let deleted = {
        let changes = changes.clone();
        Callback::from(move |()| changes.set(*changes + 1))
    };
    let name = kept::with(|answers| answers.name.clone());
    html! {
        <div class="answers">
            <h1 id="title" tabindex="-1">{ "Your answers" }</h1>
            <p class="lead-note">{ "What you answered in lessons and in sets of practice questions. Your teacher gets it if you hand in the code or the file; the page sends nothing." }</p>
            <section aria-labelledby="done-head"><h2 id="done-head">{ "What is done" }</h2>
                if results.is_empty() {
                    <p>{ "Nothing is answered yet. Begin with a " }<a href={View::Learn(Learn::Course).address().into_owned()}>{ "lesson" }</a>{ " or with " }
                        <a href={View::Learn(Learn::Practice).address().into_owned()}>{ "practice" }</a>{ "." }</p>
                } else { { done(&results) } }
                <kept::KeepSwitch deleted={deleted} /></section>
            if !results.is_empty() {
                <section aria-labelledby="hand-head"><h2 id="hand-head">{ "Hand it in" }</h2>
                    <p><label for="student">{ "Name or nickname" }</label>{ " " }
                        <input id="student" class="field" maxlength={LONGEST_NAME.to_string()} autocomplete="off" value={name} oninput={oninput} /></p>
                    { code(&results, &says) }</section>
            }
        </div>
    }
}

fn code(results: &Results, says: &UseStateHandle<String>) -> Html {
    let code = encode(results);
    let oncopy = {
        let (code, says) = (code.clone(), says.clone());
        move |_| {
            let (code, says) = (code.clone(), says.clone());
            wasm_bindgen_futures::spawn_local(async move {
                says.set(match copy(&code).await {
                    true => "Code copied.".to_owned(),
                    false => "The browser blocked copying. Mark the code and copy it.".to_owned(),
                });
            });
        }
    };
    let onsave = {
        let (file, says) = (results.to_file(), says.clone());
        move |_| {
            if let Err(cause) = save_text("answers.json", "application/json", &file) {
                says.set(format!("The file could not be saved: {cause}."));
            }
        }
    };
    html! {
        <>
            <div class="handed">
                <div>
                    <p class="code-text" id="code">{ code.clone() }</p>
                    <p class="small dim">{ "Small letters do as well, and O counts as 0, I and L as 1. The code contains your name and how each question went. Its checksum finds errors of typing; it does not prove who answered." }</p>
                </div>
                { qr::view(&code, "The code as a QR code") }
            </div>
            <p class="acts"><button type="button" class="btn btn--primary" onclick={oncopy}>{ "Copy code" }</button>
                <button type="button" class="btn" onclick={onsave}>{ "Save answers.json" }</button>
                <span role="status">{ (**says).clone() }</span></p>
        </>
    }
}

fn done(results: &Results) -> Html {
    let title = |slug: &str| {
        let at = SLUGS.iter().position(|own| *own == slug);
        at.and_then(|at| TITLES.get(at))
            .map_or_else(|| slug.to_owned(), |title| (*title).to_owned())
    };
    let list = |outcomes: &[Outcome]| {
        let words: Vec<String> = outcomes.iter().map(ToString::to_string).collect();
        words.join(", ")
    };
    let set = |set: &course::results::SetResults| {
        let right = set.questions.iter().filter(|outcome| outcome.is_right());
        html! {
            <tr><th scope="row">{ "Practice, a set from " }<span class="mono">{ &set.seed }</span></th>
                <td>{ format!("{} of {} right", right.count(), set.questions.len()) }</td><td></td></tr>
        }
    };
    html! {
        <div class="scroll-x" role="region" aria-label="What is done" tabindex="0"><table class="set-results">
            <thead><tr><th scope="col">{ "Lesson" }</th><th scope="col">{ "Questions" }</th><th scope="col">{ "Tasks" }</th></tr></thead>
            <tbody>
                { for results.lessons.iter().map(|lesson| html! {
                    <tr><th scope="row">{ title(&lesson.lesson) }</th><td>{ list(&lesson.questions) }</td><td>{ list(&lesson.exercises) }</td></tr> }) }
                { for results.practice.iter().map(set) }
            </tbody></table></div>
    }
}
