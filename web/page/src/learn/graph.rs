//! The graphs as SVG: the units beside each other before dedup; when the last pass is there, each type moves to its
//! place in what is left, copies onto the one that is kept.

use lab::{Arrow, BOX_HEIGHT, Drawing, Moment, Tone};
use protocol::lab::Opened;
use std::collections::BTreeMap;
use std::fmt::Write;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// Height of the line of titles above the graphs.
const TITLE: f32 = 30.0;
/// Pixels of a rem, in which lengths are given so that the presenter's scale carries them.
const REM: f32 = 16.0;
/// The pass, from 0, from which on types have their new places.
const LAST_PASS: u32 = 6;
/// Width beyond which a drawing scrolls instead of shrinking, and by how much it shrinks before.
const WIDE: f32 = 720.0;
const SHRINK: f32 = 0.85;

/// Pixels between a type that is brought into view and the edge.
const MARGIN: f64 = 16.0;

/// The drawing of a moment.
pub fn view(opened: &Opened, moment: &Moment, place: &NodeRef) -> Html {
    let overview = &opened.overview;
    let (Some(before), Some(after)) = (&overview.drawn_before, &overview.drawn_after) else {
        return html! {
            <p class="note">{ "Too many types to draw them readably. The tables list them all." }</p>
        };
    };
    let done = moment.pass == Some(LAST_PASS);
    let (width, height) = (
        before.width.max(after.width) + 24.0,
        before.height.max(after.height) + TITLE + 16.0,
    );
    // Lines between graphs that stand below each other go round on the left.
    let below = before.units.iter().any(|&(_, top)| top > 0.0);
    let margin = if below { 84.0 } else { 12.0 };
    let scale = if width > WIDE { SHRINK } else { 1.0 };
    let shift = (width - 24.0 - after.width) / 2.0;
    let places: BTreeMap<u32, (f32, f32, f32)> = before
        .boxes
        .iter()
        .map(|one| (one.id, (one.x, one.y, one.width)))
        .collect();
    let new_places: BTreeMap<u32, (f32, f32, f32)> = after
        .boxes
        .iter()
        .map(|one| (one.id, (one.x + shift, one.y, one.width)))
        .collect();
    let spot = Spot {
        opened,
        moment,
        done,
        places: &places,
        new_places: &new_places,
    };
    let described = format!(
        "{}. The table below lists the same types.",
        match done {
            true => format!("The graph of the {} remaining types", overview.after.len()),
            false => format!("The type graphs of {} units", overview.panes.len()),
        }
    );
    html! {
        <div class="graph" ref={place.clone()} tabindex="0" role="group" aria-label="Graph">
            <svg class={classes!((width > WIDE).then_some("wide"), done.then_some("done"))} role="img" aria-label={described}
                width={format!("{}rem", width * scale / REM)} height={format!("{}rem", height * scale / REM)}
                viewBox={format!("-{margin} -{TITLE} {} {height}", width + margin - 12.0)}>
                <defs><marker id="tip" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
                    <path class="tip" d="M0 0.5L8 4L0 7.5z" /></marker></defs>
                { titles(before, done, width) }
                <g class={classes!("arrows", done.then_some("away"))}>{ for before.arrows.iter().map(|one| arrow(one, 0.0)) }</g>
                <g class={classes!("arrows", (!done).then_some("away"))}>{ for after.arrows.iter().map(|one| arrow(one, shift)) }</g>
                { spot.assumptions() }
                { for before.boxes.iter().map(|one| spot.type_box(one.id)) }
            </svg>
        </div>
    }
}

fn titles(before: &Drawing, done: bool, width: f32) -> Html {
    if done {
        return html! { <text class="unit-title" x={((width - 24.0) / 2.0).to_string()} y="-12" text-anchor="middle">{ "After dedup" }</text> };
    }
    let title = |(unit, (middle, top)): (usize, &(f32, f32))| {
        html! { <text class="unit-title" x={middle.to_string()} y={(top - 12.0).to_string()} text-anchor="middle">{ format!("Unit {}", unit + 1) }</text> }
    };
    html! { <>{ for before.units.iter().enumerate().map(title) }</> }
}

fn arrow(one: &Arrow, shift: f32) -> Html {
    let mut way = String::new();
    let points: Vec<(f32, f32)> = one.points.iter().map(|&(x, y)| (x + shift, y)).collect();
    for (at, &(x, y)) in points.iter().enumerate() {
        // Writing into a string does not fail. Bends are rounded: each is pulled towards its corner.
        let _ = match (at, points.get(at + 1)) {
            (0, _) => write!(way, "M{x} {y}"),
            (_, Some(&(next_x, next_y))) => {
                write!(
                    way,
                    "Q{x} {y} {} {}",
                    (x + next_x) / 2.0,
                    (y + next_y) / 2.0
                )
            }
            (_, None) => write!(way, "L{x} {y}"),
        };
    }
    html! {
        <>
            <path class="arrow" d={way} marker-end="url(#tip)" />
            if !one.label.is_empty() {
                <text class="arrow-label" x={(one.at.0 + shift).to_string()} y={(one.at.1 + 4.0).to_string()} text-anchor="middle">{ &one.label }</text>
            }
        </>
    }
}

/// What a moment makes of the boxes.
struct Spot<'a> {
    opened: &'a Opened,
    moment: &'a Moment,
    done: bool,
    places: &'a BTreeMap<u32, (f32, f32, f32)>,
    new_places: &'a BTreeMap<u32, (f32, f32, f32)>,
}

impl Spot<'_> {
    /// The type that a type is replaced by at this step, or itself.
    fn becomes(&self, id: u32) -> u32 {
        self.moment.becomes.get(id as usize).copied().unwrap_or(id)
    }

    fn type_box(&self, id: u32) -> Html {
        let overview = &self.opened.overview;
        let Some(row) = overview.before.get((id as usize).wrapping_sub(1)) else {
            return Html::default();
        };
        let new = overview.becomes.get(id as usize).copied().unwrap_or(id);
        let to = self.becomes(id);
        let merged = to != id;
        let place = match self.done {
            true => self.new_places.get(&new),
            false => self.places.get(&id),
        };
        let Some(&(x, y, width)) = place else {
            return Html::default();
        };
        let moment = self.moment;
        let assumed = moment
            .hypotheses
            .iter()
            .any(|&(canonical, candidate, _)| canonical == id || candidate == id);
        let current = !self.done && (moment.candidate == Some(id) || moment.canonical == Some(id));
        let shown = match (
            self.done,
            overview.after.get((new as usize).wrapping_sub(1)),
        ) {
            (true, Some(row)) => (new, row.label.clone(), row.kind.clone()),
            _ => (id, row.label.clone(), row.kind.clone()),
        };
        let (number, label, kind) = shown;
        let classes = classes!(
            "type",
            kind_class(&kind),
            current.then_some("current"),
            (assumed && !current).then_some("assumed"),
            (merged && !self.done).then_some("merged"),
            (merged && self.done).then_some("gone"),
            (kind == "FWD").then_some("hollow"),
        );
        let half = BOX_HEIGHT / 2.0;
        html! {
            <g key={id} class={classes} transform={format!("translate({x} {y})")}>
                <title>{ format!("[{number}] {}", row.name) }</title>
                <rect class="box" x={(-width / 2.0).to_string()} y={(-half).to_string()} width={width.to_string()} height={BOX_HEIGHT.to_string()} rx="4" />
                <rect class="edge" x={(-width / 2.0 + 1.5).to_string()} y={(-half + 1.5).to_string()} width="5" height={(BOX_HEIGHT - 3.0).to_string()} />
                <text x={(-width / 2.0 + 14.0).to_string()} y="5"><tspan class="id">{ format!("[{number}] ") }</tspan>{ label }</text>
                if merged && !self.done {
                    <text class="to" x={(width / 2.0 - 6.0).to_string()} y={(half + 13.0).to_string()} text-anchor="end">{ format!("is [{to}]") }</text>
                }
            </g>
        }
    }

    /// What the walk assumes, what it just dropped, and the pair that is looked at.
    fn assumptions(&self) -> Html {
        if self.done {
            return Html::default();
        }
        let moment = self.moment;
        let pair = moment.canonical.zip(moment.candidate);
        let mut lines = Vec::new();
        for &(canonical, candidate, _) in &moment.hypotheses {
            if pair != Some((canonical, candidate)) {
                lines.push(self.line(canonical, candidate, "assumes", ""));
            }
        }
        for &(canonical, candidate, _) in &moment.dropped {
            lines.push(self.line(canonical, candidate, "assumes dropped", ""));
        }
        if let Some((canonical, candidate)) = pair.filter(|(a, b)| a != b) {
            let (class, word) = match moment.tone {
                Tone::Look => ("assumes looks", ""),
                Tone::Assume => ("assumes now", "assume same"),
                Tone::Equal => ("assumes now", "same"),
                Tone::Different => ("assumes differs", "differ"),
            };
            lines.push(self.line(canonical, candidate, class, word));
        }
        html! { <g class="lines">{ for lines }</g> }
    }

    fn line(
        &self,
        canonical: u32,
        candidate: u32,
        class: &'static str,
        word: &'static str,
    ) -> Html {
        let (Some(&from), Some(&to)) = (self.places.get(&canonical), self.places.get(&candidate))
        else {
            return Html::default();
        };
        // Beside each other: from side to side. Below each other: along their left edges.
        let beside = (to.0 - from.0).abs() > (from.2 + to.2) / 2.0 + 8.0;
        let side = if beside && to.0 > from.0 { 1.0 } else { -1.0 };
        let other = if beside { -side } else { side };
        let (x1, y1) = (from.0 + side * from.2 / 2.0, from.1);
        let (x2, y2) = (to.0 + other * to.2 / 2.0, to.1);
        let pull = match beside {
            true => ((x2 - x1).abs() / 3.0).max(24.0),
            false => 28.0 + (y2 - y1).abs() / 8.0,
        };
        let way = format!(
            "M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}",
            x1 + side * pull,
            x2 + other * pull
        );
        let middle = match beside {
            true => (x1 + x2) / 2.0,
            false => x1.min(x2) - pull * 0.75,
        };
        html! {
            <>
                <path class={class} d={way} />
                if !word.is_empty() {
                    <text class={classes!("word", class)} x={middle.to_string()} y={((y1 + y2) / 2.0 - 7.0).to_string()} text-anchor="middle">{ word }</text>
                }
            </>
        }
    }
}

/// The class of a kind's colours.
pub fn kind_class(kind: &str) -> &'static str {
    match kind {
        "STRUCT" | "UNION" => "k-struct",
        "ENUM" | "ENUM64" => "k-enum",
        "INT" | "FLOAT" => "k-int",
        "FUNC" | "FUNC_PROTO" => "k-func",
        "TYPEDEF" => "k-typedef",
        "VAR" | "DATASEC" => "k-var",
        "DECL_TAG" | "TYPE_TAG" => "k-tag",
        "FWD" => "k-fwd",
        _ => "k-ptr",
    }
}

/// Scrolls a graph, and nothing around it, so that the types that a step is about are in view.
pub fn scroll_to_current(graph: &Element) {
    let Ok(current) = graph.query_selector_all(".type.current") else {
        return;
    };
    for at in 0..current.length() {
        let Some(one) = current
            .item(at)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        let (room, own) = (
            graph.get_bounding_client_rect(),
            one.get_bounding_client_rect(),
        );
        let past = |low: f64, high: f64, from: f64, to: f64| match (from < low, to > high) {
            (true, _) => from - low - MARGIN,
            (_, true) => to - high + MARGIN,
            _ => 0.0,
        };
        let across = past(room.left(), room.right(), own.left(), own.right());
        let down = past(room.top(), room.bottom(), own.top(), own.bottom());
        graph.set_scroll_left(graph.scroll_left() + across as i32);
        graph.set_scroll_top(graph.scroll_top() + down as i32);
    }
}
