//! What does not change from step to step: the types, their references, and which types the run pairs.

use crate::label::{label, references};
use crate::{Event, Run, Units};
use btf::TypeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The types of all units before dedup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graph {
    /// Number of units; a base counts as one.
    pub units: u32,
    /// Whether unit 0 is the base.
    pub has_base: bool,
    /// The types; the first has id 1.
    pub nodes: Vec<Node>,
    /// Pairs that the run compares, canonical type first. Pairs that end as one type come first, then the others in
    /// the order in which they are met.
    pub pairs: Vec<(u32, u32)>,
}

/// A type.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its unit, from 0; the base comes before the units.
    pub unit: u32,
    /// The name of its kind, such as `STRUCT`.
    pub kind: String,
    /// The text in its box, such as `struct list`.
    pub label: String,
    /// A shorter text, for narrow drawings.
    pub short: String,
    /// The types it refers to, each with the name of the member or parameter, or with the role of the reference.
    pub refs: Vec<(String, u32)>,
}

impl Graph {
    /// The graph of a run.
    pub(crate) fn of(units: &Units, run: &Run) -> Graph {
        let btf = &units.btf;
        let base = units.base();
        let bases = u32::from(base.is_some());
        let unit = |id: TypeId| match units.unit_of(id) {
            Some(unit) => u32::try_from(unit)
                .unwrap_or(u32::MAX)
                .saturating_add(bases),
            None => 0,
        };
        let node = |(id, ty): (TypeId, btf::Type<'_>)| {
            let label = label(btf, id);
            let kind = ty.kind().name();
            Node {
                unit: unit(id),
                kind: kind.to_owned(),
                short: short(kind, &label),
                label,
                refs: references(btf, id)
                    .into_iter()
                    .map(|(name, to)| (name, to.0))
                    .collect(),
            }
        };
        let of_base = base.into_iter().flat_map(|base| base.types());
        Graph {
            units: u32::try_from(units.ids.len())
                .unwrap_or(u32::MAX)
                .saturating_add(bases),
            has_base: base.is_some(),
            nodes: of_base.chain(btf.types()).map(node).collect(),
            pairs: pairs(run),
        }
    }

    /// The type of an id.
    pub fn node(&self, id: u32) -> Option<&Node> {
        self.nodes.get((id as usize).checked_sub(1)?)
    }

    /// The unit of a type, from 0.
    pub fn unit(&self, id: u32) -> u32 {
        self.node(id).map_or(0, |node| node.unit)
    }

    /// What a unit is called: `base`, `module`, `unit 2`.
    pub fn title(&self, unit: u32) -> String {
        title(self.has_base, self.units as usize, unit as usize)
    }

    /// All ids.
    pub fn ids(&self) -> impl Iterator<Item = u32> + use<> {
        1..=u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }
}

/// What a unit is called, of so many; a base counts as one of them and comes first.
pub(crate) fn title(has_base: bool, units: usize, unit: usize) -> String {
    match (has_base, unit) {
        (true, 0) => "base".to_owned(),
        (true, 1) if units == 2 => "module".to_owned(),
        (true, _) => format!("module unit {unit}"),
        (false, _) => format!("unit {}", unit + 1),
    }
}

fn pairs(run: &Run) -> Vec<(u32, u32)> {
    let mut merged = Vec::new();
    let mut met = Vec::new();
    for event in &run.events {
        match *event {
            Event::Merged { from, to }
            | Event::ReferenceMerged { from, to }
            | Event::ForwardResolved { forward: from, to } => merged.push((to.0, from.0)),
            Event::Candidate {
                candidate,
                canonical,
            }
            | Event::CompareStart {
                candidate,
                canonical,
            }
            | Event::Visit {
                candidate,
                canonical,
                ..
            } => met.push((canonical.0, candidate.0)),
            _ => {}
        }
    }
    // The last merge of a type counts.
    merged.reverse();
    let mut known = BTreeSet::new();
    let all = merged.into_iter().chain(met);
    all.filter(|&(canonical, candidate)| {
        let key = (canonical.min(candidate), canonical.max(candidate));
        canonical != candidate && known.insert(key)
    })
    .collect()
}

/// The text of a type in a narrow drawing.
fn short(kind: &str, label: &str) -> String {
    match kind {
        "PTR" => label.replacen("pointer", "ptr", 1),
        "STRUCT" | "UNION" | "ENUM" | "ENUM64" | "FWD" if !label.contains('{') => {
            let name = label.split_once(' ').map_or(label, |(_, name)| name);
            name.to_owned()
        }
        "TYPEDEF" | "FUNC" | "VAR" | "DATASEC" => {
            let name = label.split_once(' ').map_or(label, |(_, name)| name);
            name.to_owned()
        }
        _ => label.to_owned(),
    }
}
