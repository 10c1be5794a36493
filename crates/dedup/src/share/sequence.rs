//! Which nodes a unit has, in order, in little space.
//!
//! After a node usually comes the one that came after it the last time. A sequence therefore says how
//! often that guess held, then the node for which it did not. It is read from its beginning, by making
//! the same guesses.

/// Ends a unit.
const END: u32 = u32::MAX;
/// What comes "before" the first node of a unit.
const START: usize = 0;

/// Writes the sequences of units.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// Pairs of (guesses that held, node), each unit ended by (guesses, [`END`]).
    pub pairs: Vec<u32>,
    guesses: Guesses,
    held: u32,
    previous: usize,
}

/// For each node (from 1 on; 0 is a unit's start) the node that came after it the last time.
#[derive(Debug, Default)]
struct Guesses {
    after: Vec<u32>,
}

impl Guesses {
    fn guess(&self, previous: usize) -> Option<u32> {
        self.after
            .get(previous)
            .copied()
            .filter(|&node| node != END)
    }

    fn learn(&mut self, previous: usize, node: u32) {
        if self.after.len() <= previous {
            self.after.resize(previous + 1, END);
        }
        self.after[previous] = node;
    }
}

impl Writer {
    /// The node that is likely to come next.
    pub fn guess(&self) -> Option<u32> {
        self.guesses.guess(self.previous)
    }

    pub fn push(&mut self, node: u32) {
        if self.guess() == Some(node) {
            self.held += 1;
        } else {
            self.pairs.extend([self.held, node]);
            self.held = 0;
            self.guesses.learn(self.previous, node);
        }
        self.previous = node as usize + 1;
    }

    pub fn end_unit(&mut self) {
        self.pairs.extend([self.held, END]);
        self.held = 0;
        self.previous = START;
    }
}

/// Reads the units of [`Writer::pairs`] one after the other.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    pairs: std::slice::Iter<'a, [u32; 2]>,
    guesses: Guesses,
}

impl<'a> Reader<'a> {
    pub fn new(pairs: &'a [u32]) -> Reader<'a> {
        Reader {
            pairs: pairs.as_chunks::<2>().0.iter(),
            guesses: Guesses::default(),
        }
    }

    /// Fills `nodes` with those of the next unit; `false` when there is none. `limit` bounds what
    /// damaged input can ask for.
    pub fn next_unit(&mut self, limit: usize, nodes: &mut Vec<u32>) -> bool {
        nodes.clear();
        let mut previous = START;
        let mut any = false;
        for &[held, node] in self.pairs.by_ref() {
            any = true;
            for _ in 0..held {
                let Some(next) = self.guesses.guess(previous).filter(|_| nodes.len() < limit)
                else {
                    break;
                };
                nodes.push(next);
                previous = next as usize + 1;
            }
            if node == END {
                return true;
            }
            if nodes.len() >= limit {
                continue;
            }
            self.guesses.learn(previous, node);
            nodes.push(node);
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
        let mut reader = Reader::new(&writer.pairs);
        let mut nodes = Vec::new();
        for unit in units {
            assert!(reader.next_unit(100, &mut nodes));
            assert_eq!(nodes, unit);
        }
        assert!(!reader.next_unit(100, &mut nodes));
    }

    #[test]
    fn a_unit_like_the_one_before_takes_one_pair() {
        let mut writer = Writer::default();
        for _ in 0..2 {
            (0..1000).for_each(|node| writer.push(node));
            writer.end_unit();
        }
        assert_eq!(writer.pairs.len(), 2 * (1000 + 1 + 1));
    }
}
