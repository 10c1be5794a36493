//! Tables and pictures as files: CSV, JSON, SVG.

use crate::card::UseRow;
use crate::inlined::{ArgumentPlaces, InlinedFunction};
use crate::list::Row;
use crate::modules::{Added, Report};
use crate::picture::{Filling, Picture};
use crate::signatures::Signature;
use crate::sources::{Area, AreaPart, AreaPartKind, Measured, TITLE, tiles};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt::Write;

/// The file format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// Comma-separated values (RFC 4180), with a line of headings.
    Csv,
    /// JSON, pretty-printed.
    Json,
}

/// Types as a table.
pub fn types(rows: &[Row], form: Form) -> String {
    let cells = |row: &Row| {
        let number = |value: Option<u64>| value.map_or_else(String::new, |value| value.to_string());
        vec![
            row.id.to_string(),
            row.address.word.clone(),
            row.name.clone(),
            row.by.clone().unwrap_or_default(),
            number(row.size),
            number(row.value),
        ]
    };
    let heads = ["id", "kind", "name", "matched", "size", "value"];
    table(rows, form, &heads, cells)
}

/// Inlined functions as a table: a row for each parameter, or for each function without any. JSON has sites too.
pub fn inlined(rows: &[InlinedFunction], form: Form) -> String {
    if form == Form::Json {
        return json(rows);
    }
    let lines = rows.iter().flat_map(|row| {
        let head = [
            row.name.clone(),
            row.sites.to_string(),
            row.has_function.to_string(),
        ];
        let of = |one: &ArgumentPlaces| {
            let counts = [one.register, one.memory, one.sum, one.constant, one.unknown];
            let counts = counts.map(|count| count.to_string());
            [head.to_vec(), vec![one.name.clone()], counts.to_vec()].concat()
        };
        match row.parameters.is_empty() {
            true => vec![[head.to_vec(), vec![String::new(); 6]].concat()],
            false => row.parameters.iter().map(of).collect(),
        }
    });
    let heads = [
        "name",
        "sites",
        "has function",
        "parameter",
        "register",
        "memory",
        "register + offset",
        "constant",
        "unknown",
    ];
    csv(&heads, lines)
}

/// Functions or variables as a table.
pub fn signatures(rows: &[Signature], form: Form) -> String {
    let cells = |row: &Signature| {
        let (section, offset) = match &row.place {
            Some((section, offset)) => (section.clone(), offset.to_string()),
            None => (String::new(), String::new()),
        };
        vec![
            row.id.to_string(),
            row.name.clone(),
            row.text(),
            row.tags.join(" "),
            row.flags.join(" "),
            section,
            offset,
            row.size.map_or_else(String::new, |size| size.to_string()),
            row.inlined_at
                .map_or_else(String::new, |sites| sites.to_string()),
        ]
    };
    let heads = [
        "id",
        "name",
        "signature",
        "tags",
        "flags",
        "section",
        "offset",
        "size",
        "inlined at",
    ];
    table(rows, form, &heads, cells)
}

/// Uses of a type as a table.
pub fn uses(rows: &[UseRow], form: Form) -> String {
    let cells = |row: &UseRow| {
        vec![
            row.kind.word().to_owned(),
            row.user.word.clone(),
            row.user.name.clone(),
            row.member.clone().unwrap_or_default(),
            row.text.clone(),
            if row.pointer { "yes" } else { "no" }.to_owned(),
        ]
    };
    let heads = ["use", "kind", "name", "member", "text", "pointer"];
    table(rows, form, &heads, cells)
}

/// What modules add: a row for each module as CSV, the whole report as JSON.
pub fn modules(report: &Report, form: Form) -> String {
    if form == Form::Json {
        return json(report);
    }
    let cells = |one: &Added| {
        let numbers = one.figures();
        [
            vec![one.name.clone()],
            numbers.map(|number| number.to_string()).to_vec(),
        ]
        .concat()
    };
    let heads = [&["name"], Added::FIGURES.as_slice()].concat();
    csv(&heads, report.added.iter().map(cells))
}

/// The parts of a folder as a table.
pub fn area(area: &Area, form: Form) -> String {
    let cells = |part: &AreaPart| {
        vec![
            part.title().to_owned(),
            part.kind.word().to_owned(),
            part.before.types.to_string(),
            part.before.bytes.to_string(),
            part.after.types.to_string(),
            part.after.bytes.to_string(),
        ]
    };
    let heads = [
        "name",
        "kind",
        "types_before",
        "bytes_before",
        "types_after",
        "bytes_after",
    ];
    table(&area.parts, form, &heads, cells)
}

fn table<T: Serialize>(
    rows: &[T],
    form: Form,
    heads: &[&str],
    cells: impl Fn(&T) -> Vec<String>,
) -> String {
    match form {
        Form::Json => json(rows),
        Form::Csv => csv(heads, rows.iter().map(cells)),
    }
}

/// Rows of values as CSV, under headings.
pub fn csv(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = String::new();
    line(&mut text, heads.iter().copied());
    for row in rows {
        line(&mut text, row.iter().map(String::as_str));
    }
    text
}

/// A value as pretty-printed JSON.
pub fn json<T: Serialize + ?Sized>(value: &T) -> String {
    // Plain values with string keys: nothing in them can fail to be written.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A line of values. A value with a comma, a quote, or a line break is put in quotes. A value with which a spreadsheet would
/// begin a formula gets an apostrophe in front of it, unless it is a number: names come from files of anybody.
fn line<'a>(text: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        let is_formula =
            cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
        let cell: &str = &match is_formula {
            true => Cow::Owned(format!("'{cell}")),
            false => Cow::Borrowed(cell),
        };
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}

/// The light colours of the page: the tint of each kind (`web/styles/tokens.css`, 16 % on white), and the kind itself at the
/// left of a member. Levels of folders have those of kinds.
const STYLE: &str = "text{font:12px ui-monospace,monospace;fill:#1b1f24}.u{fill:#6b7280}.hole{fill:url(#h)}\
    .struct{fill:#e5dcf7}.enum{fill:#e8e3d6}.int{fill:#d8e2e6}.ptr{fill:#eaeced}.other{fill:#ebedf0}\
    .e{stroke:none}.e.struct{fill:#5b24cf}.e.enum{fill:#6f5000}.e.int{fill:#0e4a60}.e.ptr{fill:#7c8890}.e.other{fill:#4a535e}\
    rect{stroke:#fff;stroke-width:1}";
const HATCH: &str = "<pattern id=\"h\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect width=\"6\" height=\"6\" fill=\"#f3f4f6\" stroke=\"none\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#838c97\" stroke-width=\"1.5\"/></pattern>";
/// How many rows a picture has at most; a larger struct is cut, and the picture says so.
const ROWS: u64 = 400;

fn begin(width: f64, height: f64, title: &str) -> String {
    let title = escaped(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\">\
         <title>{title}</title><style>{STYLE}</style><defs>{HATCH}</defs>\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    )
}

/// The bytes of a struct as SVG, with a cache line of 64 bytes in each row.
pub fn picture(picture: &Picture, title: &str) -> String {
    const LEFT: f64 = 56.0;
    const BYTE: f64 = 14.0;
    const HEIGHT: f64 = 26.0;
    const TOP: f64 = 34.0;
    let rows = picture.size.div_ceil(64).min(ROWS);
    let cut = picture.size.div_ceil(64) > ROWS || picture.cut;
    let height = TOP + HEIGHT * (rows + u64::from(cut)) as f64 + 8.0;
    let mut text = begin(LEFT + 64.0 * BYTE + 8.0, height, title);
    let _ = writeln!(text, "<text x=\"8\" y=\"21\">{}</text>", escaped(title));
    for row in 0..rows {
        let (start, end) = (row * 64, (row * 64 + 64).min(picture.size));
        let y = TOP + HEIGHT * row as f64;
        let _ = writeln!(
            text,
            "<text class=\"u\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{start}</text>",
            LEFT - 8.0,
            y + 17.0
        );
        let first = picture.blocks.partition_point(|block| block.end <= start);
        for block in picture.blocks.iter().skip(first) {
            if block.start >= end {
                break;
            }
            let (from, to) = (block.start.max(start), block.end.min(end));
            let (class, label) = match &block.filling {
                Filling::Member { name, kind, .. } => (class(*kind), name.clone()),
                Filling::Bits { .. } => ("int", "bits".to_owned()),
                Filling::Hole | Filling::Padding => ("hole", (block.end - block.start).to_string()),
            };
            let (x, width) = (
                LEFT + BYTE * (from - start) as f64,
                BYTE * (to - from) as f64,
            );
            let name = escaped(&label);
            let _ = write!(
                text,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\"><title>{name}, {}–{} ({} B)</title></rect>",
                HEIGHT - 2.0,
                block.start,
                block.end - 1,
                block.end - block.start
            );
            if block.start >= start && class != "hole" {
                let _ = write!(
                    text,
                    "<rect class=\"e {class}\" x=\"{x}\" y=\"{y}\" width=\"2\" height=\"{}\"/>",
                    HEIGHT - 2.0
                );
            }
            if block.start >= start && label.chars().count() as f64 * 7.4 + 8.0 < width {
                let _ = write!(
                    text,
                    "<text x=\"{}\" y=\"{}\">{name}</text>",
                    x + 4.0,
                    y + 16.0
                );
            }
            text.push('\n');
        }
    }
    if cut {
        let _ = writeln!(
            text,
            "<text x=\"{LEFT}\" y=\"{}\">… cut here</text>",
            height - 14.0
        );
    }
    text.push_str("</svg>\n");
    text
}

fn class(kind: btf::Kind) -> &'static str {
    match kind {
        btf::Kind::Struct | btf::Kind::Union => "struct",
        btf::Kind::Enum | btf::Kind::Enum64 => "enum",
        btf::Kind::Int | btf::Kind::Float => "int",
        btf::Kind::Ptr | btf::Kind::Array => "ptr",
        _ => "other",
    }
}

/// A folder as a treemap in SVG.
pub fn treemap(area: &Area, measured: Measured) -> String {
    const WIDTH: f64 = 1200.0;
    const HEIGHT: f64 = 720.0;
    let title = match area.path.is_empty() {
        true => "all units",
        false => area.path.as_str(),
    };
    let mut text = begin(WIDTH, HEIGHT, title);
    for tile in tiles(area, measured, WIDTH, HEIGHT) {
        let amount = measured.of(tile.part.before, tile.part.after);
        let class = match (tile.part.kind, tile.within) {
            (AreaPartKind::Folder, None) => "struct",
            (AreaPartKind::Folder, Some(_)) => "int",
            (AreaPartKind::Unit, _) => "ptr",
            _ => "other",
        };
        let name = escaped(tile.part.title());
        let _ = write!(
            text,
            "<rect class=\"{class}\" x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\"><title>{name}: {amount}</title></rect>",
            tile.x, tile.y, tile.width, tile.height
        );
        let fits = name.chars().count() as f64 * 7.4 + 8.0 < tile.width;
        if fits && tile.height > TITLE {
            let _ = write!(
                text,
                "<text x=\"{:.2}\" y=\"{:.2}\">{name}</text>",
                tile.x + 4.0,
                tile.y + 13.0
            );
        }
        text.push('\n');
    }
    text.push_str("</svg>\n");
    text
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // XML cannot contain other control characters.
            c if c.is_control() => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_becomes_a_formula() {
        let rows = ["=1+1", "@x", "-5", "-x", "a=b", "+\"q\""];
        let rows = rows.map(|name| vec![name.to_owned()]);
        assert_eq!(
            csv(&["name"], rows.into_iter()),
            "name\r\n'=1+1\r\n'@x\r\n-5\r\n'-x\r\na=b\r\n\"'+\"\"q\"\"\"\r\n"
        );
    }
}
