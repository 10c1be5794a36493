//! The pass that gives forwards the one definition of their name.

use super::{Engine, shape, ty};
use crate::Observer;
use btf::{Kind, TypeId};
use rustc_hash::FxHashMap;

impl<O: Observer> Engine<'_, O> {
    /// Resolves the forwards that no walk has paired with a definition and whose name has exactly one,
    /// among structs and unions together, base included.
    pub(super) fn forwards(&mut self) {
        // 0 marks a name with several definitions.
        let mut definitions: FxHashMap<u32, u32> = FxHashMap::default();
        for id in 1..self.end {
            if self.map[id as usize] == id && self.kind(id).is_composite() {
                definitions
                    .entry(ty(&self.btf, id).name().0)
                    .and_modify(|known| *known = 0)
                    .or_insert(id);
            }
        }
        for id in self.first..self.end {
            if self.kind(id) != Kind::Fwd || self.map[id as usize] != id {
                continue;
            }
            let this = ty(&self.btf, id);
            let Some(&to) = definitions.get(&this.name().0) else {
                continue;
            };
            if to != 0 && self.kind(to) == shape::forward_kind(this) {
                self.map[id as usize] = to;
                self.observer.forward_resolved(TypeId(id), TypeId(to));
            }
        }
    }
}
