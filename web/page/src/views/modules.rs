//! The modules of a model: what each adds, what it costs, and its downloads.

use super::icons;
use super::package_modules::PackageModules;
use super::pickers::{folder_picker, picker};
use super::under_way::stat;
use crate::app::{App, Column, Listing, Msg, Order, ResultMsg, UnpackMsg, View, WorkMsg};
use crate::explore::ModuleOverlap;
use crate::work::{Done, Download, Model, Module, ModuleState};
use protocol::figures::{bytes, bytes_text, counted, grouped, seconds};
use protocol::intake::module_name;
use std::cmp::Ordering;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::html::Scope;
use yew::prelude::*;

/// Modules above which a search is offered.
const MANY: usize = 8;

/// The section of the overview.
pub fn summary(app: &App, model: &Model, link: &Scope<App>) -> Html {
    if model.files.btf.is_none() {
        return Html::default();
    }
    let counts = app.current.modules.counts();
    html! {
        <section>
            <h2>{ "Modules" }</h2>
            if counts.all == 0 {
                <p class="sub">{ "Drop modules of this kernel (*.ko), or a folder of them. Each is encoded as split BTF based on these types." }</p>
            } else {
                <p class="sub">{ format!("{}: {} the kernel doesn’t have, {}.", counted(counts.done as u64, "module added", "modules added"),
                        counted(counts.types, "type", "types"), bytes_text(counts.btf_bytes)) }
                    if counts.failed > 0 {
                        <span class="warn">{ format!(" {} could not be encoded.", grouped(counts.failed as u64)) }</span>
                    }
                    { " " }<a href={View::Modules.address().into_owned()}>{ "Show all" }</a></p>
            }
            { distils(app, link) }
            { picker(link, "choose-modules", "Add modules", "") }
            { of_package(app, link) }
        </section>
    }
}

/// The modules of the package that the kernel came from.
fn of_package(app: &App, link: &Scope<App>) -> Html {
    let Some(origin) = app.origin_of_result().filter(|it| it.path.is_some()) else {
        return Html::default();
    };
    let package = origin.package.clone();
    let unpack = |order: Order| Msg::Work(WorkMsg::Unpack(UnpackMsg::Unpack(Box::new(order))));
    let names = app.names_in(&package);
    let rows = app.current.modules.rows.iter();
    let have = rows
        .filter_map(|row| module_name(&row.name))
        .collect::<Vec<_>>();
    let list = {
        let package = package.clone();
        link.callback(move |()| unpack(Order::names(package.clone())))
    };
    let title = package.name();
    let take = link.callback(move |names| unpack(Order::modules(package.clone(), names)));
    let is_busy = app.work.unpacked.is_some();
    html! { <PackageModules package={title} {names} {have} {is_busy} {list} {take} /> }
}

/// Whether the box that changed is checked now.
pub fn is_checked(event: &Event) -> bool {
    let input = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    input.is_some_and(|input| input.checked())
}

/// The switch for distilled bases.
fn distils(app: &App, link: &Scope<App>) -> Html {
    let onchange = link.callback(|event: Event| ResultMsg::Distil(is_checked(&event)));
    html! {
        <label class="check"><input type="checkbox" checked={app.current.distils} aria-describedby="distils" {onchange} />
            <span>{ "Distilled base" }</span>
            <span class="dim" id="distils">{ "For out-of-tree modules: adds " }<code>{ ".BTF.base" }</code>
                { ", so that the BTF also loads on later builds of this kernel." }</span></label>
    }
}

pub fn view(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let counts = app.current.modules.counts();
    let (btf, btf_unit) = bytes(counts.btf_bytes);
    let sum = |of: fn(&Done) -> u64| -> u64 {
        app.current
            .modules
            .rows
            .iter()
            .filter_map(Module::done)
            .map(of)
            .sum()
    };
    let encoded = match counts.all - counts.done {
        0 => String::new(),
        _ => format!("/ {}", grouped(counts.all as u64)),
    };
    html! {
        <>
            <div class="head">
                <div>
                    <h1 id="title" tabindex="-1">{ "Modules" }</h1>
                    <p class="sub">{ format!("Split BTF based on the {} of {}: only types the kernel lacks are stored.",
                        counted(model.files.statistics.after.types, "type", "types"), model.called()) }
                        if counts.failed > 0 {
                            <span class="warn">{ format!(" {} could not be encoded.", grouped(counts.failed as u64)) }</span>
                        }</p>
                </div>
                <div class="acts">
                    { picker(link, "choose", "Add modules", "") }
                    { folder_picker(link, "choose-folder", "Add a folder") }
                </div>
            </div>
            { distils(app, link) }
            <dl class="now stat">
                { stat("Encoded", grouped(counts.done as u64), encoded) }
                { stat("Types before dedup", grouped(sum(|done| done.files.statistics.before.types)), String::new()) }
                { stat("Types added", grouped(counts.types), String::new()) }
                { stat("Split BTF", btf, btf_unit.to_owned()) }
                { stat("Functions encoded", grouped(sum(|done| done.files.statistics.functions.kept)), String::new()) }
                { stat("Functions left out", grouped(sum(|done| done.files.statistics.functions.skipped)), String::new()) }
            </dl>
            { table(app, link) }
            { overlap(app, model, None, link) }
        </>
    }
}

/// What modules repeat and bring, of one or all.
pub fn overlap(app: &App, model: &Model, of: Option<String>, link: &Scope<App>) -> Html {
    let open = link.callback(|at| ResultMsg::Scope(Some(at)));
    let key = of.clone().unwrap_or_default();
    html! { <ModuleOverlap {key} client={model.client.clone()} times_told={app.current.modules.times_told} {of} {open} /> }
}

fn table(app: &App, link: &Scope<App>) -> Html {
    let listing = &app.current.listing;
    let text = listing.text.trim();
    let mut rows: Vec<&Module> = (app.current.modules.rows.iter())
        .filter(|module| module.name.contains(text))
        .collect();
    // Names are in order already, and equals stay in it.
    rows.sort_by(|a, b| compare(a, b, listing.column));
    if listing.reversed {
        rows.reverse();
    }
    let found = rows.len();
    rows.truncate(listing.limit);
    let more = found - rows.len();
    let head = |title: &'static str, column: Column, class: &'static str| {
        let here = listing.column == column;
        let ascending = (column == Column::Name) != listing.reversed;
        let next = Listing {
            column,
            reversed: here && !listing.reversed,
            ..listing.clone()
        };
        let sort = match (here, ascending) {
            (false, _) => None,
            (true, true) => Some("ascending"),
            (true, false) => Some("descending"),
        };
        html! {
            <th scope="col" class={class} aria-sort={sort}><button type="button" class="sort"
                onclick={link.callback(move |_| ResultMsg::List(next.clone()))}>{ title }
                <span aria-hidden="true">{ match sort { None => "", Some("ascending") => " ↑", Some(_) => " ↓" } }</span></button></th>
        }
    };
    html! {
        <section>
            <div class="th">
                <h2 id="modules">{ "What each adds" }</h2>
                if app.current.modules.rows.len() > MANY {
                    { search(listing, link) }
                }
                if let Some((raw, elf)) = &app.current.modules.archives {
                    <div class="all">
                        { whole("all-raw", "All split .BTF", raw) }
                        { whole("all-elf", "All patched", elf) }
                    </div>
                }
            </div>
            <table class="mods" aria-labelledby="modules">
                <thead><tr>
                    { head("Module", Column::Name, "") }
                    { head("Types added", Column::Types, "num") }
                    { head("Functions", Column::Encoded, "num only-wide") }
                    { head("Left out", Column::LeftOut, "num only-wide") }
                    { head("Time", Column::Time, "num only-wide") }
                    { head("Split .BTF", Column::Bytes, "num") }
                    <th scope="col" class="num only-wide">{ "Patched" }</th>
                </tr></thead>
                <tbody>{ for rows.into_iter().map(|module| row(module, link)) }</tbody>
            </table>
            if more > 0 {
                <p class="more">{ format!("{} more. ", grouped(more as u64)) }
                    <button type="button" class="link" onclick={
                        let next = Listing { limit: usize::MAX, ..listing.clone() };
                        link.callback(move |_| ResultMsg::List(next.clone()))
                    }>{ "Show all" }</button></p>
            }
            if found == 0 {
                <p class="more dim">{ format!("No module’s name contains “{text}”.") }</p>
            }
        </section>
    }
}

fn search(listing: &Listing, link: &Scope<App>) -> Html {
    let asked = listing.clone();
    let oninput = link.callback(move |event: InputEvent| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let text = input.map(|input| input.value()).unwrap_or_default();
        ResultMsg::List(Listing {
            text,
            ..asked.clone()
        })
    });
    html! {
        <input id="module-search" class="field" type="search" aria-label="Search the modules" placeholder="Search"
            value={listing.text.clone()} oninput={oninput} />
    }
}

fn whole(id: &'static str, title: &'static str, file: &Download) -> Html {
    html! {
        <a class="btn" href={file.url.clone()} download={file.name.clone()} aria-describedby={id}>
            { icons::download() }{ title }<span class="num dim" id={id} aria-hidden="true">{ format!(".tar {}", bytes_text(file.bytes)) }</span>
        </a>
    }
}

/// Names from A on, figures from the largest on; what has no figures is last.
fn compare(a: &Module, b: &Module, column: Column) -> Ordering {
    let by = |of: fn(&Done) -> f64| {
        let value = |module: &Module| module.done().map_or(-1.0, of);
        value(b).total_cmp(&value(a))
    };
    match column {
        Column::Name => Ordering::Equal,
        Column::Types => by(|done| done.files.statistics.after.types as f64),
        Column::Bytes => by(|done| done.files.statistics.after.bytes as f64),
        Column::Encoded => by(|done| done.files.statistics.functions.kept as f64),
        Column::LeftOut => by(|done| done.files.statistics.functions.skipped as f64),
        Column::Time => by(|done| done.seconds),
    }
}

fn row(module: &Module, link: &Scope<App>) -> Html {
    let id = module.id;
    match &module.state {
        ModuleState::Done(done) => {
            let statistics = &done.files.statistics;
            let lost = statistics.units.failed.len() as u64;
            html! {
                <tr key={id.0}>
                    <th scope="row" class="mono name"><button type="button" class="link" title={module.name.clone()}
                        onclick={link.callback(move |_| ResultMsg::Look(id))}>{ &module.name }</button>
                        if lost > 0 {
                            <span class="warn">{ format!(" {} left out", counted(lost, "unit", "units")) }</span>
                        }
                    </th>
                    <td class="num">{ grouped(statistics.after.types) }</td>
                    <td class="num only-wide">{ grouped(statistics.functions.kept) }</td>
                    <td class="num only-wide">{ grouped(statistics.functions.skipped) }</td>
                    <td class="num only-wide dim">{ seconds(done.seconds) }</td>
                    <td class="num">{ take(done.files.raw.as_ref(), "Split BTF of", &module.name) }
                        if let Some(base) = &done.files.base {
                            { " + " }{ take(Some(base), "Distilled base of", &module.name) }
                        }
                    </td>
                    <td class="num only-wide">{ take(done.files.elf.as_ref(), "Patched", &module.name) }</td>
                </tr>
            }
        }
        ModuleState::Failed(failure) => html! {
            <tr key={id.0} class="failed-row">
                <th scope="row" class="mono name">{ &module.name }</th>
                <td class="wrap" colspan="6">{ icons::alert() }<span><strong>{ format!("{}. ", failure.title) }</strong>
                    { &failure.cause }{ " " }{ &failure.advice }</span></td>
            </tr>
        },
        ModuleState::Waiting | ModuleState::Running(_) => {
            let state = if matches!(module.state, ModuleState::Waiting) {
                "waiting"
            } else {
                "running"
            };
            html! {
                <tr key={id.0}>
                    <th scope="row" class="mono name dim">{ &module.name }</th>
                    <td class="num dim">{ state }</td>
                    <td class="only-wide"></td><td class="only-wide"></td><td class="only-wide"></td><td></td><td class="only-wide"></td>
                </tr>
            }
        }
    }
}

/// A file's size as the link to it.
fn take(file: Option<&Download>, what: &str, name: &str) -> Html {
    match file {
        Some(file) => html! {
            <a href={file.url.clone()} download={file.name.clone()} aria-label={format!("{what} {name}, {}", bytes_text(file.bytes))}>{ bytes_text(file.bytes) }</a>
        },
        None => html! { <span class="dim">{ "none" }</span> },
    }
}
