//! Deduplication of BTF: of several equal types one is kept, and all references lead to it.
//!
//! [`dedup`] takes any BTF, typically the types of all source files of a program one after the other, and returns the
//! BTF that libbpf's `btf__dedup` makes of it: the same types, in the same order, with the same strings.
//!
//! ```
//! use btf::{Btf, Int, IntEncoding, Kind, TypeId};
//! use dedup::Options;
//!
//! // Two source files declare `int *`: each brings an INT and a PTR.
//! let mut btf = Btf::new();
//! for _ in 0..2 {
//!     let int = Int { size: 4, encoding: IntEncoding::SIGNED, offset: 0, bits: 32 };
//!     let int = btf.add_int("int", int)?;
//!     btf.add_ptr(int)?;
//! }
//! assert_eq!(btf.len(), 4);
//!
//! let deduped = dedup::dedup(btf, &Options::default())?;
//! assert_eq!(deduped.btf.len(), 2);
//! // The second pointer is the first one now.
//! assert_eq!(deduped.new_id(TypeId(4)), TypeId(2));
//! assert_eq!(deduped.btf.kind(TypeId(2)), Kind::Ptr);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! `examples/merge.rs` of this crate merges two files of BTF.
//!
//! # Map
//!
//! | to … | use |
//! |---|---|
//! | deduplicate BTF | [`dedup`]; [`Options`] for what it does, [`Deduped`] for the result and the new ids |
//! | deduplicate a large file without all of its types in memory | [`dedup_in_pieces`] |
//! | deduplicate a BPF object's BTF | [`dedup_with_ext`]: the `.BTF.ext` beside it follows |
//! | rebuild the strings alone | [`rebuild_strings`]; [`NewStrings`] to do something else meanwhile |
//! | watch every decision | [`dedup_observed`] with an [`Observer`] |
//! | merge equal types while units are still being encoded | [`sharing`] |
//!
//! # How it works
//!
//! | part | takes | how it finds equal types | its result |
//! |---|---|---|---|
//! | `libbpf`, the exact engine | any BTF | compares graphs of types, as libbpf's `btf__dedup` does | decides |
//! | [`prefold`] | BTF that is one unit after the other | by hash, where equality is certain | a smaller BTF for the exact engine |
//! | [`sharing`] | units, while they are encoded | by hash, where equality is certain | a smaller BTF for the exact engine |
//!
//! [`dedup`] runs `prefold` and then the exact engine; [`dedup_observed`] runs the exact engine alone. The results are
//! the same; only the time differs.
//!
//! The passes of the exact engine follow Nakryiko's description of BTF deduplication:
//!
//! 1. Strings: each once, in the order of first use. From here on names are compared by offset.
//! 2. Primitives (INT, FLOAT, enumerations, forward declarations): equal if their words are.
//! 3. Structs, unions and typedefs: equal if the graphs below them are. Two graphs are walked side by side; a pair that
//!    the walk has assumed to be equal counts as equal when the walk comes back to it.
//! 4. Forward declarations whose name has exactly one definition become that definition.
//! 5. Types that refer to others (pointers, modifiers, arrays, prototypes, functions, tags): once their targets are
//!    settled, equal if their words are.
//! 6. Types that are not kept are removed, the others move up, and references get the new ids.
//!
//! Variables and sections (DATASEC, LOCSEC) are never merged. In split BTF the base stays as it is: types are replaced by the base's,
//! never the other way round.
//!
//! A second run over a result usually changes nothing but the order of strings. It can find a few more equal types:
//! those whose graphs the first run compared before a forward declaration or a copy in them was settled. libbpf does
//! the same.
//!
//! Input may be damaged or hostile: no pass recurses, and a budget bounds the comparisons ([`Error::Budget`]).
#![forbid(unsafe_code)]
#![deny(
    missing_docs,
    rustdoc::broken_intra_doc_links,
    rustdoc::private_intra_doc_links
)]

mod error;
mod libbpf;
mod observer;
mod options;
pub mod prefold;
pub mod sharing;

pub use error::Error;
pub use libbpf::NewStrings;
pub use observer::{Observer, Pass, Reason, Via};
pub use options::Options;

use btf::{Btf, BtfExt, Pieces, TypeId};
use budget::Budget;

/// A BTF in which each type exists once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deduped {
    /// The types that are kept, in the order in which each first appeared.
    pub btf: Btf,
    /// The new id of each own type of the input, by its old id less the first own id. In split BTF that can be an id
    /// of the base. [`Deduped::new_id`] looks an id up.
    pub map: Vec<TypeId>,
}

impl Deduped {
    /// The id that a type of the input has now. Types of a base keep theirs, and so does `void`.
    pub fn new_id(&self, id: TypeId) -> TypeId {
        let own = id.0.checked_sub(self.btf.first_id().0);
        let new = own.and_then(|own| self.map.get(own as usize));
        new.copied().unwrap_or(id)
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
        self.map.iter_mut().for_each(|id| sorted(&mut id.0));
        if let Some(ext) = ext {
            ext.for_each_ref(sorted);
        }
    }
}

/// Deduplicates `btf`: the first of equal types is kept, and all references lead to it.
///
/// It takes `btf`, since types are rewritten in place; clone it to keep it. The result depends on `btf` and the options
/// alone.
///
/// # Errors
///
/// - [`Error::Btf`] if a reference or a name of `btf` or its base leads nowhere, or the strings do not fit;
/// - [`Error::UnsupportedKind`] if it has a kind for which no rule of equality is known;
/// - [`Error::UnexpectedReference`] and [`Error::Loop`] if it has a type that no language has;
/// - [`Error::TooManyTypes`] for more than 2³¹ − 3 types;
/// - [`Error::Budget`] if comparing its types takes more than [`Options::budget`] allows;
/// - [`Error::OverBudget`] if its names take more.
pub fn dedup(btf: Btf, options: &Options) -> Result<Deduped, Error> {
    prefold::run(btf, options)
}

/// As [`dedup`], for BTF that was not read: its types are never in memory together. `None` if they cannot be read, are damaged, or
/// are not the types of one unit after the other: read the BTF then, and call [`dedup`].
///
/// # Errors
///
/// As for [`dedup`].
pub fn dedup_in_pieces<E, F>(pieces: Pieces<F>, options: &Options) -> Result<Option<Deduped>, Error>
where
    F: FnMut(u64, &mut [u8]) -> Result<(), E>,
{
    prefold::run_in_pieces(pieces, options)
}

/// Deduplicates `btf`; `ext`, the `.BTF.ext` beside it, follows: its type ids and string offsets are those of the result
/// afterwards. Strings that only `ext` names come after those of the types.
///
/// # Errors
///
/// As for [`dedup`], and [`Error::Ext`] if `ext` names types or strings that `btf` does not have. After an error that
/// arises later, `ext` belongs to neither BTF and is of no use.
pub fn dedup_with_ext(mut btf: Btf, ext: &mut BtfExt, options: &Options) -> Result<Deduped, Error> {
    btf.check_references()?;
    ext.check(&btf)?;
    let mut options = *options;
    if std::mem::take(&mut options.rebuild_strings) {
        libbpf::rebuild_strings(&mut btf, Some(ext), options.budget)?;
    }
    let deduped = dedup(btf, &options)?;
    ext.for_each_ref(|id| *id = deduped.new_id(TypeId(*id)).0);
    Ok(deduped)
}

/// Rebuilds the own strings of `btf`: each once, in the order in which its types name them first, and none that no type
/// names. A string that the base has is taken from there.
///
/// ```
/// use btf::{Btf, StringOffset};
///
/// let mut btf = Btf::new();
/// btf.intern(b"unused")?;
/// btf.add_float("float", 4)?;
/// dedup::rebuild_strings(&mut btf, budget::Budget::STANDARD)?;
/// assert_eq!(btf.strings().as_bytes(), b"\0float\0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`Error::Btf`] if the strings pass 4 GiB, and [`Error::OverBudget`] if they are so much longer than those of `btf` that `budget`
/// does not allow them.
pub fn rebuild_strings(btf: &mut Btf, budget: Budget) -> Result<(), Error> {
    NewStrings::of(btf, budget)?.put_into(btf);
    Ok(())
}

/// As [`dedup`], by the exact engine alone, and tells `observer` what happens.
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
