//! All pairs as a list of small rows, beside a drawing that does not show them all.

use super::svg::{kind_class, state_class};
use super::{LadderView, Msg};
use lab::ladder::{Graph, Ladder};
use yew::html::Scope;
use yew::prelude::*;

pub fn view(graph: &Graph, drawn: &Ladder, link: &Scope<LadderView>) -> Html {
    let current = drawn.current.and_then(|at| drawn.shown.get(at)).copied();
    let item = |at: usize| {
        let row = drawn.rows.get(at)?;
        let nodes = row.cells.map(|cell| graph.node(cell.id()?));
        let node = nodes.into_iter().flatten().next()?;
        let name = if node.kind == "PTR" { "" } else { &node.short };
        let box_class = |at: usize| nodes[at].map_or("no", |node| kind_class(&node.kind));
        let ids: Vec<String> = row
            .cells
            .iter()
            .filter_map(|cell| Some(format!("[{}]", cell.id()?)))
            .collect();
        let said = format!(
            "{} {} {}",
            ids.join(" and "),
            node.label,
            row.rung.state.word()
        );
        Some(html! {
            <li><button type="button" tabindex="-1" class={classes!(state_class(row.rung.state), (current == Some(at)).then_some("cur"))}
                title={said.clone()} aria-label={said} onclick={link.callback(move |_| Msg::GoTo(at))}>
                <b class={box_class(0)}></b><i></i><b class={box_class(1)}></b><span>{ name }</span></button></li>
        })
    };
    html! {
        <div class="all-pairs">
            <p id="all-rows">{ format!("All {} rows", drawn.rows.len()) }</p>
            <ol tabindex="0" aria-labelledby="all-rows">{ for (0..drawn.rows.len()).filter_map(item) }</ol>
        </div>
    }
}
