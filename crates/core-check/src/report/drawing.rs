//! A report as a picture: an SVG that needs nothing else.

use super::Report;
use super::forms::cell_text;
use crate::answer::State;
use std::fmt::Write;

/// Pixels of a row, and of a letter in the two sizes of text.
const ROW: usize = 30;
const LETTER: usize = 8;
const SMALL_LETTER: usize = 7;
/// Pixels around the picture, and between a line and a text.
const EDGE: usize = 16;
const GAP: usize = 8;
/// Above the first row: the heading, and the names of the kernels.
const HEAD: usize = 84;
/// The most letters of a name. Longer ones end with an ellipsis.
const MOST_LETTERS: usize = 60;

const FONT: &str = "system-ui, sans-serif";
const MONO: &str = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

impl Report {
    /// The table as an SVG: objects down, kernels across. States differ in colour, sign, and word.
    ///
    /// ```
    /// use core_check::{Cell, Report, Row, State};
    ///
    /// let cell = Cell { state: State::Ok, programs: Vec::new(), reasons: Vec::new() };
    /// let row = Row { object: "a.bpf.o".into(), cells: vec![cell] };
    /// let report = Report { kernels: vec!["6.1".into()], rows: vec![row] };
    /// assert!(report.svg().contains(">✓ ok</text>"));
    /// ```
    pub fn svg(&self) -> String {
        let objects: Vec<String> = self.rows.iter().map(|row| short(&row.object)).collect();
        let kernels: Vec<String> = self.kernels.iter().map(|name| short(name)).collect();
        let letters = |text: &String| text.chars().count();
        let first = objects.iter().map(letters).max().unwrap_or(0).max(10) * LETTER + 2 * GAP;
        let columns = kernels
            .iter()
            .map(|name| letters(name).max(11) * LETTER + 2 * GAP);
        let columns: Vec<usize> = columns.collect();
        let table = first + columns.iter().sum::<usize>();
        let heading = self.heading();
        let bottom = HEAD + self.rows.len() * ROW;
        let (legend, legend_width) = legend(bottom + 24);
        let width = table
            .max((heading.chars().count() + 4) * LETTER)
            .max(legend_width)
            + 2 * EDGE;
        let height = bottom + ROW + EDGE;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-label=\"{}\" font-family=\"{FONT}\" font-size=\"13\" fill=\"#1b1f24\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            escaped(&heading)
        );
        let drawn = self.draw(&mut svg, &objects, &kernels, first, &columns, table);
        debug_assert!(drawn.is_ok(), "writing to a string cannot fail");
        svg.push_str(&legend);
        svg.push_str("</svg>\n");
        svg
    }

    fn draw(
        &self,
        svg: &mut String,
        objects: &[String],
        kernels: &[String],
        first: usize,
        columns: &[usize],
        table: usize,
    ) -> std::fmt::Result {
        writeln!(
            svg,
            "<text x=\"{EDGE}\" y=\"36\" font-size=\"16\" font-weight=\"650\">{}</text>",
            escaped(&self.heading())
        )?;
        let line = |y: usize, colour: &str| {
            let right = EDGE + table;
            format!("<path d=\"M{EDGE} {y}H{right}\" stroke=\"{colour}\"/>\n")
        };
        let mut left = EDGE + first;
        for (kernel, width) in kernels.iter().zip(columns) {
            writeln!(
                svg,
                "<text x=\"{}\" y=\"{}\" font-family=\"{MONO}\" font-weight=\"650\">{}</text>",
                left + GAP,
                HEAD - 12,
                escaped(kernel)
            )?;
            left += width;
        }
        svg.push_str(&line(HEAD, "#838c97"));
        for (number, (row, object)) in self.rows.iter().zip(objects).enumerate() {
            let top = HEAD + number * ROW;
            let base = top + 20;
            writeln!(
                svg,
                "<text x=\"{EDGE}\" y=\"{base}\" font-family=\"{MONO}\">{}</text>",
                escaped(object)
            )?;
            let mut left = EDGE + first;
            for (cell, width) in row.cells.iter().zip(columns) {
                match cell.state {
                    State::Fails => writeln!(
                        svg,
                        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\" fill=\"#fbeae8\"/>"
                    )?,
                    State::Unknown => writeln!(
                        svg,
                        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#838c97\" stroke-dasharray=\"3 2\"/>",
                        left + 3,
                        top + 3,
                        width - 6,
                        ROW - 6
                    )?,
                    State::Ok | State::Guarded => {}
                }
                let weight = if cell.state == State::Fails { 650 } else { 400 };
                writeln!(
                    svg,
                    "<text x=\"{}\" y=\"{base}\" fill=\"{}\" font-weight=\"{weight}\">{}</text>",
                    left + GAP,
                    colour(cell.state),
                    cell_text(cell)
                )?;
                left += width;
            }
            svg.push_str(&line(top + ROW, "#dcdfe4"));
        }
        Ok(())
    }
}

/// What the signs mean, in a line, and how wide that is.
fn legend(y: usize) -> (String, usize) {
    let mut text = String::new();
    let mut x = EDGE;
    for (state, means) in [
        (State::Ok, "everything resolves"),
        (State::Guarded, "something is missing and not reached"),
        (State::Unknown, "it cannot be told"),
        (State::Fails, "libbpf or the verifier stops"),
    ] {
        let said = format!("{} {means}", state.sign());
        let _ = writeln!(
            text,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"12\" fill=\"{}\">{said}</text>",
            colour(state)
        );
        x += said.chars().count() * SMALL_LETTER + GAP;
    }
    (text, x - EDGE)
}

fn colour(state: State) -> &'static str {
    match state {
        State::Ok => "#1f7a3d",
        State::Guarded => "#4a535e",
        State::Unknown => "#5d6672",
        State::Fails => "#b3261e",
    }
}

fn short(name: &str) -> String {
    match name.chars().count() > MOST_LETTERS {
        true => name.chars().take(MOST_LETTERS - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

/// Text that XML can contain: names come from files of anybody.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            one if one.is_control() || matches!(one, '\u{fffe}' | '\u{ffff}') => {
                safe.push('\u{fffd}');
            }
            one => safe.push(one),
        }
    }
    safe
}
