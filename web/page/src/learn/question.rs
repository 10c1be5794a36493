//! A lesson's question: choose and check, as often as one likes, or see the answer.

use super::kept::Place;
use super::labels::labels;
use super::text;
use crate::browser::hash;
use course::results::Outcome;
use course::{Choice, Question};
use std::collections::BTreeSet;
use std::sync::Arc;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub question: Arc<Question>,
    /// Tells it from other questions of the page.
    pub name: String,
    /// Gives the order of the choices if they are shuffled.
    pub seed: u64,
    /// The language of the lesson.
    pub language: String,
    /// Where the answer is kept, if it is.
    #[prop_or_default]
    pub kept: Option<Place>,
}

/// The seed of this visit: `seed` behind the address, or a random one that stays until the page is left.
pub fn seed() -> u64 {
    thread_local! {
        static RANDOM: u64 = (js_sys::Math::random() * 4_294_967_296.0) as u64;
    }
    let hash = hash();
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    let named = query
        .split('&')
        .find_map(|part| part.strip_prefix("seed=")?.parse().ok());
    named.unwrap_or_else(|| RANDOM.with(|seed| *seed))
}

#[component]
pub fn Ask(props: &Props) -> Html {
    let before = use_state(|| props.kept.as_ref().map(Place::question).unwrap_or_default());
    let chosen = use_state(|| before.chosen.iter().copied().collect::<BTreeSet<usize>>());
    // The choices that were checked last; taking another one takes its answer away.
    let checked = use_state(|| (!before.chosen.is_empty()).then(|| (*chosen).clone()));
    let shown = use_state(|| before.outcome == Outcome::Shown);
    let question = &props.question;
    let words = labels(&props.language);
    let several = question.has_several();
    let right: BTreeSet<usize> = numbered(question)
        .filter(|(_, one)| one.is_right)
        .map(|(at, _)| at)
        .collect();
    let done = *shown || checked.as_ref() == Some(&right);
    let choice = |at: usize, says: &course::Text| {
        let (chosen, checked) = (chosen.clone(), checked.clone());
        let mark = (done && right.contains(&at)).then_some("is-right");
        let is_chosen = chosen.contains(&at);
        let onchange = move |_| {
            let mut all = if several {
                (*chosen).clone()
            } else {
                BTreeSet::new()
            };
            if !all.remove(&at) {
                all.insert(at);
            }
            chosen.set(all);
            checked.set(None);
        };
        html! {
            <label class={classes!("choice", mark)}>
                <input type={if several { "checkbox" } else { "radio" }} name={props.name.clone()} checked={is_chosen} disabled={done} onchange={onchange} />
                <span>{ text::marked(says) }</span></label>
        }
    };
    let check = {
        let (chosen, checked) = (chosen.clone(), checked.clone());
        let (kept, is_right) = (props.kept.clone(), *chosen == right);
        move |_| {
            if let Some(place) = &kept {
                place.change_question(|answer| {
                    answer.outcome = answer.outcome.tried(is_right);
                    answer.chosen = chosen.iter().copied().collect();
                });
            }
            checked.set(Some((*chosen).clone()));
        }
    };
    let reveal = {
        let (shown, kept) = (shown.clone(), props.kept.clone());
        move |_| {
            if let Some(place) = &kept {
                place.change_question(|answer| answer.outcome = answer.outcome.shown());
            }
            shown.set(true);
        }
    };
    let order = question.order(props.seed).into_iter();
    let choices = order.filter_map(|at| question.choices.get(at).map(|one| choice(at, &one.says)));
    html! {
        <div class="question">
            <fieldset><legend>{ text::marked(&question.ask) }
                    if several { <span class="dim">{ format!(" ({})", words.several) }</span> }</legend>
                { for choices }</fieldset>
            if !done {
                <div class="acts">
                    <button type="button" class="btn" disabled={chosen.is_empty()} onclick={check}>{ words.check }</button>
                    <button type="button" class="btn btn--quiet" onclick={reveal}>{ words.show_answer }</button>
                </div>
            }
            <div aria-live="polite">
                if done {
                    { answer(if *shown { "" } else { words.right }, numbered(question).filter(|(at, _)| right.contains(at))) }
                } else if let Some(checked) = &*checked {
                    if checked.is_subset(&right) {
                        <p class="answer"><b>{ words.wrong }{ " " }</b>{ words.incomplete }</p>
                    } else {
                        { answer(words.wrong, numbered(question).filter(|(at, _)| checked.contains(at) && !right.contains(at))) }
                    }
                }
            </div>
        </div>
    }
}

fn numbered(question: &Question) -> impl Iterator<Item = (usize, &Choice)> {
    question.choices.iter().enumerate()
}

/// What is said of some choices; the verdict comes first.
fn answer<'q>(verdict: &'static str, choices: impl Iterator<Item = (usize, &'q Choice)>) -> Html {
    let said = choices
        .map(|(_, one)| &one.feedback)
        .filter(|text| !text.is_empty());
    let mut said: Vec<Html> = said.map(text::marked).collect();
    if said.is_empty() {
        said.push(Html::default());
    }
    let paragraph = |(at, said): (usize, Html)| html! { <p class="answer">if at == 0 && !verdict.is_empty() { <b>{ verdict }{ " " }</b> }{ said }</p> };
    html! { <>{ for said.into_iter().enumerate().map(paragraph) }</> }
}
