//! A job under way: stages as they really run, workers with the unit they read, live figures.

use super::bars::{self, BarPart};
use super::under_way::{self, LiveFigures};
use super::{files, icons};
use crate::app::App;
use crate::work::{Encoder, Job};
use pipeline::Stage;
use protocol::figures::{bytes, counted, grouped, path_end, seconds};
use protocol::timeline::{Span, TimeLeft};
use yew::html::Scope;
use yew::prelude::*;

/// Characters of a unit's name; its end says most.
const UNIT_CHARS: usize = 24;

pub fn view(app: &App, job: &Job, link: &Scope<App>) -> Html {
    let now = job.elapsed();
    let stage = job.timeline.current().unwrap_or(Stage::Plan);
    let number = Stage::ALL
        .iter()
        .position(|other| *other == stage)
        .unwrap_or_default()
        + 1;
    let left = match job.timeline.time_left(now) {
        Some(TimeLeft::Seconds(left)) if left >= 1.5 => format!(
            "About {} left.",
            counted(left.round() as u64, "second", "seconds")
        ),
        Some(TimeLeft::Seconds(_)) => "Almost done.".to_owned(),
        Some(TimeLeft::Overdue) => "This stage takes longer than estimated.".to_owned(),
        None => "Estimating the time…".to_owned(),
    };
    // Modules that come after it are a part of the whole, as large as their files are.
    let bytes = job.file.size();
    let queued: f64 = app
        .inbox
        .queued_modules
        .iter()
        .map(|file| file.size())
        .sum();
    let whole = job.timeline.whole() * bytes / (bytes + queued).max(1.0);
    let then = match app.inbox.queued_modules.len() {
        0 => String::new(),
        count => format!(" Then {}.", counted(count as u64, "module", "modules")),
    };
    let of = format!(" {number} of {}", Stage::ALL.len());
    let totals = job.totals();
    let figures = LiveFigures {
        counted: (
            "Units",
            totals.units.0,
            Some(totals.units.1).filter(|all| *all > 0),
        ),
        types: totals.types,
        btf_bytes: totals.btf_bytes,
        dwarf_speed: totals.dwarf_speed,
        elapsed: now,
        memory: job.memory.peak,
    };
    html! {
        <>
            { under_way::head(heading(stage), of, left + &then, whole, link) }
            { under_way::figures(&figures) }
            <div class="cols">
                <section>
                    <h2 id="stages">{ "Stages" }</h2>
                    { stages(job, now) }
                </section>
                <section>
                    <h2 id="workers">{ "Workers" }</h2>
                    if job.encoders.is_empty() {
                        <p class="sub">{ "Workers start as soon as the file’s units are known." }</p>
                    } else {
                        { workers(job) }
                    }
                </section>
            </div>
            if !app.inbox.queued_modules.is_empty() {
                { files::before(job, &app.inbox.queued_modules) }
            }
        </>
    }
}

fn heading(stage: Stage) -> &'static str {
    match stage {
        Stage::Plan => "Reading the file",
        Stage::Encode => "Encoding types",
        Stage::Merge => "Merging shards",
        Stage::Functions => "Selecting functions",
        Stage::Dedup => "Deduplicating",
        Stage::Write => "Writing .BTF",
        _ => "Patching the ELF",
    }
}

fn stages(job: &Job, now: f64) -> Html {
    let left = match job.timeline.time_left(now) {
        Some(TimeLeft::Seconds(left)) => left,
        _ => 0.0,
    };
    // The axis grows in steps, so that bars do not creep at every tick.
    let span = axis_end((now + left) * 1.02);
    html! {
        <table class="stages" aria-labelledby="stages">
            <thead><tr>
                <th><span class="vh">{ "State" }</span></th><th>{ "Stage" }</th>
                <th class="w"><svg class="axis" aria-hidden="true">
                    { for [0.0, 0.5, 1.0].map(|at| tick(at, span)) }
                </svg></th>
                <th class="num">{ "Took" }</th>
            </tr></thead>
            <tbody>{ for job.timeline.spans().map(|(stage, times)| row(stage, times, expected(job, stage, now), now, span)) }</tbody>
        </table>
    }
}

fn tick(at: f64, span: f64) -> Html {
    let anchor = if at == 0.0 {
        "start"
    } else if at == 1.0 {
        "end"
    } else {
        "middle"
    };
    let value = at * span;
    let label = if value.fract() == 0.0 {
        format!("{value:.0} s")
    } else {
        format!("{value:.1} s")
    };
    html! { <text x={bars::percent(at)} y="12" text-anchor={anchor}>{ label }</text> }
}

/// The next round number of seconds.
fn axis_end(seconds: f64) -> f64 {
    let steps = [
        1.0, 2.0, 4.0, 6.0, 10.0, 16.0, 20.0, 30.0, 40.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0,
        600.0,
    ];
    steps
        .into_iter()
        .find(|step| *step >= seconds)
        .unwrap_or_else(|| (seconds / 600.0).ceil() * 600.0)
}

/// Seconds that a running stage is expected to go on, where its pace tells.
fn expected(job: &Job, stage: Stage, now: f64) -> f64 {
    let times = job.timeline.span(stage);
    match (stage, times.start, times.end, times.done) {
        (Stage::Encode, Some(start), None, Some(done)) if done > 0.08 => {
            (now - start) * (1.0 - done) / done
        }
        _ => 0.0,
    }
}

fn row(stage: Stage, times: Span, expected: f64, now: f64, span: f64) -> Html {
    let (class, icon, state) = match (times.start, times.end) {
        (None, _) => ("wait", icons::waiting(), "waiting"),
        (Some(_), None) => ("run", icons::running_at(now), "running"),
        (Some(_), Some(_)) => ("done", icons::done(), "done"),
    };
    let took = times.start.map(|start| times.end.unwrap_or(now) - start);
    let mut parts = Vec::new();
    if let (Some(start), Some(took)) = (times.start, took) {
        let class = if times.end.is_some() { "past" } else { "go" };
        parts.push(BarPart {
            class,
            start: start / span,
            length: (took / span).max(0.004),
        });
    }
    if expected > 0.0 {
        parts.push(BarPart {
            class: "ahead",
            start: now / span,
            length: expected / span,
        });
    }
    // How much is done is said where it is known; a stage that only runs or waits has no number.
    let done = times
        .done
        .or((state == "waiting").then_some(0.0))
        .map(|done| format!("{:.0}", done * 100.0));
    html! {
        <tr class={class}>
            <td>{ icon }<span class="vh">{ state }</span></td>
            <td>{ stage.title() }</td>
            <td class="w">
                <div role="progressbar" aria-label={stage.title()} aria-valuemin="0" aria-valuemax="100"
                    aria-valuenow={done} aria-valuetext={state}>
                    { waterfall(&parts, now / span) }
                </div>
            </td>
            <td class="num">{ took.map(seconds).unwrap_or_default() }</td>
        </tr>
    }
}

fn waterfall(parts: &[BarPart], now: f64) -> Html {
    html! {
        <svg class="fall" aria-hidden="true">
            { for parts.iter().map(|part| html! {
                <rect class={part.class} x={bars::percent(part.start)} y="50%" transform="translate(0 -4)" width={bars::percent(part.length)} height="8" />
            }) }
            <line class="now-line" x1={bars::percent(now)} x2={bars::percent(now)} y1="0" y2="100%" />
        </svg>
    }
}

fn workers(job: &Job) -> Html {
    let spent = job.timeline.span(Stage::Encode);
    let spent = spent.start.map_or(0.0, |start| {
        spent.end.unwrap_or_else(|| job.elapsed()) - start
    });
    html! {
        <table class="workers" aria-labelledby="workers">
            <thead><tr>
                <th>{ "#" }</th><th>{ "Reading now" }</th><th class="b">{ "Shard" }</th>
                <th class="num">{ "Units" }</th><th class="num only-wide">{ "Types/s" }</th><th class="num only-wide">{ "Memory" }</th>
            </tr></thead>
            <tbody>{ for job.encoders.iter().enumerate().map(|(at, encoder)| worker(at, encoder, spent)) }</tbody>
        </table>
    }
}

fn worker(at: usize, encoder: &Encoder, spent: f64) -> Html {
    use crate::work::EncoderState;
    let unit = encoder.done.unit.clone().unwrap_or_default();
    let (reading, dim) = match encoder.state {
        EncoderState::Opening => ("starting".to_owned(), true),
        EncoderState::Idle => ("waiting".to_owned(), true),
        EncoderState::Ended => ("done".to_owned(), true),
        EncoderState::Busy(_) if unit.is_empty() => ("reading".to_owned(), true),
        EncoderState::Busy(_) => (unit, false),
    };
    let types = encoder.done.types + encoder.current.types;
    let units = u64::from(encoder.done.units + encoder.current.units);
    let speed = if spent > 0.2 {
        grouped((types as f64 / spent) as u64)
    } else {
        String::new()
    };
    let memory = if encoder.worker.memory > 0.0 {
        let (figure, unit) = bytes(encoder.worker.memory as u64);
        format!("{figure}\u{a0}{unit}")
    } else {
        String::new()
    };
    let share = if encoder.state == EncoderState::Ended {
        1.0
    } else {
        encoder.task_share()
    };
    html! {
        <tr>
            <td class="num dim first">{ at + 1 }</td>
            <td class={classes!("mono", "unit", dim.then_some("dim"))} title={reading.clone()}>{ path_end(&reading, UNIT_CHARS) }
                if encoder.deaths > 0 {
                    <span class="warn">{ format!(" · replaced {}", counted(u64::from(encoder.deaths), "time", "times")) }</span>
                }
            </td>
            <td class="b">{ bars::simple("", "go", share) }</td>
            <td class="num">{ grouped(units) }</td>
            <td class="num only-wide">{ speed }</td>
            <td class="num only-wide dim">{ memory }</td>
        </tr>
    }
}
