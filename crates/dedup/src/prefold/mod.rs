//! Units that say the same are folded before the reference engine sees them.
//!
//! A BTF that an encoder hands to dedup is the types of one unit after the other, and most of them say again
//! what an earlier unit said. Such a BTF is cut into *runs* of types that refer to nobody outside
//! ([`cuts`]); each type gets the *node* of its words, a reference to a named struct, union or enumeration
//! taken as the name alone ([`nodes`]); names that mean several things, and what can reach them, are found as
//! in [`crate::sharing`]. Of all other nodes the one type that the reference engine would keep is kept, and
//! everything else stays as it is ([`kept`]). The reference engine has the last word on that.
//!
//! Leaving out a type is right when the walk that would have compared it surely ends in "equal", and when
//! nothing else depends on its being there:
//!
//! - A run whose names are clear has one type for each, so a walk over two graphs of one node meets the same
//!   nodes on both sides. Where a run says a type twice, a canonical type can be paired with both copies, which
//!   then have to be identical: they are, when they are less deep than that comparison goes.
//! - Types that can reach a name of several meanings are all kept, and so is every type of a run that says a
//!   name twice and repeats types, where how deep a comparison goes depends on the copies.
//! - Of copies in one run libbpf keeps the first by id of what it settles in the order of ids, and of the
//!   other kinds the one that it meets first on its way along references ([`settle_order`]).
//! - Strings stand in the order in which the whole input names them.
//!
//! Input of any other make ([`Unfit`]) goes to the reference engine as it is.

mod cuts;
mod kept;
mod nodes;
mod settle_order;
mod strings;

use crate::{Deduped, Error, Options, libbpf};
use btf::{Btf, Kind, TypeId};

pub use kept::Folded;

/// Why the reference engine has to take the input as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unfit {
    /// It is split BTF, whose base has its own say.
    Split,
    /// Hardly anything can be cut.
    OneRun,
    /// References or names lead nowhere, or to kinds that no other type can have inside.
    Damaged,
    /// A graph comes back to a type without meeting a name.
    Cycle,
    /// A forward or an enumeration without values that has no name: it is equal to types of other words.
    Nameless,
    /// A run repeats types that are too deep for their copies to be found identical.
    Deep,
    /// A string stands twice, so that equal names have different offsets.
    Strings,
}

/// Deduplicates `btf` as the reference engine does.
pub(crate) fn run(mut btf: Btf, options: &Options) -> Result<Deduped, Error> {
    let mut options = *options;
    let fits = options.resolve_forwards
        && options.match_forwards
        && !options.force_collisions
        && !options.trust_array_lengths;
    if !fits {
        return libbpf::run(btf, &options, &mut ());
    }
    let mut folded = fold(&btf, options.rebuild_strings);
    if let Err(Unfit::Strings) = folded {
        btf.check_references()?;
        options.rebuild_strings = false;
        libbpf::rebuild_strings(&mut btf, None)?;
        folded = fold(&btf, false);
    }
    let Ok(folded) = folded else {
        return libbpf::run(btf, &options, &mut ());
    };
    let Folded {
        btf: less,
        map,
        from,
    } = folded;
    drop(btf);
    options.rebuild_strings = false;
    let mut deduped =
        libbpf::run(less, &options, &mut ()).map_err(|error| of_input(error, &from))?;
    let new = |id: u32| match id.checked_sub(1) {
        None => 0,
        Some(at) => deduped.map.get(at as usize).copied().unwrap_or(0),
    };
    let mut map = map;
    for id in &mut map {
        *id = new(*id);
    }
    deduped.map = map;
    Ok(deduped)
}

/// What of `btf` is left for the reference engine. `rebuild_strings` is as in [`Options`].
///
/// # Errors
///
/// When nothing is sure, and the reference engine has to take `btf` as it is.
pub fn fold(btf: &Btf, rebuild_strings: bool) -> Result<Folded, Unfit> {
    if btf.base().is_some() {
        return Err(Unfit::Split);
    }
    let cuts = cuts::Cuts::of(btf)?;
    let found = nodes::TypeNodes::of(btf, &cuts)?;
    kept::keep(btf, found, rebuild_strings)
}

/// Kinds that no other type has inside. They are never left out.
fn is_never_part(kind: Kind) -> bool {
    matches!(kind, Kind::Var | Kind::Datasec | Kind::DeclTag)
}

/// An error of what was folded, with the ids of the input.
fn of_input(mut error: Error, from: &[u32]) -> Error {
    if let Error::UnexpectedReference { id, .. } | Error::Loop { id, .. } | Error::Budget { id, .. } =
        &mut error
        && let Some(&old) = id.index().checked_sub(1).and_then(|at| from.get(at))
    {
        *id = TypeId(old);
    }
    error
}
