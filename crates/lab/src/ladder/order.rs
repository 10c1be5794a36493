//! The rows, from top to bottom: depth first over both graphs at once, members in order.

use super::pairs::{LEFT, RIGHT, Sides};
use super::{Cell, Graph, Now, Place, Row, Rung, State};
use crate::Moment;
use std::collections::BTreeMap;

/// Types up to which rows begin with those that reach most; computing that takes a pass for each row.
const MOST_WEIGHED: usize = 300;

/// All rows of a step.
pub(super) fn rows(graph: &Graph, moment: &Moment, sides: &Sides) -> Vec<Row> {
    let (keys, row_of) = keys(graph, sides);
    let below: Vec<Vec<usize>> = keys
        .iter()
        .map(|key| below(graph, moment, sides, key, &row_of))
        .collect();
    let mut seen = vec![false; keys.len()];
    let mut found = Vec::new();
    for start in starts(&below) {
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            let Some(visited) = seen.get_mut(at) else {
                continue;
            };
            if std::mem::replace(visited, true) {
                continue;
            }
            found.push(at);
            if let Some(below) = below.get(at) {
                open.extend(below.iter().rev());
            }
        }
    }
    let keys = found.into_iter().filter_map(|at| keys.get(at));
    keys.map(|key| row(moment, sides, *key)).collect()
}

/// The row that a step is about.
pub(super) fn current(moment: &Moment, rows: &[Row]) -> Option<usize> {
    let ids = [moment.canonical, moment.candidate];
    let wanted: Vec<u32> = ids.into_iter().flatten().collect();
    if wanted.is_empty() {
        return None;
    }
    let means = |row: &Row, id: u32| row.cells.iter().any(|cell| cell.meant() == Some(id));
    let all = rows
        .iter()
        .position(|row| wanted.iter().all(|&id| means(row, id)));
    all.or_else(|| {
        rows.iter()
            .position(|row| wanted.iter().any(|&id| means(row, id)))
    })
}

type Key = [Option<u32>; 2];

/// The types of each row, and the row of each type.
fn keys(graph: &Graph, sides: &Sides) -> (Vec<Key>, BTreeMap<u32, usize>) {
    let mut keys: Vec<Key> = Vec::new();
    let mut row_of = BTreeMap::new();
    for id in graph.ids() {
        let Some(side) = sides.side(id).filter(|_| !row_of.contains_key(&id)) else {
            continue;
        };
        let partner = sides.partner(id);
        let mut key = [None, None];
        key[side] = Some(id);
        key[1 - side] = partner;
        row_of.insert(id, keys.len());
        if let Some(partner) = partner {
            row_of.insert(partner, keys.len());
        }
        keys.push(key);
    }
    (keys, row_of)
}

/// The rows that a row refers to, members in order, both sides at once.
fn below(
    graph: &Graph,
    moment: &Moment,
    sides: &Sides,
    key: &Key,
    row_of: &BTreeMap<u32, usize>,
) -> Vec<usize> {
    let refs = key.map(|id| {
        id.and_then(|id| graph.node(id))
            .map_or(&[] as &[_], |node| node.refs.as_slice())
    });
    let mut below = Vec::new();
    for at in 0..refs[LEFT].len().max(refs[RIGHT].len()) {
        for side in refs {
            let target = side.get(at).and_then(|(_, to)| sides.drawn(moment, *to));
            below.extend(target.and_then(|to| row_of.get(&to)).copied());
        }
    }
    below
}

/// Where the search begins: first the rows that reach most.
fn starts(below: &[Vec<usize>]) -> Vec<usize> {
    let mut starts: Vec<usize> = (0..below.len()).collect();
    if below.len() <= MOST_WEIGHED {
        let weights: Vec<usize> = starts.iter().map(|&at| reach(below, at)).collect();
        starts.sort_by_key(|&at| std::cmp::Reverse(weights.get(at).copied()));
    }
    starts
}

fn reach(below: &[Vec<usize>], from: usize) -> usize {
    let mut seen = vec![false; below.len()];
    let mut open = vec![from];
    let mut count = 0;
    while let Some(at) = open.pop() {
        if let Some(visited) = seen.get_mut(at)
            && !std::mem::replace(visited, true)
        {
            count += 1;
            open.extend(below.get(at).into_iter().flatten());
        }
    }
    count
}

fn row(moment: &Moment, sides: &Sides, key: Key) -> Row {
    let own = [moment.candidate, moment.canonical];
    let mut cells = key.map(|id| match id {
        None => Cell::Empty,
        Some(id) => Cell::Type(Place {
            id,
            current: own.contains(&Some(id)),
            reached: moment.reached.binary_search(&id).is_ok(),
            replaced: moment.becomes.get(id as usize).is_some_and(|&to| to != id),
            new: new_id(moment, id),
        }),
    });
    if let Some((alone, again)) = sides.again
        && let Some(side) = key.iter().position(|id| *id == Some(alone))
    {
        cells[1 - side] = Cell::Again(again);
    }
    Row {
        rung: rung(moment, sides, &cells),
        cells,
    }
}

/// How far the pair of a row has got.
fn rung(moment: &Moment, sides: &Sides, cells: &[Cell; 2]) -> Rung {
    let (Some(left), Some(right)) = (cells[LEFT].meant(), cells[RIGHT].meant()) else {
        return Rung::default();
    };
    let is = |a: u32, b: u32| (a, b) == (left, right) || (b, a) == (left, right);
    if let Some((canonical, candidate)) = sides.pair
        && is(canonical, candidate)
    {
        return of_step(&moment.now);
    }
    let conflicts = match moment.now {
        Now::Contradiction(had) => moment.canonical.is_some_and(|canonical| is(canonical, had)),
        _ => false,
    };
    let assumed = |list: &[(u32, u32, u32)]| list.iter().any(|&(a, b, _)| is(a, b));
    let becomes = |id: u32| moment.becomes.get(id as usize).copied().unwrap_or(id);
    let state = if assumed(&moment.dropped) {
        State::Dropped
    } else if assumed(&moment.hypotheses) || conflicts {
        State::Assumed
    } else if becomes(left) == becomes(right) {
        State::Same
    } else if moment.holds.iter().any(|&(a, b)| is(a, b)) {
        State::Holds
    } else {
        State::None
    };
    let word = match conflicts {
        true => "assumed first",
        false => state.word(),
    };
    Rung {
        state,
        word: word.to_owned(),
        current: false,
        conflicts,
    }
}

/// The rung of the step's own pair.
fn of_step(now: &Now) -> Rung {
    let (state, word) = match now {
        Now::Look | Now::Compare => (State::Compare, "compare"),
        Now::Assume => (State::Assumed, "assume"),
        Now::Assumed => (State::Assumed, "assumed"),
        Now::Same => (State::Same, "same"),
        Now::Different(what) => (State::Different, what.as_str()),
        Now::Contradiction(_) => (State::Different, "contradiction"),
        Now::KeptApart => (State::Different, "kept apart"),
    };
    Rung {
        state,
        word: word.to_owned(),
        current: true,
        conflicts: false,
    }
}

/// The new id of a type, once it has one that is another.
pub(super) fn new_id(moment: &Moment, id: u32) -> Option<u32> {
    let at = moment.renumbered.binary_search_by_key(&id, |own| own.0);
    moment.renumbered.get(at.ok()?).map(|own| own.1)
}
