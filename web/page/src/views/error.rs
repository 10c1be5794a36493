//! Why there is no result: the cause, the next step, and what a report needs.

use super::{icons, pickers};
use crate::app::{Again, App, Failed, InboxMsg, View};
use protocol::failure::Cut;
use protocol::figures::{bytes_text, grouped};
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, failed: &Failed, link: &Scope<App>) -> Html {
    let failure = &failed.failure;
    html! {
        <>
            <h1 id="title" tabindex="-1">{ &failure.title }</h1>
            <div class="note note--error" role="alert">
                { icons::alert() }
                <p><strong>{ &failure.cause }</strong>{ " " }{ &failure.advice }</p>
            </div>
            if let Some(cut) = &failure.cut {
                { map(cut) }
            }
            <div class="next">
                if failure.missing.is_empty() {
                    { pickers::picker(link, "choose", "Choose a file", "btn--primary") }
                    if let Some(again) = failed.again.clone().or_else(|| reopened(app, failed)) {
                        { button(again, link) }
                    }
                } else {
                    { pickers::missing(link) }
                    { pickers::picker(link, "choose", "Choose a file", "") }
                }
                if let Some(model) = &app.current.model {
                    <a class="btn" href={View::Overview.address().into_owned()}>{ format!("Back to {}", model.called()) }</a>
                }
            </div>
            <details>
                <summary>{ "Details for a bug report" }</summary>
                <dl class="facts">
                    { for failure.details.iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> }) }
                    <dt>{ "File" }</dt><dd>{ format!("{} bytes", grouped(failed.bytes)) }</dd>
                    <dt>{ "Program" }</dt><dd>{ concat!("btfscope ", env!("CARGO_PKG_VERSION")) }</dd>
                </dl>
            </details>
        </>
    }
}

/// The file that was opened last, once more; with a larger budget if that is what it lacked.
fn reopened(app: &App, failed: &Failed) -> Option<Again> {
    let opening = app.work.opening.as_ref()?;
    let is_it = opening.file.name() == failed.name;
    is_it.then(|| match failed.failure.is_over_budget() {
        true => opening.with_more(),
        false => Again::File(Box::new(opening.clone())),
    })
}

/// The button that does it once more.
pub fn button(again: Again, link: &Scope<App>) -> Html {
    let title = again.title();
    let onclick = link.callback(move |_| InboxMsg::StartAgain(again.clone()));
    html! { <button type="button" class="btn" {onclick}>{ title }</button> }
}

/// What is there of a file that was cut short, and what is missing, to scale.
fn map(cut: &Cut) -> Html {
    let whole = cut.end.max(1) as f64;
    let share = |at: u64| (at as f64 / whole).clamp(0.0, 1.0);
    let start = share(cut.start.min(cut.have));
    let have = share(cut.have);
    html! {
        <section class="map" aria-labelledby="map-title">
            <h2 id="map-title">{ "File size" }</h2>
            <svg class="file-map" aria-hidden="true">
                <rect class="there" x="0" y="0" width={super::bars::percent(start)} height="100%" />
                <rect class="part" x={super::bars::percent(start)} y="0" width={super::bars::percent(have - start)} height="100%" />
                <rect class="gone" x={super::bars::percent(have)} y="0" width={super::bars::percent(1.0 - have)} height="100%" />
                <line class="edge" x1={super::bars::percent(have)} x2={super::bars::percent(have)} y1="0" y2="100%" />
            </svg>
            <p class="labels">
                <span>{ format!("{} present", bytes_text(cut.have)) }</span>
                <span>{ format!("at least {} missing", bytes_text(cut.end.saturating_sub(cut.have))) }</span>
            </p>
        </section>
    }
}
