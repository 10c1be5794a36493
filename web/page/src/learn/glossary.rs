//! The glossary.

use super::text;
use crate::browser::window;
use course::glossary;
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
    let place = use_node_ref();
    {
        let place = place.clone();
        use_effect_with(props.word.clone(), move |_| {
            if let Some(entry) = place.cast::<web_sys::Element>() {
                entry.scroll_into_view();
            }
        });
    }
    let word = props.word.clone();
    html! {
        <div class="glossary">
            <h1 id="title" tabindex="-1">{ "Glossary" }</h1>
            <dl>
                { for glossary().iter().map(|term| {
                    let anchor = text::anchor(term.word);
                    let named = anchor == word;
                    html! {
                        <div class={classes!(named.then_some("named"))} id={format!("word-{anchor}")}
                            ref={if named { place.clone() } else { NodeRef::default() }}>
                            <dt>{ term.word }</dt><dd>{ text::marked(term.means) }</dd></div>
                    }
                }) }
            </dl>
        </div>
    }
}
