//! What surrounds every view: top bar, sentences, footer, the overlay for a drop.

use super::pickers::{self, picker};
use super::{compare, error, icons};
use crate::app::{App, ChromeMsg, CompareMsg, InboxMsg, Learn, Notice, Pending, Tone, View};
use crate::browser::window;
use crate::learn::Numbers;
use crate::work::Model;
use protocol::companions::{advice, names, not_given};
use protocol::figures::{counted, grouped};
use protocol::job_result::Origin;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::html::Scope;
use yew::prelude::*;

/// The class of the main element.
pub fn main_class(view: View) -> &'static str {
    match view {
        View::Start => "start",
        View::Progress => "progress",
        View::Overview | View::Module => "overview",
        View::Types | View::NotMerged | View::Compare | View::History | View::Functions => {
            "types-page"
        }
        View::Sources => "sources-page",
        View::Doctor => "doctor",
        View::Programs => "programs",
        View::Modules => "modules",
        View::Error => "error",
        View::Learn(Learn::Lab) => "lab-page",
        View::Learn(_) => "learn",
    }
}

/// The views that there are now, with what their tabs say: name and count.
pub fn tabs(app: &App) -> Vec<(View, &'static str, usize)> {
    let modules = app.current.modules.rows.len();
    let repeats = app
        .current
        .model
        .as_ref()
        .map_or(0, |model| model.repeats.len());
    [
        (
            matches!(app.view, View::Learn(_)) && app.current.model.is_none(),
            View::Start,
            "Start",
            0,
        ),
        (app.current.model.is_some(), View::Overview, "Overview", 0),
        (app.current.model.is_some(), View::Types, "Types", 0),
        (app.current.model.is_some(), View::Functions, "Functions", 0),
        (app.current.model.is_some(), View::Sources, "Sources", 0),
        (
            app.current.model.is_some(),
            View::NotMerged,
            "Not merged",
            repeats,
        ),
        (app.current.model.is_some(), View::Compare, "Compare", 0),
        (app.current.model.is_some(), View::History, "History", 0),
        (
            app.current.model.as_ref().is_some_and(Model::carries_btf),
            View::Doctor,
            "Doctor",
            0,
        ),
        (modules > 0, View::Modules, "Modules", modules),
        (true, View::Programs, "Programs", 0),
        (app.has_progress(), View::Progress, "Progress", 0),
        (true, View::Learn(Learn::Course), "Learn", 0),
        (true, View::Learn(Learn::Lab), "Lab", 0),
    ]
    .into_iter()
    .filter_map(|(there, view, title, count)| there.then_some((view, title, count)))
    .collect()
}

/// The top bar.
pub fn top(app: &App, link: &Scope<App>) -> Html {
    let file = match app.view {
        View::Start | View::Programs | View::Learn(_) => None,
        View::Progress => match (&app.work.job, &app.work.unpacked) {
            (Some(job), _) => Some(job.file.name()),
            (None, Some(unpacked)) => Some(unpacked.name.clone()),
            (None, None) => app.current.model.as_ref().map(Model::called),
        },
        View::Overview
        | View::Types
        | View::Functions
        | View::Sources
        | View::NotMerged
        | View::Compare
        | View::History
        | View::Doctor
        | View::Modules
        | View::Module => app.current.model.as_ref().map(Model::called),
        View::Error => app
            .current
            .failed
            .as_ref()
            .map(|failed| failed.name.clone()),
    };
    let tabs = tabs(app);
    let tab = |(view, title, count): &(View, &'static str, usize)| {
        let here = *view == app.view
            || (*view == View::Modules && app.view == View::Module)
            || (*view == View::Learn(Learn::Course)
                && matches!(app.view, View::Learn(learn) if learn != Learn::Lab));
        html! {
            <a href={view.address().into_owned()} aria-current={here.then_some("page")}>{ *title }
                if *count > 0 { <span class="count">{ grouped(*count as u64) }</span> }
            </a>
        }
    };
    html! {
        <header class={classes!("top", (!tabs.is_empty()).then_some("has-tabs"))}>
            <a class="skip" href="#main" onclick={skip}>{ "Skip to content" }</a>
            <a class="brand" href={View::Start.address().into_owned()} aria-label="btfscope, start">{ "btfscope" }</a>
            if !tabs.is_empty() {
                <nav class="tabs" aria-label="Views">{ for tabs.iter().map(tab) }</nav>
            }
            <span class="grow"></span>
            if let Some(name) = file {
                <span class="file mono" title={name.clone()}>{ name.clone() }</span>
            }
            <div class="end">
                <button type="button" class="btn btn--quiet btn--icon" id="find-open" aria-label="Find anything" title="Find types, members, functions, views (Ctrl K)"
                    aria-expanded={app.chrome.palette.to_string()} onclick={link.callback(|_| ChromeMsg::Palette(true))}>{ icons::find() }</button>
                <button type="button" class="btn btn--quiet btn--icon" id="help-open" aria-label="Help for this page" title="Help (?)"
                    aria-expanded={app.chrome.help.to_string()} onclick={link.callback(|_| ChromeMsg::Help(true))}>{ "?" }</button>
                <button type="button" class="btn btn--quiet btn--icon" aria-label="Switch light or dark"
                    title="Light or dark (t)" onclick={link.callback(|_| ChromeMsg::Theme)}>{ icons::theme() }</button>
            </div>
        </header>
    }
}

/// The numbers of the loaded kernel, for the first lesson.
pub fn numbers(app: &App) -> Option<Numbers> {
    let model = app
        .current
        .model
        .as_ref()
        .filter(|model| model.origin == Origin::Encoded)?;
    let statistics = &model.files.statistics;
    Some(Numbers {
        name: model.called(),
        units: Some(statistics.units.total),
        types: (statistics.before.types, statistics.after.types),
        bytes: (statistics.before.bytes, statistics.after.bytes),
    })
}

/// The address is the view's; a jump inside the page must not change it.
fn skip(event: MouseEvent) {
    event.prevent_default();
    crate::browser::focus("title");
}

/// Notes above the view: open questions, failures, running jobs.
pub fn notices(app: &App, link: &Scope<App>) -> Html {
    let running =
        (app.work.job.as_ref()).filter(|_| app.has_progress() && app.view != View::Progress);
    let batch =
        app.current.modules.batch.is_some() && app.work.job.is_none() && app.view != View::Progress;
    html! {
        <>
            if let Some(pending) = &app.inbox.pending {
                { confirm(pending, link) }
            }
            { compare::questions(app, link) }
            if let Some(packages) = &app.work.packages {
                { packages.notes(app, link) }
            }
            if !app.inbox.orphan_modules.is_empty() {
                { orphans(app, link) }
            }
            if let (Some(inline), None) = (&app.inbox.inline, &app.work.job) {
                { inline_sites(&inline.name(), link) }
            }
            if let Some(what) = app.unclaimed_files() {
                { unclaimed(what, link) }
            }
            if app.work.job.is_none() && matches!(app.view, View::Overview | View::Modules | View::Module) {
                { missing(app, link) }
            }
            if let Some(notice) = app.chrome.notice.as_ref().or(app.chrome.newer.as_ref()) {
                { sentence(notice, link) }
            }
            if let Some(opening) = &app.inbox.opening {
                <div class="note" role="status">{ icons::running() }
                    <p>{ format!("{} opens as soon as the engine is loaded.", opening.called()) }</p>
                </div>
            }
            if let Some(job) = running {
                <div class="note">{ icons::running() }
                    <p>{ format!("Encoding {}. ", job.file.name()) }
                        <a href={View::Progress.address().into_owned()}>{ "Show progress" }</a></p>
                </div>
            }
            if batch {
                <div class="note">{ icons::running() }
                    <p>{ "Encoding modules. " }
                        <a href={View::Progress.address().into_owned()}>{ "Show progress" }</a></p>
                </div>
            }
        </>
    }
}

/// Modules without a kernel: what to open with them.
fn orphans(app: &App, link: &Scope<App>) -> Html {
    let names: Vec<String> = app
        .inbox
        .orphan_modules
        .iter()
        .take(3)
        .map(|file| file.name())
        .collect();
    let what = match app.inbox.orphan_modules.as_slice() {
        [_] => format!("{} is a kernel module.", names.join("")),
        [_, _] | [_, _, _] => format!("{} are kernel modules.", names.join(", ")),
        more => format!(
            "{} and {} more are kernel modules.",
            names.join(", "),
            grouped(more.len() as u64 - 3)
        ),
    };
    let (its, it) = match app.inbox.orphan_modules.len() {
        1 => ("A module’s BTF refers to its kernel’s types", "it was"),
        _ => ("Their BTF refers to their kernel’s types", "they were"),
    };
    html! {
        <div class="note note--ask" role="group" aria-label="Modules without their kernel">
            { icons::info() }
            <p><strong>{ what }</strong>{ format!(" {its}. Add the vmlinux {it} built for, or that kernel’s BTF (") }
                <code>{ "/sys/kernel/btf/vmlinux" }</code>{ ")." }</p>
            <div class="acts">
                { picker(link, "choose-kernel", "Add the vmlinux", "btn--primary") }
                <button type="button" class="btn" onclick={link.callback(|_| InboxMsg::ForgetOrphans)}>{ "Discard" }</button>
            </div>
        </div>
    }
}

/// Inline sites that wait for their BTF.
fn inline_sites(name: &str, link: &Scope<App>) -> Html {
    html! {
        <div class="note note--ask" role="group" aria-label="Inline sites without the BTF they are based on">
            { icons::info() }
            <p><strong>{ format!("{name} contains inline sites.") }</strong>{ " They are based on other BTF. Add the file of the same name without “.inline”, such as " }
                <code>{ "/sys/kernel/btf/vmlinux" }</code>{ "." }</p>
            <div class="acts">
                { picker(link, "choose-base", "Add the BTF", "btn--primary") }
                <button type="button" class="btn" onclick={link.callback(|_| InboxMsg::ForgetInline)}>{ "Discard" }</button>
            </div>
        </div>
    }
}

/// Companions that wait for a file that refers to them.
fn unclaimed(what: String, link: &Scope<App>) -> Html {
    html! {
        <div class="note note--ask" role="group" aria-label="Files without the file they belong to">
            { icons::info() }
            <p><strong>{ what }</strong>{ " Add the program, object file or vmlinux that was built with it." }</p>
            <div class="acts">
                { picker(link, "choose-owner", "Add the file", "btn--primary") }
                <button type="button" class="btn" onclick={link.callback(|_| InboxMsg::ForgetUnclaimed)}>{ "Discard" }</button>
            </div>
        </div>
    }
}

/// Missing files, without which units or whole modules were left out.
fn missing(app: &App, link: &Scope<App>) -> Html {
    // Of what is shown; a job that failed has a view of its own.
    let module = match app.view {
        View::Module => app.current.module,
        _ => None,
    };
    let mut lacking = app.missing_in_result(module);
    let Some((first, missing)) = lacking.next() else {
        return Html::default();
    };
    let more = match lacking.count() as u64 {
        0 => String::new(),
        more => format!(
            " The same applies to {}.",
            counted(more, "other file", "other files")
        ),
    };
    html! {
        <div class="note note--warn note--acts" role="group" aria-label="Files that are missing">
            { icons::alert() }
            <p><strong>{ format!("{first} refers to {}: {}.", not_given(missing), names(missing)) }</strong>
                { more }{ " Without them, units are left out. " }{ advice(missing, first) }</p>
            <div class="acts">{ pickers::missing(link) }</div>
        </div>
    }
}

fn confirm(pending: &Pending, link: &Scope<App>) -> Html {
    let name = pending.opening.called();
    let (question, note) = match pending.ends_job {
        true => (
            format!("Stop encoding {} and open {name}?", pending.instead_of),
            String::new(),
        ),
        false => (
            format!("Replace {} with {name}?", pending.instead_of),
            format!(" {} stays open until {name} is ready.", pending.instead_of),
        ),
    };
    html! {
        <div class="note note--ask" role="group" aria-label="Open another file">
            { icons::info() }
            <p><strong>{ question }</strong>{ note }</p>
            <div class="acts">
                <button type="button" id="confirm" class="btn btn--primary" onclick={link.callback(|_| InboxMsg::Confirm)}>
                    { if pending.ends_job { format!("Stop and open {name}") } else { "Replace".to_owned() } }</button>
                if !pending.ends_job && pending.opening.modules.is_empty() && pending.opening.kept_result.is_none() {
                    <button type="button" class="btn" onclick={link.callback(|_| CompareMsg::Pending)}>{ "Compare the two" }</button>
                }
                <button type="button" class="btn" onclick={link.callback(|_| ChromeMsg::Dismiss)}>{ if pending.ends_job { "Keep encoding" } else { "Cancel" } }</button>
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
            <p><strong>{ &notice.what }</strong>{ " " }{ &notice.next }
                { for notice.rest.iter().map(|(what, next)| html! { <><br /><strong>{ what }</strong>{ " " }{ next }</> }) }</p>
            if let Some(again) = &notice.again {
                { error::button(again.clone(), link) }
            }
            <button type="button" class="btn btn--quiet" onclick={link.callback(|_| ChromeMsg::Dismiss)}>{ "Dismiss" }</button>
        </div>
    }
}

/// The footer: version, licence, and the policy that keeps files on this computer.
pub fn footer() -> Html {
    let metas = window().document().and_then(|document| {
        let metas = document.query_selector_all("meta[http-equiv=Content-Security-Policy]");
        metas.ok()
    });
    let policies: Vec<String> = metas
        .iter()
        .flat_map(|metas| (0..metas.length()).filter_map(|at| metas.get(at)))
        .filter_map(|meta| meta.dyn_into::<Element>().ok()?.get_attribute("content"))
        .collect();
    html! {
        <footer class="bottom">
            <p>{ concat!("btfscope ", env!("CARGO_PKG_VERSION")) }
                // Who makes a release says what it was made from.
                if let Some(commit) = option_env!("BTFSCOPE_COMMIT") {
                    { " · " }<a href="version.txt" target="_blank">{ format!("commit {}", commit.get(..12).unwrap_or(commit)) }</a>
                }
                { concat!(" · ", env!("CARGO_PKG_LICENSE"), " · ") }
                // In a tab of its own: a result ends with its tab.
                <a href="third-party.txt" target="_blank">{ "Licences and notices" }</a></p>
            if !policies.is_empty() {
                <details>
                    <summary>{ "Why your files can’t leave this computer" }</summary>
                    <p>{ "The browser enforces these content security policies, in the page and in its workers. By the first, code, styles and connections come from the page’s own address alone. The second is added before a file is opened: from then on neither the page nor a worker with your data connects to anything. One worker, which gets no data, fetches further parts of the page by their names. What no page can rule out is up to your browser: that it goes to another address, looks a name up, or has extensions that read along." }</p>
                    { for policies.into_iter().map(|policy| html! { <p><code>{ policy }</code></p> }) }
                </details>
            }
        </footer>
    }
}

/// Covers the page while files are dragged over it.
pub fn overlay(app: &App) -> Html {
    if !app.chrome.dragging {
        return Html::default();
    }
    let beside = match (app.view, &app.current.comparing.shown) {
        (View::Compare, Some(shown)) => Some((
            "Drop to compare",
            format!(
                "in the place of {} or {}, as you choose",
                shown.first.called, shown.second.called
            ),
        )),
        (View::Compare, None) => {
            let open = app.current.model.as_ref().map(Model::called);
            let open = open.unwrap_or_default();
            Some((
                "Drop to compare",
                format!("compare with {open}, which stays open"),
            ))
        }
        (View::Programs, _) => Some((
            "Drop to check",
            "and BPF objects, which are checked on them".to_owned(),
        )),
        (View::History, _) => Some((
            "Drop to add a kernel",
            "a column of the history; the open result stays".to_owned(),
        )),
        _ => None,
    };
    if let Some((title, what)) = beside {
        return html! {
            <div class="overlay" role="status">
                <div><strong>{ title }</strong>
                    <dl><dt class="mono">{ "vmlinux, BTF" }</dt><dd>{ what }</dd></dl>
                    <span>{ "Files stay on this computer." }</span></div>
            </div>
        };
    }
    let modules = match &app.current.model {
        Some(model) => format!("encode as modules of {}", model.called()),
        None => "encode as modules of the vmlinux dropped with them".to_owned(),
    };
    html! {
        <div class="overlay" role="status">
            <div>
                <strong>{ "Drop to open" }</strong>
                <dl>
                    <dt class="mono">{ "vmlinux" }</dt><dd>{ "encode, dedup, explore" }</dd>
                    <dt class="mono">{ "BTF" }</dt><dd>{ "open directly" }</dd>
                    <dt class="mono">{ "*.deb, *.rpm, vmlinuz, *.xz" }</dt><dd>{ "open the kernel in it" }</dd>
                    <dt class="mono">{ "*.ko" }</dt><dd>{ modules }</dd>
                    <dt class="mono">{ "*.dwo, *.dwp, *.dwz" }</dt><dd>{ "read together with the file they belong to" }</dd>
                </dl>
                <span>{ "Files stay on this computer." }</span>
            </div>
        </div>
    }
}
