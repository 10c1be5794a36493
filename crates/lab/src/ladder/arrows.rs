//! References between shown rows. An arrow to the row below is straight; all others run in lanes beside the boxes,
//! short ones inside.

use super::order::new_id;
use super::pairs::{LEFT, RIGHT};
use super::{Arrow, Graph, Row};
use crate::Moment;

/// Members of one arrow that its label names.
const MOST_NAMED: usize = 2;

pub(super) fn arrows(graph: &Graph, moment: &Moment, rows: &[Row], shown: &[usize]) -> Vec<Arrow> {
    let mut all = Vec::new();
    for side in [LEFT, RIGHT] {
        let ids: Vec<Option<u32>> = shown
            .iter()
            .map(|&at| rows.get(at)?.cells[side].id())
            .collect();
        let mut own: Vec<Arrow> = Vec::new();
        for (from, id) in ids.iter().enumerate() {
            if let Some(id) = id {
                own.extend(of_type(graph, moment, side, from, *id, &ids));
            }
        }
        assign_lanes(&mut own);
        all.extend(own);
    }
    all
}

/// The arrows of a type, one for each type that it refers to.
fn of_type(
    graph: &Graph,
    moment: &Moment,
    side: usize,
    from: usize,
    id: u32,
    ids: &[Option<u32>],
) -> Vec<Arrow> {
    let Some(node) = graph.node(id) else {
        return Vec::new();
    };
    let becomes = |id: u32| moment.becomes.get(id as usize).copied().unwrap_or(id);
    let place = |to: u32| {
        let at = |to: u32| ids.iter().position(|id| *id == Some(to));
        at(to).or_else(|| at(becomes(to)))
    };
    let mut found: Vec<(usize, bool, Vec<&str>)> = Vec::new();
    for (name, target) in &node.refs {
        let on_path = walked(moment, side, id, *target);
        // Every array has an index type; it matters to the walk alone.
        if node.kind == "ARRAY" && name == "index" && !on_path {
            continue;
        }
        let Some(to) = place(*target) else { continue };
        let at = match found.iter().position(|(known, ..)| *known == to) {
            Some(at) => at,
            None => {
                found.push((to, false, Vec::new()));
                found.len() - 1
            }
        };
        if let Some((_, walked, names)) = found.get_mut(at) {
            *walked |= on_path;
            names.extend(Some(name.as_str()).filter(|name| !name.is_empty()));
        }
    }
    // Once the record is rewritten, an arrow says which id stands in it.
    let rewritten = moment.remapped.contains(&id);
    let written = |to: usize| {
        let target = ids.get(to).copied().flatten().map(becomes);
        target
            .filter(|_| rewritten)
            .and_then(|target| new_id(moment, target))
    };
    found
        .into_iter()
        .map(|(to, on_path, names)| {
            let label = match names.as_slice() {
                [first, .., _] if names.len() > MOST_NAMED => format!("{first}, … {}", names.len()),
                _ => names.join(", "),
            };
            Arrow {
                side,
                from,
                to,
                label: match written(to) {
                    Some(new) => format!("{label} [{new}]").trim_start().to_owned(),
                    None => label,
                },
                lane: None,
                on_path,
            }
        })
        .collect()
}

/// Whether the walk went from one type to another.
fn walked(moment: &Moment, side: usize, from: u32, to: u32) -> bool {
    moment.path.windows(2).any(|pair| match pair {
        [
            (candidate, canonical, _),
            (next_candidate, next_canonical, _),
        ] => match side {
            LEFT => (*canonical, *next_canonical) == (from, to),
            _ => (*candidate, *next_candidate) == (from, to),
        },
        _ => false,
    })
}

/// Gives a lane to each arrow that is not straight: the innermost in which nothing is in its way.
fn assign_lanes(arrows: &mut [Arrow]) {
    let span = |arrow: &Arrow| (arrow.from.min(arrow.to), arrow.from.max(arrow.to));
    let mut order: Vec<usize> = (0..arrows.len())
        .filter(|&at| {
            arrows
                .get(at)
                .is_some_and(|arrow| arrow.to != arrow.from + 1)
        })
        .collect();
    order.sort_by_key(|&at| arrows.get(at).map(|arrow| arrow.from.abs_diff(arrow.to)));
    let mut lanes: Vec<Vec<(usize, usize)>> = Vec::new();
    for at in order {
        let Some(arrow) = arrows.get_mut(at) else {
            continue;
        };
        let (top, bottom) = span(arrow);
        // Arrows that meet at a box may share a lane, unless one of them leads back to its own box.
        let clear = |lane: &Vec<(usize, usize)>| {
            lane.iter()
                .all(|&(above, below)| match above == below || top == bottom {
                    true => below < top || above > bottom,
                    false => below <= top || above >= bottom,
                })
        };
        let lane = lanes.iter().position(clear).unwrap_or(lanes.len());
        if lane == lanes.len() {
            lanes.push(Vec::new());
        }
        if let Some(taken) = lanes.get_mut(lane) {
            taken.push((top, bottom));
        }
        arrow.lane = Some(lane);
    }
}
