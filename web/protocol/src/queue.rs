//! Modules on their way through workers: whose turn it is, and what happens when a worker dies.
//!
//! A module is encoded by one worker from end to end. When that worker dies, the module is tried again with
//! care: the worker says which unit it begins, and the unit at which it dies is left out next time.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Names a module among those of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModuleId(pub u32);

/// Units of one module that may kill a worker before the module is given up.
const MOST_LOST: usize = 8;

/// What earlier attempts at a module have shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Encode unit by unit, and say which one begins.
    pub careful: bool,
    /// Units that killed a worker, and how: they are left out.
    pub lost: Vec<(u32, String)>,
}

impl Attempt {
    /// How a unit killed a worker, if it did.
    pub fn cause_of(&self, unit: u32) -> Option<&str> {
        let found = self.lost.iter().find(|(lost, _)| *lost == unit);
        found.map(|(_, cause)| cause.as_str())
    }
}

/// A module that waits or runs.
#[derive(Debug)]
struct QueuedModule {
    id: ModuleId,
    bytes: u64,
    attempt: Attempt,
    /// The unit that a careful attempt is at.
    unit: Option<u32>,
}

/// Modules that are not finished.
#[derive(Debug, Default)]
pub struct Queue {
    /// Largest first, so that none of them is left to one worker at the end.
    waiting: VecDeque<QueuedModule>,
    running: Vec<QueuedModule>,
}

impl Queue {
    /// Adds a module of this size.
    pub fn push(&mut self, id: ModuleId, bytes: u64) {
        let place = self.waiting.partition_point(|entry| entry.bytes >= bytes);
        let entry = QueuedModule {
            id,
            bytes,
            attempt: Attempt::default(),
            unit: None,
        };
        self.waiting.insert(place, entry);
    }

    /// The next module for a worker that is free.
    pub fn next_module(&mut self) -> Option<(ModuleId, Attempt)> {
        let entry = self.waiting.pop_front()?;
        let next = (entry.id, entry.attempt.clone());
        self.running.push(entry);
        Some(next)
    }

    /// A careful attempt begins with a unit.
    pub fn reached(&mut self, id: ModuleId, unit: u32) {
        self.set_unit(id, Some(unit));
    }

    /// All units of a module are encoded: whatever happens now, none of them did it.
    pub fn encoded(&mut self, id: ModuleId) {
        self.set_unit(id, None);
    }

    fn set_unit(&mut self, id: ModuleId, unit: Option<u32>) {
        if let Some(entry) = self.running.iter_mut().find(|entry| entry.id == id) {
            entry.unit = unit;
        }
    }

    /// A module has its result, or none.
    pub fn ended(&mut self, id: ModuleId) {
        self.running.retain(|entry| entry.id != id);
    }

    /// The worker of a module died. Whether the module waits for another attempt: not if there is no use
    /// in one, or if it is wanted no more.
    pub fn died(&mut self, id: ModuleId, cause: &str) -> bool {
        let Some(at) = self.running.iter().position(|entry| entry.id == id) else {
            return false;
        };
        let mut entry = self.running.swap_remove(at);
        match (entry.attempt.careful, entry.unit.take()) {
            (false, _) => entry.attempt.careful = true,
            (true, Some(unit)) if entry.attempt.lost.len() < MOST_LOST => {
                // A unit that is left out is not begun: it died later, in none of them.
                if entry.attempt.cause_of(unit).is_some() {
                    return false;
                }
                let cause = format!("its worker stopped: {cause}");
                entry.attempt.lost.push((unit, cause));
            }
            (true, _) => return false,
        }
        self.waiting.push_front(entry);
        true
    }

    /// A module is wanted no more.
    pub fn forget(&mut self, id: ModuleId) {
        self.waiting.retain(|entry| entry.id != id);
        self.ended(id);
    }

    /// How many wait or run.
    pub fn open(&self) -> usize {
        self.waiting.len() + self.running.len()
    }

    /// Whether none waits and none runs.
    pub fn is_empty(&self) -> bool {
        self.open() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(sizes: &[u64]) -> Queue {
        let mut queue = Queue::default();
        for (at, size) in sizes.iter().enumerate() {
            queue.push(ModuleId(at as u32), *size);
        }
        queue
    }

    #[test]
    fn the_largest_goes_first_and_equals_in_their_order() {
        let mut queue = queue(&[5, 40, 5, 900]);
        let mut order = Vec::new();
        while let Some((id, attempt)) = queue.next_module() {
            assert_eq!(attempt, Attempt::default());
            order.push(id.0);
        }
        assert_eq!(order, [3, 1, 0, 2]);
        assert!(!queue.is_empty(), "they run");
        for id in order {
            queue.ended(ModuleId(id));
        }
        assert!(queue.is_empty());
    }

    #[test]
    fn a_module_that_kills_its_worker_is_tried_with_care_then_without_the_unit() {
        let mut queue = queue(&[7, 8]);
        let (id, _) = queue.next_module().expect("waiting");
        assert!(queue.died(id, "out of memory"));
        let (again, attempt) = queue.next_module().expect("tried again, and first");
        assert_eq!((again, attempt.careful), (id, true));
        assert!(attempt.lost.is_empty());
        queue.reached(id, 3);
        queue.reached(id, 4);
        assert!(queue.died(id, "out of memory"));
        let (_, attempt) = queue.next_module().expect("tried again");
        assert_eq!(
            attempt.cause_of(4),
            Some("its worker stopped: out of memory")
        );
        assert_eq!(attempt.cause_of(3), None);
    }

    #[test]
    fn a_worker_that_dies_outside_of_units_ends_the_attempts() {
        let mut queue = queue(&[7]);
        let (id, _) = queue.next_module().expect("waiting");
        assert!(queue.died(id, "trap"));
        queue.next_module().expect("tried again");
        assert!(!queue.died(id, "trap"), "no unit had begun");
        assert!(queue.is_empty());

        queue.push(id, 7);
        queue.next_module().expect("waiting");
        queue.forget(id);
        assert!(!queue.died(id, "trap"), "nobody wants it");
        assert!(queue.is_empty());

        queue.push(id, 7);
        queue.next_module().expect("waiting");
        assert!(queue.died(id, "trap"));
        queue.next_module().expect("tried again");
        queue.reached(id, 5);
        queue.encoded(id);
        assert!(!queue.died(id, "trap"), "all units were done");
    }

    #[test]
    fn a_module_of_nothing_but_fatal_units_is_given_up() {
        let mut queue = queue(&[7]);
        let (id, _) = queue.next_module().expect("waiting");
        assert!(queue.died(id, "trap"));
        let mut unit = 0;
        loop {
            queue.next_module().expect("tried again");
            queue.reached(id, unit);
            unit += 1;
            if !queue.died(id, "trap") {
                break;
            }
        }
        assert_eq!(unit as usize, MOST_LOST + 1);
    }
}
