//! The glossary.

use super::text;
use crate::browser::{reveal, window};
use course::glossary;
use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// The glossary; a word that the address names is marked and in view.
pub fn view() -> Html {
    html! { <Glossary word={named()} /> }
}

/// The word that the address names.
fn named() -> String {
    let hash = window().location().hash().unwrap_or_default();
    let word = hash.split_once("?word=").map(|(_, word)| word.to_owned());
    word.unwrap_or_default()
}

#[derive(Clone, PartialEq, Properties)]
struct Props {
    word: String,
}

#[component]
fn Glossary(props: &Props) -> Html {
    use_effect_with(props.word.clone(), |word| {
        let id = format!("word-{word}");
        // The page moves the focus to the heading of a new view, which scrolls to the top.
        let timer = Timeout::new(100, move || reveal(&id));
        move || drop(timer)
    });
    let word = props.word.clone();
    html! {
        <div class="glossary">
            <h1 id="title" tabindex="-1">{ "Glossary" }</h1>
            <dl>
                { for glossary().iter().map(|term| {
                    let anchor = course::anchor(term.word);
                    let named = anchor == word;
                    html! {
                        <div class={classes!(named.then_some("named"))} id={format!("word-{anchor}")}>
                            <dt>{ term.word }</dt><dd>{ text::marked(&course::text(term.means)) }</dd></div>
                    }
                }) }
            </dl>
        </div>
    }
}
