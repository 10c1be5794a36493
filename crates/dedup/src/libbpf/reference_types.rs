//! The pass over kinds that say something about other types.

use super::{Engine, IN_PROGRESS, UNSETTLED, resolve, shape, ty};
use crate::{Error, Observer};
use btf::{Btf, Type, TypeId, find_ref, refs_mut};

/// A type whose references are being settled, and how many of them are.
struct Frame {
    id: u32,
    settled: u32,
}

impl<O: Observer> Engine<'_, O> {
    /// Settles what is left, each type after those it refers to.
    pub(super) fn reference_types(&mut self) -> Result<(), Error> {
        let mut stack: Vec<Frame> = Vec::new();
        for id in self.first..self.end {
            if self.map[id as usize] != UNSETTLED {
                continue;
            }
            self.map[id as usize] = IN_PROGRESS;
            stack.push(Frame { id, settled: 0 });
            while let Some(frame) = stack.last_mut() {
                let id = frame.id;
                match unsettled(ty(&self.btf, id), frame, &self.map) {
                    None => {
                        stack.pop();
                        self.settle_reference(id)?;
                    }
                    Some(target) if self.map[target as usize] == IN_PROGRESS => {
                        return Err(loop_at(&self.btf, target));
                    }
                    Some(target) => {
                        self.map[target as usize] = IN_PROGRESS;
                        stack.push(Frame {
                            id: target,
                            settled: 0,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// Settles a type whose references are settled.
    fn settle_reference(&mut self, id: u32) -> Result<(), Error> {
        let map = &self.map;
        if let Some(words) = self.btf.words_mut(TypeId(id)) {
            refs_mut(words).for_each(|target| *target = resolve(map, *target));
        }
        let this = ty(&self.btf, id);
        let steps = this.words().len() as u64;
        let hash = self.hash(this);
        let mut at = self.open_bucket(hash, id);
        while let Some(entry) = self.next_candidate(hash, at, id)? {
            at = entry.next;
            self.budget.spend(steps, &self.btf, id)?;
            if shape::same_words(ty(&self.btf, id), ty(&self.btf, entry.id)) {
                self.map[id as usize] = entry.id;
                self.observer.reference_merged(TypeId(id), TypeId(entry.id));
                return Ok(());
            }
            self.not_equal(id, entry.id);
        }
        self.map[id as usize] = id;
        self.table.insert(hash, id);
        Ok(())
    }
}

/// The next of a type's references that is not settled. `frame` remembers where to go on.
fn unsettled(ty: Type<'_>, frame: &mut Frame, map: &[u32]) -> Option<u32> {
    let (settled, target) = find_ref(ty.words(), frame.settled as usize, |id| {
        map[id as usize] >= IN_PROGRESS
    })?;
    frame.settled = settled as u32;
    Some(target)
}

fn loop_at(btf: &Btf, id: u32) -> Error {
    let id = TypeId(id);
    Error::Loop {
        id,
        kind: btf.kind(id),
        name: btf.name(id).into_owned(),
    }
}
