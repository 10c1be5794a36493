//! What a drawing shows of a type and of a pair: letters, groups of kinds, lines, and the drawing in a sentence.

use super::{Metrics, PlacedRow, Placement, Row, State};
use crate::Moment;

/// The letter of a kind.
pub fn letter(kind: &str) -> &'static str {
    match kind {
        "STRUCT" => "S",
        "UNION" => "U",
        "PTR" => "P",
        "INT" => "I",
        "FLOAT" => "F",
        "FWD" => "?",
        "ARRAY" => "A",
        "CONST" | "VOLATILE" | "RESTRICT" => "C",
        "TYPEDEF" => "T",
        "ENUM" | "ENUM64" => "E",
        "FUNC_PROTO" => "()",
        "FUNC" => "f",
        "VAR" => "V",
        "DATASEC" => "D",
        _ => "#",
    }
}

/// The group of a kind, by its colour: `struct`, `enum`, `int`, `func`, `typedef`, `var`, `tag`, `fwd`, `ptr`.
pub fn group(kind: &str) -> &'static str {
    match kind {
        "STRUCT" | "UNION" => "struct",
        "ENUM" | "ENUM64" => "enum",
        "INT" | "FLOAT" => "int",
        "FUNC" | "FUNC_PROTO" => "func",
        "TYPEDEF" => "typedef",
        "VAR" | "DATASEC" => "var",
        "DECL_TAG" | "TYPE_TAG" => "tag",
        "FWD" => "fwd",
        _ => "ptr",
    }
}

/// The line between the two boxes of a row, as SVG writes a path; none where a type has no partner.
pub fn rung_path(
    row: &Row,
    place: &PlacedRow,
    placed: &Placement,
    metrics: &Metrics,
) -> Option<String> {
    if row.cells.iter().any(|cell| cell.meant().is_none()) {
        return None;
    }
    let [left, to] = placed.columns;
    let from = left + placed.box_width;
    let middle = (from + to) / 2.0;
    let y = place.y + metrics.box_height / 2.0;
    let half = place.word_width / 2.0;
    Some(match row.rung.state {
        State::None => format!("M{:.1} {y:.1}H{:.1}", from + 4.0, to - 4.0),
        State::Same => {
            let apart = metrics.font * 0.17;
            let (above, below) = (y - apart, y + apart);
            format!("M{from:.1} {above:.1}H{to:.1}M{from:.1} {below:.1}H{to:.1}")
        }
        // Broken in the middle, where the word stands.
        State::Different => format!(
            "M{from:.1} {y:.1}H{:.1}M{:.1} {y:.1}H{to:.1}",
            (middle - half).max(from),
            (middle + half).min(to)
        ),
        _ => format!("M{from:.1} {y:.1}H{to:.1}"),
    })
}

/// The drawing in a sentence, for those who do not see it.
pub fn described(moment: &Moment, steps: u32) -> String {
    let pairs = |list: Vec<String>| match list.is_empty() {
        true => "nothing".to_owned(),
        false => list.join("; "),
    };
    let assumed = moment.hypotheses.iter();
    let assumed = assumed.map(|(canonical, candidate, _)| format!("{canonical} and {candidate}"));
    let settled = (1..).zip(moment.becomes.iter().skip(1));
    let settled = settled.filter(|(id, to)| *id != **to);
    let settled = settled.map(|(id, to): (u32, &u32)| format!("{id} is {to}"));
    format!(
        "Step {} of {steps}. {} Assumed: {}. Settled: {}.",
        moment.step,
        moment.sentence.replace('`', ""),
        pairs(assumed.collect()),
        pairs(settled.collect())
    )
}
