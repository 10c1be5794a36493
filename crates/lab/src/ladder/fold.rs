//! Which rows are shown. Up to [`MOST_ROWS`] all are; of more, the path of the walk and what the current type refers to.

use super::pairs::Sides;
use super::{Graph, MOST_ROWS, Row, State};
use crate::Moment;
use crate::difference::capitalised;

/// Rows of a long path that are shown: the first, and the last ones.
const MOST_OF_PATH: usize = 9;
/// Rows below the current one.
const MOST_MEMBERS: usize = 4;
/// Rows above the current one, outside a walk.
const MOST_USERS: usize = 3;
/// Names that a strip lists.
const MOST_NAMES: usize = 4;

/// What rows that are not shown have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fold {
    /// Pairs that the walk assumes.
    Assumed,
    /// Pairs of walks that found no difference.
    Holds,
    /// Pairs of which one has replaced the other.
    Settled,
    /// Types that were reached and have no equal so far.
    Apart,
    /// Types that no step was about so far.
    Waiting,
    /// All types of the unit of this number, from 0.
    Unit(u32),
}

/// What stands for rows that are not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// What they have in common.
    pub fold: Fold,
    /// Their number; for a unit the number of its types.
    pub count: u32,
    /// "13 settled types folded".
    pub text: String,
    /// The first of their names.
    pub names: String,
}

/// What is shown, and what is not.
pub(super) struct Folded {
    pub shown: Vec<usize>,
    pub strips: Vec<Strip>,
}

pub(super) fn fold(
    graph: &Graph,
    moment: &Moment,
    rows: &[Row],
    current: Option<usize>,
    unfolded: &[Fold],
    sides: &Sides,
) -> Folded {
    let mut shown = match rows.len() {
        few if few <= MOST_ROWS => (0..few).collect(),
        _ => focus(graph, moment, rows, current, sides),
    };
    let mut strips = Vec::new();
    for kind in [
        Fold::Assumed,
        Fold::Holds,
        Fold::Settled,
        Fold::Apart,
        Fold::Waiting,
    ] {
        let own: Vec<usize> = (0..rows.len())
            .filter(|at| !shown.contains(at))
            .filter(|&at| rows.get(at).is_some_and(|row| kind_of(row) == kind))
            .collect();
        if own.is_empty() {
            continue;
        }
        if unfolded.contains(&kind) {
            shown.extend(own);
            continue;
        }
        let count = own.len() as u32;
        strips.push(Strip {
            fold: kind,
            count,
            text: text(graph, kind, count),
            names: names(graph, own.iter().filter_map(|&at| rows.get(at))),
        });
    }
    for (unit, types) in sides.absent(graph) {
        let fold = Fold::Unit(unit);
        strips.push(Strip {
            fold,
            count: types,
            text: text(graph, fold, types),
            names: String::new(),
        });
    }
    Folded { shown, strips }
}

/// The rows that matter to a step of a large graph.
fn focus(
    graph: &Graph,
    moment: &Moment,
    rows: &[Row],
    current: Option<usize>,
    sides: &Sides,
) -> Vec<usize> {
    let row_of = |id: u32| {
        rows.iter()
            .position(|row| row.cells.iter().any(|cell| cell.id() == Some(id)))
    };
    let mut path: Vec<usize> = Vec::new();
    let walked = moment.path.iter();
    for at in walked
        .filter_map(|&(candidate, canonical, _)| row_of(candidate).or_else(|| row_of(canonical)))
    {
        if !path.contains(&at) {
            path.push(at);
        }
    }
    if path.len() > MOST_OF_PATH {
        let last = path.split_off(path.len() - (MOST_OF_PATH - 1));
        path.truncate(1);
        path.extend(last);
    }
    let Some(current) = current else {
        return match path.is_empty() {
            true => (0..MOST_ROWS.min(rows.len())).collect(),
            false => path,
        };
    };
    let mut shown = Vec::new();
    if path.is_empty() {
        // A lookup: what refers to the type is above it.
        let users = (0..rows.len()).filter(|&at| {
            at != current
                && rows.get(at).is_some_and(|row| {
                    members(graph, moment, sides, row, &row_of).contains(&current)
                })
        });
        shown.extend(users.take(MOST_USERS));
    }
    shown.extend(&path);
    if !shown.contains(&current) {
        shown.push(current);
    }
    if let Some(row) = rows.get(current) {
        let below = members(graph, moment, sides, row, &row_of);
        // In a walk what is settled needs no look any more.
        let open = below.into_iter().filter(|at| {
            path.is_empty()
                || rows
                    .get(*at)
                    .is_some_and(|row| row.rung.state != State::Same)
        });
        let mut left = MOST_MEMBERS;
        for at in open {
            if left > 0 && !shown.contains(&at) {
                shown.push(at);
                left -= 1;
            }
        }
    }
    shown
}

/// The rows that a row refers to.
fn members(
    graph: &Graph,
    moment: &Moment,
    sides: &Sides,
    row: &Row,
    row_of: &impl Fn(u32) -> Option<usize>,
) -> Vec<usize> {
    let nodes = row.cells.iter().filter_map(|cell| graph.node(cell.id()?));
    let refs = nodes.flat_map(|node| node.refs.iter().map(|(_, to)| *to));
    let mut found = Vec::new();
    for at in refs.filter_map(|to| row_of(sides.drawn(moment, to)?)) {
        if !found.contains(&at) {
            found.push(at);
        }
    }
    found
}

fn kind_of(row: &Row) -> Fold {
    let reached = row.cells.iter().any(|cell| match cell {
        super::Cell::Type(place) => place.reached,
        _ => false,
    });
    match row.rung.state {
        State::Assumed => Fold::Assumed,
        State::Holds => Fold::Holds,
        State::Same => Fold::Settled,
        _ if reached => Fold::Apart,
        _ => Fold::Waiting,
    }
}

fn text(graph: &Graph, fold: Fold, count: u32) -> String {
    let s = if count == 1 { "" } else { "s" };
    match fold {
        Fold::Assumed => format!("{count} assumed pair{s} folded"),
        Fold::Holds => format!(
            "{count} pair{s} that hold{} folded",
            if count == 1 { "s" } else { "" }
        ),
        Fold::Settled => format!("{count} settled type{s} folded"),
        Fold::Apart => format!("{count} other row{s} folded"),
        Fold::Waiting => format!("{count} row{s} not reached yet"),
        Fold::Unit(unit) => capitalised(&format!(
            "{}: {count} type{s}, not in this step",
            graph.title(unit)
        )),
    }
}

/// Names of rows: structs first, pointers left out.
fn names<'r>(graph: &Graph, rows: impl Iterator<Item = &'r Row>) -> String {
    let nodes = rows.filter_map(|row| {
        let id = row.cells.iter().find_map(|cell| cell.id())?;
        graph.node(id)
    });
    let mut named: Vec<_> = nodes.filter(|node| node.kind != "PTR").collect();
    named.sort_by_key(|node| node.kind == "INT");
    let first: Vec<&str> = named
        .iter()
        .take(MOST_NAMES)
        .map(|node| node.short.as_str())
        .collect();
    let more = if named.len() > MOST_NAMES {
        ", …"
    } else {
        ""
    };
    format!("{}{more}", first.join(", "))
}
