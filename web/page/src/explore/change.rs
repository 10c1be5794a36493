//! One type in two files: both layouts, and what became of each member.

use super::memory::{self, Choice};
use super::parts::InParts;
use super::{chip, code, place};
use crate::browser::window;
use explore::changes::{ChangeCard, Difference, MemberChange, MemberRow, MemberVersion};
use explore::{Card, Picture};
use protocol::figures::grouped;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Pixels under which pictures have 16 bytes a row.
const NARROW: f64 = 768.0;

/// Whether the window is narrow.
pub fn is_narrow() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width < NARROW)
}

/// A size that changed: `+64`, `−8`, nothing where it is the same.
pub fn size(size: (Option<u64>, Option<u64>)) -> String {
    match size {
        (Some(a), Some(b)) if b > a => format!("+{}", grouped(b - a)),
        (Some(a), Some(b)) if a > b => format!("−{}", grouped(a - b)),
        (None, Some(size)) | (Some(size), None) => grouped(size),
        _ => String::new(),
    }
}

/// A type in both files, and its bytes there.
pub struct ShownChange {
    card: Rc<ChangeCard>,
    pictures: [Option<Rc<Picture>>; 2],
}

impl ShownChange {
    /// Of an answer.
    pub fn new(card: ChangeCard) -> ShownChange {
        let pictures = [&card.left, &card.right].map(|side| {
            let memory = side.as_ref()?.memory.as_ref()?;
            Some(Rc::new(memory.picture.clone()))
        });
        ShownChange {
            card: Rc::new(card),
            pictures,
        }
    }
}

pub fn view(shown: &ShownChange, first: &str, second: &str, narrow: bool) -> Html {
    let card = &shown.card;
    let said = match (&card.left, &card.right, &card.difference) {
        (Some(_), None, _) => format!("Gone: {second} has it no more."),
        (None, Some(_), _) => format!("New: {first} has it not."),
        (.., None) => "Alike in both.".to_owned(),
        (Some(a), Some(b), _) if a.size == b.size => match a.size {
            Some(size) => format!("{} bytes in both.", grouped(size)),
            None => String::new(),
        },
        (Some(a), Some(b), _) => format!(
            "{} bytes became {}.",
            a.size.map_or_else(String::new, grouped),
            b.size.map_or_else(String::new, grouped)
        ),
        _ => String::new(),
    };
    let kind = card
        .right
        .as_ref()
        .or(card.left.as_ref())
        .map(|card| card.kind);
    html! {
        <article aria-labelledby="title">
            <header class="type-head">
                <a class="back only-narrow" href="#/compare">{ "All changes" }</a>
                <h1 id="title" tabindex="-1">{ for kind.map(chip::swatch) }{ &card.title }</h1>
                <p class="sub">{ said }</p>
                if let Some(left) = &card.left { <p><a href={place::href(&left.address)}>{ "Open it in the first file" }</a></p> }
            </header>
            <div class="change">
                { match &card.difference {
                    Some(Difference::Members(rows)) => members(shown, rows.len(), first, second, narrow),
                    Some(Difference::Values(values)) => values_table(card, values.len(), first, second),
                    Some(Difference::Declaration(..)) => html! { <div class="sides">{ side(card.left.as_ref(), first) }{ side(card.right.as_ref(), second) }</div> },
                    None => side(card.right.as_ref().or(card.left.as_ref()), if card.right.is_some() { second } else { first }),
                } }
            </div>
        </article>
    }
}

/// A definition as it is in one file.
fn side(card: Option<&Card>, file: &str) -> Html {
    let Some(card) = card else {
        return Html::default();
    };
    html! {
        <section><h2 class="mono">{ file }</h2>
            <pre class="code" tabindex="0">{ for card.lines.iter().map(|line| html! { <>{ code::words(line) }{ "\n" }</> }) }</pre></section>
    }
}

fn members(shown: &ShownChange, total: usize, first: &str, second: &str, narrow: bool) -> Html {
    let card = &shown.card;
    let width = if narrow { 16 } else { 64 };
    // The table tells all of it; the pictures only show.
    let choice = Choice {
        chosen: None,
        choose: Callback::noop(),
    };
    let side = |card: Option<&Card>, picture: &Option<Rc<Picture>>, file: &str| {
        let memory = card.and_then(|card| card.memory.as_ref());
        html! {
            <section><h2><span class="mono">{ file }</span>
                if let Some(memory) = memory { <span class="dim small">{ format!(" {} bytes unused", grouped(memory.hole_bytes + memory.padding)) }</span> }</h2>
                { for picture.iter().map(|picture| memory::blocks(picture, width, &choice)) }</section>
        }
    };
    let [left, right] = &shown.pictures;
    let draw = {
        let card = card.clone();
        Callback::from(move |range: Range<usize>| match &card.difference {
            Some(Difference::Members(rows)) => {
                html! { <>{ for rows.get(range).unwrap_or_default().iter().map(member) }</> }
            }
            _ => Html::default(),
        })
    };
    html! {
        <>
            <div class="sides">{ side(card.left.as_ref(), left, first) }{ side(card.right.as_ref(), right, second) }</div>
            <p class="key2 signs">{ for [(MemberChange::New, "new"), (MemberChange::Gone, "gone"), (MemberChange::Type, "declared otherwise"), (MemberChange::Moved, "moved")]
                .map(|(of, word)| html! { <span><b class="mono">{ sign(of) }</b>{ word }</span> }) }</p>
            <table class="df" aria-label="Members in both files">
                <thead><tr><th class="num">{ "Offset" }</th><th>{ first }</th><th><span class="vh">{ "Change" }</span></th><th class="num">{ "Offset" }</th><th>{ second }</th></tr></thead>
                <tbody><InParts of={Rc::as_ptr(card) as usize} {total} {draw} /></tbody>
            </table>
        </>
    }
}

fn sign(change: MemberChange) -> &'static str {
    match change {
        MemberChange::Same => "",
        MemberChange::New => "+",
        MemberChange::Gone => "−",
        MemberChange::Type => "≠",
        MemberChange::Moved => "↓",
    }
}

fn member(row: &MemberRow) -> Html {
    let (class, word) = match row.change {
        MemberChange::Same => ("same", "the same"),
        MemberChange::New => ("new", "new"),
        MemberChange::Gone => ("gone", "gone"),
        MemberChange::Type => ("chg", "declared otherwise"),
        MemberChange::Moved => ("moved", "moved"),
    };
    let at = |version: &Option<MemberVersion>| match version {
        Some(MemberVersion {
            offset,
            bits: Some((bit, _)),
            ..
        }) => format!("{offset}:{bit}"),
        Some(version) => version.offset.to_string(),
        None => String::new(),
    };
    let text = |version: &Option<MemberVersion>| {
        version
            .as_ref()
            .map_or_else(String::new, |version| version.text.clone())
    };
    html! {
        <tr class={class}><td class="g">{ at(&row.left) }</td><td class="c">{ text(&row.left) }</td>
            <td class="mk"><span aria-hidden="true">{ sign(row.change) }</span><span class="vh">{ word }</span></td>
            <td class="g">{ at(&row.right) }</td><td class="c">{ text(&row.right) }</td></tr>
    }
}

fn values_table(card: &Rc<ChangeCard>, total: usize, first: &str, second: &str) -> Html {
    let draw = {
        let card = card.clone();
        Callback::from(move |range: Range<usize>| match &card.difference {
            Some(Difference::Values(values)) => {
                html! { <>{ for values.get(range).unwrap_or_default().iter().map(value) }</> }
            }
            _ => Html::default(),
        })
    };
    html! {
        <table class="df values" aria-label="Values in both files">
            <thead><tr><th><span class="vh">{ "Change" }</span></th><th>{ "Value" }</th><th class="num">{ first }</th><th class="num">{ second }</th></tr></thead>
            <tbody><InParts of={Rc::as_ptr(card) as usize} {total} {draw} /></tbody>
        </table>
    }
}

fn value((name, a, b): &(String, Option<i128>, Option<i128>)) -> Html {
    let shown = |value: &Option<i128>| value.map_or_else(String::new, |value| value.to_string());
    let (class, sign) = match (a, b) {
        (None, _) => ("new", "+"),
        (_, None) => ("gone", "−"),
        _ => ("chg", "≠"),
    };
    html! { <tr class={class}><td class="mk">{ sign }</td><td class="c">{ name }</td><td class="num">{ shown(a) }</td><td class="num">{ shown(b) }</td></tr> }
}
