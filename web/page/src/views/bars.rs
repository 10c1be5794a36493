//! Lengths that depend on data, as SVG: the policy of the page forbids `style` attributes.

use yew::prelude::*;

/// A part of a bar: its class, where it starts and how long it is, as shares of the whole.
pub struct BarPart {
    /// Its colour.
    pub class: &'static str,
    /// 0 to 1.
    pub start: f64,
    /// 0 to 1.
    pub length: f64,
}

/// A bar on a track.
pub fn bar(class: &'static str, parts: &[BarPart]) -> Html {
    html! {
        <svg class={classes!("bar", class)} aria-hidden="true">
            { for parts.iter().map(|part| rect(part, "0", "100%")) }
        </svg>
    }
}

/// A bar of one part that starts at the left.
pub fn simple(class: &'static str, colour: &'static str, length: f64) -> Html {
    bar(
        class,
        &[BarPart {
            class: colour,
            start: 0.0,
            length,
        }],
    )
}

/// Before over after, on one axis.
pub fn pair(before: f64, after: f64) -> Html {
    let upper = BarPart {
        class: "before",
        start: 0.0,
        length: before,
    };
    let lower = BarPart {
        class: "after",
        start: 0.0,
        length: after,
    };
    html! {
        <svg class="pair" aria-hidden="true">
            { rect(&upper, "0", "50%") }
            { rect(&lower, "50%", "50%") }
        </svg>
    }
}

fn rect(part: &BarPart, y: &'static str, height: &'static str) -> Html {
    html! {
        <rect class={part.class} x={percent(part.start)} y={y} width={percent(part.length)} height={height} />
    }
}

/// A share as SVG wants it.
pub fn percent(share: f64) -> String {
    format!("{:.3}%", share.clamp(0.0, 1.0) * 100.0)
}
