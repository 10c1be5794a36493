//! A section byte by byte: the bytes on the left, what they mean on the right, and each points at the other.

use super::lab_view::LabView;
use lab::{Blob, Field};
use yew::prelude::*;

/// Draws the figure.
pub fn view(view: &LabView) -> Html {
    let blob = view
        .opened
        .as_ref()
        .and_then(|opened| opened.overview.blob.clone());
    match blob {
        Some(blob) => html! { <Bytes blob={blob} /> },
        None => html! { <p class="loading">{ "Loading the lab…" }</p> },
    }
}

/// Draws a section.
pub fn bytes(blob: &Blob) -> Html {
    html! { <Bytes blob={blob.clone()} /> }
}

#[derive(Clone, PartialEq, Properties)]
struct Props {
    blob: Blob,
}

#[component]
fn Bytes(props: &Props) -> Html {
    let chosen = use_state(|| 0_usize);
    let blob = &props.blob;
    let select = |at: usize| {
        let chosen = chosen.clone();
        move || chosen.set(at)
    };
    let part = |at: usize| {
        blob.fields
            .get(at)
            .map(|field| field.part.as_str())
            .unwrap_or_default()
    };
    let class_of = |at: usize| {
        classes!(
            (at == *chosen).then_some("on"),
            (part(at) == part(*chosen) && at != *chosen).then_some("near"),
            (at % 2 == 1).then_some("odd"),
        )
    };
    let bytes = |at: usize, field: &Field| {
        let (start, end) = (
            field.offset as usize,
            (field.offset + field.length) as usize,
        );
        let hex: Vec<String> = blob
            .bytes
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let (over, focus) = (select(at), select(at));
        html! {
            <button type="button" class={class_of(at)} title={format!("{}: {}", field.part, field.name)}
                aria-label={format!("{}, {}: {}", field.part, field.name, field.value)}
                onmouseover={move |_| over()} onfocus={move |_| focus()}>{ hex.join(" ") }</button>
        }
    };
    let meaning = |at: usize, field: &Field| {
        let over = select(at);
        let first = at == 0 || part(at) != part(at - 1);
        html! {
            <tr class={class_of(at)} onmouseover={move |_| over()}>
                <td class="part">{ first.then(|| field.part.clone()) }</td>
                <td class="num">{ field.offset }</td><td class="mono">{ &field.name }</td><td class="wrap">{ &field.value }</td>
            </tr>
        }
    };
    let all = blob.fields.iter().enumerate();
    let shown = blob.fields.get(*chosen);
    html! {
        <div class="bytes">
            <div class="hex" role="group" aria-label="Bytes of the section">{ for all.clone().map(|(at, field)| bytes(at, field)) }</div>
            if let Some(field) = shown {
                <p class="say small-say"><b>{ &field.part }</b>{ ", " }<code>{ &field.name }</code>{ ": " }{ &field.value }</p>
            }
            <div class="meanings"><table aria-label="What the bytes mean">
                <thead><tr><th scope="col">{ "Part" }</th><th scope="col" class="num">{ "Offset" }</th><th scope="col">{ "Field" }</th><th scope="col">{ "Value" }</th></tr></thead>
                <tbody>{ for all.map(|(at, field)| meaning(at, field)) }</tbody>
            </table></div>
        </div>
    }
}
