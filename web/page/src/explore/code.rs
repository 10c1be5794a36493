//! Draws C, with names of types as links.

use super::place;
use explore::{Line, Token, TokenKind};
use yew::prelude::*;

/// A line's words.
pub fn words(line: &Line) -> Html {
    let indent = "  ".repeat(line.depth as usize);
    html! { <>{ indent }{ for line.tokens.iter().map(|token| word(token, None)) }</> }
}

/// A line's words in a pane that has keys of its own: the Tab key passes over the links. `before` takes the last two
/// columns of the indent.
pub fn words_in_pane(line: &Line, before: Option<Html>) -> Html {
    let levels = (line.depth as usize).saturating_sub(usize::from(before.is_some()));
    let indent = "  ".repeat(levels);
    html! { <>{ indent }{ for before }{ for line.tokens.iter().map(|token| word(token, Some("-1"))) }</> }
}

/// The address of the first type that a line names.
pub fn first_link(line: &Line) -> Option<String> {
    line.tokens.iter().find_map(|token| match &token.kind {
        TokenKind::Link(address) => Some(place::href(address)),
        _ => None,
    })
}

fn word(token: &Token, tabindex: Option<&'static str>) -> Html {
    let text = token.text.clone();
    match &token.kind {
        TokenKind::Plain | TokenKind::Number => html! { { text } },
        TokenKind::Keyword => html! { <span class="kw">{ text }</span> },
        TokenKind::Name => html! { <span class="nm">{ text }</span> },
        TokenKind::Comment => html! { <span class="remark">{ text }</span> },
        TokenKind::Link(address) => {
            html! { <a href={place::href(address)} {tabindex}>{ text }</a> }
        }
    }
}

/// A line's words in their colours, without links.
pub fn plain(line: &Line) -> Html {
    let word = |token: &Token| match &token.kind {
        TokenKind::Keyword => html! { <span class="kw">{ &token.text }</span> },
        TokenKind::Name => html! { <span class="nm">{ &token.text }</span> },
        _ => html! { { &token.text } },
    };
    html! { <>{ for line.tokens.iter().map(word) }</> }
}

/// Lines as plain text.
pub fn text(lines: &[Line]) -> String {
    let mut text = String::new();
    // Lines that announce a cache line have no words.
    for line in lines.iter().filter(|line| line.cache_line.is_none()) {
        for _ in 0..line.depth {
            text.push('\t');
        }
        for token in &line.tokens {
            text.push_str(&token.text);
        }
        text.push('\n');
    }
    text
}

/// BTF as bpftool prints it, with ids of types as links.
pub fn raw(text: &str) -> Html {
    const ID: &str = "type_id=";
    let mut parts = text.split(ID);
    let first = parts.next().unwrap_or_default();
    let linked = parts.map(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (id, rest) = part.split_at(digits);
        let id = match id {
            // 0 is void, which has no page.
            "" | "0" => html! { { id } },
            _ => html! { <a href={format!("#/type/type/{id}")}>{ id }</a> },
        };
        html! { <>{ ID }{ id }{ rest }</> }
    });
    html! { <>{ first }{ for linked }</> }
}

/// A sentence whose code stands between grave accents.
pub fn quoted(sentence: &str) -> Html {
    let parts = sentence.split('`').enumerate();
    html! { <>{ for parts.map(|(at, part)| match at % 2 {
        0 => html! { { part } },
        _ => html! { <code>{ part }</code> },
    }) }</> }
}
