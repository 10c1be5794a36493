//! Folding: equal types of plain BTF become one before the exact engine compares anything.
//!
//! The BTF that an encoder hands to dedup consists of the types of one unit after the other, and most types of a unit
//! repeat those of an earlier one. Folding goes in three steps:
//!
//! 1. `cuts` cuts the BTF into *runs* of types that refer to nothing outside the run.
//! 2. `nodes` gives each type the *node* of its words, in which a reference to a named struct, union or enumeration is
//!    the name alone. Ambiguous names, and what can reach them, are found as in [`crate::sharing`].
//! 3. `kept` keeps, of every other node, the one type that the exact engine would keep. Everything else stays as it is.
//!
//! A type may be left out if the walk that would have compared it is certain to end in "equal", and if nothing else
//! depends on the type's presence:
//!
//! - In a run without ambiguous names each name has one type, so a walk over two graphs of one node meets the same nodes
//!   on both sides. If a run repeats a type, a canonical type can be paired with both copies, which must then be
//!   identical. They are, if they are less deep than that comparison goes.
//! - Types that mention an ambiguous name, or can reach a contested one, are all kept. So is every type of a run that repeats a name and repeats
//!   types: how deep a comparison goes depends on the copies there.
//! - Of the copies in one run the exact engine keeps the first by id among the kinds that it settles in the order of
//!   ids; of the other kinds it keeps the one that it meets first along references (`settle_order`).
//! - Strings are in the order in which the whole input names them.
//!
//! `passes` reads the types in order, and takes each run as soon as it is complete. So they may stay in their file, of which a piece is
//! in memory; in the end only types that are left are read again.
//!
//! All other input ([`Unfit`]) goes to the exact engine as it is.

mod cuts;
mod kept;
mod nodes;
mod passes;
mod settle_order;
mod source;
mod strings;
mod type_nodes;

use crate::{Deduped, Error, Options, libbpf};
use btf::{Btf, Kind, Pieces, TypeId};

pub use kept::Folded;
use source::{Beside, Types};

/// Why input cannot be folded, so that the exact engine takes it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// It is split BTF: the types of the base would have to be considered too.
    Split,
    /// It cannot be cut into runs, or one run has nearly all types.
    OneRun,
    /// References or names lead nowhere, or to kinds that cannot be part of another type.
    Damaged,
    /// A type refers to itself through types without a name.
    Cycle,
    /// A forward declaration, or an enumeration without values, has no name: types with other words can be equal to it.
    Nameless,
    /// A run repeats types that are too deep for the exact engine to find their copies identical.
    Deep,
    /// A string exists twice, so that equal names have different offsets.
    Strings,
}

/// Deduplicates `btf`: folds it if that is possible, and runs the exact engine.
pub(crate) fn run(mut btf: Btf, options: &Options) -> Result<Deduped, Error> {
    let mut options = *options;
    if !fits(&options) {
        return libbpf::run(btf, &options, &mut ());
    }
    let mut folded = fold(&btf, options.rebuild_strings);
    if let Err(Unfit::Strings) = folded {
        btf.check_references()?;
        options.rebuild_strings = false;
        libbpf::rebuild_strings(&mut btf, None, options.budget)?;
        folded = fold(&btf, false);
    }
    let Ok(folded) = folded else {
        return libbpf::run(btf, &options, &mut ());
    };
    drop(btf);
    finish(folded, options)
}

/// Deduplicates BTF whose types are in a file. `None` if they cannot be folded or read.
pub(crate) fn run_in_pieces<E, F>(
    pieces: Pieces<F>,
    options: &Options,
) -> Result<Option<Deduped>, Error>
where
    F: FnMut(u64, &mut [u8]) -> Result<(), E>,
{
    let Pieces {
        strings,
        endian,
        mut words,
        ..
    } = pieces;
    let beside = Beside {
        strings: &strings,
        endian,
        layout: None,
    };
    if !fits(options) {
        return Ok(None);
    }
    let Ok(folded) = fold_types(&mut words, &beside, options.rebuild_strings) else {
        return Ok(None);
    };
    drop((words, strings));
    finish(folded, *options).map(Some)
}

/// Whether folding keeps to these options.
fn fits(options: &Options) -> bool {
    options.resolve_forwards
        && options.match_forwards
        && options.match_enums
        && options.walk_typedefs
        && options.allow_copies
        && !options.force_collisions
        && !options.trust_array_lengths
}

/// Runs the exact engine on what is left.
fn finish(folded: Folded, mut options: Options) -> Result<Deduped, Error> {
    options.rebuild_strings = false;
    let Folded { btf, map, from } = folded;
    let mut deduped =
        libbpf::run(btf, &options, &mut ()).map_err(|error| of_input(error, &from))?;
    let map = map.into_iter().map(|id| deduped.new_id(TypeId(id)));
    let map = map.collect();
    deduped.map = map;
    Ok(deduped)
}

/// Folds `btf`: what is left is for the exact engine. `rebuild_strings` is as in [`Options`].
///
/// # Errors
///
/// [`Unfit`] if nothing is certain, and the exact engine has to take `btf` as it is.
pub fn fold(btf: &Btf, rebuild_strings: bool) -> Result<Folded, Unfit> {
    if btf.base().is_some() {
        return Err(Unfit::Split);
    }
    fold_types(&mut btf.type_words(), &Beside::of(btf), rebuild_strings)
}

fn fold_types(
    types: &mut dyn Types,
    beside: &Beside<'_>,
    rebuild_strings: bool,
) -> Result<Folded, Unfit> {
    let (cuts, found) = passes::nodes(types, beside.strings.end())?;
    kept::keep(types, beside, found, &cuts, rebuild_strings)
}

/// Kinds that are never part of another type. They are never left out.
const fn is_never_part(kind: Kind) -> bool {
    matches!(kind, Kind::Var | Kind::Datasec | Kind::DeclTag)
}

/// The error with the ids of the input in place of those of the folded BTF.
fn of_input(mut error: Error, from: &[u32]) -> Error {
    if let Error::UnexpectedReference { id, .. } | Error::Loop { id, .. } | Error::Budget { id, .. } =
        &mut error
        && let Some(&old) = id.index().checked_sub(1).and_then(|at| from.get(at))
    {
        *id = TypeId(old);
    }
    error
}
