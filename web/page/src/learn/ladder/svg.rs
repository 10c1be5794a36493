//! A placed ladder as SVG, at its size in pixels.

use super::Props;
use lab::ladder::{
    Arrow, Cell, Ladder, Metrics, PlacedArrow, PlacedRow, Placement, Row, State, described, group,
    letter, rung_path,
};
use protocol::lab::Opened;
use yew::prelude::*;

/// The picture. Its number is part of ids.
pub fn view(
    props: &Props,
    drawn: &Ladder,
    (placed, metrics): (&Placement, &Metrics),
    shift: f32,
    number: u32,
) -> Html {
    let picture = Picture {
        number,
        opened: &props.opened,
        placed,
        metrics,
    };
    let (width, height) = (metrics.width, metrics.height);
    let window = placed.bottom - placed.top;
    let (above, below) = placed.hidden(shift, metrics.box_height);
    let more = |count: usize, sign: &str, word: &str| format!("{sign} {count} more {word}");
    let middle = (width / 2.0).to_string();
    html! {
        <svg class="ladder" width={width.to_string()} height={height.to_string()} viewBox={format!("0 0 {width} {height}")}
            font-size={metrics.font.to_string()} role="img" aria-label={described(&props.moment, props.opened.overview.steps)}>
            <defs>
                { tip(format!("tip-{number}"), "6", "am") }{ tip(format!("tip-on-{number}"), "4.6", "am on") }
            </defs>
            <g transform={format!("translate(0 {:.1})", shift.max(0.0))}>{ for [0, 1].map(|side| picture.heading(drawn, side)) }</g>
            <svg x="0" y={(placed.top - metrics.font * 0.4).to_string()} width={width.to_string()} height={(window + metrics.font * 0.4).to_string()} overflow="hidden">
                <g class="rows" transform={format!("translate(0 {:.1})", shift - placed.top + metrics.font * 0.4)}>
                    { for drawn.arrows.iter().zip(&placed.arrows).map(|(arrow, way)| picture.arrow(arrow, way)) }
                    { for drawn.arrows.iter().zip(&placed.arrows).map(|(arrow, way)| picture.label(arrow, way)) }
                    { for picture.each(drawn).map(|(row, place)| picture.rung(row, place)) }
                    { for picture.each(drawn).map(|(row, place)| picture.boxes(row, place)) }
                </g>
            </svg>
            if above > 0 { <text class="more" x={middle.clone()} y={(placed.top + metrics.font * 0.7).to_string()} text-anchor="middle">{ more(above, "▲", "above") }</text> }
            if below > 0 { <text class="more" x={middle} y={(placed.bottom - metrics.font * 0.3).to_string()} text-anchor="middle">{ more(below, "▼", "below") }</text> }
        </svg>
    }
}

fn tip(id: String, size: &'static str, class: &'static str) -> Html {
    html! {
        <marker id={id} viewBox="0 0 8 8" refX="7" refY="4" markerWidth={size} markerHeight={size} orient="auto">
            <path d="M0 0L8 4L0 8z" class={class} /></marker>
    }
}

struct Picture<'a> {
    number: u32,
    opened: &'a Opened,
    placed: &'a Placement,
    metrics: &'a Metrics,
}

impl Picture<'_> {
    fn each<'r>(&'r self, drawn: &'r Ladder) -> impl Iterator<Item = (&'r Row, &'r PlacedRow)> {
        let rows = drawn.shown.iter().filter_map(|&at| drawn.rows.get(at));
        rows.zip(&self.placed.rows)
    }

    fn heading(&self, drawn: &Ladder, side: usize) -> Html {
        let heading = &drawn.headings[side];
        let x = self.placed.columns[side] + self.placed.box_width / 2.0;
        html! {
            <text class="heading" x={x.to_string()} y={(self.metrics.font * 1.15).to_string()} text-anchor="middle">{ heading.role }
                if !self.metrics.narrow || self.opened.overview.graph.has_base { <tspan class="units">{ format!(" {}", heading.units) }</tspan> }</text>
        }
    }

    fn arrow(&self, arrow: &Arrow, way: &PlacedArrow) -> Html {
        let number = self.number;
        let tip = match arrow.on_path {
            true => format!("url(#tip-on-{number})"),
            false => format!("url(#tip-{number})"),
        };
        html! { <path class={classes!("arrow", arrow.on_path.then_some("on"))} d={way.path.clone()} marker-end={tip} /> }
    }

    fn label(&self, arrow: &Arrow, way: &PlacedArrow) -> Html {
        if way.label.is_empty() {
            return Html::default();
        }
        let (x, y) = way.label_at;
        let anchor = if way.anchor < 0 { "start" } else { "end" };
        html! {
            <text class={classes!("label", arrow.on_path.then_some("on"))} x={format!("{x:.1}")} y={format!("{y:.1}")} text-anchor={anchor}>{ &way.label }</text>
        }
    }

    fn rung(&self, row: &Row, place: &PlacedRow) -> Html {
        let (font, placed) = (self.metrics.font, self.placed);
        let (from, to) = (placed.columns[0] + placed.box_width, placed.columns[1]);
        let middle = (from + to) / 2.0;
        let y = place.y + self.metrics.box_height / 2.0;
        let Some(path) = rung_path(row, place, placed, self.metrics) else {
            return Html::default();
        };
        let half = place.word_width / 2.0;
        let class = classes!(
            state_class(row.rung.state),
            row.rung.current.then_some("cur"),
            row.rung.conflicts.then_some("hit")
        );
        let height = font * 1.5;
        html! {
            <g class={classes!("rung", class)}>
                <path d={path} />
                if !place.word.is_empty() {
                    <rect x={(middle - half).to_string()} y={(y - height / 2.0).to_string()} width={place.word_width.to_string()} height={height.to_string()} rx={(height / 2.0).to_string()} />
                    <text class="word" x={middle.to_string()} y={(y + font * 0.3).to_string()} text-anchor="middle">{ &place.word }</text>
                }
            </g>
        }
    }

    fn boxes(&self, row: &Row, place: &PlacedRow) -> Html {
        html! { <>{ for [0, 1].map(|side| self.type_box(row, place, side)) }</> }
    }

    fn type_box(&self, row: &Row, row_place: &PlacedRow, side: usize) -> Html {
        let (font, placed, height) = (self.metrics.font, self.placed, self.metrics.box_height);
        let (x, y) = (placed.columns[side], row_place.y);
        let base = y + height / 2.0 + font * 0.34;
        let name = row_place.names[side].clone();
        let frame = html! { <rect class="box" x={x.to_string()} y={y.to_string()} width={placed.box_width.to_string()} height={height.to_string()} rx="4" /> };
        match row.cells[side] {
            Cell::Empty => Html::default(),
            Cell::Again(_) => html! {
                <g class="again">{ frame }<text x={(x + font * 0.7).to_string()} y={base.to_string()}>{ name }</text></g>
            },
            Cell::Type(own) => {
                let node = self.opened.overview.graph.node(own.id);
                let kind = node.map_or("", |node| node.kind.as_str());
                let title = self
                    .opened
                    .overview
                    .before
                    .get((own.id as usize).wrapping_sub(1))
                    .map(|row| row.name.clone())
                    .unwrap_or_default();
                let class = classes!(
                    "node",
                    kind_class(kind),
                    own.current.then_some("cur"),
                    (!own.reached).then_some("off"),
                    own.replaced.then_some("replaced"),
                    (kind == "FWD").then_some("hollow"),
                );
                html! {
                    <g key={own.id} class={class} data-id={own.id.to_string()}>
                        <title>{ format!("[{}] {title}", own.id) }</title>
                        { frame }
                        <rect class="swatch" x={(x + 2.0).to_string()} y={(y + 2.0).to_string()} width={placed.swatch.to_string()} height={(height - 4.0).to_string()} rx="2" />
                        <rect class="edge" x={(x + 2.0).to_string()} y={(y + 2.0).to_string()} width="4" height={(height - 4.0).to_string()} />
                        <text class="letter" x={(x + placed.swatch / 2.0 + 4.0).to_string()} y={(y + height / 2.0 + font * 0.29).to_string()} text-anchor="middle">{ letter(kind) }</text>
                        <text class="id" x={(x + placed.id_at).to_string()} y={base.to_string()}>{ own.id_text() }</text>
                        <text class="name" x={(x + placed.name_at).to_string()} y={base.to_string()}>{ name }</text>
                    </g>
                }
            }
        }
    }
}

/// The class of how far a pair has got.
pub fn state_class(state: State) -> &'static str {
    match state {
        State::None => "none",
        State::Compare => "look",
        State::Assumed => "assumed",
        State::Holds => "holds",
        State::Same => "same",
        State::Different => "differ",
        State::Dropped => "dropped",
    }
}

/// The class of a kind's colours.
pub fn kind_class(kind: &str) -> &'static str {
    match group(kind) {
        "struct" => "k-struct",
        "enum" => "k-enum",
        "int" => "k-int",
        "func" => "k-func",
        "typedef" => "k-typedef",
        "var" => "k-var",
        "tag" => "k-tag",
        "fwd" => "k-fwd",
        _ => "k-ptr",
    }
}
