//! What a link points to, before a file is open that has it.

use super::icons;
use super::pickers::picker;
use crate::app::{App, ChromeMsg, InboxMsg};
use yew::html::Scope;
use yew::prelude::*;

/// The ways to what the link points to.
pub fn banner(app: &App, link: &Scope<App>) -> Html {
    let Some(waiting) = &app.chrome.link else {
        return Html::default();
    };
    let next = match (&app.work.job, app.library.results.is_empty()) {
        (Some(job), _) => format!("It opens when {} is done.", job.file.name()),
        (None, true) => "Open a kernel to see it.".to_owned(),
        (None, false) => "Open a kernel, or a saved result, to see it.".to_owned(),
    };
    html! {
        <div class="note note--ask" role="group" aria-label="What the link points to">
            { icons::info() }
            <p><strong>{ format!("This link points to {}.", waiting.subject()) }</strong>{ " " }{ next }</p>
            <div class="acts">
                if app.work.job.is_none() {
                    { picker(link, "choose-for-link", "Choose a vmlinux", "btn--primary") }
                    <button type="button" class="btn" onclick={link.callback(|_| InboxMsg::KernelSample)}>{ "Use Linux 6.12" }</button>
                }
                <button type="button" class="btn btn--quiet" onclick={link.callback(|_| ChromeMsg::ForgetLink)}>{ "Dismiss" }</button>
            </div>
        </div>
    }
}
