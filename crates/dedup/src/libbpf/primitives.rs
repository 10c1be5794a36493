//! The pass over types that refer to no other: INT, FLOAT, ENUM, ENUM64, FWD, and LOC_PARAM.

use super::{Engine, shape, ty};
use crate::{Error, Observer};
use btf::{Kind, TypeId};

impl<O: Observer> Engine<'_, O> {
    /// Settles every primitive type.
    pub(super) fn primitives(&mut self) -> Result<(), Error> {
        for id in self.first..self.end {
            let to = match self.kind(id) {
                Kind::Int | Kind::Float | Kind::Fwd | Kind::LocParam => self.equal_primitive(id)?,
                Kind::Enum | Kind::Enum64 => self.equal_enum(id)?,
                _ => continue,
            };
            self.map[id as usize] = to;
            if to == id {
                let hash = self.hash(ty(&self.btf, id));
                self.table.insert(hash, id);
                if self.kind(id).is_any_enum() {
                    self.enter_enum(id)?;
                }
            } else {
                self.observer.merged(TypeId(id), TypeId(to));
            }
        }
        Ok(())
    }

    /// The kept type with the same words, or `id`.
    fn equal_primitive(&mut self, id: u32) -> Result<u32, Error> {
        let hash = self.hash(ty(&self.btf, id));
        let mut at = self.open_bucket(hash, id);
        while let Some(entry) = self.next_candidate(hash, at, id)? {
            if shape::same_words(ty(&self.btf, id), ty(&self.btf, entry.id)) {
                return Ok(entry.id);
            }
            self.not_equal(id, entry.id);
            at = entry.next;
        }
        Ok(id)
    }
}
