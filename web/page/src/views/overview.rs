//! The result: three sizes, the kinds, the files to take, and what was left out.

use super::{bars, downloads, functions, kernel_types, kinds, library, modules, pickers, to_lab};
use crate::app::{self, App};
use crate::work::Model;
use pipeline::{Identity, Measure, Statistics};
use protocol::figures::{bytes, bytes_text, counted, factor, grouped, percent, seconds};
use protocol::job_result::Origin;
use protocol::text::sentence;
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, model: &Model, link: &Scope<App>) -> Html {
    let statistics = &model.files.statistics;
    let encoded = model.origin == Origin::Encoded;
    html! {
        <>
            <h1 id="title" class="vh" tabindex="-1">{ format!("Overview of {}", model.called()) }</h1>
            { if encoded { sizes(statistics, ["BTF before dedup", "BTF after dedup"]) } else { opened(model, app.origin_of_result()) } }
            { which(&statistics.input.identity, app.origin_of_result()) }
            // Paper has no tab and no top bar that names the file.
            <p class="only-print sub">{ format!("{} · btfscope {} · {}", model.called(), env!("CARGO_PKG_VERSION"), crate::browser::today()) }</p>
            { units_failed(statistics) }
            { notes(statistics) }
            <div class="cols">
                <section class="main">{ kinds::table(app, statistics, encoded, link) }</section>
                <div class="side">
                    { kernel_types::section(model, link) }
                    { downloads::section(model) }
                    { modules::summary(app, model, link) }
                    if encoded {
                        { functions::section(app, statistics, link) }
                    }
                    { to_lab::section(model, link) }
                    { library::section(model, link) }
                    <section class="no-print">
                        <h2>{ "Another file" }</h2>
                        <p class="sub">{ "Drop it anywhere, or choose it. The current result stays open until the new one is ready." }</p>
                        { pickers::picker(link, "choose", "Choose a file", "") }
                    </section>
                </div>
                <div class="under">
                    { strings(statistics, encoded) }
                    if encoded {
                        { run(statistics, model.seconds, model.peak_memory()) }
                    }
                </div>
            </div>
        </>
    }
}

/// Which kernel it is: release, architecture, build id, and the package that it was in.
fn which(identity: &Identity, origin: Option<&app::Origin>) -> Html {
    let release = identity
        .release
        .as_ref()
        .map(|release| format!("Linux {release}"));
    let build_id = identity
        .build_id
        .as_ref()
        .map(|id| format!("build id {id}"));
    let package = origin.map(|origin| format!("from {}", origin.package.name()));
    let parts = [release, identity.architecture.clone(), build_id, package];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    html! {
        if parts.len() > 1 || origin.is_some() {
            <p class="which sub" title={origin.and_then(|origin| origin.path.clone())}>{ parts.join(" · ") }</p>
        }
    }
}

fn stat(
    class: &'static str,
    title: &'static str,
    number: u64,
    more: String,
    context: String,
) -> Html {
    let (figure, unit) = bytes(number);
    html! {
        <div class={class}><dt>{ title }</dt><dd>{ figure }<small>{ format!("\u{a0}{unit}{more}") }</small></dd>
            <dd class="context">{ context }</dd></div>
    }
}

/// DWARF, BTF before, BTF after; figures first, then to scale.
pub fn sizes(statistics: &Statistics, titles: [&'static str; 2]) -> Html {
    let Statistics {
        input,
        before,
        after,
        units,
        ..
    } = statistics;
    let smaller = match before.bytes > after.bytes {
        true => format!(", {} smaller", factor(before.bytes, after.bytes)),
        false => String::new(),
    };
    let mut dwarf = counted(units.total, "unit", "units");
    if input.compressed {
        dwarf += &format!(
            ", stored compressed; .debug_info is {}",
            bytes_text(input.debug_info_bytes)
        );
    }
    let top = input.dwarf_bytes.max(before.bytes).max(after.bytes).max(1) as f64;
    let share = |number: u64| number as f64 / top;
    html! {
        <div class="big"><dl class="stat">
            { stat("", "DWARF", input.dwarf_bytes, String::new(), dwarf) }
            { stat("", titles[0], before.bytes, String::new(), counted(before.types, "type", "types")) }
            { stat("fin", titles[1], after.bytes, smaller, kept(*before, *after)) }
        </dl>
            <div class="scale" role="img" aria-label="The three sizes to scale">
                <div><span>{ "DWARF" }</span>{ bars::simple("thick", "before", share(input.dwarf_bytes)) }</div>
                <div><span>{ "Before" }</span>{ bars::simple("thick", "before", share(before.bytes)) }</div>
                <div><span>{ "After" }</span>{ bars::simple("thick", "after", share(after.bytes)) }</div>
            </div>
        </div>
    }
}

fn kept(before: Measure, after: Measure) -> String {
    let types = counted(after.types, "type", "types");
    if after.types == 0 || before.types <= after.types {
        return types;
    }
    let ratio = before.types as f64 / after.types as f64;
    if ratio < 1.95 {
        format!("{types}, {} kept", percent(after.types, before.types))
    } else {
        format!(
            "{types}, 1 in {} kept",
            if ratio < 9.95 {
                format!("{ratio:.1}")
            } else {
                grouped(ratio.round() as u64)
            }
        )
    }
}

/// BTF that was opened as it is.
fn opened(model: &Model, origin: Option<&app::Origin>) -> Html {
    let after = model.files.statistics.after;
    let source = match model.origin {
        Origin::Raw => "This is raw BTF.",
        _ => "This ELF file has a .BTF section and no DWARF; the section was opened directly.",
    };
    html! {
        <>
            <dl class="big stat">
                { stat("fin", "BTF", after.bytes, String::new(), counted(after.types, "type", "types")) }
            </dl>
            <p class="lead-note">{ source }{ " Raw BTF does not record what dedup saved or which source files the types came from. Open the vmlinux with DWARF to see both." }
                if let Some(advice) = origin.and_then(|origin| origin.advice.as_deref()) {
                    { format!(" {}", sentence(advice)) }
                }</p>
        </>
    }
}

/// Units that could not be encoded; a result without them is not the whole.
pub fn units_failed(statistics: &Statistics) -> Html {
    let failed = &statistics.units.failed;
    if failed.is_empty() {
        return Html::default();
    }
    let total = statistics.units.total;
    html! {
        <details class="note note--warn failed">
            <summary><strong>{ format!("{} of {} could not be encoded and {} left out.",
                grouped(failed.len() as u64), counted(total, "unit", "units"),
                if failed.len() == 1 { "was" } else { "were" }) }</strong>{ " Show which, and why" }</summary>
            <ul aria-label="Units left out">
                { for failed.iter().take(200).map(|unit| html! {
                    <li><span class="mono">{ unit.name.clone().unwrap_or_else(|| "unit".to_owned()) }</span>
                        <span class="dim">{ format!(" at {:#x} of .debug_info", unit.offset) }</span>{ ": " }{ &unit.cause }</li>
                }) }
            </ul>
            if failed.len() > 200 {
                <p class="dim">{ "The statistics (JSON) list the rest." }</p>
            }
        </details>
    }
}

/// What the user must know of the result otherwise: that a kernel refuses it, or what the file could not tell.
pub fn notes(statistics: &Statistics) -> Html {
    html! {
        { for statistics.notes.iter().filter(|note| note.is_warning()).map(|note| html! {
            <p class="note note--warn">{ sentence(&note.to_string()) }</p>
        }) }
    }
}

/// Names before and after.
pub fn strings(statistics: &Statistics, encoded: bool) -> Html {
    let strings = &statistics.strings;
    let row = |name: &'static str, value: String| html! { <tr><td class="wrap">{ name }</td><td class="num">{ value }</td></tr> };
    html! {
        <section>
            <h2 id="strings">{ "Strings" }</h2>
            <table aria-labelledby="strings"><tbody>
                if encoded {
                    { row("Name references before dedup", grouped(strings.mentions)) }
                    { row("Size if every name were stored each time", bytes_text(strings.mention_bytes)) }
                    { row("Unique strings before dedup, size", bytes_text(strings.before_bytes)) }
                }
                { row("Unique strings after dedup", grouped(strings.after_count)) }
                { row("String section size", bytes_text(strings.after_bytes)) }
                { row("Share of the .BTF section", percent(strings.after_bytes, statistics.after.bytes)) }
            </tbody></table>
        </section>
    }
}

/// Time and memory of the job, and units left out on purpose.
pub fn run(statistics: &Statistics, spent: f64, memory: Option<String>) -> Html {
    let longest = statistics
        .stages
        .iter()
        .map(|stage| stage.seconds)
        .fold(0.001, f64::max);
    html! {
        <section>
            <h2 id="run">{ "This job" }</h2>
            <p class="sub pad">{ format!("{} with {}", seconds(spent), counted(u64::from(statistics.workers), "worker", "workers")) }
                if let Some(memory) = &memory {
                    { format!(", at most {memory} of memory") }
                }
                { if statistics.workers > 1 { ". Stages run in parallel, so they add up to more than the total." } else { "." } }</p>
            <table aria-labelledby="run"><tbody>
                { for statistics.stages.iter().map(|stage| html! {
                    <tr><td>{ stage.stage.title() }</td>
                        <td class="b">{ bars::simple("", "quiet", stage.seconds / longest) }</td>
                        <td class="num">{ seconds(stage.seconds) }</td></tr>
                }) }
            </tbody></table>
            if !statistics.units.excluded.is_empty() {
                <p class="sub pad">{ format!("{} of {} encoded; skipped: ",
                    grouped(statistics.units.encoded), counted(statistics.units.total, "unit", "units")) }
                    { statistics.units.excluded.iter()
                        .map(|reason| format!("{} {}", grouped(reason.count), reason.reason)).collect::<Vec<_>>().join(", ") }
                    { "." }</p>
            }
            if statistics.dangling_references > 0 {
                <p class="sub pad">{ format!("{} in the DWARF {} nowhere: the types became void, and tags were left out.",
                    counted(statistics.dangling_references, "reference", "references"),
                    if statistics.dangling_references == 1 { "leads" } else { "lead" }) }</p>
            }
        </section>
    }
}
