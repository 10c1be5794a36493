//! Units side by side, as an encoder lays them out before dedup.

use btf::{Btf, TypeId};
use std::ops::Range;

/// The types of several units, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Units {
    /// All types.
    pub btf: Btf,
    /// The ids of each unit.
    pub ids: Vec<Range<u32>>,
}

impl Units {
    /// Puts units behind each other, in their order.
    ///
    /// # Errors
    ///
    /// [`btf::Error`] when there is more than BTF can hold.
    pub fn of<'u>(units: impl IntoIterator<Item = &'u Btf>) -> Result<Units, btf::Error> {
        let mut all = Units::default();
        for unit in units {
            let first = all.btf.end_id().0;
            // Ids of a unit begin at 1.
            let shift = first - 1;
            for (_, ty) in unit.types() {
                let mut words = ty.words().to_vec();
                for id in btf::refs_mut(&mut words) {
                    *id += if *id == 0 { 0 } else { shift };
                }
                for name in btf::names_mut(&mut words) {
                    let text = unit.string(btf::StringOffset(*name)).unwrap_or_default();
                    *name = all.btf.intern(text)?.0;
                }
                all.btf.push(&words)?;
            }
            all.ids.push(first..all.btf.end_id().0);
        }
        Ok(all)
    }

    /// The unit of a type, from 0.
    pub fn unit_of(&self, id: TypeId) -> Option<usize> {
        self.ids.iter().position(|ids| ids.contains(&id.0))
    }
}
