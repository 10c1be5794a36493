//! The right side: the hypothetical map, the bucket, the path of the walk, what it all took, and all types as a table.

use super::lab_view::{LabView, Msg};
use super::strings::StringPass;
use super::{algorithm, sections, steps_text};
use lab::{FastPath, Overview, Row, Work};
use protocol::figures::{bytes_text, grouped};
use yew::html::Scope;
use yew::prelude::*;

/// The laboratory's right side.
pub fn view(view: &LabView, link: &Scope<LabView>) -> Html {
    let Some(opened) = &view.opened else {
        return Html::default();
    };
    let overview = &opened.overview;
    html! {
        <aside class={classes!("side-panel", view.is_broken().then_some("stale"))} aria-label="What the engine knows">
            { map(view, overview) }
            { algorithm::view(view) }
            { bucket(view, overview) }
            { path(view, overview) }
            { saved(overview) }
            { work(overview) }
            { fast(view, link) }
            { types(view, overview) }
            { strings(overview) }
            { sections::view(view, overview, link) }
            { steps_text::view(view, opened, link) }
        </aside>
    }
}

fn saved(overview: &Overview) -> Html {
    let row = |what: &'static str, before: String, after: String| {
        html! { <tr><th scope="row">{ what }</th><td class="num">{ before }</td><td class="num">{ after }</td></tr> }
    };
    html! {
        <section>
            <table class="saved" aria-label="Before and after">
                <thead><tr><th scope="col"><span class="vh">{ "What" }</span></th><th scope="col" class="num">{ "Before" }</th><th scope="col" class="num">{ "After" }</th></tr></thead>
                <tbody>
                    { row("Types", grouped(overview.before.len() as u64), grouped(overview.after.len() as u64)) }
                    { row("Their bytes", bytes_text(overview.bytes.0), bytes_text(overview.bytes.1)) }
                    { row("Strings", bytes_text(overview.strings.0), bytes_text(overview.strings.1)) }
                </tbody>
            </table>
        </section>
    }
}

/// A type in a table: its id and how people write it.
fn chip(overview: &Overview, id: u32) -> Html {
    let name = name_of(overview, id);
    html! { <span class="mono" title={name.clone()}>{ format!("[{id}] {name}") }</span> }
}

fn name_of(overview: &Overview, id: u32) -> String {
    match id {
        0 => "void".to_owned(),
        _ => overview
            .row(id)
            .map(|row| row.name.clone())
            .unwrap_or_default(),
    }
}

/// The hypothetical map.
fn map(view: &LabView, overview: &Overview) -> Html {
    let moment = &view.moment;
    let row = |class: Option<&'static str>, &(canonical, candidate, step): &(u32, u32, u32)| {
        html! {
            <tr class={classes!(class)}><td>{ chip(overview, canonical) }</td><td class="dim">{ "≡" }</td>
                <td>{ chip(overview, candidate) }</td><td class="num">{ step }</td></tr>
        }
    };
    let fresh = |entry: &(u32, u32, u32)| (entry.2 == moment.step).then_some("fresh");
    html! {
        <section>
            <h2>{ "Hypothetical map" }</h2>
            if moment.hypotheses.is_empty() && moment.dropped.is_empty() && moment.held.is_empty() {
                <p class="dim small">{ match moment.walk {
                    Some(_) => "This walk has assumed nothing yet.",
                    None => "Empty. It fills while two graphs are compared.",
                } }</p>
            } else {
                <table class="hypotheses" aria-label="Hypothetical map">
                    <thead><tr><th scope="col">{ "Canonical" }</th><th></th><th scope="col">{ "Candidate" }</th><th scope="col" class="num">{ "Step" }</th></tr></thead>
                    <tbody>
                        { for moment.hypotheses.iter().map(|entry| row(fresh(entry), entry)) }
                        { for moment.held.iter().map(|entry| row(None, entry)) }
                        { for moment.dropped.iter().map(|entry| row(Some("dropped"), entry)) }
                    </tbody>
                </table>
                if !moment.dropped.is_empty() { <p class="dim small">{ "The walk found a difference: all of it is dropped." }</p> }
                if !moment.held.is_empty() { <p class="dim small">{ "The walk found no difference: every pair holds." }</p> }
            }
        </section>
    }
}

fn bucket(view: &LabView, overview: &Overview) -> Html {
    let Some((hash, ids)) = &view.moment.bucket else {
        return Html::default();
    };
    let current = view.moment.canonical;
    // An enumeration without values stays in its bucket when a definition replaces it.
    let entry = |&id: &u32| {
        let now = view.moment.becomes.get(id as usize).copied().unwrap_or(id);
        html! {
            <li aria-current={(current == Some(id)).then_some("true")}>{ chip(overview, id) }
                if now != id { <span class="dim small">{ format!(" replaced by [{now}]") }</span> }</li>
        }
    };
    html! {
        <section>
            <h2>{ "Bucket " }<span class="mono dim">{ format!("{:08x}", *hash as u32) }</span></h2>
            if ids.is_empty() {
                <p class="dim small">{ "Empty: no type has been entered with this hash." }</p>
            } else {
                <p class="dim small">{ "Types that became canonical with this hash, newest first" }</p>
                <ol class="bucket" aria-label="Bucket, newest first">{ for ids.iter().map(entry) }</ol>
            }
        </section>
    }
}

fn path(view: &LabView, overview: &Overview) -> Html {
    let path = &view.moment.path;
    if path.is_empty() {
        return Html::default();
    }
    let row = |(candidate, canonical, via): &(u32, u32, String)| {
        html! { <li><span class="via">{ via }</span>{ chip(overview, *candidate) }<span class="dim">{ " / " }</span>{ chip(overview, *canonical) }</li> }
    };
    html! {
        <section>
            <h2>{ "Path of the walk" }</h2>
            <ol class="path" aria-label="Path of the walk: candidate and canonical type">{ for path.iter().map(row) }</ol>
        </section>
    }
}

fn work(overview: &Overview) -> Html {
    let (work, usual) = (overview.work, overview.usual);
    let row = |what: &'static str, of: fn(Work) -> u64| {
        let usual = usual.map(|usual| format!(" (usually {})", grouped(of(usual))));
        html! { <><dt>{ what }</dt><dd class="num">{ grouped(of(work)) }<span class="dim">{ usual }</span></dd></> }
    };
    html! {
        <section>
            <h2>{ "Work done" }</h2>
            <dl class="took">
                { row("Comparisons", |work| work.held) }
                { row("Walks over two graphs", |work| work.comparisons) }
                { row("Pairs visited", |work| work.visits) }
            </dl>
            if overview.left_out > 0 { <p class="dim small">{ format!("{} more events of the engine were not recorded.", grouped(overview.left_out)) }</p> }
        </section>
    }
}

/// What the fast path does with the same units.
pub fn fast(view: &LabView, link: &Scope<LabView>) -> Html {
    let Some(opened) = &view.opened else {
        return Html::default();
    };
    let overview = &opened.overview;
    // Where nothing runs there is nothing to share either.
    if overview.before.is_empty() {
        return Html::default();
    }
    let body = match &overview.fast {
        None if !overview.base.is_empty() => {
            html! { <p class="dim small">{ "A module’s units are not shown here." }</p> }
        }
        None => {
            html! { <p class="dim small">{ "Units with tags or variables are not shown here: these come beside the fast path." }</p> }
        }
        Some(FastPath {
            types,
            shards,
            nodes,
            left,
            visits,
            same,
        }) => html! {
            <>
                <dl class="took">
                    <dt>{ "Types of all units" }</dt><dd class="num">{ grouped(u64::from(*types)) }</dd>
                    <dt>{ match shards.len() { 1 => "Nodes".to_owned(), more => format!("Nodes of the {more} shards") } }</dt>
                    <dd class="num">{ shards.iter().map(|nodes| grouped(u64::from(*nodes))).collect::<Vec<_>>().join(" + ") }</dd>
                    if shards.len() > 1 { <dt>{ "Nodes when merged" }</dt><dd class="num">{ grouped(u64::from(*nodes)) }</dd> }
                    <dt>{ "Types for the exact engine" }</dt><dd class="num"><b>{ grouped(u64::from(*left)) }</b></dd>
                    <dt>{ "Pairs that it visits" }</dt><dd class="num">{ format!("{} of {}", grouped(*visits), grouped(overview.work.visits)) }</dd>
                </dl>
                <p class="small">{ if *same { "The result is the same, type by type." } else { "The results differ. Please report this." } }</p>
            </>
        },
    };
    let many = view.setup.many_shards;
    html! {
        <section class="fast">
            <h2>{ "Fast path" }</h2>
            { body }
            if overview.fast.is_some() && view.setup.units.len() > 1 {
                <div class="seg" role="group" aria-label="Shards">
                    <button type="button" aria-pressed={(!many).to_string()} onclick={link.callback(|_| Msg::ManyShards(false))}>{ "One shard" }</button>
                    <button type="button" aria-pressed={many.to_string()} onclick={link.callback(|_| Msg::ManyShards(true))}>{ "One shard per unit" }</button>
                </div>
            }
        </section>
    }
}

/// The string section before and after the first pass.
fn strings(overview: &Overview) -> Html {
    let Some(names) = &overview.names else {
        return Html::default();
    };
    html! {
        <section>
            <details class="types">
                <summary>{ format!("All {} strings as a table", names.before.len()) }</summary>
                <StringPass strings={names.clone()} />
            </details>
        </section>
    }
}

/// All types, and what became of each: the graph as a table.
pub fn types(view: &LabView, overview: &Overview) -> Html {
    let row = |row: &Row| {
        let at = row.id as usize;
        let now = view.moment.becomes.get(at).copied().unwrap_or(row.id);
        let new = overview.becomes.get(at).copied().unwrap_or_default();
        html! {
            <tr>
                <td class="num">{ format!("[{}]", row.id) }</td>
                <td class="num">{ row.unit.map_or_else(|| "base".to_owned(), |unit| (unit + 1).to_string()) }</td>
                <td class="mono" title={row.lines.clone()}>{ &row.name }</td>
                <td class="num">{ if now == row.id { "kept".to_owned() } else { format!("is [{now}]") } }</td>
                <td class="num">{ format!("[{new}]") }</td>
            </tr>
        }
    };
    html! {
        <section>
            <details class="types">
                <summary>{ format!("All {} types as a table", overview.base.len() + overview.before.len()) }</summary>
                <table aria-label="Types">
                    <thead><tr><th scope="col" class="num">{ "Id" }</th><th scope="col" class="num">{ "Unit" }</th><th scope="col">{ "Type" }</th>
                        <th scope="col" class="num">{ "Now" }</th><th scope="col" class="num">{ "After" }</th></tr></thead>
                    <tbody>{ for overview.base.iter().chain(&overview.before).map(row) }</tbody>
                </table>
                <h3>{ "The result, as bpftool prints it" }</h3>
                <pre class="raw">{ overview.after.iter().map(|row| row.lines.as_str()).collect::<Vec<_>>().join("\n") }</pre>
            </details>
        </section>
    }
}
