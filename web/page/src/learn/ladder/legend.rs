//! What the lines between two types mean.

use super::svg::state_class;
use lab::ladder::State;
use yew::prelude::*;

/// How far a pair has got, and what its line looks like.
const STYLES: [(State, &str); 7] = [
    (State::Compare, "dotted: the two are compared in this step"),
    (
        State::Assumed,
        "dashed: assumed equal while the walk goes on",
    ),
    (State::Holds, "solid: the walk found no difference"),
    (State::Same, "double: one has replaced the other"),
    (
        State::Different,
        "broken in the middle: a difference was found",
    ),
    (State::Dropped, "sparse: assumed by a walk that failed"),
    (State::None, "pale: not compared in this walk"),
];

pub fn view() -> Html {
    let style = |&(state, means): &(State, &'static str)| {
        let path = match state {
            State::Same => "M0 5H40M0 10H40",
            State::Different => "M0 8H15M25 8H40",
            _ => "M0 8H40",
        };
        let word = match (state.sign(), state.word()) {
            (_, "") => String::new(),
            ("", word) => word.to_owned(),
            (sign, word) => format!("{sign} {word}"),
        };
        html! {
            <li><svg width="40" height="16" font-size="15" aria-hidden="true"><g class={classes!("rung", state_class(state))}><path d={path} /></g></svg>
                if !word.is_empty() { <b>{ word }</b> }<span>{ means }</span></li>
        }
    };
    html! {
        <details class="legend"><summary>{ "Line styles" }</summary>
            <ul>{ for STYLES.iter().map(style) }</ul></details>
    }
}
