//! The two columns, the list of steps, and what is left.

use super::{Msg, SideBySide, To};
use crate::learn::ladder::{LadderView, Scale};
use crate::learn::text;
use crate::views::icons;
use lab::compare::{Algorithm, AlignedSteps, Comparison};
use protocol::figures::{counted, grouped};
use protocol::lab::SetupSource;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement};
use yew::html::Scope;
use yew::prelude::*;

/// Rows that are listed; more would make the page slow.
const MOST_LISTED: usize = 1_000;

pub fn view(view: &SideBySide, link: &Scope<SideBySide>) -> Html {
    html! {
        <div class="sbs">
            <h1 id="title" tabindex="-1">{ "Side by side" }</h1>
            { choices(view, link) }
            if let Some(notice) = &view.notice { <p class="note note--error" role="alert">{ notice }</p> }
            { match &view.comparison {
                None if view.notice.is_none() => html! { <p class="loading">{ icons::running() }{ " Running both algorithms…" }</p> },
                None => Html::default(),
                Some(comparison) => body(view, comparison, link),
            } }
        </div>
    }
}

fn choices(view: &SideBySide, link: &Scope<SideBySide>) -> Html {
    let algorithm = |side: usize| {
        let onchange = link.batch_callback(move |event: Event| {
            let select = event.target()?.dyn_into::<HtmlSelectElement>().ok()?;
            Some(Msg::Choose(side, Algorithm::named(&select.value())?))
        });
        let id = format!("algorithm-{side}");
        let own = view.address.algorithms[side];
        html! {
            <div><label for={id.clone()}>{ if side == 0 { "Left" } else { "Right" } }</label>
                <select id={id} class="field" onchange={onchange}>
                    { for Algorithm::ALL.map(|one| html! { <option value={one.slug()} selected={one == own}>{ one.name() }</option> }) }
                </select></div>
        }
    };
    let onchange = link.batch_callback(|event: Event| {
        let select = event.target()?.dyn_into::<HtmlSelectElement>().ok()?;
        Some(Msg::Pick(select.value())).filter(|_| !select.value().is_empty())
    });
    let shown = match &view.address.from {
        SetupSource::Scenario(slug) => slug.as_str(),
        _ => "",
    };
    let link_of = view.opened[0].as_ref().map(|opened| &opened.overview.link);
    html! {
        <div class="sbs-choices">
            <div><label for="sbs-units">{ "Units" }</label>
                <select id="sbs-units" class="field" onchange={onchange}>
                    if shown.is_empty() { <option value="" selected=true>{ "Your own units" }</option> }
                    { for view.scenarios.iter().map(|one| html! { <option value={one.slug.clone()} selected={one.slug == shown}>{ &one.title }</option> }) }
                </select></div>
            { algorithm(0) }
            { algorithm(1) }
            if let Some(setup) = link_of { <a class="btn" href={format!("#/learn/lab?s={setup}")}>{ "Open in the lab" }</a> }
        </div>
    }
}

fn body(view: &SideBySide, comparison: &Comparison, link: &Scope<SideBySide>) -> Html {
    let refused = [0, 1].map(|side: usize| comparison.runs[side].refused.as_ref());
    if refused.iter().any(Option::is_some) {
        let item = |side: usize| {
            let cause = refused[side]?;
            let name = view.address.algorithms[side].name();
            Some(
                html! { <p class="note note--error" role="alert">{ format!("“{name}” cannot run on these units: {cause}.") }</p> },
            )
        };
        return html! { <>{ for (0..2).filter_map(item) }</> };
    }
    html! {
        <>
            { verdict(view, comparison, link) }
            <div class="sbs-cols">{ for (0..2).map(|side| column(view, comparison, side)) }</div>
            { units(view) }
            { controls(view, comparison, link) }
            <div class="sbs-below">{ steps(view, comparison, link) }{ ends(view, comparison) }</div>
        </>
    }
}

fn verdict(view: &SideBySide, comparison: &Comparison, link: &Scope<SideBySide>) -> Html {
    let Some(first) = comparison.first else {
        return html! { <p class="sbs-why">{ "Both do the same on these units, step by step." }</p> };
    };
    let here = view.row == first + 1;
    html! {
        <p class="sbs-why"><b>{ format!("First difference: row {} of {}. ", first + 1, comparison.rows.len()) }</b>
            { text::sentence(&comparison.why) }
            if !here { { " " }<button type="button" class="link" onclick={link.callback(move |_| Msg::Go(To::Row(first + 1)))}>{ "Go there" }</button> }</p>
    }
}

fn column(view: &SideBySide, comparison: &Comparison, side: usize) -> Html {
    let algorithm = view.address.algorithms[side];
    let moment = &view.moments[side];
    let acts = view.acts(side);
    let steps = comparison.runs[side].told.len();
    html! {
        <section class={classes!("figure", (!acts).then_some("idle"))} aria-label={algorithm.name()}>
            <h2>{ algorithm.name() }<span class="dim small">{ format!(" step {} of {}", view.step(side), grouped(steps as u64)) }</span></h2>
            <p class="dim small about">{ algorithm.about() }</p>
            <p class="say" aria-live="polite">{ match acts {
                true => text::sentence(&moment.sentence),
                false => html! { <span class="dim">{ "Nothing in this row." }</span> },
            } }</p>
            if let Some(opened) = &view.opened[side] {
                <LadderView opened={opened.clone()} moment={moment.clone()} scale={Scale::Lesson} dimmed={!acts} />
            }
        </section>
    }
}

/// The units' declarations, folded.
fn units(view: &SideBySide) -> Html {
    let Some(opened) = &view.opened[0] else {
        return Html::default();
    };
    let unit = |(at, text): (usize, &String)| {
        html! { <div><h3>{ format!("Unit {}", at + 1) }</h3><pre class="code" tabindex="0">{ text }</pre></div> }
    };
    html! {
        <details class="sbs-units"><summary>{ "Declarations of the units" }</summary>
            <div>{ for opened.setup.units.iter().enumerate().map(unit) }</div></details>
    }
}

fn controls(view: &SideBySide, comparison: &Comparison, link: &Scope<SideBySide>) -> Html {
    let (row, rows) = (view.row, view.rows());
    let button = |label: &'static str, title: &'static str, to: To, off: bool, icon: Html| {
        html! {
            <button type="button" class="btn btn--icon" aria-label={label} title={title} disabled={off}
                onclick={link.callback(move |_| Msg::Go(to))}>{ icon }</button>
        }
    };
    let oninput = link.batch_callback(|event: InputEvent| {
        let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
        Some(Msg::Go(To::Row(input.value().parse().ok()?)))
    });
    let said = match comparison.first {
        Some(first) if row == first + 1 => format!("row {row} of {rows}, the first difference"),
        _ => format!("row {row} of {rows}"),
    };
    html! {
        <div class="controls" role="group" aria-label="Rows">
            <div class="ctl">
                { button("First row", "Before the first row (Home)", To::Start, row == 0, icons::first()) }
                { button("Previous difference", "Previous difference (Shift ←)", To::LastDifference, row == 0, icons::decision_back()) }
                { button("Row back", "Row back (←)", To::Back, row == 0, icons::back()) }
                { button("Row", "Next row (→)", To::Next, row == rows, icons::forth()) }
                { button("Next difference", "Next difference (Shift →)", To::NextDifference, row == rows, icons::decision()) }
                { button("Last row", "Last row (End)", To::End, row == rows, icons::last()) }
            </div>
            <input type="range" class="rows-slider" aria-label="Row" min="0" max={rows.to_string()} value={row.to_string()} aria-valuetext={said} oninput={oninput} />
            <span class="count"><b>{ grouped(u64::from(row)) }</b>{ format!(" of {}", grouped(u64::from(rows))) }</span>
        </div>
    }
}

fn steps(view: &SideBySide, comparison: &Comparison, link: &Scope<SideBySide>) -> Html {
    let cell = |side: usize, row: &AlignedSteps| {
        let step = row.steps[side]?;
        let told = comparison.runs[side].told.get(step as usize - 1)?;
        Some(html! { <><span class="num dim">{ step }</span>{ " " }{ text::sentence(told) }</> })
    };
    let item = |(at, row): (u32, &AlignedSteps)| {
        let current = view.row == at;
        let first = comparison.first == at.checked_sub(1);
        let class = classes!(
            current.then_some("on"),
            (!row.same).then_some("differ"),
            first.then_some("first")
        );
        let onclick = link.callback(move |_| Msg::Go(To::Row(at)));
        html! {
            <tr class={class} aria-current={current.then_some("step")}>
                <th scope="row" class="num"><button type="button" class="link" aria-label={format!("Go to row {at}")} onclick={onclick}>{ at }</button></th>
                if row.same { <td colspan="2">{ cell(0, row) }</td> } else {
                    <td>{ cell(0, row) }</td><td>{ cell(1, row) }</td>
                }
            </tr>
        }
    };
    let names = view.address.algorithms.map(Algorithm::name);
    html! {
        <section>
            <h2>{ "Steps of both" }</h2>
            <p class="dim small">{ "A step that both take is written once. A bar marks rows in which they differ." }</p>
            <div class="sbs-steps" tabindex="0" role="region" aria-label="Steps of both" ref={view.list.clone()}>
                <table>
                    <thead><tr><th scope="col" class="num">{ "Row" }</th>{ for names.map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                    <tbody>{ for (1..).zip(&comparison.rows).take(MOST_LISTED).map(item) }</tbody>
                </table>
            </div>
            if comparison.rows.len() > MOST_LISTED { <p class="dim small">{ format!("The first {MOST_LISTED} of {} rows.", comparison.rows.len()) }</p> }
        </section>
    }
}

fn ends(view: &SideBySide, comparison: &Comparison) -> Html {
    let names = view.address.algorithms.map(Algorithm::name);
    let left = [0, 1].map(|side: usize| u64::from(comparison.runs[side].left));
    let end = |id: u32, to: u32| match id == to {
        true => "kept".to_owned(),
        false => format!("is [{to}]"),
    };
    html! {
        <section>
            <h2>{ "What is left" }</h2>
            <p>{ format!("{}: {}. {}: {}.", names[0], counted(left[0], "type", "types"), names[1], counted(left[1], "type", "types")) }</p>
            if comparison.differ.is_empty() {
                <p class="dim small">{ "Every type ends in the same way." }</p>
            } else {
                <div class="sbs-ends"><table aria-label="Types that end differently">
                    <thead><tr><th scope="col" class="num">{ "Id" }</th><th scope="col">{ "Type" }</th>{ for names.map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                    <tbody>{ for comparison.differ.iter().map(|one| html! {
                        <tr><td class="num">{ format!("[{}]", one.id) }</td><td class="mono">{ &one.name }</td>
                            { for one.becomes.map(|to| html! { <td>{ end(one.id, to) }</td> }) }</tr>
                    }) }</tbody>
                </table></div>
                if comparison.more > 0 { <p class="dim small">{ format!("And {} more.", grouped(u64::from(comparison.more))) }</p> }
            }
        </section>
    }
}

/// Scrolls the list so that the current row is in view; the page itself does not move.
pub fn scroll_to_current(list: &Element) {
    let Ok(Some(row)) = list.query_selector("tr.on") else {
        return;
    };
    let (room, own) = (
        list.get_bounding_client_rect(),
        row.get_bounding_client_rect(),
    );
    if own.top() < room.top() + 32.0 || own.bottom() > room.bottom() {
        let by = own.top() - room.top() - room.height() * 0.35;
        list.set_scroll_top(list.scroll_top() + by as i32);
    }
}
