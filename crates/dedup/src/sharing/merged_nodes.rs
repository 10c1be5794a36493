//! The nodes of all units: runs are added in file order, equal nodes become one.

use super::node_ref::{NodeRef, Target};
use super::nodes::{Nodes, for_each_ref};
use super::sequence::{self, BadSequence, Reader};
use super::sharer::SharedRun;
use super::tag_names::{TagNameKind, TagNames};
use super::varint;
use btf::StringOffset;
use serde::{Deserialize, Serialize};

/// The nodes of all units.
#[derive(Debug, Default)]
pub struct MergedNodes {
    pub(crate) nodes: Nodes,
    pub(crate) names: TagNames,
    pub(super) runs: Vec<Run>,
    pub(super) units: u32,
}

/// What is kept of a run: which nodes its units have.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Run {
    sequence: Vec<u8>,
    /// How many units the run has.
    units: u32,
    /// How many types all of them have; of a stored run what [`Run::check`] counted.
    #[serde(skip)]
    types: u64,
    /// The merged node of each node of the run, packed.
    nodes: Box<[u8]>,
}

/// The merged nodes and names that those of a run became.
#[derive(Debug)]
pub struct Translation {
    nodes: Vec<u32>,
    tags: Vec<u32>,
}

impl Translation {
    /// A reference of the run as a reference to merged nodes and names.
    pub fn reference(&self, reference: NodeRef) -> NodeRef {
        let found = match reference.target() {
            Target::Node(node) => self
                .nodes
                .get(node as usize)
                .map(|&node| NodeRef::node(node)),
            Target::TagName(tag) => self
                .tags
                .get(tag as usize)
                .map(|&tag| NodeRef::tag_name(tag)),
            Target::Void | Target::Added(_) | Target::Index => Some(reference),
        };
        found.unwrap_or(NodeRef::VOID)
    }
}

impl MergedNodes {
    /// An empty set: no unit has been added.
    pub fn new() -> MergedNodes {
        MergedNodes::default()
    }

    /// The number of units of all runs that were added.
    pub fn units(&self) -> u32 {
        self.units
    }

    /// The number of distinct nodes of all runs.
    pub fn len(&self) -> usize {
        self.nodes.len() as usize
    }

    /// Whether no unit has a type.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes room for so many more nodes.
    pub fn reserve(&mut self, nodes: usize) {
        self.nodes.reserve(nodes);
    }

    /// Words of all nodes one after the other, as [`btf::Type`] reads them; references are [`NodeRef`]s.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.nodes.len()).map(|node| self.nodes.get(node))
    }

    /// The words of all nodes, and how many types of units each stands for.
    pub fn iter_with_copies(&self) -> impl Iterator<Item = (&[u32], u32)> {
        self.iter().zip(self.nodes.copies.iter().copied())
    }

    /// Adds the next run in file order. `name` returns the offset in the common strings for a name of the run.
    pub fn add(
        &mut self,
        run: SharedRun,
        mut name: impl FnMut(StringOffset) -> StringOffset,
    ) -> Translation {
        let kind = |number| match number {
            0 => TagNameKind::Struct,
            1 => TagNameKind::Union,
            _ => TagNameKind::Enum,
        };
        let tags: Vec<u32> = run
            .tags
            .iter()
            .map(|&(offset, number)| self.names.number(name(StringOffset(offset)), kind(number)))
            .collect();
        let mut translation = Translation {
            nodes: vec![u32::MAX; run.starts.len()],
            tags,
        };
        let words_of = |node: usize| run.node(node);
        for &node in &run.private {
            if let Some(place) = translation.nodes.get_mut(node as usize) {
                *place = self.nodes.reserve_private(words_of(node as usize));
            }
        }
        // Shared nodes refer to earlier nodes and to private ones, which have their places. Private nodes may refer to later
        // ones, so they are filled in last.
        let mut scratch = Vec::new();
        let mut translate = |nodes: &mut Nodes, node: usize, known: &Translation| {
            scratch.clear();
            scratch.extend_from_slice(words_of(node));
            for word in btf::names_mut(&mut scratch) {
                *word = name(StringOffset(*word)).0;
            }
            for_each_ref(&mut scratch, |reference| known.reference(reference));
            match known.nodes[node] {
                u32::MAX => nodes.share(&scratch),
                private => {
                    nodes.fill(private, &scratch);
                    private
                }
            }
        };
        for node in 0..run.starts.len() {
            if translation.nodes[node] == u32::MAX {
                translation.nodes[node] = translate(&mut self.nodes, node, &translation);
            }
        }
        for &node in &run.private {
            if (node as usize) < run.starts.len() {
                translate(&mut self.nodes, node as usize, &translation);
            }
        }
        for (&own, &copies) in translation.nodes.iter().zip(&run.copies) {
            let total = &mut self.nodes.copies[own as usize];
            *total = total.saturating_add(copies);
        }
        self.runs.push(Run {
            sequence: run.sequence,
            units: run.units,
            types: run.copies.iter().map(|&copies| u64::from(copies)).sum(),
            nodes: varint::pack(&translation.nodes),
        });
        self.units += run.units;
        translation
    }

    /// Calls `f` with each unit in file order and its nodes in the order of its types. A node for which `is_repeated` is false
    /// is left out where it follows in the same run.
    pub(super) fn for_each_unit(
        &self,
        is_repeated: impl Fn(u32) -> bool,
        mut f: impl FnMut(u32, &[u32]),
    ) {
        let (mut first, mut nodes, mut own) = (0_u32, Vec::new(), Vec::new());
        for run in &self.runs {
            let mut unit = first;
            first = first.saturating_add(run.units);
            varint::unpack(&run.nodes, &mut own);
            // For each node of the run what it is, unless it is to be left out.
            let mut wanted: Vec<Option<u32>> = own.iter().copied().map(Some).collect();
            let mut reader = Reader::new(&run.sequence, own.len());
            loop {
                nodes.clear();
                let is_unit = reader.each_of_unit(run.most_types(), |node| {
                    if let Some(wanted) = wanted.get_mut(node as usize)
                        && let Some(node) = *wanted
                    {
                        nodes.push(node);
                        *wanted = is_repeated(node).then_some(node);
                    }
                });
                if !is_unit {
                    break;
                }
                f(unit, &nodes);
                unit += 1;
            }
        }
    }

    /// Calls `f` with the nodes of each unit that has one for which `is_wanted` is true.
    pub(super) fn for_each_unit_with(
        &self,
        is_wanted: impl Fn(u32) -> bool,
        mut f: impl FnMut(&[u32]),
    ) {
        let (mut nodes, mut own) = (Vec::new(), Vec::new());
        for run in &self.runs {
            varint::unpack(&run.nodes, &mut own);
            let wanted: Vec<bool> = own.iter().map(|&node| is_wanted(node)).collect();
            if !wanted.contains(&true) {
                continue;
            }
            let mut reader = Reader::new(&run.sequence, own.len());
            while reader.next_unit(run.most_types(), &mut nodes) {
                if nodes.iter().any(|&node| wanted[node as usize]) {
                    for node in &mut nodes {
                        *node = own[*node as usize];
                    }
                    f(&nodes);
                }
            }
        }
    }
}

/// Calls `f` with each unit of `runs` and its nodes, which are less than `node_count`. Runs without a wanted unit
/// are skipped; `f` gets all units of the others.
pub(super) fn for_each_unit(
    runs: &[Run],
    node_count: u32,
    wanted: impl Fn(u32) -> bool,
    mut f: impl FnMut(u32, &[u32]),
) {
    let (mut first, mut nodes, mut own) = (0_u32, Vec::new(), Vec::new());
    for run in runs {
        let mut unit = first;
        first = first.saturating_add(run.units);
        if !(unit..first).any(&wanted) {
            continue;
        }
        varint::unpack(&run.nodes, &mut own);
        let mut reader = Reader::new(&run.sequence, own.len());
        while reader.next_unit(run.most_types(), &mut nodes) {
            for node in &mut nodes {
                *node = own.get(*node as usize).copied().unwrap_or(u32::MAX);
            }
            nodes.retain(|&node| node < node_count);
            f(unit, &nodes);
            unit += 1;
        }
    }
}

impl Run {
    /// How many types a unit of the run has at most.
    fn most_types(&self) -> usize {
        usize::try_from(self.types).unwrap_or(usize::MAX)
    }

    /// Whether the nodes and units of a stored run exist. Counts its types: a few bytes that are damaged could ask for any number.
    pub(super) fn check(&mut self) -> Result<(), BadSequence> {
        // No run of a kernel comes near either.
        const REPEATED: u64 = 64;
        const FEW: u64 = 1 << 24;
        let mut own = Vec::new();
        varint::unpack(&self.nodes, &mut own);
        self.types = sequence::check(&self.sequence, self.units, own.len())?;
        match self.types <= REPEATED * own.len() as u64 + FEW {
            true => Ok(()),
            false => Err(BadSequence::Types(self.types)),
        }
    }

    /// Bytes of memory that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.sequence.len() + self.nodes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::sharer::Sharer;
    use btf::{Info, Kind};

    #[test]
    fn a_unit_may_have_any_number_of_equal_types() {
        let info = |kind| Info::new(kind, 0, false).0;
        let count = (1 << 20) + 1000;
        let mut words = [0, info(Kind::Const), 0].repeat(count);
        words.extend([0, info(Kind::Ptr), 1]);
        let starts: Vec<u32> = (0..words.len() as u32).step_by(3).collect();
        let mut sharer = Sharer::new();
        // The second unit is read by what the first one taught.
        for _ in 0..2 {
            sharer.add_unit(&words, &starts, u32::MAX);
        }
        let mut merged = MergedNodes::new();
        merged.add(sharer.finish(), |name| name);
        let mut units = Vec::new();
        merged.for_each_unit(
            |_| true,
            |_, nodes| units.push((nodes.len(), nodes.last().copied())),
        );
        assert_eq!(units, [(count + 1, Some(1)); 2]);
        // What is stored says how many there are.
        let mut run = merged.runs.pop().expect("one was added");
        let types = std::mem::take(&mut run.types);
        assert_eq!((run.check(), run.types), (Ok(()), types));
    }
}
