//! Renumbering: the same types in another order.

use crate::{Btf, TypeId, walk};

/// Why types could not be renumbered. The BTF is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PermuteError {
    /// Not one new id for each own type.
    #[error("{given} new ids were given for {types} types")]
    WrongCount {
        /// New ids given.
        given: usize,
        /// Own types.
        types: usize,
    },
    /// A new id outside the own ids: `void`, one of the base, or past the end.
    #[error("type {id} cannot become {new}: the ids are {first} to {last}")]
    OutOfRange {
        /// The type.
        id: TypeId,
        /// Its new id.
        new: TypeId,
        /// First own id.
        first: TypeId,
        /// Last own id.
        last: TypeId,
    },
    /// Two types with one new id.
    #[error("types {first} and {second} cannot both become {new}")]
    Twice {
        /// The first of them.
        first: TypeId,
        /// The second.
        second: TypeId,
        /// The new id.
        new: TypeId,
    },
}

impl Btf {
    /// Gives every own type a new id: `new_ids[i]` is that of the `i`th own type. References follow; the
    /// base and `void` keep their ids. Same rules as libbpf's `btf__permute`.
    ///
    /// # Errors
    ///
    /// When `new_ids` is not an order of the own ids; nothing is changed then.
    pub fn permute(&mut self, new_ids: &[TypeId]) -> Result<(), PermuteError> {
        let (first, types) = (self.first_id(), self.starts.len());
        if new_ids.len() != types {
            return Err(PermuteError::WrongCount {
                given: new_ids.len(),
                types,
            });
        }
        let own = |index: usize| TypeId(first.0 + index as u32);
        let mut old_of: Vec<Option<usize>> = vec![None; types];
        for (old, &new) in new_ids.iter().enumerate() {
            let place = new.index().checked_sub(first.index());
            let Some(slot) = place.and_then(|place| old_of.get_mut(place)) else {
                return Err(PermuteError::OutOfRange {
                    id: own(old),
                    new,
                    first,
                    last: own(types.saturating_sub(1)),
                });
            };
            if let Some(other) = slot.replace(old) {
                return Err(PermuteError::Twice {
                    first: own(other),
                    second: own(old),
                    new,
                });
            }
        }
        let mut words = Vec::with_capacity(self.words.len());
        let mut starts = Vec::with_capacity(types);
        for old in old_of.into_iter().flatten() {
            let start = words.len();
            starts.push(start as u32);
            words.extend_from_slice(&self.words[self.word_range(old).unwrap_or_default()]);
            let Ok(()) = walk::for_each_ref(&mut words[start..], |id| {
                let place = (*id as usize).checked_sub(first.index());
                if let Some(new) = place.and_then(|place| new_ids.get(place)) {
                    *id = new.0;
                }
                Ok::<(), std::convert::Infallible>(())
            });
        }
        (self.words, self.starts) = (words, starts);
        Ok(())
    }

    /// The new id of each own type when they are sorted by name: bytes of the names compared, anonymous
    /// types first, types of the same name in the order they have. So kernel builds sort from Linux 7.0 on,
    /// which lets the kernel find a name by bisection.
    pub fn order_by_name(&self) -> Vec<TypeId> {
        let first = self.first_id().0;
        let mut sorted: Vec<(&[u8], u32)> = self
            .types()
            .map(|(id, ty)| (self.string(ty.name()).unwrap_or_default(), id.0))
            .collect();
        sorted.sort_unstable();
        let mut new_ids = vec![TypeId::VOID; sorted.len()];
        for (place, (_, old)) in sorted.into_iter().enumerate() {
            new_ids[(old - first) as usize] = TypeId(first + place as u32);
        }
        new_ids
    }
}
