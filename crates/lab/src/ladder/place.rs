//! Pixels: where boxes, arrows, and rungs are, for a width, a height, and a size of type.
//!
//! Type has the size that it is given, whatever the width: what does not fit is scrolled, and names are cut.

use super::pairs::{LEFT, RIGHT};
use super::{Arrow, Cell, Graph, Ladder, State};

/// Sizes of the space that a drawing has, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// The space's width.
    pub width: f32,
    /// The space's height.
    pub height: f32,
    /// Size of the type in boxes.
    pub font: f32,
    /// Width of a monospaced letter, divided by the size of the type.
    pub letter: f32,
    /// Whether the drawing is narrow: short names, labels above their target.
    pub narrow: bool,
    /// Height of a box.
    pub box_height: f32,
    /// The least room between two boxes.
    pub gap: f32,
    /// The greatest distance from row to row.
    pub row: f32,
}

/// Width of a letter of the interface's type, divided by its size.
const UI_LETTER: f32 = 0.61;
/// Size of labels and words, divided by the size of the type in boxes.
const SMALL: f32 = 0.867;
/// The greatest and the least size of the space between the columns, divided by the size of the type.
const RUNG: (f32, f32) = (7.0, 17.0);
/// The least width of a rung in a narrow drawing.
const NARROW_RUNG: f32 = 84.0;
/// The greatest part of the width that the arrows of one column take.
const MOST_GUTTER: f32 = 0.2;
/// Between the drawing and its edges.
const EDGE: f32 = 2.0;

/// Where everything is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// Left edges of the columns.
    pub columns: [f32; 2],
    /// Width of a box.
    pub box_width: f32,
    /// Whether names are the short ones.
    pub short: bool,
    /// Width of the field for the letter of a kind.
    pub swatch: f32,
    /// Where an id begins, from the left edge of its box.
    pub id_at: f32,
    /// Where a name begins.
    pub name_at: f32,
    /// Lower end of the headings.
    pub top: f32,
    /// Lower end of the rows' window.
    pub bottom: f32,
    /// How far the rows are moved so that the current one is in the middle: negative is up.
    pub shift: f32,
    /// The least shift; rows are moved between it and 0.
    pub least_shift: f32,
    /// The shown rows.
    pub rows: Vec<PlacedRow>,
    /// The arrows, in the order of [`Ladder::arrows`].
    pub arrows: Vec<PlacedArrow>,
}

/// A row in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacedRow {
    /// Upper edge of its boxes, before the shift.
    pub y: f32,
    /// The names in its boxes, cut to what fits.
    pub names: [String; 2],
    /// The text on the rung, cut to what fits.
    pub word: String,
    /// Width of that text with its room.
    pub word_width: f32,
}

/// An arrow in its place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacedArrow {
    /// The path, as SVG writes it.
    pub path: String,
    /// The label.
    pub label: String,
    /// Where the label is.
    pub label_at: (f32, f32),
    /// Whether the label begins (-1), or ends (1) there.
    pub anchor: i8,
    /// Where the arrow leaves its box.
    pub leaves: f32,
    /// Where it arrives.
    pub arrives: f32,
    /// The lane's place, from the left.
    pub lane_at: f32,
}

/// Places a ladder.
pub fn place(graph: &Graph, ladder: &Ladder, metrics: &Metrics) -> Placement {
    let mut placed = Placement::default();
    let gutter = columns(graph, ladder, metrics, &mut placed);
    rows(graph, ladder, metrics, &mut placed);
    let mut ends = vec![(0.0, 0.0); ladder.arrows.len()];
    for side in [LEFT, RIGHT] {
        slots(ladder, side, metrics, &placed, &mut ends);
    }
    let mut taken = Vec::new();
    for (arrow, end) in ladder.arrows.iter().zip(ends) {
        let between = label_row(arrow, &mut taken);
        let placed_arrow = way(arrow, end, between, metrics, &placed, gutter.lane);
        placed.arrows.push(placed_arrow);
    }
    placed
}

impl Placement {
    /// Rows above the window and rows below it, when the rows are moved by `shift`.
    pub fn hidden(&self, shift: f32, box_height: f32) -> (usize, usize) {
        let above = |row: &&PlacedRow| row.y + box_height * 0.4 + shift < self.top;
        let below = |row: &&PlacedRow| row.y + box_height * 0.6 + shift > self.bottom;
        (
            self.rows.iter().filter(above).count(),
            self.rows.iter().filter(below).count(),
        )
    }
}

/// Space beside the boxes.
struct Gutter {
    /// Between two lanes.
    lane: f32,
}

fn columns(graph: &Graph, ladder: &Ladder, metrics: &Metrics, placed: &mut Placement) -> Gutter {
    let font = metrics.font;
    let letter = font * metrics.letter;
    let cells = || {
        ladder
            .shown
            .iter()
            .filter_map(|&at| ladder.rows.get(at))
            .flat_map(|row| row.cells)
            .filter_map(Cell::meant)
    };
    let shown = ladder.shown.iter().filter_map(|&at| ladder.rows.get(at));
    let texts = shown.flat_map(|row| row.cells).map(|cell| match cell {
        Cell::Type(place) => place.id_text().chars().count(),
        Cell::Empty | Cell::Again(_) => 0,
    });
    let id_letters = texts.max().unwrap_or(0).max(3) as f32;
    let longest = |short: bool| {
        let letters = cells().filter_map(|id| graph.node(id)).map(|node| {
            let name = if short { &node.short } else { &node.label };
            name.chars().count()
        });
        letters.max().unwrap_or(0)
    };
    placed.swatch = (font * 1.25).round();
    placed.id_at = placed.swatch + font * 0.5;
    placed.name_at = placed.id_at + (id_letters + 0.4) * letter;
    let name_at = placed.name_at;
    let wanted = |short: bool| name_at + longest(short) as f32 * letter + font * 0.5;
    let lanes = ladder.arrows.iter().filter_map(|arrow| arrow.lane);
    let lanes = lanes.max().map_or(0, |lane| lane + 1) as f32;
    let labels = ladder
        .arrows
        .iter()
        .filter(|arrow| arrow.lane.is_some())
        .map(|arrow| arrow.label.chars().count());
    let label_room = match metrics.narrow {
        true => 0.0,
        false => labels.max().unwrap_or(0) as f32 * letter * SMALL + 6.0,
    };
    let lane = if metrics.narrow { 8.0 } else { font * 1.1 };
    let inner = metrics.width - 2.0 * EDGE;
    let gutter = match lanes > 0.0 {
        true => (lanes * lane + font * 0.6 + label_room).min(inner * MOST_GUTTER),
        false => 8.0,
    };
    let least = match metrics.narrow {
        true => NARROW_RUNG,
        false => font * RUNG.0,
    };
    // Labels of arrows and words on rungs are whole; names are shortened, then cut.
    let room = (inner - 2.0 * gutter - least) / 2.0;
    placed.short = metrics.narrow || wanted(false) > room;
    placed.box_width = wanted(placed.short)
        .min(room)
        .max(placed.name_at + 2.0 * letter);
    let rung = (inner - 2.0 * (placed.box_width + gutter)).clamp(least, (font * RUNG.1).max(least));
    let total = 2.0 * (placed.box_width + gutter) + rung;
    let start = ((metrics.width - total) / 2.0).max(EDGE);
    placed.columns[LEFT] = start + gutter;
    placed.columns[RIGHT] = placed.columns[LEFT] + placed.box_width + rung;
    Gutter { lane }
}

fn rows(graph: &Graph, ladder: &Ladder, metrics: &Metrics, placed: &mut Placement) {
    let font = metrics.font;
    let letter = font * metrics.letter;
    placed.top = font * 2.1;
    placed.bottom = metrics.height.max(placed.top + metrics.box_height + 8.0);
    let count = ladder.shown.len();
    let room = placed.bottom - placed.top - metrics.box_height - 8.0;
    let gaps = count.saturating_sub(1).max(1) as f32;
    let least = metrics.box_height + metrics.gap;
    let distance = (room / gaps).min(metrics.row).max(least);
    let between = placed.columns[RIGHT] - placed.columns[LEFT] - placed.box_width;
    let letters = ((placed.box_width - placed.name_at - font * 0.3) / letter).max(1.0) as usize;
    for (at, row) in ladder.shown.iter().enumerate() {
        let Some(row) = ladder.rows.get(*row) else {
            continue;
        };
        let name = |cell: Cell| match cell {
            Cell::Empty => String::new(),
            Cell::Again(0) => "void".to_owned(),
            Cell::Again(id) => format!("[{id}] again"),
            Cell::Type(place) => graph.node(place.id).map_or_else(String::new, |node| {
                let long = !placed.short && node.label.chars().count() <= letters;
                cut(if long { &node.label } else { &node.short }, letters)
            }),
        };
        let small = font * SMALL * UI_LETTER;
        let word = match (metrics.narrow, row.rung.conflicts, row.rung.state) {
            (true, true, _) => "≡ first".to_owned(),
            (true, _, State::Different) => row.rung.text().replace("contradiction", "contra"),
            _ => row.rung.text(),
        };
        let word = cut(&word, ((between - font) / small).max(3.0) as usize);
        placed.rows.push(PlacedRow {
            y: placed.top + at as f32 * distance,
            names: row.cells.map(name),
            word_width: match word.is_empty() {
                true => 0.0,
                false => word.chars().count() as f32 * small + font,
            },
            word,
        });
    }
    let end = placed.top + (count.saturating_sub(1)) as f32 * distance + metrics.box_height + 8.0;
    placed.least_shift = (placed.bottom - end).min(0.0);
    if placed.least_shift < 0.0 {
        let middle = (placed.top + placed.bottom) / 2.0;
        let current = ladder.current.and_then(|at| placed.rows.get(at));
        let centre = current.map_or(middle, |row| row.y + metrics.box_height / 2.0);
        placed.shift = (middle - centre).clamp(placed.least_shift, 0.0);
    } else {
        placed.shift = ((placed.bottom - end) / 2.0).min(font * 3.0);
        placed.least_shift = placed.shift;
    }
}

/// Where on its box each arrow of a lane leaves and arrives: those that go up above those that go down, so that no two
/// cross at a box.
fn slots(
    ladder: &Ladder,
    side: usize,
    metrics: &Metrics,
    placed: &Placement,
    ends: &mut [(f32, f32)],
) {
    for (row, own) in placed.rows.iter().enumerate() {
        let mut here: Vec<(usize, bool, bool, usize)> = Vec::new();
        for (at, arrow) in ladder.arrows.iter().enumerate() {
            let Some(lane) = arrow.lane.filter(|_| arrow.side == side) else {
                continue;
            };
            if arrow.from == row {
                here.push((at, true, arrow.to <= arrow.from, lane));
            }
            if arrow.to == row {
                here.push((at, false, arrow.from <= arrow.to, lane));
            }
        }
        // Upwards the inner lane is above, downwards below.
        here.sort_by_key(|&(_, _, up, lane)| match up {
            true => (0, lane),
            false => (1, usize::MAX - lane),
        });
        let parts = (here.len() + 1) as f32;
        for (number, (at, leaves, ..)) in here.into_iter().enumerate() {
            let y = own.y + metrics.box_height * (number + 1) as f32 / parts;
            if let Some(end) = ends.get_mut(at) {
                match leaves {
                    true => end.0 = y,
                    false => end.1 = y,
                }
            }
        }
    }
}

/// The row below which the label of a lane's arrow stands: the middle of its way, or near it if another label is there.
fn label_row(arrow: &Arrow, taken: &mut Vec<(usize, usize)>) -> usize {
    let (top, bottom) = (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
    let middle = (top + bottom) / 2;
    if arrow.lane.is_none() || arrow.label.is_empty() {
        return middle;
    }
    let mut rows: Vec<usize> = (top..bottom.max(top + 1)).collect();
    rows.sort_by_key(|row| row.abs_diff(middle));
    let free = rows
        .into_iter()
        .find(|&row| !taken.contains(&(arrow.side, row)));
    let row = free.unwrap_or(middle);
    taken.push((arrow.side, row));
    row
}

fn way(
    arrow: &Arrow,
    (leaves, arrives): (f32, f32),
    row: usize,
    metrics: &Metrics,
    placed: &Placement,
    lane_width: f32,
) -> PlacedArrow {
    let font = metrics.font;
    let y = |row: usize| placed.rows.get(row).map_or(0.0, |row| row.y);
    let column = placed.columns[arrow.side];
    // 1 leads away from the other column.
    let (out, edge) = match arrow.side {
        LEFT => (-1.0, column),
        _ => (1.0, column + placed.box_width),
    };
    let end = font * 0.25;
    let Some(lane) = arrow.lane else {
        let part = if arrow.side == LEFT { 0.38 } else { 0.62 };
        let x = column + placed.box_width * part;
        let (from, to) = (y(arrow.from) + metrics.box_height, y(arrow.to));
        let width = arrow.label.chars().count() as f32 * font * SMALL * metrics.letter;
        let inward = arrow.side == RIGHT
            && (metrics.narrow || x + font * 0.55 + width > column + placed.box_width);
        let beside = if inward { -font } else { font } * 0.55;
        return PlacedArrow {
            path: format!("M{x:.1} {from:.1}V{:.1}", to - end),
            label: arrow.label.clone(),
            label_at: (x + beside, (from + to) / 2.0 + font * 0.3),
            anchor: if inward { 1 } else { -1 },
            leaves: from,
            arrives: to,
            lane_at: x,
        };
    };
    let x = edge + out * (font * 0.9 + lane as f32 * lane_width);
    let bend = (font * 0.4).min((arrives - leaves).abs() / 2.0);
    let down = if arrives > leaves { bend } else { -bend };
    let path = format!(
        "M{edge:.1} {leaves:.1}H{:.1}Q{x:.1} {leaves:.1} {x:.1} {:.1}V{:.1}Q{x:.1} {arrives:.1} {:.1} {arrives:.1}H{:.1}",
        x - out * bend,
        leaves + down,
        arrives - down,
        x - out * bend,
        edge + out * end,
    );
    // Between two rows, never on a rung.
    let (top, bottom) = (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
    let between = (y(row) + metrics.box_height + y((row + 1).min(bottom.max(row)))) / 2.0;
    let between = if top == bottom { y(top) } else { between };
    let (label_at, anchor) = match metrics.narrow {
        true => {
            let at = if arrow.side == LEFT {
                column
            } else {
                column + placed.box_width
            };
            (
                (at, y(arrow.to) - 5.0),
                if arrow.side == LEFT { -1 } else { 1 },
            )
        }
        false => (
            (x + out * font * 0.35, between + font * 0.3),
            if arrow.side == LEFT { 1 } else { -1 },
        ),
    };
    let room = match arrow.side {
        LEFT => label_at.0 - EDGE,
        _ => metrics.width - EDGE - label_at.0,
    };
    let letters = match metrics.narrow {
        true => usize::MAX,
        false => (room / (font * SMALL * metrics.letter)).max(1.0) as usize,
    };
    PlacedArrow {
        path,
        label: cut(&arrow.label, letters),
        label_at,
        anchor,
        leaves,
        arrives,
        lane_at: x,
    }
}

/// A text of at most so many letters.
fn cut(text: &str, letters: usize) -> String {
    match text.chars().count() > letters {
        false => text.to_owned(),
        true => {
            let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
            kept + "…"
        }
    }
}
