//! Draws a folder's parts as rectangles.

use super::parts::InParts;
use explore::sources::{Measured, TITLE, Tile, tiles};
use explore::{Area, AreaPart, AreaPartKind};
use protocol::figures::{bytes_text, counted};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Width of a character in pixels.
const CHAR: f64 = 6.7;
/// How many rectangles are drawn at once.
const PART: usize = 90;
/// Colours in turn, those of kinds.
const COLOURS: [&str; 6] = [
    "k-struct",
    "k-int",
    "k-enum",
    "k-ptr",
    "k-func",
    "k-typedef",
];

/// The path of a part, for those that have one.
pub fn path(area: &Area, within: Option<&AreaPart>, part: &AreaPart) -> Option<String> {
    if !matches!(part.kind, AreaPartKind::Folder | AreaPartKind::Unit) {
        return None;
    }
    let names = [
        Some(area.path.as_str()),
        within.map(|within| within.name.as_str()),
        Some(part.name.as_str()),
    ];
    let names = names.into_iter().flatten().filter(|name| !name.is_empty());
    Some(names.collect::<Vec<_>>().join("/"))
}

/// Draws the treemap.
pub fn view(
    area: &Rc<Area>,
    measured: Measured,
    width: f64,
    height: f64,
    open: &Callback<String>,
) -> Html {
    let total = tiles(area, measured, width, height).len();
    let of = Rc::as_ptr(area) as usize;
    let draw = {
        let (area, open) = (area.clone(), open.clone());
        Callback::from(move |range: Range<usize>| {
            // Rectangles borrow the area's names; laying them out anew takes less than keeping them would.
            let all = tiles(&area, measured, width, height);
            let here = all.get(range).unwrap_or_default().iter();
            let colours = colours(&area);
            html! { <>{ for here.map(|tile| one(&area, measured, tile, &colours, &open)) }</> }
        })
    };
    html! {
        <svg class="treemap" width={width.to_string()} height={height.to_string()}>
            <InParts {of} part={PART} {total} {draw} />
        </svg>
    }
}

/// A folder has its colour by its place among its like, whatever is measured.
fn colours(area: &Area) -> BTreeMap<&str, &'static str> {
    let parts = area.parts.iter();
    parts
        .filter(|part| matches!(part.kind, AreaPartKind::Folder | AreaPartKind::Unit))
        .map(|part| part.name.as_str())
        .zip(COLOURS.iter().copied().cycle())
        .collect()
}

fn one(
    area: &Area,
    measured: Measured,
    tile: &Tile<'_>,
    colours: &BTreeMap<&str, &str>,
    open: &Callback<String>,
) -> Html {
    let part = tile.part;
    let number = measured.of(part.before, part.after);
    let amount = match measured.bytes {
        true => bytes_text(number),
        false => counted(number, "type", "types"),
    };
    let outer = tile.within.unwrap_or(part);
    let colour = match part.kind {
        AreaPartKind::Shared | AreaPartKind::WholeFile => "plain",
        _ => colours.get(outer.name.as_str()).copied().unwrap_or("plain"),
    };
    let path = path(area, tile.within, part);
    let onclick = path.clone().map(|path| {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.emit(path.clone()))
    });
    let class = classes!(
        colour.to_owned(),
        if tile.within.is_some() {
            "inner"
        } else {
            "outer"
        },
        path.is_some().then_some("opens")
    );
    let fits = |text: &str, room: f64| text.chars().count() as f64 * CHAR < room;
    let named = fits(part.title(), tile.width - 8.0) && tile.height > TITLE - 3.0;
    let length = part.title().chars().count() + amount.chars().count() + 2;
    let beside = length as f64 * CHAR < tile.width - 8.0;
    let below = tile.within.is_some() && tile.height > 34.0 && fits(&amount, tile.width - 8.0);
    html! {
        <svg x={tile.x.to_string()} y={tile.y.to_string()} width={tile.width.to_string()} height={tile.height.to_string()} class={class} onclick={onclick}>
            <title>{ format!("{}: {amount}", path.as_deref().unwrap_or(part.title())) }</title>
            <rect width="100%" height="100%" />
            if named { <text x="5" y="13">{ part.title() }
                if !below && beside { <tspan class="amount" dx="7">{ amount.clone() }</tspan> }</text> }
            if named && below { <text x="5" y="28" class="amount">{ amount }</text> }
        </svg>
    }
}
