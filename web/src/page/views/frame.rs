//! What surrounds every view: top bar, sentences, footer, the overlay for a drop.

use super::icons;
use crate::app::{App, Msg, Notice, Pending, Tone, View};
use crate::browser::window;
use yew::html::Scope;
use yew::prelude::*;

/// The class of the main element.
pub fn main_class(view: View) -> &'static str {
    match view {
        View::Start => "start",
        View::Progress => "progress",
        View::Overview => "overview",
        View::Error => "error",
    }
}

/// The top bar.
pub fn top(app: &App, link: &Scope<App>) -> Html {
    let file = match app.view {
        View::Start => None,
        View::Progress => app.job.as_ref().map(|job| job.file.name()),
        View::Overview => app.model.as_ref().map(|model| model.name.clone()),
        View::Error => app.failed.as_ref().map(|failed| failed.name.clone()),
    };
    let tabs: Vec<(View, &'static str)> = [
        (app.model.is_some(), View::Overview, "Overview"),
        (app.job.is_some(), View::Progress, "Progress"),
    ]
    .into_iter()
    .filter_map(|(there, view, title)| there.then_some((view, title)))
    .collect();
    let tab = |(view, title): &(View, &'static str)| {
        let current = (*view == app.view).then_some("page");
        html! { <a href={view.address()} aria-current={current}>{ *title }</a> }
    };
    html! {
        <header class={classes!("top", (!tabs.is_empty()).then_some("has-tabs"))}>
            <a class="skip" href="#main" onclick={skip}>{ "Skip to content" }</a>
            <a class="brand" href={View::Start.address()} aria-label="btfscope, start">{ "btfscope" }</a>
            if !tabs.is_empty() {
                <nav class="tabs" aria-label="Views">{ for tabs.iter().map(tab) }</nav>
            }
            <span class="grow"></span>
            if let Some(name) = file {
                <span class="file mono" title={name.clone()}>{ name.clone() }</span>
            }
            <div class="end">
                <button type="button" class="btn btn--quiet btn--icon" id="help-open" aria-label="Help for this page" title="Help (?)"
                    aria-expanded={app.help.to_string()} onclick={link.callback(|_| Msg::Help(true))}>{ "?" }</button>
                <button type="button" class="btn btn--quiet btn--icon" aria-label="Switch light or dark"
                    title="Light or dark (t)" onclick={link.callback(|_| Msg::Theme)}>{ icons::theme() }</button>
            </div>
        </header>
    }
}

/// The address is the view's; a jump inside the page must not change it.
fn skip(event: MouseEvent) {
    event.prevent_default();
    crate::browser::focus("title");
}

/// Sentences above the view: what waits for a word, what went wrong, what else there is to say.
pub fn notices(app: &App, link: &Scope<App>) -> Html {
    let running = app.job.as_ref().filter(|_| app.view != View::Progress);
    html! {
        <>
            if let Some(pending) = &app.pending {
                { confirm(pending, link) }
            }
            if let Some(notice) = &app.notice {
                { sentence(notice, link) }
            }
            if let Some(opening) = &app.waiting {
                <div class="note" role="status">{ icons::running() }
                    <p>{ format!("{} is opened as soon as the engine is loaded.", opening.file.name()) }</p>
                </div>
            }
            if let Some(job) = running {
                <div class="note">{ icons::running() }
                    <p>{ format!("A job on {} is running. ", job.file.name()) }
                        <a href={View::Progress.address()}>{ "Show its progress" }</a></p>
                </div>
            }
        </>
    }
}

fn confirm(pending: &Pending, link: &Scope<App>) -> Html {
    let name = pending.opening.file.name();
    let (question, note) = match pending.ends_job {
        true => (
            format!("Open {name} and cancel the job on {}?", pending.instead_of),
            "",
        ),
        false => (
            format!("Replace {} by {name}?", pending.instead_of),
            " The result that is shown stays until the new one is there.",
        ),
    };
    html! {
        <div class="note note--ask" role="group" aria-label="Replace what is open?">
            { icons::info() }
            <p><strong>{ question }</strong>{ note }</p>
            <div class="acts">
                <button type="button" id="confirm" class="btn btn--primary" onclick={link.callback(|_| Msg::Confirm)}>
                    { if pending.ends_job { "Open" } else { "Replace" } }</button>
                <button type="button" class="btn" onclick={link.callback(|_| Msg::Dismiss)}>{ "Keep" }</button>
            </div>
        </div>
    }
}

fn sentence(notice: &Notice, link: &Scope<App>) -> Html {
    let (class, role, icon) = match notice.tone {
        Tone::Plain => ("note", "status", icons::info()),
        Tone::Error => ("note note--error", "alert", icons::alert()),
    };
    html! {
        <div class={class} role={role}>
            { icon }
            <p><strong>{ &notice.what }</strong>{ " " }{ &notice.next }</p>
            <button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Dismiss)}>{ "Dismiss" }</button>
        </div>
    }
}

/// The footer: version, licence, and what the promise rests on.
pub fn footer() -> Html {
    let policy = window()
        .document()
        .and_then(|document| {
            document
                .query_selector("meta[http-equiv=Content-Security-Policy]")
                .ok()
                .flatten()
        })
        .and_then(|meta| meta.get_attribute("content"));
    html! {
        <footer class="bottom">
            <p>{ concat!("btfscope ", env!("CARGO_PKG_VERSION"), " · ", env!("CARGO_PKG_LICENSE")) }</p>
            if let Some(policy) = policy {
                <details>
                    <summary>{ "Why nothing can leave this computer" }</summary>
                    <p>{ "The browser enforces this page's content security policy, in the page and in its workers: \
                        code, styles and connections from the page's own address alone, no forms, nothing else." }</p>
                    <code>{ policy }</code>
                </details>
            }
        </footer>
    }
}

/// Covers the page while files are dragged over it.
pub fn overlay(app: &App) -> Html {
    if !app.dragging {
        return Html::default();
    }
    html! {
        <div class="overlay" role="status">
            <div>
                <strong>{ "Drop to open" }</strong>
                <dl>
                    <dt class="mono">{ "vmlinux" }</dt><dd>{ "encode, dedup, explore" }</dd>
                    <dt class="mono">{ "BTF" }</dt><dd>{ "open as it is" }</dd>
                </dl>
                <span>{ "It stays on this computer." }</span>
            </div>
        </div>
    }
}
