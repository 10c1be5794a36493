//! The drawing as a table: row, canonical type, candidate, state, and what they refer to.

use super::{LadderView, Msg};
use lab::ladder::{Cell, Graph, Ladder, Row};
use wasm_bindgen::JsCast;
use yew::html::Scope;
use yew::prelude::*;

/// Rows of a table; a graph with more is read in parts, by its strips.
const MOST_ROWS: usize = 400;

pub fn view(graph: &Graph, drawn: &Ladder, open: bool, link: &Scope<LadderView>) -> Html {
    let ontoggle = link.batch_callback(|event: Event| {
        let details = event.target()?.dyn_into::<web_sys::Element>().ok()?;
        Some(Msg::Table(details.has_attribute("open")))
    });
    let current = drawn.current.and_then(|at| drawn.shown.get(at)).copied();
    let row = |(at, row): (usize, &Row)| {
        let cell = |cell: Cell| match cell {
            Cell::Empty => "–".to_owned(),
            Cell::Type(_) | Cell::Again(_) => named(graph, cell),
        };
        html! {
            <tr class={classes!((current == Some(at)).then_some("fresh"))} aria-current={(current == Some(at)).then_some("step")}>
                <td class="num">{ at + 1 }</td>
                <td class="mono">{ cell(row.cells[0]) }</td>
                <td class="mono">{ cell(row.cells[1]) }</td>
                <td>{ state(row) }</td>
                <td class="mono">{ refers(graph, row) }</td>
            </tr>
        }
    };
    html! {
        <details class="as-table" ontoggle={ontoggle}>
            <summary>{ "Drawing as a table" }</summary>
            if open {
                <table aria-label="Drawing as a table">
                    <thead><tr><th scope="col" class="num">{ "Row" }</th><th scope="col">{ drawn.headings[0].role }</th>
                        <th scope="col">{ drawn.headings[1].role }</th><th scope="col">{ "State" }</th><th scope="col">{ "Refers to" }</th></tr></thead>
                    <tbody>{ for drawn.rows.iter().enumerate().take(MOST_ROWS).map(row) }</tbody>
                </table>
                if drawn.rows.len() > MOST_ROWS {
                    <p class="dim small">{ format!("The first {MOST_ROWS} of {} rows.", drawn.rows.len()) }</p>
                }
            }
        </details>
    }
}

fn named(graph: &Graph, cell: Cell) -> String {
    match cell.meant() {
        None | Some(0) => "void".to_owned(),
        Some(id) => graph
            .node(id)
            .map_or_else(String::new, |node| format!("[{id}] {}", node.label)),
    }
}

fn state(row: &Row) -> String {
    let replaced = row.cells.iter().any(|cell| match cell {
        Cell::Type(place) => place.replaced,
        _ => false,
    });
    match (row.rung.text(), replaced) {
        (text, _) if !text.is_empty() => text,
        (_, true) => "replaced".to_owned(),
        _ => "not compared".to_owned(),
    }
}

fn refers(graph: &Graph, row: &Row) -> String {
    let sides = row.cells.map(|cell| {
        let node = cell.id().and_then(|id| graph.node(id));
        let refs = node.map(|node| node.refs.as_slice()).unwrap_or_default();
        let parts: Vec<String> = refs
            .iter()
            .map(|(name, to)| match name.is_empty() {
                true => format!("[{to}]"),
                false => format!("{name} [{to}]"),
            })
            .collect();
        parts.join(", ")
    });
    match sides {
        [one, other] if one.is_empty() => other,
        [one, other] if other.is_empty() => one,
        [one, other] => format!("{one}; {other}"),
    }
}
