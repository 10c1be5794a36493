//! Draws C, with names of types as links.

use super::place;
use explore::{Line, Token, TokenKind};
use yew::prelude::*;

/// A line's words.
pub fn words(line: &Line) -> Html {
    let indent = "  ".repeat(line.depth as usize);
    html! { <>{ indent }{ for line.tokens.iter().map(word) }</> }
}

fn word(token: &Token) -> Html {
    let text = token.text.clone();
    match &token.kind {
        TokenKind::Plain | TokenKind::Number => html! { { text } },
        TokenKind::Keyword => html! { <span class="kw">{ text }</span> },
        TokenKind::Name => html! { <span class="nm">{ text }</span> },
        TokenKind::Comment => html! { <span class="remark">{ text }</span> },
        TokenKind::Link(address) => html! { <a href={place::href(address)}>{ text }</a> },
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
    for line in lines {
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

/// A sentence whose code stands between grave accents.
pub fn quoted(sentence: &str) -> Html {
    let parts = sentence.split('`').enumerate();
    html! { <>{ for parts.map(|(at, part)| match at % 2 {
        0 => html! { { part } },
        _ => html! { <code>{ part }</code> },
    }) }</> }
}
