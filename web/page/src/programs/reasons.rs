//! Why a cell is what it is.

use super::view::{Compared, Msg, Programs};
use crate::explore::place;
use core_check::{Cell, Reason, Relocation, State, Verdict};
use explore::Address;
use protocol::matrix::{self, At};
use web_sys::{Blob, KeyboardEvent};
use yew::prelude::*;

/// The reasons of the cell that was opened.
pub fn view(programs: &Programs, ctx: &Context<Programs>) -> Html {
    let kernels = programs.kernels();
    let found = programs.at.and_then(|at| {
        let row = programs.rows.get(at.object)?;
        Some((at, row, row.cells.get(at.kernel)?, kernels.get(at.kernel)?))
    });
    let Some((at, row, cell, kernel)) = found else {
        return html! {
            <section class="px-det px-hint" aria-label="Reasons"><p class="sub">{ "Choose a cell to read why." }</p>
                <p class="small dim">{ "Arrow keys move, Enter opens, f goes to the next failure." }</p></section>
        };
    };
    let program = at
        .program
        .and_then(|at| cell.programs.get(at))
        .map(|(name, _, _)| name.as_str());
    let state = matrix::state(cell, at.program);
    let reasons = reasons(cell, program);
    let onkeydown = ctx.link().batch_callback(|event: KeyboardEvent| {
        (event.key() == "Escape").then(|| {
            event.stop_propagation();
            Msg::Back
        })
    });
    let ontoggle = ctx.link().callback(|_: Event| Msg::AskRelocations);
    let class = format!("px-state px-state--{}", state.word());
    html! {
        <section class="px-det" aria-labelledby="reasons" key={format!("{at:?}")} {onkeydown}>
            <button type="button" class="link only-narrow no-print" onclick={ctx.link().callback(|_| Msg::Back)}>{ "Back to the table" }</button>
            <h2 id="reasons" tabindex="-1"><span class="mono">{ program.unwrap_or(&row.object) }</span>{ format!(" on {kernel}") }</h2>
            <p {class}><b>{ format!("{} {}", state.sign(), state.word()) }</b>{ " " }{ sentence(state, reasons.len()) }</p>
            if is_undecided(cell) {
                <button type="button" class="btn no-print" onclick={ctx.link().callback(|_| Msg::AllowMore)}>{ "Allow ten times as much" }</button>
            }
            { for reasons.iter().enumerate().map(|(number, reason)| drawn(programs, ctx, at, number, reason)) }
            <details class="px-all" {ontoggle}><summary>{ "All accesses" }</summary>{ relocations(programs, program) }</details>
        </section>
    }
}

/// Whether nothing was decided, since it would have cost too much.
fn is_undecided(cell: &Cell) -> bool {
    cell.state == State::Unknown && cell.programs.is_empty()
}

fn reasons<'a>(cell: &'a Cell, program: Option<&str>) -> Vec<&'a Reason> {
    let reasons = cell.reasons.iter();
    let of =
        |one: &&Reason| program.is_none_or(|name| one.programs.iter().any(|there| there == name));
    reasons.filter(of).collect()
}

fn sentence(state: State, reasons: usize) -> &'static str {
    match (state, reasons) {
        (State::Ok, _) => "Everything resolves.",
        (State::Guarded, _) => "Something is missing, and no program comes to it.",
        (State::Unknown, _) => "BTF cannot tell.",
        (State::Fails, 0) => {
            "An extern, a map, or a part that it shares with others fails; see the object."
        }
        (State::Fails, _) => "libbpf reports the first reason; these are all.",
    }
}

fn drawn(
    programs: &Programs,
    ctx: &Context<Programs>,
    at: At,
    number: usize,
    reason: &Reason,
) -> Html {
    let snippet = reason.snippet.clone();
    let copy = snippet.clone().map(|text| {
        Callback::from(move |_: MouseEvent| {
            let text = text.clone();
            wasm_bindgen_futures::spawn_local(async move {
                // A host that is not trusted has no clipboard.
                let _ = crate::browser::copy(&text).await;
            });
        })
    });
    html! {
        <details class="px-reason" open={number == 0}>
            <summary><span class={format!("px-state--{}", reason.state.word())} title={reason.state.word()}><b aria-hidden="true">{ reason.state.sign() }</b></span>
                <span class="vh">{ format!("{}: ", reason.state.word()) }</span><span>{ &reason.heading }</span>
                if reason.is_optional { <span class="dim">{ "only if its loader asks" }</span> }</summary>
            <dl>{ for reason.lines().into_iter().map(|(label, value)| html! {
                <><dt>{ label }</dt><dd class={matches!(label, "source" | "access" | "built for" | "kernel").then_some("mono")}>{ value }</dd></>
            }) }</dl>
            { links(programs, ctx, at, reason) }
            if let Some(text) = snippet {
                <div class="px-write"><h3>{ "What to write" }</h3><button type="button" class="btn" onclick={copy.unwrap_or_default()}>{ "Copy" }</button></div>
                <pre tabindex="0">{ text }</pre>
            }
        </details>
    }
}

/// The address of a type that is written with its keyword.
fn address(of_type: &str) -> Option<Address> {
    let (word, name) = of_type.split_once(' ')?;
    Some(Address {
        word: word.to_owned(),
        name: name.to_owned(),
        nth: 1,
    })
}

/// To the type, and to the comparison with the last kernel on which it works.
fn links(programs: &Programs, ctx: &Context<Programs>, at: At, reason: &Reason) -> Html {
    let Some((of_type, address)) = reason
        .of_type
        .as_ref()
        .and_then(|of_type| Some((of_type, address(of_type)?)))
    else {
        return Html::default();
    };
    let last = reason
        .works_on
        .as_ref()
        .and_then(|kernels| kernels.last().cloned());
    let compare = last.and_then(|good| {
        let kernels = programs.held.read(|kernels, _| {
            let of = |name: &str| kernels.iter().find(|one| one.name.as_deref() == Some(name)).map(|one| one.files.types.clone());
            let bad = kernels.get(at.kernel)?;
            let types: (Blob, Blob) = (of(&good)?, bad.files.types.clone());
            Some([(good.clone(), types.0), (bad.name.clone()?, types.1)])
        })?;
        let address = place::compare(&address);
        let emit = ctx.props().compare.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            emit.emit(Compared { kernels: kernels.clone(), address: address.clone() });
        });
        Some(html! { <button type="button" class="link" {onclick}>{ format!("Compare with {good}") }</button> })
    });
    html! { <p class="px-links"><a href={place::href(&address)}>{ format!("{of_type} in Types") }</a>{ for compare }</p> }
}

/// All relocations, as a table.
fn relocations(programs: &Programs, program: Option<&str>) -> Html {
    let all = match &programs.relocations {
        None => return html! { <p class="sub" role="status">{ "Checking…" }</p> },
        Some(Err(cause)) => return html! { <p class="note note--error" role="alert">{ cause }</p> },
        Some(Ok(all)) => all,
    };
    let all: Vec<&Relocation> = all
        .iter()
        .filter(|one| program.is_none_or(|name| one.program == name))
        .collect();
    if all.is_empty() {
        return html! { <p class="sub">{ "It has no accesses that are relocated." }</p> };
    }
    html! {
        <div class="px-scroll" tabindex="0" role="region" aria-label="All accesses">
            <table aria-label="Accesses"><thead><tr><th scope="col">{ "Access" }</th><th scope="col">{ "Where" }</th><th scope="col">{ "Result" }</th></tr></thead>
                <tbody>{ for all.into_iter().map(access) }</tbody></table>
        </div>
    }
}

fn access(one: &Relocation) -> Html {
    let (state, said) = match &one.verdict {
        Verdict::Ok {
            from, to, missing, ..
        } => match (missing, from == to) {
            (Some(_), _) => (State::Guarded, format!("missing: {to}")),
            (None, true) => (State::Ok, format!("{to}")),
            (None, false) => (State::Ok, format!("{from} → {to}")),
        },
        Verdict::Poisoned { reach, .. } => match reach {
            core_check::Reach::Reached => (State::Fails, "poisoned, reached".to_owned()),
            core_check::Reach::Perhaps => (State::Unknown, "poisoned".to_owned()),
            _ => (State::Guarded, "poisoned, not reached".to_owned()),
        },
        Verdict::Fatal(_) => (State::Fails, "ends the load".to_owned()),
    };
    let place = one.source.as_ref().map_or_else(
        || format!("{}+{}", one.program, one.instruction),
        |source| {
            format!(
                "{}:{}",
                source.file.rsplit('/').next().unwrap_or(&source.file),
                source.line
            )
        },
    );
    let of_type = core_check::type_of_access(&one.access);
    let link = of_type
        .and_then(|of_type| address(&of_type))
        .map(|address| place::href(&address));
    html! {
        <tr><th scope="row" class="mono">
                if let Some(href) = link { <a {href}>{ &one.access }</a> } else { { &one.access } }</th>
            <td class="mono">{ place }</td>
            <td><span class={format!("px-state--{}", state.word())}><b>{ state.sign() }</b></span>{ " " }{ said }</td></tr>
    }
}
