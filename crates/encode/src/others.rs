//! Other units than the one being encoded, for references that lead there.
//!
//! Compilers and tools spread the types of a unit over several: type units (`-fdebug-types-section`),
//! partial units and a supplementary file (dwz), units of other sources (link-time optimisation). A unit
//! is encoded with what it refers to as if all of that stood in it, which is what the compiler had before.
//! A DIE outside the unit gets a key of its own beyond the unit's bytes when it is first referred to.

use crate::references::KEY;
use crate::sections::Sections;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

/// A section that holds units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Area {
    /// `.debug_info` of the file.
    Info,
    /// `.debug_types`, where DWARF 4 keeps type units.
    Types,
    /// `.debug_info` of the supplementary file that dwz made.
    Supplementary,
}

impl Area {
    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Area::Info => ".debug_info",
            Area::Types => ".debug_types",
            Area::Supplementary => ".debug_info of the supplementary file",
        }
    }
}

/// An offset in a section that holds units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The section.
    pub area: Area,
    /// Bytes from its start.
    pub offset: u64,
}

/// A whole unit that another one refers to.
#[derive(Clone, Copy, Debug)]
pub struct OtherUnit<'a> {
    /// The sections it uses: those of its file.
    pub sections: Sections<'a>,
    /// Its start.
    pub place: Place,
    /// The unit, header included.
    pub bytes: &'a [u8],
}

/// Gives other units than the one being encoded.
pub trait OtherUnits {
    /// The unit around a place; `None` when there is none, or when it cannot be read.
    fn unit_at(&mut self, place: Place) -> Option<OtherUnit<'_>>;

    /// The DIE of the type that a type unit defines, by the unit's signature.
    fn type_of_signature(&mut self, signature: u64) -> Option<Place>;

    /// Types in type units to which no unit refers, and which belong to the unit at this offset.
    fn unclaimed(&mut self, _unit: u64) -> Vec<Place> {
        Vec::new()
    }
}

/// No other units: what leads out of the unit leads nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoOtherUnits;

impl OtherUnits for NoOtherUnits {
    fn unit_at(&mut self, _: Place) -> Option<OtherUnit<'_>> {
        None
    }

    fn type_of_signature(&mut self, _: u64) -> Option<Place> {
        None
    }
}

/// What is known of DIEs in other units while one unit is encoded.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    keys: FxHashMap<Place, u32>,
    signatures: FxHashMap<u64, u32>,
    next: u32,
    /// DIEs that were referred to and are still to be walked.
    wanted: BTreeSet<Place>,
    wanted_signatures: Vec<(u64, u32)>,
    imports: VecDeque<Place>,
    /// Keys of DIEs that have been walked.
    walked: FxHashSet<u32>,
    /// Starts of units whose import has been dealt with.
    imported: FxHashSet<Place>,
}

impl Outside {
    /// Forgets everything; keys begin at `first`.
    pub fn reset(&mut self, first: u32) {
        if !self.keys.is_empty() || !self.imported.is_empty() || !self.signatures.is_empty() {
            self.keys.clear();
            self.signatures.clear();
            self.wanted.clear();
            self.wanted_signatures.clear();
            self.imports.clear();
            self.walked.clear();
            self.imported.clear();
        }
        self.imports.clear();
        self.next = first;
    }

    fn fresh(next: &mut u32) -> u32 {
        let key = *next;
        // A key that does not fit leads nowhere; there is no memory for so many anyway.
        *next = next.saturating_add(1).min(KEY - 1);
        key
    }

    /// The key of a DIE.
    pub fn key(&mut self, place: Place) -> u32 {
        let next = &mut self.next;
        *self
            .keys
            .entry(place)
            .or_insert_with(|| Outside::fresh(next))
    }

    /// The key of a DIE, which is walked later if it has not been.
    pub fn want(&mut self, place: Place) -> u32 {
        let key = self.key(place);
        if !self.walked.contains(&key) {
            self.wanted.insert(place);
        }
        key
    }

    /// The key of the type with a signature.
    pub fn want_signature(&mut self, signature: u64) -> u32 {
        if let Some(&key) = self.signatures.get(&signature) {
            return key;
        }
        let key = Outside::fresh(&mut self.next);
        self.signatures.insert(signature, key);
        self.wanted_signatures.push((signature, key));
        key
    }

    /// Notes that a whole unit is part of the one being encoded.
    pub fn import(&mut self, place: Place) {
        self.imports.push_back(place);
    }

    /// Whether a DIE is walked for the first time.
    pub fn enter(&mut self, key: u32) -> bool {
        self.walked.insert(key)
    }

    /// Whether a unit is imported for the first time.
    pub fn enter_unit(&mut self, start: Place) -> bool {
        self.imported.insert(start)
    }

    pub fn next_import(&mut self) -> Option<Place> {
        self.imports.pop_front()
    }

    pub fn next_signature(&mut self) -> Option<(u64, u32)> {
        self.wanted_signatures.pop()
    }

    /// A DIE that is to be walked, the first in file order.
    pub fn first_wanted(&self) -> Option<Place> {
        self.wanted.first().copied()
    }

    /// Takes the first DIE of a unit that is to be walked.
    pub fn take_wanted(&mut self, area: Area, unit: &Range<u64>) -> Option<Place> {
        let place = |offset| Place { area, offset };
        let first = self
            .wanted
            .range(place(unit.start)..place(unit.end))
            .next()
            .copied()?;
        self.wanted.remove(&first);
        Some(first)
    }

    /// Gives up a DIE that cannot be reached.
    pub fn forget(&mut self, place: Place) {
        self.wanted.remove(&place);
    }
}
