//! Types by kind: before, after, and the chart of both on a logarithmic axis.

use super::bars;
use crate::app::{App, KindColumn, ResultMsg};
use crate::explore::swatch;
use explore::Group;
use pipeline::{KindRow, Measure, Statistics};
use protocol::figures::{bytes_text, factor, grouped, log_share};
use yew::html::Scope;
use yew::prelude::*;

/// Heading, switch and table. Without `before`, only what is left is known.
pub fn table(app: &App, statistics: &Statistics, before: bool, link: &Scope<App>) -> Html {
    let by_bytes = app.current.by_bytes;
    let measure = |measure: Measure| {
        if by_bytes {
            measure.bytes
        } else {
            measure.types
        }
    };
    let sorting = app.kinds_sorting(before);
    let saved = |row: &KindRow| row.before.bytes.saturating_sub(row.after.bytes);
    let factor = |row: &KindRow| measure(row.before) as f64 / measure(row.after).max(1) as f64;
    let mut rows = statistics.kinds.clone();
    rows.sort_by(|a, b| match sorting.column {
        KindColumn::Kind => a.kind.name().cmp(b.kind.name()),
        KindColumn::Before => measure(b.before).cmp(&measure(a.before)),
        KindColumn::After => measure(b.after).cmp(&measure(a.after)),
        KindColumn::Factor => factor(b).total_cmp(&factor(a)),
        KindColumn::Saved => saved(b).cmp(&saved(a)),
    });
    if sorting.reversed {
        rows.reverse();
    }
    let onsort = link.callback(ResultMsg::SortKinds);
    let head = |title: &'static str, class: &'static str, column: KindColumn| {
        let rises = column == KindColumn::Kind;
        sorting.head(title, class, column, rises, &onsort)
    };
    let top = axis_top(
        rows.iter()
            .map(|row| measure(row.before).max(measure(row.after)))
            .max()
            .unwrap_or(1),
    );
    let switch = |title: &'static str, pressed: bool, bytes: bool| {
        html! {
            <button type="button" aria-pressed={pressed.to_string()}
                onclick={link.callback(move |_| ResultMsg::ByBytes(bytes))}>{ title }</button>
        }
    };
    html! {
        <>
            <div class="th">
                <h2 id="kinds">{ "Types by kind" }</h2>
                <span class="key" aria-hidden="true">
                    if before {
                        <span><svg class="swatch"><rect class="before" width="100%" height="100%" /></svg>{ "before" }</span>
                        <span><svg class="swatch"><rect class="after" width="100%" height="100%" /></svg>{ "after" }</span>
                    }
                    <span>{ "log scale" }</span>
                </span>
                <div class="seg" role="group" aria-label="Measure">
                    { switch("Count", !by_bytes, false) }
                    { switch("Bytes", by_bytes, true) }
                </div>
            </div>
            <table class="kinds" aria-labelledby="kinds">
                <thead><tr>
                    { head("Kind", "", KindColumn::Kind) }
                    if before { { head("Before", "num", KindColumn::Before) } }
                    <th class="b" aria-hidden="true">{ axis(top, by_bytes) }</th>
                    { head(if before { "After" } else if by_bytes { "Bytes" } else { "Count" }, "num", KindColumn::After) }
                    if before {
                        { head("Reduction", "num", KindColumn::Factor) }
                        { head("Bytes saved", "num only-wide", KindColumn::Saved) }
                    }
                </tr></thead>
                <tbody>{ for rows.iter().map(|row| kind_row(row, before, by_bytes, top)) }</tbody>
                <tfoot>{ total(&rows, before, by_bytes) }</tfoot>
            </table>
        </>
    }
}

fn figure(number: u64, by_bytes: bool) -> String {
    if by_bytes {
        bytes_text(number)
    } else {
        grouped(number)
    }
}

fn kind_row(row: &KindRow, before: bool, by_bytes: bool, top: u64) -> Html {
    let (was, is) = if by_bytes {
        (row.before.bytes, row.after.bytes)
    } else {
        (row.before.types, row.after.types)
    };
    let saved = row.before.bytes.saturating_sub(row.after.bytes);
    let factor = factor(was, is);
    html! {
        <tr>
            <th scope="row"><span class="chip">{ swatch(row.kind) }
                { match Group::of(row.kind) {
                    // Other kinds have no name to be listed by.
                    Some(group) => html! { <a href={format!("#/types?kind={}", group.word())} title={format!("{} in Types", group.title())}>{ row.kind.name() }</a> },
                    None => html! { { row.kind.name() } },
                } }</span></th>
            if before { <td class="num">{ figure(was, by_bytes) }</td> }
            <td class="b" aria-hidden="true">
                if before { { bars::pair(log_share(was, top), log_share(is, top)) } }
                else { { bars::simple("", "after", log_share(is, top)) } }
            </td>
            <td class="num">{ figure(is, by_bytes) }</td>
            if before {
                <td class={classes!("num", "fx", ["none", "–"].contains(&factor.as_str()).then_some("dim"))}>{ factor }</td>
                <td class="num dim only-wide">{ bytes_text(saved) }</td>
            }
        </tr>
    }
}

fn total(rows: &[KindRow], before: bool, by_bytes: bool) -> Html {
    let sum = |of: fn(&KindRow) -> Measure| {
        rows.iter()
            .map(of)
            .fold(Measure::default(), |sum, part| Measure {
                types: sum.types + part.types,
                bytes: sum.bytes + part.bytes,
            })
    };
    let (was, is) = (sum(|row| row.before), sum(|row| row.after));
    let of = |measure: Measure| {
        if by_bytes {
            measure.bytes
        } else {
            measure.types
        }
    };
    html! {
        <tr>
            <th scope="row">{ "All" }</th>
            if before { <td class="num">{ figure(of(was), by_bytes) }</td> }
            <td class="b"></td>
            <td class="num">{ figure(of(is), by_bytes) }</td>
            if before {
                <td class="num">{ factor(of(was), of(is)) }</td>
                <td class="num only-wide">{ bytes_text(was.bytes.saturating_sub(is.bytes)) }</td>
            }
        </tr>
    }
}

/// The next power of ten.
fn axis_top(number: u64) -> u64 {
    let mut top: u64 = 10;
    while top < number {
        top = top.saturating_mul(10);
    }
    top
}

/// Ticks a hundredfold apart.
fn axis(top: u64, by_bytes: bool) -> Html {
    let mut ticks = Vec::new();
    let mut at: u64 = 1;
    while at <= top {
        ticks.push(at);
        at = at.saturating_mul(100);
    }
    let label = |number: u64| {
        let (figure, unit) = match number {
            0..1_000 => (number, ""),
            1_000..1_000_000 => (number / 1_000, "k"),
            1_000_000..1_000_000_000 => (number / 1_000_000, "M"),
            _ => (number / 1_000_000_000, "G"),
        };
        if by_bytes {
            format!("{figure}\u{a0}{unit}B")
        } else {
            format!("{figure}{unit}")
        }
    };
    let log = (top.max(10) as f64).log10();
    html! {
        <svg class="axis">
            { for ticks.iter().enumerate().map(|(index, number)| html! {
                <text x={bars::percent((*number as f64).log10() / log)} y="12"
                    class={(index % 3 != 0).then_some("minor")}
                    text-anchor={if index == 0 { "start" } else if *number == top { "end" } else { "middle" }}>{ label(*number) }</text>
            }) }
        </svg>
    }
}
