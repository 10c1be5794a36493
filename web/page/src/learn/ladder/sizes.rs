//! Sizes of type and of boxes, by where the drawing is and how many rows it has.

use crate::browser::window;
use lab::ladder::{Graph, MOST_ROWS, Metrics};

/// Where a drawing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// On the laboratory's page.
    Lab,
    /// In a lesson.
    Lesson,
    /// On a presenter's screen.
    Presenter,
    /// In a frame of another page.
    Embed,
}

/// The room for a drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Space {
    pub width: f32,
    pub height: f32,
    /// Width of a letter, divided by the size of the type.
    pub letter: f32,
    /// The presenter's unit.
    pub unit: f32,
    /// Whether the window is a phone's.
    pub phone: bool,
}

/// Sizes that the reader can choose, and the one that is chosen first.
pub const ZOOMS: [f32; 9] = [0.4, 0.5, 0.6, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0];
pub const ZOOM: usize = 5;

/// Width below which a drawing is narrow.
const NARROW: f32 = 560.0;

/// Width of a window below which it is a phone's.
const PHONE: f32 = 600.0;

/// Whether the window is as narrow as a phone's.
pub fn is_phone() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| (width as f32) < PHONE)
}

/// The presenter's unit: a pixel at 1280 × 720, and as much more as the window is larger. The styles have the same.
pub fn unit() -> f32 {
    let side = |value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0) as f32
    };
    let window = window();
    let (width, height) = (side(window.inner_width()), side(window.inner_height()));
    (width / 1280.0).min(height / 720.0).max(1.0)
}

pub fn metrics(graph: &Graph, scale: Scale, space: &Space, zoom: f32) -> Metrics {
    let rows = most_rows(graph);
    let narrow = space.width < NARROW && (scale != Scale::Presenter || space.phone);
    let unit = space.unit;
    // Type, height of a box, room between boxes, distance of rows.
    let (font, box_height, gap, row) = match (scale, rows) {
        _ if space.phone => (13.0, 34.0, 24.0, 90.0),
        (Scale::Presenter, ..=4) => (22.0 * unit, 54.0 * unit, 28.0 * unit, 150.0 * unit),
        (Scale::Presenter, ..=6) => (22.0 * unit, 46.0 * unit, 28.0 * unit, 92.0 * unit),
        (Scale::Presenter, _) => (22.0 * unit, 40.0 * unit, 26.0 * unit, 92.0 * unit),
        (Scale::Lab, _) if narrow => (14.0, 34.0, 24.0, 90.0),
        (Scale::Embed, _) => (EMBED_FONT, EMBED_BOX, 22.0, EMBED_ROW),
        (Scale::Lesson, _) => (14.0, 36.0, 24.0, 88.0),
        (Scale::Lab, ..=4) => (18.0, 46.0, 26.0, 150.0),
        (Scale::Lab, ..=14) => (15.0, 38.0, 24.0, 108.0),
        (Scale::Lab, _) => (14.0, 34.0, 24.0, 108.0),
    };
    Metrics {
        width: space.width,
        height: space.height,
        font: font * zoom,
        letter: space.letter,
        narrow,
        box_height: box_height * zoom,
        gap: gap * zoom,
        row: row * zoom,
    }
}

/// Type, height of a box, and distance of rows in a frame of another page.
const EMBED_FONT: f32 = 15.0;
const EMBED_BOX: f32 = 38.0;
const EMBED_ROW: f32 = 96.0;

/// The height at which all rows of a frame's drawing are in view, with a row more for a contradiction.
pub fn embedded_height(graph: &Graph) -> f32 {
    let rows = (most_rows(graph) + 1).min(MOST_ROWS) as f32;
    (EMBED_FONT * 2.1 + rows * (EMBED_BOX + 28.0))
        .max(240.0)
        .ceil()
}

/// The class of the area's height in a lesson: a drawing keeps it from step to step.
pub fn class(graph: &Graph) -> &'static str {
    match most_rows(graph) {
        ..=3 => "rows-3",
        4..=5 => "rows-5",
        6..=8 => "rows-8",
        _ => "rows-14",
    }
}

/// Types of the largest unit: about as many rows as there are.
fn most_rows(graph: &Graph) -> usize {
    (0..graph.units)
        .map(|unit| graph.nodes.iter().filter(|node| node.unit == unit).count())
        .max()
        .unwrap_or(0)
}
