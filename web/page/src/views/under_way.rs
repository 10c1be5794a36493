//! What a running job and a run over modules are shown with: heading, bar, live figures.

use super::bars;
use crate::app::{App, WorkMsg};
use crate::notification;
use protocol::figures::{bytes, clock, grouped};
use yew::html::Scope;
use yew::prelude::*;

/// The heading, with the way to cancel, and the bar of the whole. `share` is how much is done, 0 to 1.
pub fn head(title: &'static str, of: String, about: String, share: f64, link: &Scope<App>) -> Html {
    html! {
        <>
            <div class="head">
                <div>
                    <h1 id="title" tabindex="-1">{ title }<span class="dim of">{ of }</span></h1>
                    <p class="sub">{ about }{ " You can use other tabs while this runs." }</p>
                </div>
                <div class="acts">
                    if notification::can_ask() {
                        <button type="button" class="btn btn--lg" onclick={link.callback(|_| WorkMsg::Notify(true))}>{ "Notify me when done" }</button>
                    }
                    <button type="button" class="btn btn--lg" aria-keyshortcuts="Escape" onclick={link.callback(|_| WorkMsg::Cancel)}>
                        { "Cancel" }<kbd class="only-wide" aria-hidden="true">{ "Esc" }</kbd></button>
                </div>
            </div>
            <div role="progressbar" aria-label="Whole job" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow={format!("{:.0}", share * 100.0)}>
                { bars::simple("total", "go", share) }
            </div>
        </>
    }
}

/// Figures that change while one looks.
pub struct LiveFigures {
    /// What is counted, how many are done, and of how many, where that is known.
    pub counted: (&'static str, u64, Option<u64>),
    /// Types emitted before any dedup.
    pub types: u64,
    /// Bytes of BTF these would take.
    pub btf_bytes: u64,
    /// Bytes of `.debug_info` in a second.
    pub dwarf_speed: f64,
    /// Seconds since the start.
    pub elapsed: f64,
    /// The largest sum of the workers' memories, in bytes.
    pub memory: f64,
}

/// The figures in a row.
pub fn figures(figures: &LiveFigures) -> Html {
    let (title, done, all) = figures.counted;
    let all = all.map_or_else(String::new, |all| format!("/ {}", grouped(all)));
    let (btf, btf_unit) = bytes(figures.btf_bytes);
    let (speed, speed_unit) = bytes(figures.dwarf_speed as u64);
    let (memory, memory_unit) = bytes(figures.memory as u64);
    html! {
        <dl class="now stat">
            { stat(title, grouped(done), all) }
            { stat("Types so far", grouped(figures.types), String::new()) }
            { stat("BTF so far", btf, btf_unit.to_owned()) }
            { stat("DWARF speed", speed, format!("{speed_unit}/s")) }
            { stat("Elapsed", clock(figures.elapsed), String::new()) }
            { stat("Peak memory", memory, memory_unit.to_owned()) }
        </dl>
    }
}

/// A figure under its title.
pub fn stat(title: &'static str, figure: String, unit: String) -> Html {
    html! { <div><dt>{ title }</dt><dd>{ figure }<small>{ format!(" {unit}") }</small></dd></div> }
}
