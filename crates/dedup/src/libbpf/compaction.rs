//! The last two passes: taking out what is not kept, and giving references the new ids.

use super::{Engine, resolve};
use crate::{Deduped, Error, Observer, Pass};
use btf::{TypeId, refs_mut};

impl<O: Observer> Engine<'_, O> {
    /// Keeps the types that stand for themselves, in their order, and renumbers.
    pub(super) fn finish(self) -> Result<Deduped, Error> {
        let Engine {
            mut btf,
            first,
            end,
            map,
            table,
            hypothesis,
            observer,
            ..
        } = self;
        drop((table, hypothesis));
        observer.pass_start(Pass::Compaction);
        btf.retain(|id| map[id.index()] == id.0);
        let mut new_ids: Vec<u32> = (0..end).collect();
        let mut next = first;
        for id in first..end {
            if map[id as usize] == id {
                new_ids[id as usize] = next;
                observer.renumbered(TypeId(id), TypeId(next));
                next += 1;
            }
        }

        observer.pass_start(Pass::Renumbering);
        // Kept types come first, so that what follows can tell them by the map.
        for id in 0..end {
            let to = resolve(&map, id);
            if to != id {
                new_ids[id as usize] = new_ids[to as usize];
            }
        }
        for id in first..next {
            if let Some(words) = btf.words_mut(TypeId(id)) {
                refs_mut(words).for_each(|id| *id = new_ids[*id as usize]);
            }
        }
        drop(map);
        new_ids.drain(..first as usize);
        let map = new_ids.into_iter().map(TypeId).collect();
        Ok(Deduped { btf, map })
    }
}
