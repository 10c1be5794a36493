//! A step as shapes of SVG: sentence, headings, arrows, rungs, boxes, and what is folded.

use super::colours::Colours;
use super::words::{self, MONO, Piece};
use super::{above, sentence};
use crate::Moment;
use crate::ladder::{
    Arrow, Cell, Graph, Ladder, Metrics, PlacedArrow, PlacedRow, Placement, Row, State, group,
    letter, place, rung_path,
};
use std::fmt::Write;

const WIDTH: f32 = 960.0;
/// Between the drawing and its edges.
const MARGIN: f32 = 24.0;
const SENTENCE: f32 = 19.0;
const SENTENCE_LINE: f32 = 27.0;
const SMALL: f32 = 14.0;
const FONT: f32 = 16.0;
const BOX: f32 = 40.0;
/// Room between two boxes: of few rows, and of many.
const GAPS: (f32, f32) = (56.0, 30.0);
/// Rows that have much room.
const FEW: usize = 5;
const STRIP_LINE: f32 = 22.0;

/// A step that is drawn.
pub struct Frame<'a> {
    graph: &'a Graph,
    pub moment: &'a Moment,
    ladder: Ladder,
    above: String,
    lines: Vec<Vec<Piece>>,
}

/// Sizes that all steps of a drawing have.
pub struct Size {
    pub width: f32,
    pub height: f32,
    /// Upper edge of the ladder.
    top: f32,
    ladder: Metrics,
}

pub fn size(frames: &[Frame<'_>]) -> Size {
    let most = |of: &dyn Fn(&Frame<'_>) -> usize| frames.iter().map(of).max().unwrap_or(0);
    let lines = most(&|frame| frame.lines.len());
    let rows = most(&|frame| frame.ladder.shown.len());
    let strips = most(&|frame| frame.ladder.strips.len());
    let gap = if rows <= FEW { GAPS.0 } else { GAPS.1 };
    let top = MARGIN + SMALL + 10.0 + lines as f32 * SENTENCE_LINE;
    let row = BOX + gap;
    let ladder = FONT * 2.1 + rows.saturating_sub(1) as f32 * row + BOX + 8.0;
    Size {
        width: WIDTH,
        height: (top + ladder + strips as f32 * STRIP_LINE + MARGIN).ceil(),
        top,
        ladder: Metrics {
            width: WIDTH - 2.0 * MARGIN,
            height: ladder,
            font: FONT,
            letter: MONO,
            narrow: false,
            box_height: BOX,
            gap: GAPS.1,
            row,
        },
    }
}

/// What all steps share: the paper, and the tips of arrows.
pub fn begin(out: &mut String, colours: &Colours, dark: bool, size: &Size) {
    paper(out, colours, size);
    *out += "<defs>\n";
    for (id, colour, tip) in [
        ("tip", colours.line_strong, "6"),
        ("tip-on", colours.text, "4.6"),
    ] {
        let id = marker(id, dark);
        let _ = writeln!(
            out,
            "<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"{tip}\" markerHeight=\"{tip}\" orient=\"auto\">\
             <path d=\"M0 0L8 4L0 8z\" fill=\"{colour}\"/></marker>"
        );
    }
    *out += "</defs>\n";
}

/// The paper. Each step of an animation has its own: at the moment in which one follows the other, both may be shown.
pub fn paper(out: &mut String, colours: &Colours, size: &Size) {
    let _ = writeln!(
        out,
        "<rect width=\"{}\" height=\"{}\" fill=\"{}\"/>",
        size.width, size.height, colours.bg
    );
}

/// Drawings of both colours may stand in one page.
fn marker(id: &str, dark: bool) -> String {
    format!("btfscope-{id}-{}", if dark { "dark" } else { "light" })
}

/// How far an animation is, as a line at the lower edge.
pub fn progress(out: &mut String, colours: &Colours, size: &Size, done: usize, count: usize) {
    let (y, width) = (size.height - 4.0, size.width * done as f32 / count as f32);
    let _ = writeln!(
        out,
        "<rect x=\"0\" y=\"{y}\" width=\"{width:.1}\" height=\"4\" fill=\"{}\"/>",
        colours.accent
    );
}

impl<'a> Frame<'a> {
    pub fn new(graph: &'a Graph, moment: &'a Moment, ladder: Ladder, steps: u32) -> Frame<'a> {
        Frame {
            graph,
            moment,
            above: above(moment, steps),
            lines: words::lines(&sentence(moment), SENTENCE, WIDTH - 2.0 * MARGIN),
            ladder,
        }
    }

    pub fn write(&self, out: &mut String, colours: &Colours, dark: bool, size: &Size) {
        let _ = writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"{SMALL}\" fill=\"{}\">{}</text>",
            MARGIN + SMALL * 0.6,
            colours.text_2,
            escaped(&self.above)
        );
        for (number, line) in self.lines.iter().enumerate() {
            let y = MARGIN + SMALL + 4.0 + (number as f32 + 0.72) * SENTENCE_LINE;
            let _ = write!(
                out,
                "<text x=\"{MARGIN}\" y=\"{y:.1}\" font-size=\"{SENTENCE}\" fill=\"{}\">",
                colours.text
            );
            for (text, is_code) in line {
                let text = escaped(text);
                let _ = match is_code {
                    true => write!(
                        out,
                        "<tspan font-family=\"monospace\" font-weight=\"600\" font-size=\"{}\">{text}</tspan>",
                        SENTENCE * 0.95
                    ),
                    false => write!(out, "{text}"),
                };
            }
            *out += "</text>\n";
        }
        let placed = place(self.graph, &self.ladder, &size.ladder);
        let drawing = Shapes {
            graph: self.graph,
            colours,
            placed: &placed,
            metrics: &size.ladder,
            dark,
        };
        let _ = writeln!(out, "<g transform=\"translate({MARGIN} {})\">", size.top);
        drawing.write(out, &self.ladder);
        *out += "</g>\n";
        for (number, strip) in self.ladder.strips.iter().enumerate() {
            let y = size.top + size.ladder.height + (number as f32 + 0.8) * STRIP_LINE;
            let names = match strip.names.is_empty() {
                true => String::new(),
                false => format!(": {}", strip.names),
            };
            let _ = writeln!(
                out,
                "<text x=\"{MARGIN}\" y=\"{y:.1}\" font-size=\"{SMALL}\" fill=\"{}\">{}</text>",
                colours.text_2,
                escaped(&format!("{}{names}", strip.text))
            );
        }
    }
}

/// The shapes of a placed ladder.
struct Shapes<'a> {
    graph: &'a Graph,
    colours: &'a Colours,
    placed: &'a Placement,
    metrics: &'a Metrics,
    dark: bool,
}

impl Shapes<'_> {
    fn write(&self, out: &mut String, ladder: &Ladder) {
        for side in [0, 1] {
            self.heading(out, ladder, side);
        }
        let _ = writeln!(
            out,
            "<g transform=\"translate(0 {:.1})\">",
            self.placed.shift
        );
        let arrows = || ladder.arrows.iter().zip(&self.placed.arrows);
        arrows().for_each(|(arrow, way)| self.arrow(out, arrow, way));
        arrows().for_each(|(arrow, way)| self.label(out, arrow, way));
        let rows = ladder.shown.iter().filter_map(|&at| ladder.rows.get(at));
        for (row, place) in rows.zip(&self.placed.rows) {
            self.rung(out, row, place);
            for side in [0, 1] {
                self.type_box(out, row, place, side);
            }
        }
        *out += "</g>\n";
    }

    fn heading(&self, out: &mut String, ladder: &Ladder, side: usize) {
        let heading = &ladder.headings[side];
        let x = self.placed.columns[side] + self.placed.box_width / 2.0;
        let _ = writeln!(
            out,
            "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"{FONT}\" font-weight=\"bold\" fill=\"{}\">{}\
             <tspan font-weight=\"normal\" fill=\"{}\"> {}</tspan></text>",
            FONT * 1.15,
            self.colours.text,
            heading.role,
            self.colours.text_3,
            escaped(&heading.units)
        );
    }

    fn arrow(&self, out: &mut String, arrow: &Arrow, way: &PlacedArrow) {
        let (tip, colour, width) = match arrow.on_path {
            true => ("tip-on", self.colours.text, 0.135),
            false => ("tip", self.colours.line_strong, 0.1),
        };
        let _ = writeln!(
            out,
            "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{:.2}\" marker-end=\"url(#{})\"/>",
            way.path,
            FONT * width,
            marker(tip, self.dark)
        );
    }

    fn label(&self, out: &mut String, arrow: &Arrow, way: &PlacedArrow) {
        if way.label.is_empty() {
            return;
        }
        let (x, y) = way.label_at;
        let anchor = if way.anchor < 0 { "start" } else { "end" };
        let (colour, weight) = match arrow.on_path {
            true => (self.colours.text, "600"),
            false => (self.colours.text_2, "400"),
        };
        let text = escaped(&way.label);
        let place = format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-family=\"monospace\" font-size=\"{:.1}\" font-weight=\"{weight}\"",
            FONT * 0.867
        );
        // First a rim in the colour of the paper: not every program draws the rim below the letters.
        let rim = self.colours.bg;
        let _ = writeln!(
            out,
            "{place} fill=\"{rim}\" stroke=\"{rim}\" stroke-width=\"6\" aria-hidden=\"true\">{text}</text>{place} fill=\"{colour}\">{text}</text>"
        );
    }

    fn rung(&self, out: &mut String, row: &Row, place: &PlacedRow) {
        let Some(path) = rung_path(row, place, self.placed, self.metrics) else {
            return;
        };
        let c = self.colours;
        let state = row.rung.state;
        let (colour, width, dashes) = match state {
            State::None => (c.line, 0.07, None),
            State::Compare => (c.accent, 0.14, Some((0.07, 0.33))),
            State::Assumed => (c.accent, 0.14, Some((0.47, 0.33))),
            State::Holds => (c.accent, 0.14, None),
            State::Same => (c.text, 0.1, None),
            State::Dropped => (c.line_strong, 0.12, Some((0.13, 0.33))),
            State::Different => (c.error, 0.17, None),
        };
        let width = match (state, row.rung.current || row.rung.conflicts) {
            (State::Same, true) => 0.15,
            (_, true) => 0.23,
            _ => width,
        };
        let dashes = dashes.map_or_else(String::new, |(on, off)| {
            format!(" stroke-dasharray=\"{:.1} {:.1}\"", FONT * on, FONT * off)
        });
        let round = match state {
            State::Compare => " stroke-linecap=\"round\"",
            _ => "",
        };
        let _ = write!(
            out,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{:.2}\"{dashes}{round}/>",
            FONT * width
        );
        if !place.word.is_empty() {
            self.word(out, row, place);
        }
        out.push('\n');
    }

    /// The word on a rung, in a pill that is filled for the pair of the step.
    fn word(&self, out: &mut String, row: &Row, place: &PlacedRow) {
        let c = self.colours;
        let own = match row.rung.state {
            State::Compare | State::Assumed | State::Holds => c.accent,
            State::Different => c.error,
            State::Dropped => c.text_3,
            State::None | State::Same => c.text,
        };
        let (pill, ink) = match (row.rung.current, row.rung.state) {
            (true, State::Assumed | State::Same | State::Different) => (own, c.bg),
            (true, State::Compare) => (c.accent_weak, own),
            _ => (c.bg, own),
        };
        let middle =
            (self.placed.columns[0] + self.placed.box_width + self.placed.columns[1]) / 2.0;
        let y = place.y + self.metrics.box_height / 2.0;
        let height = FONT * 1.5;
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\" rx=\"{:.1}\" fill=\"{pill}\"/>\
             <text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"{:.1}\" font-weight=\"500\" fill=\"{ink}\">{}</text>",
            middle - place.word_width / 2.0,
            y - height / 2.0,
            place.word_width,
            height / 2.0,
            y + FONT * 0.3,
            FONT * 0.867,
            escaped(&place.word)
        );
    }

    fn type_box(&self, out: &mut String, row: &Row, row_place: &PlacedRow, side: usize) {
        let (c, placed, height) = (self.colours, self.placed, self.metrics.box_height);
        let (x, y) = (placed.columns[side], row_place.y);
        let base = y + height / 2.0 + FONT * 0.34;
        let name = escaped(&row_place.names[side]);
        let frame = |out: &mut String, fill: &str, stroke: &str, width: f32, dashes: &str| {
            let _ = write!(
                out,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height}\" rx=\"4\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{:.2}\"{dashes}/>",
                placed.box_width,
                FONT * width
            );
        };
        let own = match row.cells[side] {
            Cell::Empty => return,
            Cell::Again(_) => {
                frame(out, "none", c.error, 0.083, " stroke-dasharray=\"2 4\"");
                let _ = writeln!(
                    out,
                    "<text x=\"{:.1}\" y=\"{base:.1}\" font-size=\"{FONT}\" fill=\"{}\">{name}</text>",
                    x + FONT * 0.7,
                    c.text_2
                );
                return;
            }
            Cell::Type(own) => own,
        };
        let kind = self
            .graph
            .node(own.id)
            .map_or("", |node| node.kind.as_str());
        let group = group(kind);
        let is_forward = kind == "FWD";
        let fill = if own.replaced { c.surface } else { c.bg };
        let (stroke, width) = match (own.current, own.reached) {
            (true, _) => (c.accent, 0.2),
            (false, true) => (c.line_strong, 0.083),
            (false, false) => (c.line, 0.083),
        };
        let dashes = match is_forward {
            true => " stroke-dasharray=\"5 4\"",
            false => "",
        };
        let pale = if own.reached { "" } else { " opacity=\"0.5\"" };
        let (ink, name_ink) = match (own.reached, own.replaced) {
            (false, _) => (c.text_3, c.text_3),
            (true, true) => (c.text, c.text_2),
            (true, false) => (c.text, c.text),
        };
        let weight = if own.current { "600" } else { "400" };
        let full = self
            .graph
            .node(own.id)
            .map_or("", |node| node.label.as_str());
        let _ = write!(
            out,
            "<g><title>{}</title>",
            escaped(&format!("[{}] {full}", own.id))
        );
        frame(out, fill, stroke, width, dashes);
        let _ = write!(
            out,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"2\" fill=\"{}\"{pale}/>",
            x + 2.0,
            y + 2.0,
            placed.swatch,
            height - 4.0,
            c.field(group)
        );
        if !is_forward {
            let _ = write!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"4\" height=\"{:.1}\" fill=\"{}\"{pale}/>",
                x + 2.0,
                y + 2.0,
                height - 4.0,
                c.kind(group)
            );
        }
        let _ = writeln!(
            out,
            "<g font-family=\"monospace\" font-size=\"{FONT}\">\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"{:.1}\" font-weight=\"600\" fill=\"{ink}\">{}</text>\
             <text x=\"{:.1}\" y=\"{base:.1}\" fill=\"{}\">{}</text>\
             <text x=\"{:.1}\" y=\"{base:.1}\" font-weight=\"{weight}\" fill=\"{name_ink}\">{name}</text></g></g>",
            x + placed.swatch / 2.0 + 4.0,
            y + height / 2.0 + FONT * 0.29,
            FONT * 0.78,
            letter(kind),
            x + placed.id_at,
            c.text_3,
            own.id_text(),
            x + placed.name_at
        );
    }
}

/// A text as XML; control characters, which XML cannot contain, become U+FFFD.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' => safe.push('\n'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
