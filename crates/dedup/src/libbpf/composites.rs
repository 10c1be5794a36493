//! The pass over structs, unions and typedefs.

use super::{Engine, colours, is_settled, resolve, shape, ty};
use crate::{Error, Observer, Reason};
use btf::{Kind, TypeId};

impl<O: Observer> Engine<'_, O> {
    /// Settles every STRUCT, UNION and TYPEDEF, and the forwards that the walks pair with a definition.
    pub(super) fn composites(&mut self) -> Result<(), Error> {
        for id in self.first..self.end {
            let kind = self.kind(id);
            let is_walked = kind.is_composite() || kind == Kind::Typedef && self.walk_typedefs;
            if !is_walked || is_settled(&self.map, id) {
                continue;
            }
            if self
                .colours_after
                .is_some_and(|steps| self.budget.spent >= steps)
            {
                self.colour();
            }
            let hash = match &self.colours {
                Some(colours) => colours[id as usize],
                None => self.hash(ty(&self.btf, id)),
            };
            match self.equivalent_composite(id, hash)? {
                Some(to) => {
                    if self.map[id as usize] != to {
                        self.map[id as usize] = to;
                        self.observer.merged(TypeId(id), TypeId(to));
                    }
                }
                None => {
                    self.map[id as usize] = id;
                    self.table.insert(hash, id);
                }
            }
        }
        Ok(())
    }

    /// Colours all types. From here on only types of one colour are compared; which of them come first does not change.
    fn colour(&mut self) {
        self.colours_after = None;
        let passing = colours::Passing {
            forwards: self.match_forwards,
            enums: self.match_enums,
        };
        let Some(colours) = colours::of(&self.btf, passing) else {
            return;
        };
        let (kinds, walk_typedefs) = (&self.kinds, self.walk_typedefs);
        self.table.rehash(|entry| {
            let kind = Kind::from_number(kinds[entry.id as usize]);
            match kind.is_composite() || kind == Kind::Typedef && walk_typedefs {
                true => colours[entry.id as usize],
                false => entry.hash,
            }
        });
        self.colours = Some(colours);
        self.budget.coloured(self.end);
    }

    /// The first kept type whose graph is equal to that of `id`.
    fn equivalent_composite(&mut self, id: u32, hash: u64) -> Result<Option<u32>, Error> {
        let steps = u64::from(ty(&self.btf, id).vlen());
        let mut at = self.open_bucket(hash, id);
        while let Some(entry) = self.next_candidate(hash, at, id)? {
            at = entry.next;
            self.budget.spend(steps, &self.btf, id)?;
            if !shape::may_be_equal(ty(&self.btf, id), ty(&self.btf, entry.id)) {
                self.not_equal(id, entry.id);
                continue;
            }
            let (candidate, canonical) = (TypeId(id), TypeId(entry.id));
            self.observer.compare_start(candidate, canonical);
            self.hypothesis.clear();
            let equal = self.equivalent(id, entry.id)?;
            if equal {
                self.accept_hypothesis();
            }
            let usable = equal && !self.hypothesis.keeps_base;
            if equal && !usable {
                self.observer
                    .not_equal(candidate, canonical, Reason::BaseForward);
            }
            self.observer.compare_end(candidate, canonical, usable);
            if usable {
                return Ok(Some(entry.id));
            }
        }
        Ok(None)
    }

    /// Makes facts of what a successful walk assumed: forwards become the definitions they were paired
    /// with, structs and unions below the compared ones the kept types that stand for them.
    ///
    /// What an entry does depends on those before it, so their order matters.
    fn accept_hypothesis(&mut self) {
        for at in 0..self.hypothesis.list.len() {
            let canonical = self.hypothesis.list[at];
            let candidate = self.hypothesis.get(canonical);
            let canonical = resolve(&self.map, canonical);
            let candidate = resolve(&self.map, candidate);
            let candidate_kind = self.kind(candidate);
            let canonical_kind = self.kind(canonical);
            if candidate_kind != Kind::Fwd && canonical_kind == Kind::Fwd {
                self.map[canonical as usize] = candidate;
                self.observer
                    .forward_resolved(TypeId(canonical), TypeId(candidate));
            }
            // Where the base would have to change, only that is noted down: other forwards of the
            // split BTF find the definition through the base's forward.
            if self.hypothesis.keeps_base || canonical_kind == Kind::Fwd {
                continue;
            }
            if candidate_kind == Kind::Fwd {
                self.map[candidate as usize] = canonical;
                self.observer
                    .forward_resolved(TypeId(candidate), TypeId(canonical));
            } else if candidate_kind.is_composite()
                && is_settled(&self.map, canonical)
                && !is_settled(&self.map, candidate)
            {
                self.map[candidate as usize] = canonical;
                self.observer.merged(TypeId(candidate), TypeId(canonical));
            }
        }
    }
}
