//! Whether poisoned instructions can be reached: all paths of a program, with the constants that relocations, the
//! configuration, and sections of constants give.

mod live;
mod state;
mod value;
mod walk;

pub(crate) use state::Place;
pub(crate) use walk::{ExternValue, Facts, Walk, Walked};

use crate::object::Object;
use live::Live;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

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
}

impl Flow {
    pub fn of(object: &Object) -> Flow {
        let code = object.sections.iter().filter(|section| section.executable);
        let live = code.map(|section| (section.index, Live::of(section, object.big_endian)));
        Flow {
            live: live.collect(),
        }
    }

    pub fn walk(&self, object: &Object, facts: &Facts, start: Place) -> Walked {
        Walk::new(object, facts, &self.live).run(start)
    }
}
