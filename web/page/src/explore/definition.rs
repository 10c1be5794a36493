//! Draws the definition of a type: lines of C, beside them the bytes of a struct or union.

use super::code;
use super::divider::{Divider, Pane};
use super::memory::{self, Choice};
use super::offsets::{OffsetHead, Offsets, use_offsets};
use super::parts::InParts;
use super::types::{Msg, SELECTED, Types};
use explore::{CacheLine, Card, Line};
use protocol::figures::counted;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// The lines of the definition, and the bytes of a struct or union beside them.
pub fn view(types: &Types, card: &Rc<Card>, ctx: &Context<Types>) -> Html {
    let choice = Choice {
        chosen: types.chosen,
        choose: types.choose.clone(),
    };
    let onkeydown = ctx.link().batch_callback(|event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => Msg::Step(true),
            "ArrowUp" => Msg::Step(false),
            "ArrowRight" => Msg::UnfoldChosen(true),
            "ArrowLeft" => Msg::UnfoldChosen(false),
            "Enter" => return Some(Msg::OpenMember),
            _ => return None,
        };
        event.prevent_default();
        Some(step)
    });
    let lines = &types.lines;
    let can_unfold = lines.iter().any(|line| line.unfolded.is_some());
    let has_places = lines.iter().any(|line| line.offset.is_some());
    let width = if types.narrow { 16 } else { 64 };
    let draw = {
        let (lines, choice, selected) = (lines.clone(), choice.clone(), types.selected);
        let unfold = types.unfold.clone();
        Callback::from(move |range: Range<usize>| {
            let here = lines.get(range.clone()).unwrap_or_default();
            let is_here = |row: &u32| here.iter().any(|line| line.row == Some(*row));
            let choice = Choice {
                chosen: choice.chosen.filter(is_here),
                choose: choice.choose.clone(),
            };
            let selected = selected.filter(is_here);
            let (lines, unfold) = (lines.clone(), unfold.clone());
            html! { <Lines {lines} {range} {has_places} {choice} {selected} {unfold} /> }
        })
    };
    // A link to a member needs its row at once.
    let reach = types
        .selected
        .and_then(|row| lines.iter().position(|line| line.row == Some(row)))
        .unwrap_or(0);
    let keys = match (has_places, can_unfold) {
        (false, _) => "Definition",
        (true, false) => "Definition. Arrow keys choose a member, Enter opens its type.",
        (true, true) => {
            "Definition. Arrow up and down choose a member, right and left unfold and fold it, Enter opens its type."
        }
    };
    let unfold_all = ctx.link().callback(|event: MouseEvent| {
        event.stop_propagation();
        Msg::UnfoldAll
    });
    let in_picture = Choice {
        chosen: types.chosen_block(),
        choose: types.choose.clone(),
    };
    html! {
        <div class={classes!("two", card.memory.is_none().then_some("one"))}
            onclick={ctx.link().callback(|_| Msg::Select)} onmouseleave={ctx.link().callback(|_| Msg::Leave)}>
            <div class="cv-pane" tabindex="0" role="group" aria-label={keys} onkeydown={onkeydown}>
                <table class="cv">
                    if has_places { <thead><tr><OffsetHead /><th>{ "Declaration" }
                        if can_unfold { <button type="button" class="link small" onclick={unfold_all} title="Members of struct and union types, in place">
                            { if types.unfolded.all { "Fold all" } else { "Unfold all" } }</button> }</th><th class="num">{ "Size" }</th></tr></thead> }
                    <tbody><InParts of={Rc::as_ptr(card) as usize} total={lines.len()} {reach} {draw} /></tbody>
                </table>
            </div>
            if let Some(picture) = &types.picture {
                <Divider pane={Pane::Definition} />
                <div class="bytes-pane">
                    <Chosen lines={lines.clone()} row={types.chosen} />
                    <section class="sec">
                        <h2>{ "Bytes " }<span>{ if width == 64 { "one 64-byte cache line per row; unions show their largest member" } else { "16 bytes per row; unions show their largest member" } }</span></h2>
                        { memory::view(picture, width, &in_picture) }
                    </section>
                </div>
            }
        </div>
    }
}

/// Some lines of a definition.
#[derive(Clone, Properties)]
struct LinesProps {
    lines: Rc<Vec<Line>>,
    range: Range<usize>,
    has_places: bool,
    choice: Choice,
    /// The row that is selected, if it is one of these.
    selected: Option<u32>,
    unfold: Callback<String>,
}

impl PartialEq for LinesProps {
    fn eq(&self, other: &LinesProps) -> bool {
        Rc::ptr_eq(&self.lines, &other.lines)
            && (&self.range, self.has_places, &self.choice, self.selected)
                == (
                    &other.range,
                    other.has_places,
                    &other.choice,
                    other.selected,
                )
    }
}

#[component]
fn Lines(props: &LinesProps) -> Html {
    let offsets = use_offsets();
    let lines = props.lines.get(props.range.clone());
    let lines = lines.unwrap_or_default().iter();
    html! { <>{ for lines.map(|line| row(line, props, &offsets)) }</> }
}

fn row(line: &Line, props: &LinesProps, offsets: &Offsets) -> Html {
    let LinesProps {
        has_places,
        choice,
        unfold,
        ..
    } = props;
    if let Some(begins) = line.cache_line {
        return cache_line(begins, offsets);
    }
    let selected = line.row.is_some() && line.row == props.selected;
    let chosen = line.row.is_some() && line.row == choice.chosen;
    let remark = line.tokens.len() == 1 && line.tokens[0].kind == explore::TokenKind::Comment;
    let class = classes!(chosen.then_some("on"), remark.then_some("gap"));
    // Not when the pointer is over it: a row that scrolls below a pointer at rest is not chosen.
    let onmousemove = line.row.map(|row| {
        let choose = choice.choose.clone();
        Callback::from(move |_: MouseEvent| choose.emit(Some(row)))
    });
    let place = match (line.offset, line.bits) {
        (Some(offset), Some((bit, _))) => format!("{}:{bit}", offsets.text(offset)),
        (Some(offset), None) => offsets.text(offset),
        _ => String::new(),
    };
    html! {
        <tr class={class} id={selected.then_some(SELECTED)} aria-current={selected.then_some("true")} {onmousemove}>
            if *has_places { <td class="g">{ place }</td> }
            <td class="c">{ if *has_places { code::words_in_pane(line, triangle(line, unfold)) } else { code::words(line) } }</td>
            if *has_places { <td class="g">{ line.size.map_or_else(String::new, |size| offsets.size(size)) }</td> }
        </tr>
    }
}

/// What unfolds a member, or folds it.
fn triangle(line: &Line, unfold: &Callback<String>) -> Option<Html> {
    let (is_unfolded, member) = (line.unfolded?, line.member.clone()?);
    let label = format!("Members of {member}");
    let onclick = unfold.reform(move |event: MouseEvent| {
        event.stop_propagation();
        member.clone()
    });
    // The pane has keys for it.
    Some(
        html! { <button type="button" class="unfold" tabindex="-1" aria-label={label} aria-expanded={is_unfolded.to_string()} {onclick}></button> },
    )
}

/// A row that announces a cache line.
fn cache_line(begins: CacheLine, offsets: &Offsets) -> Html {
    let CacheLine { number, start, ago } = begins;
    let ago = match ago {
        0 => String::new(),
        ago => format!(", began {} ago", counted(ago, "byte", "bytes")),
    };
    html! {
        <tr class="cl"><td class="g">{ offsets.text(start) }</td>
            <td class="c" colspan="2"><span>{ format!("cache line {number} ({} bytes){ago}", offsets.size(start)) }</span></td></tr>
    }
}

#[derive(Clone, Properties)]
struct ChosenProps {
    lines: Rc<Vec<Line>>,
    row: Option<u32>,
}

impl PartialEq for ChosenProps {
    fn eq(&self, other: &ChosenProps) -> bool {
        Rc::ptr_eq(&self.lines, &other.lines) && self.row == other.row
    }
}

/// Says which member is chosen.
#[component]
fn Chosen(props: &ChosenProps) -> Html {
    let offsets = use_offsets();
    html! { <p class="vh" role="status">{ chosen(&props.lines, props.row, &offsets) }</p> }
}

/// The chosen member in a sentence.
fn chosen(lines: &[Line], chosen: Option<u32>, offsets: &Offsets) -> String {
    let line = (lines.iter()).find(|line| line.row.is_some() && line.row == chosen);
    let Some(line) = line else {
        return String::new();
    };
    let words = line.tokens.iter().map(|token| token.text.as_str());
    let mut text: String = words.collect();
    match line.unfolded {
        Some(true) => {
            text.truncate(text.find(" {").unwrap_or(text.len()));
            text = format!(
                "{text} {}, unfolded,",
                line.member.as_deref().unwrap_or_default()
            );
        }
        Some(false) => text.push_str(" folded,"),
        None => {}
    }
    let place = offsets.text(line.offset.unwrap_or(0));
    match (line.bits, line.size) {
        (Some((bit, width)), _) => {
            format!(
                "{text} at byte {place}, bit {bit}, {}",
                counted(width, "bit", "bits")
            )
        }
        (None, Some(size)) => format!("{text} at byte {place}, {}", counted(size, "byte", "bytes")),
        (None, None) => format!("{text} at byte {place}"),
    }
}
