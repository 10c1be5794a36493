//! Where the types of a graph stand when it is drawn: in layers, references downwards where that can be.
//!
//! The layers are those of the crate dagre. Lengths are in the pixels of the page at its usual size.

use crate::label::{label, references};
use btf::{Btf, TypeId};
use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// Types of a graph that are drawn; of more, tables say what there is to say.
pub const MOST_DRAWN: usize = 120;
/// Height of a type's box.
pub const BOX_HEIGHT: f32 = 32.0;
/// Width of a letter of the page's monospaced type.
const LETTER: f32 = 7.9;
/// Width of a box beside its letters.
const BESIDE: f32 = 30.0;
/// Between graphs that stand side by side, or one below the other.
const BETWEEN: f32 = 72.0;
/// Width up to which graphs stand side by side.
const WIDEST: f32 = 900.0;
/// Letters of a box or a reference; the rest is left out.
const MOST_LETTERS: usize = 28;

/// A drawn graph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// Its width.
    pub width: f32,
    /// Its height.
    pub height: f32,
    /// Its types.
    pub boxes: Vec<Box>,
    /// What refers to what.
    pub arrows: Vec<Arrow>,
    /// For each unit the middle of its upper edge.
    pub units: Vec<(f32, f32)>,
}

/// A type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Box {
    /// Its id.
    pub id: u32,
    /// Its middle, from the left.
    pub x: f32,
    /// Its middle, from the top.
    pub y: f32,
    /// Its width; all are of one height, [`BOX_HEIGHT`].
    pub width: f32,
}

/// A reference, or several from one type to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Arrow {
    /// The type that refers.
    pub from: u32,
    /// The type referred to.
    pub to: u32,
    /// Names of members, parameters or roles.
    pub label: String,
    /// Where the label stands: its middle.
    pub at: (f32, f32),
    /// The way, from box to box.
    pub points: Vec<(f32, f32)>,
}

/// Draws the graphs of ranges of ids beside each other, or below each other when that is too wide; `None` when there
/// is too much to be readable.
pub fn drawing(btf: &Btf, units: &[Range<u32>]) -> Option<Drawing> {
    let all: usize = units.iter().map(|ids| ids.len()).sum();
    if all > MOST_DRAWN {
        return None;
    }
    let parts: Vec<Drawing> = units.iter().map(|ids| graph(btf, ids.clone())).collect();
    let widths = parts.iter().map(|part| part.width + BETWEEN);
    let below = widths.sum::<f32>() - BETWEEN > WIDEST && parts.len() > 1;
    let mut whole = Drawing::default();
    let (mut left, mut top) = (0.0, 0.0);
    for mut part in parts {
        for one in &mut part.boxes {
            (one.x, one.y) = (one.x + left, one.y + top);
        }
        for one in &mut part.arrows {
            one.at = (one.at.0 + left, one.at.1 + top);
            for point in &mut one.points {
                *point = (point.0 + left, point.1 + top);
            }
        }
        whole.boxes.extend(part.boxes);
        whole.arrows.extend(part.arrows);
        whole.units.push((left + part.width / 2.0, top));
        whole.width = whole.width.max(left + part.width);
        whole.height = whole.height.max(top + part.height);
        match below {
            true => top += part.height + BETWEEN,
            false => left += part.width + BETWEEN,
        }
    }
    Some(whole)
}

/// Draws one graph.
fn graph(btf: &Btf, ids: Range<u32>) -> Drawing {
    let mut graph: Graph<NodeLabel, EdgeLabel> = Graph::with_options(GraphOptions {
        directed: true,
        // Of two types that refer to each other one reference is turned round while layers are found.
        multigraph: true,
        compound: false,
    });
    for id in ids.clone() {
        let letters = shortened(&label(btf, TypeId(id))).chars().count() + id.to_string().len() + 3;
        let node = NodeLabel {
            width: f64::from(letters as f32 * LETTER + BESIDE),
            height: f64::from(BOX_HEIGHT),
            ..NodeLabel::default()
        };
        graph.set_node(id.to_string(), Some(node));
    }
    let mut labels: BTreeMap<(u32, u32), String> = BTreeMap::new();
    for id in ids.clone() {
        for (name, target) in references(btf, TypeId(id)) {
            if !ids.contains(&target.0) {
                continue;
            }
            let label = labels.entry((id, target.0)).or_default();
            if !label.is_empty() && !name.is_empty() {
                label.push_str(", ");
            }
            label.push_str(&name);
        }
    }
    for ((from, to), label) in &mut labels {
        *label = shortened(label);
        let edge = EdgeLabel {
            width: f64::from(label.chars().count() as f32 * LETTER * 0.9),
            height: if label.is_empty() { 0.0 } else { 14.0 },
            ..EdgeLabel::default()
        };
        graph.set_edge(from.to_string(), to.to_string(), Some(edge), None);
    }
    dagre::layout(
        &mut graph,
        Some(LayoutOptions {
            nodesep: 20.0,
            edgesep: 14.0,
            ranksep: 30.0,
            ..LayoutOptions::default()
        }),
    );
    placed(&graph, ids, labels)
}

/// Takes the places from the library's graph, moved so that nothing lies left of or above zero.
fn placed(
    graph: &Graph<NodeLabel, EdgeLabel>,
    ids: Range<u32>,
    labels: BTreeMap<(u32, u32), String>,
) -> Drawing {
    let mut drawing = Drawing::default();
    for id in ids {
        let Some(node) = graph.node(&id.to_string()) else {
            continue;
        };
        drawing.boxes.push(Box {
            id,
            x: node.x.unwrap_or_default() as f32,
            y: node.y.unwrap_or_default() as f32,
            width: node.width as f32,
        });
    }
    for ((from, to), label) in labels {
        let Some(edge) = graph.edge(&from.to_string(), &to.to_string(), None) else {
            continue;
        };
        let points: Vec<(f32, f32)> = edge
            .points
            .iter()
            .map(|point| (point.x as f32, point.y as f32))
            .collect();
        let middle = points.get(points.len() / 2).copied().unwrap_or_default();
        drawing.arrows.push(Arrow {
            from,
            to,
            at: (
                edge.x.map_or(middle.0, |x| x as f32),
                edge.y.map_or(middle.1, |y| y as f32),
            ),
            points,
            label,
        });
    }
    let half = BOX_HEIGHT / 2.0;
    let boxes = drawing.boxes.iter().flat_map(|one| {
        [
            (one.x - one.width / 2.0, one.y - half),
            (one.x + one.width / 2.0, one.y + half),
        ]
    });
    let ways = drawing.arrows.iter().flat_map(|one| one.points.clone());
    let signs = drawing.arrows.iter().flat_map(|one| {
        let half = one.label.chars().count() as f32 * LETTER * 0.45;
        [(one.at.0 - half, one.at.1), (one.at.0 + half, one.at.1)]
    });
    let all: Vec<(f32, f32)> = boxes.chain(ways).chain(signs).collect();
    let least = all.iter().fold((0.0_f32, 0.0_f32), |low, point| {
        (low.0.min(point.0), low.1.min(point.1))
    });
    let most = all.iter().fold((0.0_f32, 0.0_f32), |high, point| {
        (high.0.max(point.0), high.1.max(point.1))
    });
    for one in &mut drawing.boxes {
        (one.x, one.y) = (one.x - least.0, one.y - least.1);
    }
    for one in &mut drawing.arrows {
        one.at = (one.at.0 - least.0, one.at.1 - least.1);
        for point in &mut one.points {
            *point = (point.0 - least.0, point.1 - least.1);
        }
    }
    drawing.width = most.0 - least.0;
    drawing.height = most.1 - least.1;
    drawing
}

/// A text that is not too long to stand in a box.
pub(crate) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_LETTERS) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
