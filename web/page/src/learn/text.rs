//! The marks of the course's texts, drawn.

use course::{Span, spans};
use protocol::text::capitalised;
use yew::prelude::*;

/// A text with code and terms.
pub fn marked(text: &str) -> Html {
    html! { <>{ for spans(text).into_iter().map(|one| span(one, None)) }</> }
}

#[derive(Clone, PartialEq, Properties)]
pub struct ParagraphProps {
    /// The text, with its marks.
    pub text: &'static str,
}

/// A paragraph whose terms are explained below it, so that nothing on the page is left for a word.
#[component]
pub fn Paragraph(props: &ParagraphProps) -> Html {
    let open = use_state(|| None::<String>);
    let toggle = {
        let open = open.clone();
        Callback::from(move |term: String| {
            let other = (*open).as_ref() != Some(&term);
            open.set(other.then_some(term));
        })
    };
    let shown = Terms {
        open: (*open).as_deref(),
        toggle: &toggle,
    };
    let note = (*open).as_deref().and_then(course::term);
    html! {
        <>
            <p>{ for spans(props.text).into_iter().map(|one| span(one, Some(&shown))) }</p>
            if let Some(term) = note {
                <p class="gloss" role="status"><b>{ capitalised(term.word) }{ ". " }</b>{ course::plain(term.means) }</p>
            }
        </>
    }
}

/// Terms that are explained in place.
struct Terms<'a> {
    open: Option<&'a str>,
    toggle: &'a Callback<String>,
}

fn span(span: Span<'_>, terms: Option<&Terms<'_>>) -> Html {
    match span {
        Span::Text(text) => html! { { text } },
        Span::Code(code) => html! { <code>{ code }</code> },
        Span::Term { shown, term } => {
            let means = course::term(term).map(|term| course::plain(term.means));
            let Some(terms) = terms else {
                return html! { <a class="term" href={address(term)} title={means}>{ shown }</a> };
            };
            let (toggle, own) = (terms.toggle.clone(), term.to_owned());
            let onclick = move |event: MouseEvent| {
                // With a key it is a link, to be opened elsewhere.
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    toggle.emit(own.clone());
                }
            };
            let expanded = (terms.open == Some(term)).to_string();
            html! {
                <a class="term" href={address(term)} title={means} aria-expanded={expanded} onclick={onclick}>{ shown }</a>
            }
        }
        Span::Lab { shown, scenario } => {
            html! { <a href={format!("#/learn/lab?scenario={scenario}")}>{ shown }</a> }
        }
    }
}

/// A message of the laboratory: what was typed stands in backticks, and means itself.
pub fn plain_sentence(text: &str) -> Html {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => html! { { part } },
        _ => html! { <code>{ part }</code> },
    };
    html! { <>{ for text.split('`').enumerate().map(part) }</> }
}

/// Where the glossary explains a word.
pub fn address(term: &str) -> String {
    format!("#/learn/glossary?word={}", anchor(term))
}

/// A word as part of an address.
pub fn anchor(term: &str) -> String {
    term.replace(' ', "-").to_lowercase()
}

/// A step in words: types stand in backticks. Which pass begins stands above it already.
pub fn sentence(text: &str) -> Html {
    let Some((_, what)) = text
        .strip_prefix("Pass ")
        .and_then(|text| text.split_once(": "))
    else {
        return marked(text);
    };
    marked(&capitalised(what))
}
