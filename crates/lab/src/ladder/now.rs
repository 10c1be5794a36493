//! What a step says about its pair.

use crate::Event;
use crate::steps::{Found, What};
use btf::{Btf, Data, TypeId};
use dedup::Reason;
use serde::{Deserialize, Serialize};

/// What a step says about its pair.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Now {
    /// Nothing, or the step is about one type.
    #[default]
    Look,
    /// The two are compared.
    Compare,
    /// The two are assumed equal from here on.
    Assume,
    /// The two are assumed equal already.
    Assumed,
    /// The two are one type.
    Same,
    /// The two differ: in what, in a word or two.
    Different(String),
    /// The canonical type is assumed equal to this other candidate already.
    Contradiction(u32),
    /// The walk that began with the two has failed.
    KeptApart,
}

/// What a step says about its pair.
pub(crate) fn now(btf: &Btf, what: &What) -> Now {
    match *what {
        What::Shared { .. }
        | What::Pass(_)
        | What::Skipped(_)
        | What::BaseEntered { .. }
        | What::Canonical { .. }
        | What::ForwardStays { .. }
        | What::Renumbered { .. }
        | What::Remapped { .. }
        | What::Done => Now::Look,
        What::Found { .. } => Now::Compare,
        What::Walk { .. } => Now::Assume,
        What::Visit { found, .. } => match found {
            Found::Assumed | Found::AssumedFalsely | Found::Forward => Now::Assume,
            Found::Known
            | Found::Contradiction {
                identical: true, ..
            } => Now::Assumed,
            Found::Contradiction { had, .. } => Now::Contradiction(had.0),
            Found::Same => Now::Same,
        },
        What::RecordsDiffer {
            id,
            canonical,
            reason,
            ..
        }
        | What::Differ {
            id,
            canonical,
            reason,
        } => Now::Different(difference(btf, canonical, id, reason)),
        What::Dropped { .. } | What::HoldsOffBase { .. } => Now::KeptApart,
        What::Equal { .. }
        | What::EnumDefined { .. }
        | What::Holds { .. }
        | What::ForwardResolved { .. } => Now::Same,
    }
}

/// The types that an event is about.
pub(crate) fn about(event: &Event) -> [Option<TypeId>; 2] {
    match *event {
        Event::Pass(_) | Event::BaseEntered { .. } => [None, None],
        Event::Bucket { id, .. } | Event::Renumbered { old: id, .. } => [Some(id), None],
        Event::Candidate {
            candidate: one,
            canonical: other,
        }
        | Event::CompareStart {
            candidate: one,
            canonical: other,
        }
        | Event::Visit {
            candidate: one,
            canonical: other,
            ..
        }
        | Event::Hypothesis {
            canonical: other,
            candidate: one,
        }
        | Event::CycleClosed {
            candidate: one,
            canonical: other,
        }
        | Event::NotEqual {
            candidate: one,
            canonical: other,
            ..
        }
        | Event::CompareEnd {
            candidate: one,
            canonical: other,
            ..
        }
        | Event::Contradiction {
            canonical: other,
            wants: one,
            ..
        }
        | Event::ForwardAssumed {
            forward: one,
            full: other,
        }
        | Event::Merged {
            from: one,
            to: other,
        }
        | Event::ReferenceMerged {
            from: one,
            to: other,
        }
        | Event::ForwardResolved {
            forward: one,
            to: other,
        } => [Some(one), Some(other)],
    }
}

/// A difference in a few letters: there is no room for more on a rung.
fn difference(btf: &Btf, canonical: TypeId, candidate: TypeId, reason: Reason) -> String {
    let both = |what: &str, of: &dyn Fn(TypeId) -> Option<u32>| match (of(canonical), of(candidate))
    {
        (Some(a), Some(b)) if a != b => format!("{what} {a} ≠ {b}"),
        _ => what.to_owned(),
    };
    let size = |id: TypeId| btf.get(id)?.size();
    let parts = |id: TypeId| Some(btf.get(id)?.vlen());
    let length = |id: TypeId| match btf.get(id)?.data() {
        Data::Array(array) => Some(array.count),
        _ => None,
    };
    match reason {
        Reason::Name => "name".to_owned(),
        Reason::Kind { .. } => "kind".to_owned(),
        Reason::ForwardKind => "struct, union".to_owned(),
        Reason::Size => both("size", &size),
        Reason::Count => both("parts", &parts),
        Reason::KindFlag => "flag".to_owned(),
        Reason::PartName(_) => "names".to_owned(),
        Reason::PartValue(_) => "places".to_owned(),
        Reason::Detail => match length(canonical) {
            Some(_) => both("length", &length),
            None => "details".to_owned(),
        },
        Reason::Target => "targets".to_owned(),
        Reason::Contradiction => "contradiction".to_owned(),
        _ => "different".to_owned(),
    }
}
