//! Keys of DIEs in other units, and which of those DIEs are still to be walked.
//!
//! A DIE of another unit gets a key beyond the bytes of the unit being encoded when it is first referred to.

use crate::clearing::{clear_map, clear_set};
use crate::other_units::{Area, SectionOffset};
use crate::types::type_ids::KEY;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

/// What is known of DIEs in other units while one unit is encoded.
#[derive(Debug, Default)]
pub(crate) struct ForeignDies {
    keys: FxHashMap<SectionOffset, u32>,
    signatures: FxHashMap<u64, u32>,
    next: u32,
    /// DIEs that were referred to and are still to be walked.
    wanted: BTreeSet<SectionOffset>,
    wanted_signatures: Vec<(u64, u32)>,
    imports: VecDeque<SectionOffset>,
    /// Keys of DIEs that have been walked.
    walked: FxHashSet<u32>,
    /// Starts of units whose import has been dealt with.
    imported: FxHashSet<SectionOffset>,
}

impl ForeignDies {
    /// Forgets everything; keys begin at `first`.
    pub fn reset(&mut self, first: u32) {
        if !self.keys.is_empty() || !self.imported.is_empty() || !self.signatures.is_empty() {
            clear_map(&mut self.keys);
            clear_map(&mut self.signatures);
            self.wanted.clear();
            self.wanted_signatures.clear();
            self.imports.clear();
            clear_set(&mut self.walked);
            clear_set(&mut self.imported);
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

    /// The key of a DIE; it gets one if it has none.
    pub fn key(&mut self, place: SectionOffset) -> u32 {
        let next = &mut self.next;
        *self
            .keys
            .entry(place)
            .or_insert_with(|| ForeignDies::fresh(next))
    }

    /// The key of a DIE, which is walked later if it has not been.
    pub fn want(&mut self, place: SectionOffset) -> u32 {
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
        let key = ForeignDies::fresh(&mut self.next);
        self.signatures.insert(signature, key);
        self.wanted_signatures.push((signature, key));
        key
    }

    /// Notes that a whole unit is part of the one being encoded.
    pub fn import(&mut self, place: SectionOffset) {
        self.imports.push_back(place);
    }

    /// Whether a DIE is walked for the first time.
    pub fn enter(&mut self, key: u32) -> bool {
        self.walked.insert(key)
    }

    /// Whether a unit is imported for the first time.
    pub fn enter_unit(&mut self, start: SectionOffset) -> bool {
        self.imported.insert(start)
    }

    pub fn next_import(&mut self) -> Option<SectionOffset> {
        self.imports.pop_front()
    }

    pub fn next_signature(&mut self) -> Option<(u64, u32)> {
        self.wanted_signatures.pop()
    }

    /// A DIE that is to be walked, the first in file order.
    pub fn first_wanted(&self) -> Option<SectionOffset> {
        self.wanted.first().copied()
    }

    /// Takes the first DIE of a unit that is to be walked.
    pub fn take_wanted(&mut self, area: Area, unit: &Range<u64>) -> Option<SectionOffset> {
        let place = |offset| SectionOffset { area, offset };
        let first = self
            .wanted
            .range(place(unit.start)..place(unit.end))
            .next()
            .copied()?;
        self.wanted.remove(&first);
        Some(first)
    }

    /// Gives up a DIE that cannot be reached.
    pub fn forget(&mut self, place: SectionOffset) {
        self.wanted.remove(&place);
    }
}
