//! Equal enumerations.
//!
//! All enumerations of one name have one hash, so that a declaration meets its definitions: a walk through the table
//! compares each with all others of its name. Where nobody observes the walk, its result is looked up: by words, and by
//! where entries of the table come in the walk.

use super::{Engine, shape, ty};
use crate::{Error, Observer};
use btf::{Type, TypeId};
use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};
use std::mem::swap;

/// The enumerations of the table.
#[derive(Default)]
pub(super) struct Enums {
    /// Those of the same words: several only if the base has them.
    alike: HashTable<Alike>,
    /// By name.
    named: FxHashMap<u32, Named>,
}

struct Alike {
    hash: u64,
    ends: Ends,
}

struct Named {
    ends: Ends,
    /// Declarations: several only if the base has them.
    forwards: Vec<Place>,
}

/// Where a type is in the table.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// The type's id.
    pub(super) id: u32,
    /// How many entries the table had with it.
    pub(super) at: u32,
    /// How often the table had doubled by then.
    pub(super) doubled: u32,
}

impl Place {
    /// Whether a walk through equal hashes meets this place before the other one, once the table has doubled so often.
    fn is_before(self, other: Place, doubled: u32) -> bool {
        let newer = if self.at > other.at { self } else { other };
        // Newest first, until the next doubling turns them round.
        let newest_first = (doubled - newer.doubled).is_multiple_of(2);
        (newer.at == self.at) == newest_first
    }
}

/// The first and the last that a walk meets of several places of one hash.
struct Ends {
    first: Place,
    last: Place,
    /// How often the table had doubled when this was so.
    doubled: u32,
}

impl Ends {
    fn of(place: Place) -> Ends {
        Ends {
            first: place,
            last: place,
            doubled: place.doubled,
        }
    }

    fn add(&mut self, place: Place) {
        self.turn(place.doubled);
        self.first = place;
    }

    fn first(&mut self, doubled: u32) -> Place {
        self.turn(doubled);
        self.first
    }

    /// Each doubling turns chains round.
    fn turn(&mut self, doubled: u32) {
        if !(doubled - self.doubled).is_multiple_of(2) {
            swap(&mut self.first, &mut self.last);
        }
        self.doubled = doubled;
    }
}

fn hash_of(ty: Type<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    ty.words().hash(&mut hasher);
    hasher.finish()
}

impl<O: Observer> Engine<'_, O> {
    /// Notes an enumeration that has just been put into the table.
    pub(super) fn enter_enum(&mut self, id: u32) -> Result<(), Error> {
        if O::ACTIVE {
            return Ok(());
        }
        let this = ty(&self.btf, id);
        let place = self.table.newest(id);
        let hash = hash_of(this);
        let (btf, mut compared) = (&self.btf, 0);
        let known = self.enums.alike.find_mut(hash, |one| {
            compared += 1;
            one.hash == hash && shape::same_words(ty(btf, one.ends.first.id), this)
        });
        match known {
            Some(alike) => alike.ends.add(place),
            None => {
                let ends = Ends::of(place);
                let alike = Alike { hash, ends };
                self.enums.alike.insert_unique(hash, alike, |one| one.hash);
            }
        }
        let named = self.enums.named.entry(this.name().0);
        let named = named
            .and_modify(|named| named.ends.add(place))
            .or_insert_with(|| Named {
                ends: Ends::of(place),
                forwards: Vec::new(),
            });
        if shape::is_forward_enum(this) {
            named.forwards.push(place);
        }
        self.budget.spend(compared, &self.btf, id)
    }

    /// The kept enumeration with the same values or, for a forward, of the same name; or `id`. Kept
    /// forwards of that name are replaced by a full `id`, which itself may still find its equal.
    pub(super) fn equal_enum(&mut self, id: u32) -> Result<u32, Error> {
        if O::ACTIVE {
            return self.walk_enums(id);
        }
        let this = ty(&self.btf, id);
        let doubled = self.table.doubled();
        let mut named = match self.match_enums {
            true => self.enums.named.get_mut(&this.name().0),
            false => None,
        };
        if let Some(named) = named.as_mut().filter(|_| shape::is_forward_enum(this)) {
            self.budget.spend(1, &self.btf, id)?;
            return Ok(named.ends.first(doubled).id);
        }
        let hash = hash_of(this);
        let (btf, mut compared) = (&self.btf, 1);
        let equal = self.enums.alike.find_mut(hash, |one| {
            compared += 1;
            one.hash == hash && shape::same_words(ty(btf, one.ends.first.id), this)
        });
        let equal = equal.map(|one| one.ends.first(doubled));
        let forwards = named.map_or(&[][..], |named| &named.forwards);
        let steps = compared * (1 + u64::from(this.vlen())) + forwards.len() as u64;
        self.budget.spend(steps, &self.btf, id)?;
        for forward in forwards {
            // The walk ends at the equal one.
            if equal.is_none_or(|equal| forward.is_before(equal, doubled)) {
                self.map[forward.id as usize] = id;
            }
        }
        Ok(equal.map_or(id, |equal| equal.id))
    }

    /// The same, type by type.
    fn walk_enums(&mut self, id: u32) -> Result<u32, Error> {
        let this = ty(&self.btf, id);
        let (forward, steps) = (shape::is_forward_enum(this), u64::from(this.vlen()));
        let hash = self.hash(this);
        let mut at = self.open_bucket(hash, id);
        while let Some(entry) = self.next_candidate(hash, at, id)? {
            at = entry.next;
            self.budget.spend(steps, &self.btf, id)?;
            let (this, that) = (ty(&self.btf, id), ty(&self.btf, entry.id));
            if shape::same_words(this, that) {
                return Ok(entry.id);
            }
            if !self.match_enums || !shape::compatible_enums(this, that) {
                self.not_equal(id, entry.id);
            } else if forward {
                return Ok(entry.id);
            } else {
                self.map[entry.id as usize] = id;
                self.observer.merged(TypeId(entry.id), TypeId(id));
            }
        }
        Ok(id)
    }
}
