//! Whether poisoned instructions can be reached: all paths of a program, with the constants that relocations, the
//! configuration, and sections of constants give.

mod live;
mod state;
mod value;
mod walk;

pub(crate) use state::Place;
pub(crate) use walk::{ExternValue, Facts, Walk, Walked};

use crate::object::{Object, Program};
use live::Live;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::cell::Cell;

/// Whether the verifier comes to an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// No: conditions that are known before the program runs lead around it, or nothing calls its function.
    Guarded,
    /// No, as long as the program that loads the object leaves its constants (`const volatile`) as they are.
    GuardedByData,
    /// Perhaps: the program has too many paths to walk.
    Perhaps,
    /// Yes.
    Reached,
}

/// Liveness of an object's registers, computed once for all kernels.
#[derive(Debug)]
pub(crate) struct Flow {
    live: FxHashMap<u32, Live>,
    /// Functions that other objects see, by where they start: the verifier checks them alone.
    globals: FxHashSet<Place>,
    /// Externs by name.
    externs: FxHashMap<String, usize>,
}

/// What is left of visits of instructions.
#[derive(Debug)]
pub(crate) struct Visits(Cell<u64>);

impl Program {
    /// An instruction of it.
    pub(crate) fn place(&self, instruction: u32) -> Place {
        Place {
            section: self.section,
            number: self.start + instruction,
        }
    }
}

impl Flow {
    pub fn of(object: &Object) -> Flow {
        let code = object.sections.iter().filter(|section| section.executable);
        let live = code.map(|section| (section.index, Live::of(section, object.big_endian)));
        let globals = object.programs.iter().filter(|program| program.is_global);
        let externs = object.externs.iter().enumerate();
        Flow {
            live: live.collect(),
            globals: globals.map(|program| program.place(0)).collect(),
            externs: externs
                .map(|(number, one)| (one.name.clone(), number))
                .collect(),
        }
    }

    /// What all walks of a check may visit together: some times the object's instructions.
    pub fn visits(&self) -> Visits {
        let insns: u64 = self.live.values().map(Live::len).sum();
        Visits(Cell::new(1_000_000 + 50 * insns))
    }

    pub fn walk(&self, object: &Object, facts: &Facts, start: Place, visits: &Visits) -> Walked {
        let left = visits.0.get();
        let (walked, visited) = Walk::new(object, self, facts, left).run(start);
        visits.0.set(left.saturating_sub(visited));
        walked
    }
}
