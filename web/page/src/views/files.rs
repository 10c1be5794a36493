//! The files of a run and what became of each, as rows.

use super::{bars, icons};
use crate::work::{Job, Module, ModuleState};
use protocol::figures::{bytes_text, counted, grouped, seconds};
use web_sys::File;
use yew::prelude::*;

/// Rows at once. Those that run or failed come first, then what was done last and what comes next.
const ROWS: usize = 24;

struct Row {
    name: String,
    bytes: u64,
    class: &'static str,
    icon: Html,
    state: String,
    share: f64,
}

/// While the kernel is encoded: the modules wait.
pub fn before(job: &Job, queued: &[File]) -> Html {
    let kernel = Row {
        name: job.file.name(),
        bytes: job.file.size() as u64,
        class: "run",
        icon: icons::running_at(job.elapsed()),
        state: "running".to_owned(),
        share: job.timeline.whole(),
    };
    let modules = queued.iter().map(|file| Row {
        name: file.name(),
        bytes: file.size() as u64,
        class: "wait",
        icon: icons::waiting(),
        state: "waiting".to_owned(),
        share: 0.0,
    });
    let rows: Vec<Row> = std::iter::once(kernel).chain(modules.take(ROWS)).collect();
    table(rows, queued.len() + 1)
}

/// While modules are encoded.
pub fn during(modules: &[Module], now: f64) -> Html {
    let of =
        |wanted: fn(&ModuleState) -> bool| modules.iter().filter(move |row| wanted(&row.state));
    let running = of(|state| matches!(state, ModuleState::Running(_)));
    let failed = of(|state| matches!(state, ModuleState::Failed(_)));
    let waiting = of(|state| matches!(state, ModuleState::Waiting));
    let done = of(|state| matches!(state, ModuleState::Done(_)));
    let rows = running.chain(failed).chain(waiting).chain(done);
    table(
        rows.take(ROWS).map(|module| row(module, now)).collect(),
        modules.len(),
    )
}

fn row(module: &Module, now: f64) -> Row {
    let (class, icon, state, share) = match &module.state {
        ModuleState::Waiting => ("wait", icons::waiting(), "waiting".to_owned(), 0.0),
        ModuleState::Running(running) => (
            "run",
            icons::running_at(now),
            "running".to_owned(),
            running.share(),
        ),
        ModuleState::Done(done) => ("done", icons::done(), seconds(done.seconds), 1.0),
        ModuleState::Failed(failure) => ("failed", icons::alert(), failure.title.clone(), 0.0),
    };
    Row {
        name: module.name.clone(),
        bytes: module.bytes,
        class,
        icon,
        state,
        share,
    }
}

fn table(rows: Vec<Row>, all: usize) -> Html {
    let more = all.saturating_sub(rows.len());
    html! {
        <section class="files">
            <h2 id="files">{ "Files" }<span class="count">{ grouped(all as u64) }</span></h2>
            <table class="stages" aria-labelledby="files">
                <thead><tr>
                    <th><span class="vh">{ "Sign" }</span></th><th>{ "File" }</th><th class="num only-wide">{ "Size" }</th>
                    <th class="w"><span class="vh">{ "Progress" }</span></th><th class="num">{ "State" }</th>
                </tr></thead>
                <tbody>{ for rows.into_iter().map(|row| html! {
                    <tr class={row.class} key={row.name.clone()}>
                        <td>{ row.icon }</td>
                        <td class="mono name" title={row.name.clone()}>{ &row.name }</td>
                        <td class="num only-wide dim">{ bytes_text(row.bytes) }</td>
                        <td class="w">{ bars::simple("", if row.class == "done" { "past" } else { "go" }, row.share) }</td>
                        <td class="state">{ row.state }</td>
                    </tr>
                }) }</tbody>
            </table>
            if more > 0 {
                <p class="small dim">{ format!("and {}", counted(more as u64, "other", "others")) }</p>
            }
        </section>
    }
}
