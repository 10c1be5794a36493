//! Renumbering: the same types in another order.

use crate::{Btf, TypeId, refs_mut};
use alloc::vec;
use alloc::vec::Vec;

/// Why types could not be renumbered. The BTF stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PermuteError {
    /// The number of new ids is not that of the own types.
    #[error("{given} new ids were given for {types} types")]
    WrongCount {
        /// How many new ids the caller gave.
        given: usize,
        /// How many own types exist.
        types: usize,
    },
    /// A new id outside the own ids: `void`, one of the base, or past the end.
    #[error("type {id} cannot become {new}: the ids are {first} to {last}")]
    OutOfRange {
        /// The type to be renumbered.
        id: TypeId,
        /// The id that it cannot have.
        new: TypeId,
        /// The lowest id that is allowed.
        first: TypeId,
        /// The highest id that is allowed.
        last: TypeId,
    },
    /// Two types with one new id.
    #[error("types {first} and {second} cannot both become {new}")]
    Twice {
        /// The type that got the new id first.
        first: TypeId,
        /// The type that got it again.
        second: TypeId,
        /// The id that both would have.
        new: TypeId,
    },
}

impl Btf {
    /// Gives every own type a new id: `new_ids[i]` is that of the `i`th own type, counted from 0. References follow; the
    /// base and `void` keep their ids. The rules are those of libbpf's `btf__permute`.
    ///
    /// ```
    /// use btf::{Btf, TypeId};
    ///
    /// let mut btf = Btf::new();
    /// let pointer = btf.add_ptr(TypeId(2))?;
    /// btf.add_float("double", 8)?;
    /// btf.permute(&[TypeId(2), TypeId(1)])?; // the pointer becomes the second
    /// assert_eq!(btf.name(TypeId(1)), "double");
    /// assert_eq!(btf.get(TypeId(2)).and_then(|ty| ty.target()), Some(TypeId(1)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`PermuteError`] if `new_ids` is not a permutation of the own ids. Nothing is changed then.
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
        self.renumber(old_of.into_iter().flatten(), new_ids);
        Ok(())
    }

    /// Sorts the own types by name and returns the new id of each, by its old place. References follow.
    ///
    /// Names are compared byte by byte; anonymous types come first, and types with the same name keep their order.
    /// Kernel builds sort like this from Linux 7.0 on, so that the kernel finds a name by bisection.
    pub fn sort_by_name(&mut self) -> Vec<TypeId> {
        let first = self.first_id().0;
        let mut sorted: Vec<(&[u8], u32)> = self
            .types()
            .map(|(id, ty)| (self.string(ty.name()).unwrap_or_default(), id.0 - first))
            .collect();
        sorted.sort_unstable();
        let old_of: Vec<usize> = sorted.into_iter().map(|(_, old)| old as usize).collect();
        let mut new_ids = vec![TypeId::VOID; old_of.len()];
        for (place, &old) in old_of.iter().enumerate() {
            new_ids[old] = TypeId(first + place as u32);
        }
        self.renumber(old_of.into_iter(), &new_ids);
        new_ids
    }

    /// Rewrites the types: `old_of` gives their old places in the new order, `new_ids` their new ids by
    /// their old places.
    fn renumber(&mut self, old_of: impl Iterator<Item = usize>, new_ids: &[TypeId]) {
        let first = self.first_id().index();
        let mut words = Vec::with_capacity(self.words.len());
        let mut starts = Vec::with_capacity(self.starts.len());
        for old in old_of {
            let start = words.len();
            starts.push(start as u32);
            words.extend_from_slice(&self.words[self.word_range(old).unwrap_or_default()]);
            for id in refs_mut(&mut words[start..]) {
                let place = (*id as usize).checked_sub(first);
                if let Some(new) = place.and_then(|place| new_ids.get(place)) {
                    *id = new.0;
                }
            }
        }
        self.long.forget();
        (self.words, self.starts) = (words, starts);
    }
}
