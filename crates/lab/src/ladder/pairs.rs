//! Which types are on which side, and who is opposite whom.

use super::{Graph, Heading, Now};
use crate::Moment;

/// The left column: canonical types.
pub(super) const LEFT: usize = 0;
/// The right column: the unit whose types are compared.
pub(super) const RIGHT: usize = 1;

/// Sides and partners of all types at one step.
#[derive(Debug)]
pub(super) struct Sides {
    /// The unit on the right, from 0.
    unit: u32,
    /// For each id its column; none for types that take no part.
    side: Vec<Option<usize>>,
    /// For each id the id opposite.
    partner: Vec<Option<u32>>,
    /// The pair of the step, canonical type first.
    pub pair: Option<(u32, u32)>,
    /// The candidate that stands alone, and the type that takes part in its row although it is drawn elsewhere.
    pub again: Option<(u32, u32)>,
}

impl Sides {
    /// The sides at a step.
    pub fn of(graph: &Graph, moment: &Moment) -> Sides {
        let size = graph.nodes.len() + 1;
        let pair = moment.canonical.zip(moment.candidate);
        let unit = right_unit(graph, moment);
        let mut sides = Sides {
            unit,
            side: vec![None; size],
            partner: vec![None; size],
            pair: pair.filter(|(a, b)| a != b),
            again: None,
        };
        sides.take_sides(graph, moment);
        sides.pair_up(graph, moment);
        sides
    }

    /// The column of a type.
    pub fn side(&self, id: u32) -> Option<usize> {
        self.side.get(id as usize).copied().flatten()
    }

    /// The type opposite.
    pub fn partner(&self, id: u32) -> Option<u32> {
        self.partner.get(id as usize).copied().flatten()
    }

    /// The type that is drawn where this one is referred to: itself, or the type that has replaced it.
    pub fn drawn(&self, moment: &Moment, id: u32) -> Option<u32> {
        let becomes = moment.becomes.get(id as usize).copied();
        [Some(id), becomes]
            .into_iter()
            .flatten()
            .find(|&id| self.side(id).is_some())
    }

    /// What stands above the columns.
    pub fn headings(&self, graph: &Graph) -> [Heading; 2] {
        let units = |column: usize| {
            let mut units: Vec<u32> = graph
                .ids()
                .filter(|&id| self.side(id) == Some(column))
                .map(|id| graph.unit(id))
                .collect();
            units.sort_unstable();
            units.dedup();
            match units.as_slice() {
                [first, _, ..] if !graph.has_base => units
                    .iter()
                    .skip(1)
                    .fold(format!("units {}", first + 1), |text, unit| {
                        format!("{text}, {}", unit + 1)
                    }),
                _ => units
                    .iter()
                    .map(|&unit| graph.title(unit))
                    .collect::<Vec<_>>()
                    .join(", "),
            }
        };
        // In the pass over forwards a definition of a later unit can replace a declaration of an earlier one.
        let turned = self.pair.is_some_and(|(canonical, candidate)| {
            self.side(canonical) == Some(RIGHT) && self.side(candidate) == Some(LEFT)
        });
        let roles = match turned {
            true => ["Candidate", "Canonical"],
            false => ["Canonical", "Candidate"],
        };
        [LEFT, RIGHT].map(|column| Heading {
            role: roles[column],
            units: units(column),
        })
    }

    /// Units none of whose types is drawn, with the number of their types.
    pub fn absent(&self, graph: &Graph) -> Vec<(u32, u32)> {
        let types = |unit: u32| graph.ids().filter(move |&id| graph.unit(id) == unit);
        (0..graph.units)
            .filter(|&unit| types(unit).all(|id| self.side(id).is_none()))
            .map(|unit| (unit, types(unit).count() as u32))
            .filter(|&(_, types)| types > 0)
            .collect()
    }

    fn take_sides(&mut self, graph: &Graph, moment: &Moment) {
        let involved = involved(moment);
        for id in graph.ids() {
            let own = graph.unit(id);
            let replaced = moment.becomes.get(id as usize).is_some_and(|&to| to != id);
            let side = if graph.units < 2 {
                let compared = graph.pairs.iter().any(|&(_, candidate)| candidate == id);
                Some(if compared { RIGHT } else { LEFT })
            } else if own == self.unit {
                Some(RIGHT)
            } else if involved.contains(&id) || own < self.unit && (self.unit < 2 || !replaced) {
                Some(LEFT)
            } else {
                None
            };
            if let Some(place) = self.side.get_mut(id as usize) {
                *place = side;
            }
        }
    }

    fn pair_up(&mut self, graph: &Graph, moment: &Moment) {
        // The pair of the step stands in one row, whatever else there is.
        if let Some((canonical, candidate)) = self.pair {
            let taken = moment
                .hypotheses
                .iter()
                .any(|&(own, other, _)| own == canonical && other != candidate)
                || matches!(moment.now, Now::Contradiction(_));
            let opposite = match (self.side(canonical), self.side(candidate)) {
                (Some(a), Some(b)) => a != b,
                _ => false,
            };
            match (taken, opposite) {
                (false, true) => self.offer(canonical, candidate),
                // `void` is no type of any unit.
                _ if candidate == 0 => self.again = Some((canonical, candidate)),
                _ => self.again = Some((candidate, canonical)),
            }
        }
        for &(candidate, canonical, _) in &moment.path {
            self.offer(canonical, candidate);
        }
        for &(canonical, candidate, _) in moment.hypotheses.iter().chain(&moment.dropped) {
            self.offer(canonical, candidate);
        }
        for &(canonical, candidate) in &moment.holds {
            self.offer(canonical, candidate);
        }
        for id in graph.ids() {
            let to = moment.becomes.get(id as usize).copied();
            if let Some(to) = to.filter(|_| self.side(id) == Some(RIGHT)) {
                self.offer(to, id);
            }
        }
        for &(canonical, candidate) in &graph.pairs {
            self.offer(canonical, candidate);
        }
        self.pair_by_members(graph);
        self.pair_by_label(graph);
    }

    /// Types at the same place below two partners are partners too.
    fn pair_by_members(&mut self, graph: &Graph) {
        let lefts = graph.ids().filter(|&id| self.side(id) == Some(LEFT));
        let mut open: Vec<(u32, u32)> = lefts
            .filter_map(|id| Some((id, self.partner(id)?)))
            .collect();
        open.reverse();
        while let Some((left, right)) = open.pop() {
            let (Some(a), Some(b)) = (graph.node(left), graph.node(right)) else {
                continue;
            };
            for ((_, one), (_, other)) in a.refs.iter().zip(&b.refs) {
                let alike = graph.node(*one).map(|node| &node.kind)
                    == graph.node(*other).map(|node| &node.kind);
                if alike && self.partner(*one).is_none() && self.partner(*other).is_none() {
                    self.offer(*one, *other);
                    if self.partner(*one) == Some(*other) {
                        open.push((*one, *other));
                    }
                }
            }
        }
    }

    /// Types of one kind and name.
    fn pair_by_label(&mut self, graph: &Graph) {
        let free = |sides: &Sides, column: usize| -> Vec<u32> {
            let ids = graph.ids();
            ids.filter(|&id| sides.side(id) == Some(column) && sides.partner(id).is_none())
                .collect()
        };
        let rights = free(self, RIGHT);
        for left in free(self, LEFT) {
            let own = graph.node(left).map(|node| (&node.kind, &node.label));
            let twin = rights.iter().copied().find(|&right| {
                self.partner(right).is_none()
                    && graph.node(right).map(|node| (&node.kind, &node.label)) == own
            });
            if let Some(right) = twin {
                self.offer(left, right);
            }
        }
    }

    /// Makes two types partners if both are free and on different sides.
    fn offer(&mut self, one: u32, other: u32) {
        let alone = self.again.map(|(alone, _)| alone);
        let free = |id: u32| self.partner(id).is_none() && alone != Some(id);
        let opposite = match (self.side(one), self.side(other)) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        };
        if opposite && free(one) && free(other) {
            for (id, partner) in [(one, other), (other, one)] {
                if let Some(place) = self.partner.get_mut(id as usize) {
                    *place = Some(partner);
                }
            }
        }
    }
}

/// Types that the walk under way, or the step, is about.
fn involved(moment: &Moment) -> Vec<u32> {
    let path = moment.path.iter().flat_map(|&(a, b, _)| [a, b]);
    let assumed = moment.hypotheses.iter().flat_map(|&(a, b, _)| [a, b]);
    let dropped = moment.dropped.iter().flat_map(|&(a, b, _)| [a, b]);
    let own = [moment.candidate, moment.canonical].into_iter().flatten();
    path.chain(assumed).chain(dropped).chain(own).collect()
}

/// The unit on the right: that of the pair, the second at least.
fn right_unit(graph: &Graph, moment: &Moment) -> u32 {
    let own = [moment.candidate, moment.canonical].into_iter().flatten();
    own.map(|id| graph.unit(id)).max().unwrap_or(0).max(1)
}
