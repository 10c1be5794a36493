//! The glossary.

use super::text;
use crate::browser::window;
use course::glossary;
use yew::prelude::*;

/// The glossary; a word that the address names is marked.
pub fn view() -> Html {
    let hash = window().location().hash().unwrap_or_default();
    let word = hash
        .split_once("?word=")
        .map(|(_, word)| word.to_owned())
        .unwrap_or_default();
    html! {
        <div class="glossary">
            <h1 id="title" tabindex="-1">{ "Glossary" }</h1>
            <dl>
                { for glossary().iter().map(|term| {
                    let anchor = text::anchor(term.word);
                    let named = anchor == word;
                    html! {
                        <div class={classes!(named.then_some("named"))} id={format!("word-{anchor}")}>
                            <dt>{ term.word }</dt><dd>{ text::marked(term.means) }</dd></div>
                    }
                }) }
            </dl>
        </div>
    }
}
