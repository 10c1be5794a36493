//! Equal BTF types become one.
//!
//! [`dedup`] takes any BTF, typically every unit's types one after the other, and gives the BTF in which
//! each type stands once, as libbpf's `btf__dedup` would: the same types, in the same order, with the
//! same strings. [`dedup_observed`] tells an [`Observer`] what happens on the way.
//!
//! The passes, after Nakryiko's description of BTF deduplication:
//!
//! 1. Strings: each once, in the order of first use. From here on names are compared by offset.
//! 2. Primitives (INT, FLOAT, enumerations, forwards): equal when their words are.
//! 3. Structs, unions and typedefs: equal when the graphs that hang on them are. Two such graphs are
//!    walked side by side; where a walk comes back to a pair it has assumed to be equal, it is.
//! 4. Forwards whose name has exactly one definition become that definition.
//! 5. What refers to other types (pointers, modifiers, arrays, prototypes, functions, tags): once its
//!    targets are settled, equal when its words are.
//! 6. What is not kept is taken out, in order, and references get the new ids.
//!
//! Units that say the same are folded before ([`fold`]), which changes nothing but the time it takes.
//!
//! Variables and sections are never merged. In split BTF the base stays as it is: types are replaced by
//! the base's, never the other way round.
//!
//! A second run over a result usually changes nothing but the order of strings, but it can find a few
//! more equal types: those whose graphs the first run compared before a forward or a copy in them was
//! settled. libbpf does the same.
#![forbid(unsafe_code)]

mod error;
mod libbpf;
mod observer;
pub mod prefold;
pub mod sharing;

pub use error::Error;
pub use observer::{Observer, Pass, Reason, Via};

use btf::{Btf, BtfExt, TypeId};

/// What to do, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Gives every type the same hash, so that each is held against all that are kept. The result is
    /// the same, the work quadratic: for tests and teaching.
    pub force_collisions: bool,
    /// Whether a forward becomes the one definition of its name. A part of a larger whole leaves that
    /// to the whole, where the name may have several.
    pub resolve_forwards: bool,
    /// Whether a walk lets a forward pass for a definition of its name, and an enumeration without values for one
    /// with them. libbpf always does since 1.0; before, its option `dont_resolve_fwds` left it out, together with
    /// [`Options::resolve_forwards`]. Without, whatever reaches a forward stays apart from what reaches its definition.
    pub match_forwards: bool,
    /// Whether to rebuild the strings: each once, unused ones dropped. Without, equal names must
    /// already be at equal offsets, or types that differ in nothing else stay apart.
    pub rebuild_strings: bool,
    /// Where a unit repeats types, whether two of its arrays are copies when they are equally long, as
    /// libbpf 1.8 has it. Arrays of different elements can become one then, so this is for comparisons
    /// with libbpf.
    pub trust_array_lengths: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            force_collisions: false,
            resolve_forwards: true,
            match_forwards: true,
            rebuild_strings: true,
            trust_array_lengths: false,
        }
    }
}

/// A BTF without duplicates.
#[derive(Clone, Debug)]
pub struct Deduped {
    /// The types that are left, in the order in which each first appeared.
    pub btf: Btf,
    /// For each own type of the input, by its id less the first own id, the id it has now. In split
    /// BTF that can be an id of the base.
    pub map: Vec<u32>,
}

impl Deduped {
    /// The id that a type of the input has now. Types of a base keep theirs, and so does `void`.
    pub fn new_id(&self, id: TypeId) -> TypeId {
        let own = id.0.checked_sub(self.btf.first_id().0);
        let new = own.and_then(|own| self.map.get(own as usize));
        new.map_or(id, |&new| TypeId(new))
    }

    /// Sorts the types by name, as [`Btf::sort_by_name`] does; the map follows, and so does `ext`, whose ids
    /// must be those of `btf`.
    pub fn sort_by_name(&mut self, ext: Option<&mut BtfExt>) {
        let first = self.btf.first_id().0;
        let new_ids = self.btf.sort_by_name();
        let sorted = |id: &mut u32| {
            let own = id.checked_sub(first);
            if let Some(new) = own.and_then(|own| new_ids.get(own as usize)) {
                *id = new.0;
            }
        };
        self.map.iter_mut().for_each(sorted);
        if let Some(ext) = ext {
            ext.for_each_ref(sorted);
        }
    }
}

/// Deduplicates `btf`.
///
/// # Errors
///
/// [`Error`] when references of `btf` or its base lead nowhere or in a loop that no type can have, when
/// it has kinds that cannot be compared, or when it is built to take too long.
pub fn dedup(btf: Btf, options: &Options) -> Result<Deduped, Error> {
    prefold::run(btf, options)
}

/// Deduplicates `btf` and lets `ext`, the `.BTF.ext` beside it, follow: its type ids and string offsets
/// are those of the result afterwards. Strings that only `ext` names stand after the types'.
///
/// # Errors
///
/// As for [`dedup`], and when `ext` names types or strings that `btf` has not; then `ext` is of no use
/// any more.
pub fn dedup_with_ext(mut btf: Btf, ext: &mut BtfExt, options: &Options) -> Result<Deduped, Error> {
    btf.check_references()?;
    ext.check(&btf)?;
    let mut options = *options;
    if std::mem::take(&mut options.rebuild_strings) {
        libbpf::rebuild_strings(&mut btf, Some(ext))?;
    }
    let deduped = dedup(btf, &options)?;
    ext.for_each_ref(|id| *id = deduped.new_id(TypeId(*id)).0);
    Ok(deduped)
}

/// Rebuilds the own strings of `btf`: each once, in the order in which its types name them first, and
/// none that no type names. Strings that the base has are taken from there.
///
/// # Errors
///
/// [`Error`] when the strings pass 4 GiB.
pub fn rebuild_strings(btf: &mut Btf) -> Result<(), Error> {
    libbpf::rebuild_strings(btf, None)
}

/// Like [`dedup`], by the reference engine alone, and tells `observer` what happens.
///
/// # Errors
///
/// As for [`dedup`].
pub fn dedup_observed<O: Observer>(
    btf: Btf,
    options: &Options,
    observer: &mut O,
) -> Result<Deduped, Error> {
    libbpf::run(btf, options, observer)
}
