//! How much a second dedup saves.

use crate::problem::Problem;
use btf::Btf;
use dedup::Options;

/// A share of the types that a second dedup may find: one in this number. It always finds a few, those whose graphs
/// the first one compared before a forward declaration in them was settled.
const SHARE: usize = 200;

/// What a second dedup saves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Saved {
    pub types: u64,
    pub type_bytes: u64,
    pub string_bytes: u64,
}

/// Deduplicates a copy. `None` if it has a kind that dedup does not know, or is damaged.
pub(crate) fn again(btf: &Btf) -> Option<Saved> {
    let before = (btf.len(), btf.type_bytes(), btf.strings().as_bytes().len());
    let after = dedup::dedup(btf.clone(), &Options::default()).ok()?.btf;
    let less = |before: usize, after: usize| before.saturating_sub(after) as u64;
    Some(Saved {
        types: less(before.0, after.len()),
        type_bytes: less(before.1, after.type_bytes()),
        string_bytes: less(before.2, after.strings().as_bytes().len()),
    })
}

/// A finding if it is much.
pub(crate) fn check(btf: &Btf, saved: Saved) -> Option<Problem> {
    (saved.types > (btf.len() / SHARE) as u64).then_some(Problem::NotDeduplicated {
        types: saved.types,
        saved: saved.type_bytes + saved.string_bytes,
        bytes: (btf.type_bytes() + btf.strings().as_bytes().len()) as u64,
    })
}
