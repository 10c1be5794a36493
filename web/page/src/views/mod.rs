//! What is drawn. Every view is a function of the page's state.
//!
//! The content security policy forbids inline styles: lengths that depend on data are drawn as SVG
//! (see [`bars`]), everything else is in `styles/`.

mod bars;
mod compare;
mod downloads;
mod error;
mod files;
pub mod frame;
mod functions;
pub mod help;
mod history;
pub mod icons;
mod kernel_types;
mod kinds;
mod library;
mod linked;
mod module;
mod modules;
mod overview;
mod package_modules;
pub mod palette;
mod pickers;
pub mod programs;
mod progress;
pub mod result;
mod running;
mod start;
mod to_lab;
mod under_way;
pub mod unpacking;

use crate::app::{App, ChromeMsg, Learn, View};
use crate::chunks;
use crate::explore::offsets::Offsets;
use yew::html::Scope;
use yew::prelude::*;

/// The whole page.
pub fn page(app: &App, link: &Scope<App>) -> Html {
    let view = match app.view {
        View::Start => start::view(app, link),
        View::Progress => match (
            &app.work.job,
            &app.work.packages,
            &app.current.modules.batch,
        ) {
            (Some(job), ..) => progress::view(app, job, link),
            (None, Some(packages), _) if app.is_unpacking() => packages.view(link),
            (None, _, Some(batch)) => running::view(app, batch, link),
            (None, _, None) => Html::default(),
        },
        View::Error => app
            .current
            .failed
            .as_ref()
            .map_or_else(Html::default, |failed| error::view(app, failed, link)),
        View::Learn(learn) => chunks::draw_learn(app, link, learn),
        View::Programs => chunks::draw_programs(app, link),
        _ => chunks::draw_result(app, link),
    };
    // The presenter's screens have nothing around them.
    let bare = matches!(app.view, View::Learn(Learn::Screen(..)))
        || app.chrome.presenting && app.view == View::Learn(Learn::Lab);
    if bare {
        return html! { <main id="main" class="presenter">{ view }</main> };
    }
    let class = frame::main_class(app.view);
    // A class of its own gets an element of its own; otherwise the browser restyles the old view before it is removed.
    let offsets = Offsets {
        hex: app.chrome.hex,
        toggle: link.callback(|()| ChromeMsg::Hex),
    };
    html! {
        <ContextProvider<Offsets> context={offsets}>
            { frame::top(app, link) }
            <main id="main" key={class} class={class}>
                { frame::notices(app, link) }
                { view }
            </main>
            { frame::footer() }
            { frame::overlay(app) }
            if app.chrome.help {
                { chunks::draw_help(app, link) }
            }
            if app.chrome.palette {
                { chunks::draw_palette(app, link) }
            }
            <p class="vh" role="status" aria-live="polite">{ app.chrome.announcement.clone() }</p>
        </ContextProvider<Offsets>>
    }
}
