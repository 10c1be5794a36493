//! The marks of the course's texts, drawn.

use course::{Span, spans};
use protocol::text::capitalised;
use yew::prelude::*;

/// A text with code and terms.
pub fn marked(text: &str) -> Html {
    html! { <>{ for spans(text).into_iter().map(span) }</> }
}

fn span(span: Span<'_>) -> Html {
    match span {
        Span::Text(text) => html! { { text } },
        Span::Code(code) => html! { <code>{ code }</code> },
        Span::Term { shown, term } => {
            let means = course::term(term).map(|term| course::plain(term.means));
            html! { <a class="term" href={address(term)} title={means}>{ shown }</a> }
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
