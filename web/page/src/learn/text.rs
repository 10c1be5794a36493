//! The texts of lessons, drawn; and the sentences of the lab.

use course::{Lesson, Mark, Prose, Span, Text};
use protocol::text::capitalised;
use std::sync::Arc;
use yew::prelude::*;

/// A text with its code, marks and links.
pub fn marked(text: &Text) -> Html {
    html! { <>{ for text.0.iter().map(|one| span(one, None)) }</> }
}

/// Paragraphs, lists, headings and code of a lesson.
pub fn prose(prose: &Prose, lesson: &Arc<Lesson>) -> Html {
    let inner =
        |all: &[Prose]| html! { <>{ for all.iter().map(|one| self::prose(one, lesson)) }</> };
    match prose {
        Prose::Paragraph(text) => {
            html! { <Paragraph text={text.clone()} lesson={lesson.clone()} /> }
        }
        // The title is the only heading above them.
        Prose::Heading(0..=2, text) => html! { <h2>{ marked(text) }</h2> },
        Prose::Heading(_, text) => html! { <h3>{ marked(text) }</h3> },
        Prose::List(None, items) => {
            html! { <ul>{ for items.iter().map(|item| html! { <li>{ inner(item) }</li> }) }</ul> }
        }
        Prose::List(Some(first), items) => html! {
            <ol start={first.to_string()}>{ for items.iter().map(|item| html! { <li>{ inner(item) }</li> }) }</ol>
        },
        Prose::Quote(all) => html! { <blockquote>{ inner(all) }</blockquote> },
        Prose::Code(code) => html! { <pre class="code">{ code }</pre> },
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct ParagraphProps {
    pub text: Text,
    /// The lesson, which may explain words of its own.
    pub lesson: Arc<Lesson>,
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
        lesson: &props.lesson,
        open: (*open).as_deref(),
        toggle: &toggle,
    };
    let note = (*open).as_deref().and_then(|term| props.lesson.term(term));
    html! {
        <>
            <p>{ for props.text.0.iter().map(|one| span(one, Some(&shown))) }</p>
            if let Some((word, means)) = note {
                <p class="gloss" role="status"><b>{ capitalised(&word) }{ ". " }</b>{ means.plain() }</p>
            }
        </>
    }
}

/// Terms that are explained in place.
struct Terms<'a> {
    lesson: &'a Lesson,
    open: Option<&'a str>,
    toggle: &'a Callback<String>,
}

/// As deep as the reader of lessons lets pieces be within each other.
fn span(span: &Span, terms: Option<&Terms<'_>>) -> Html {
    let inner =
        |text: &Text| html! { <>{ for text.0.iter().map(|one| self::span(one, terms)) }</> };
    match span {
        Span::Plain(text) => html! { { text } },
        Span::Code(code) => html! { <code>{ code }</code> },
        Span::Emphasis(text) => html! { <em>{ inner(text) }</em> },
        Span::Strong(text) => html! { <strong>{ inner(text) }</strong> },
        Span::Mark(mark, text) => {
            html! { <span class={classes!("mark", mark.name())}>{ sign(*mark) }{ inner(text) }</span> }
        }
        Span::Link(text, url) => {
            html! { <a href={url.clone()} rel="noreferrer" target="_blank">{ inner(text) }</a> }
        }
        Span::Lesson(text, slug) => {
            html! { <a href={format!("#/learn/{slug}")}>{ inner(text) }</a> }
        }
        Span::Lab(text, scenario) => {
            html! { <a href={format!("#/learn/lab?scenario={scenario}")}>{ inner(text) }</a> }
        }
        Span::Term(text, term) => {
            let shown = inner(text);
            let Some(terms) = terms else {
                let means = course::term(term).map(|term| course::text(term.means).plain());
                return html! { <a class="term" href={address(term)} title={means}>{ shown }</a> };
            };
            let Some((_, means)) = terms.lesson.term(term) else {
                return shown;
            };
            let (toggle, own) = (terms.toggle.clone(), term.clone());
            let onclick = move |event: MouseEvent| {
                // With a key it is a link, to be opened elsewhere.
                if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                    event.prevent_default();
                    toggle.emit(own.clone());
                }
            };
            let expanded = (terms.open == Some(term)).to_string();
            html! {
                <a class="term" href={address(term)} title={means.plain()} aria-expanded={expanded} onclick={onclick}>{ shown }</a>
            }
        }
    }
}

/// The sign of a state, as the drawing has it: what is marked is not told by colour alone.
fn sign(mark: Mark) -> &'static str {
    match mark {
        Mark::Same => "= ",
        Mark::Differ => "≠ ",
        Mark::Assumed | Mark::Canonical | Mark::Candidate => "",
    }
}

/// A sentence of the lab: what was typed is in backticks, and means itself.
pub fn plain_sentence(text: &str) -> Html {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => html! { { part } },
        _ => html! { <code>{ part }</code> },
    };
    html! { <>{ for text.split('`').enumerate().map(part) }</> }
}

/// Where the glossary explains a word.
pub fn address(term: &str) -> String {
    format!("#/learn/glossary?word={}", course::anchor(term))
}

/// A step in words: types are in backticks. Which pass begins is shown above it.
pub fn sentence(text: &str) -> Html {
    let Some((_, what)) = text
        .strip_prefix("Pass ")
        .and_then(|text| text.split_once(": "))
    else {
        return plain_sentence(text);
    };
    plain_sentence(&capitalised(what))
}
