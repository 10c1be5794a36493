//! Which nodes a unit has, in order, in little space.
//!
//! After a node usually comes the one that came after it the last time. A sequence therefore says how
//! often that prediction held, then the node for which it did not. It is read from its beginning, by making
//! the same predictions. Numbers stand in as few bytes as they need, nodes as their distance from the one
//! that was written before.

use super::varint;

/// The prediction after a node that nothing has followed.
const NONE: u32 = u32::MAX;
/// What comes "before" the first node of a unit.
const START: usize = 0;

/// Writes the sequence of nodes of each unit.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// For each wrong prediction how many held before it, and the node: its distance from the one of the pair
    /// before and 1, or 0 at the end of a unit.
    pub bytes: Vec<u8>,
    /// The node of the last pair.
    written: u32,
    predictions: Predictions,
    held: u32,
    previous: usize,
}

/// For each node (from 1 on; 0 is a unit's start) the node that came after it the last time.
#[derive(Debug, Default)]
struct Predictions {
    after: Vec<u32>,
}

impl Predictions {
    fn predict(&self, previous: usize) -> Option<u32> {
        self.after
            .get(previous)
            .copied()
            .filter(|&node| node != NONE)
    }

    /// Takes memory in proportion to the largest node.
    fn learn(&mut self, previous: usize, node: u32) {
        if self.after.len() <= previous {
            self.after.resize(previous + 1, NONE);
        }
        self.after[previous] = node;
    }
}

impl Writer {
    /// The node that is likely to come next.
    pub fn predict(&self) -> Option<u32> {
        self.predictions.predict(self.previous)
    }

    pub fn push(&mut self, node: u32) {
        if self.predict() == Some(node) {
            self.held += 1;
        } else {
            varint::push(&mut self.bytes, u64::from(self.held));
            varint::push(&mut self.bytes, varint::distance(self.written, node) + 1);
            self.written = node;
            self.held = 0;
            self.predictions.learn(self.previous, node);
        }
        self.previous = node as usize + 1;
    }

    pub fn end_unit(&mut self) {
        varint::push(&mut self.bytes, u64::from(self.held));
        varint::push(&mut self.bytes, 0);
        self.held = 0;
        self.previous = START;
    }
}

/// Why bytes are no sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadSequence {
    /// It names a node that does not exist.
    Node(u32),
    /// It ends in the midst of a unit, or has another number of units than it should have.
    Units(u32),
    /// It has more types than a run has.
    Types(u64),
}

/// Whether bytes are the sequence of so many units, of nodes below `nodes`; how many types they have. Takes no memory.
pub(crate) fn check(bytes: &[u8], units: u32, nodes: usize) -> Result<u64, BadSequence> {
    let mut reader = Reader::new(bytes, nodes);
    let (mut found, mut types) = (0_u32, 0_u64);
    let mut is_whole = true;
    while let Some((held, node)) = reader.pair() {
        types = types
            .saturating_add(held)
            .saturating_add(node.is_some().into());
        match node {
            Some(node) if node as usize >= nodes => return Err(BadSequence::Node(node)),
            Some(_) => is_whole = false,
            None => {
                is_whole = true;
                found = found.saturating_add(1);
            }
        }
    }
    match is_whole && found == units && reader.bytes.is_empty() {
        true => Ok(types),
        false => Err(BadSequence::Units(found)),
    }
}

/// Reads the units of [`Writer::bytes`] one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    /// How many nodes there are: others are passed over.
    nodes: usize,
    written: u32,
    predictions: Predictions,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], nodes: usize) -> Reader<'a> {
        Reader {
            bytes,
            nodes,
            written: 0,
            predictions: Predictions::default(),
        }
    }

    /// How many predictions held, and the node for which one did not; none at the end of a unit.
    fn pair(&mut self) -> Option<(u64, Option<u32>)> {
        let held = varint::take(&mut self.bytes)?;
        let node = match varint::take(&mut self.bytes)?.checked_sub(1) {
            Some(distance) => {
                self.written = varint::at_distance(self.written, distance);
                Some(self.written)
            }
            None => None,
        };
        Some((held, node))
    }

    /// Fills `nodes` with those of the next unit; `false` when there is none. `limit` bounds what
    /// damaged input can ask for.
    pub fn next_unit(&mut self, limit: usize, nodes: &mut Vec<u32>) -> bool {
        nodes.clear();
        self.each_of_unit(limit, |node| nodes.push(node))
    }

    /// Calls `f` with the nodes of the next unit, as [`Reader::next_unit`] gives them.
    #[inline]
    pub fn each_of_unit(&mut self, limit: usize, mut f: impl FnMut(u32)) -> bool {
        let mut previous = START;
        let (mut any, mut count) = (false, 0);
        while let Some((held, node)) = self.pair() {
            any = true;
            let room = limit.saturating_sub(count) as u64;
            for _ in 0..held.min(room) {
                let Some(next) = self.predictions.predict(previous) else {
                    break;
                };
                f(next);
                count += 1;
                previous = next as usize + 1;
            }
            let Some(node) = node else {
                return true;
            };
            if count >= limit || node as usize >= self.nodes {
                continue;
            }
            self.predictions.learn(previous, node);
            f(node);
            count += 1;
            previous = node as usize + 1;
        }
        any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_come_back_as_they_were_written() {
        let units: [&[u32]; 5] = [
            &[0, 1, 2, 3],
            &[0, 1, 2, 3],
            &[1, 2, 0, 0, 0],
            &[],
            &[0, 1, 2, 3, 4],
        ];
        let mut writer = Writer::default();
        for unit in units {
            for &node in unit {
                writer.push(node);
            }
            writer.end_unit();
        }
        assert_eq!(check(&writer.bytes, 5, 5), Ok(18));
        let mut reader = Reader::new(&writer.bytes, 5);
        let mut nodes = Vec::new();
        for unit in units {
            assert!(reader.next_unit(100, &mut nodes));
            assert_eq!(nodes, unit);
        }
        assert!(!reader.next_unit(100, &mut nodes));
    }

    #[test]
    fn bytes_that_name_other_nodes_or_other_units_are_refused() {
        let mut writer = Writer::default();
        (0..3).for_each(|node| writer.push(node));
        writer.end_unit();
        let bytes = &writer.bytes;
        assert_eq!(check(bytes, 1, 3), Ok(3));
        assert_eq!(check(bytes, 1, 2), Err(BadSequence::Node(2)));
        assert_eq!(check(bytes, 2, 3), Err(BadSequence::Units(1)));
        let cut = bytes.split_last().expect("it has an end").1;
        assert_eq!(check(cut, 1, 3), Err(BadSequence::Units(0)));
        // A node far away would take memory for all before it.
        let mut far = Vec::new();
        varint::push(&mut far, 0);
        varint::push(&mut far, varint::distance(0, u32::MAX - 1) + 1);
        let mut reader = Reader::new(&far, 3);
        let mut nodes = Vec::new();
        assert!(reader.next_unit(100, &mut nodes) && nodes.is_empty());
        assert!(reader.predictions.after.is_empty());
        assert_eq!(check(&far, 0, 3), Err(BadSequence::Node(u32::MAX - 1)));
    }

    #[test]
    fn a_unit_like_the_one_before_takes_three_bytes() {
        let mut writer = Writer::default();
        for _ in 0..2 {
            (0..1000).for_each(|node| writer.push(node));
            writer.end_unit();
        }
        // The second unit: a thousand predictions held, and the end.
        assert_eq!(writer.bytes.len(), 2 * (1000 + 1) + 3);
    }
}
