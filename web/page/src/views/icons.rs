//! Icons, 16 by 16, always beside a label.

use yew::prelude::*;

fn icon(class: &'static str, paths: Html) -> Html {
    html! { <svg class={classes!("i", class)} viewBox="0 0 16 16" aria-hidden="true">{ paths }</svg> }
}

/// Light or dark.
pub fn theme() -> Html {
    icon(
        "",
        html! { <><circle cx="8" cy="8" r="5.5" /><path class="solid" d="M8 2.5a5.5 5.5 0 0 1 0 11z" /></> },
    )
}

/// To look for something.
pub fn find() -> Html {
    icon(
        "",
        html! { <><circle cx="7" cy="7" r="4.5" /><path d="m10.5 10.5 3.5 3.5" /></> },
    )
}

/// A closed lock.
pub fn lock() -> Html {
    icon(
        "",
        html! { <><rect x="3" y="7" width="10" height="6.5" rx="1" /><path d="M5 7V5a3 3 0 0 1 6 0v2" /></> },
    )
}

/// To be saved.
pub fn download() -> Html {
    icon(
        "",
        html! { <path d="M8 2.5v7.5M4.8 7.2L8 10.4l3.2-3.2M3 13.5h10" /> },
    )
}

/// Something is wrong.
pub fn alert() -> Html {
    icon(
        "alert",
        html! { <><circle cx="8" cy="8" r="6" /><path d="M8 4.5v4.2M8 10.6v1" /></> },
    )
}

pub fn info() -> Html {
    icon(
        "",
        html! { <><circle cx="8" cy="8" r="6" /><path d="M8 7.3v4.2M8 4.4v1" /></> },
    )
}

/// Done.
pub fn done() -> Html {
    icon("ok", html! { <path d="M3 8.5l3.2 3.2L13 5" /> })
}

/// Running; it turns, unless the user wants no motion.
pub fn running() -> Html {
    icon(
        "running",
        html! { <><circle class="faint" cx="8" cy="8" r="5.5" /><path d="M8 2.5A5.5 5.5 0 0 1 13.5 8" /></> },
    )
}

/// Running, at so many seconds: drawn by the clock that draws the figures beside it. An animation would have the
/// browser draw sixty frames a second while the processors have better to do.
pub fn running_at(seconds: f64) -> Html {
    let turn = (seconds * 4.0) as u64 % 8 * 45;
    icon(
        "live",
        html! { <><circle class="faint" cx="8" cy="8" r="5.5" /><path d="M8 2.5A5.5 5.5 0 0 1 13.5 8" transform={format!("rotate({turn} 8 8)")} /></> },
    )
}

/// Not yet.
pub fn waiting() -> Html {
    icon("waiting", html! { <circle cx="8" cy="8" r="2" /> })
}

fn solid(paths: &'static str) -> Html {
    icon("", html! { <path class="solid" d={paths} /> })
}

/// Play the steps.
pub fn play() -> Html {
    solid("M4 3v10l9-5z")
}

/// Pause.
pub fn pause() -> Html {
    solid("M4 3h3v10H4zM9 3h3v10H9z")
}

/// One step on.
pub fn forth() -> Html {
    solid("M5 3v10l7-5z")
}

/// One step back.
pub fn back() -> Html {
    solid("M11 3v10L4 8z")
}

/// Smaller.
pub fn minus() -> Html {
    solid("M3 7h10v2H3z")
}

/// Larger.
pub fn plus() -> Html {
    solid("M7 3h2v4h4v2H9v4H7V9H3V7h4z")
}

/// To the first step.
pub fn first() -> Html {
    solid("M3 3h2v10H3zM13 3v10L6 8z")
}

/// To the last step.
pub fn last() -> Html {
    solid("M11 3h2v10h-2zM3 3v10l7-5z")
}

/// To the next decision.
pub fn decision() -> Html {
    solid("M2 3v10l6-5zM8 3v10l6-5z")
}

/// To the decision before.
pub fn decision_back() -> Html {
    solid("M14 3v10L8 8zM8 3v10L2 8z")
}
