//! The first difference between two runs, in a sentence.

use super::Algorithm;
use crate::spell::spell;
use crate::steps::{Found, What};
use btf::{Btf, Kind, TypeId};

/// Why two algorithms part at these steps.
pub(super) fn why(btf: &Btf, algorithms: [Algorithm; 2], row: &[Option<What>; 2]) -> String {
    let whats = || row.iter().flatten();
    let names = algorithms.map(Algorithm::name);
    let only = match row {
        [Some(_), None] => Some(names[0]),
        [None, Some(_)] => Some(names[1]),
        _ => None,
    };
    let named = |id: TypeId| format!("`{id} {}`", spell(btf, id));
    for what in whats() {
        match *what {
            What::Shared { ref replaced } => {
                return match replaced.len() {
                    1 => "The fast path has replaced 1 type by its hash before the exact engine begins, so the engine has fewer types to look up.".to_owned(),
                    some => format!(
                        "The fast path has replaced {some} types by their hashes before the exact engine begins, so the engine has fewer types to look up."
                    ),
                };
            }
            What::Visit {
                id,
                canonical,
                found: Found::Forward,
                ..
            } => {
                return format!(
                    "One of {} and {} only declares what the other defines. Where forwards are kept, the two differ; otherwise the walk assumes that they are equal.",
                    named(id),
                    named(canonical)
                );
            }
            What::Visit {
                id,
                canonical,
                found: Found::Contradiction { had, .. },
                ..
            } => {
                return format!(
                    "`{canonical}` meets a second candidate, {}, beside `{had}`. The article of 2018 calls that a contradiction; today the walk goes on if both candidates are copies of each other.",
                    named(id)
                );
            }
            What::EnumDefined { id, .. } => return declared_enum(&named(id)),
            What::Equal { id, canonical }
                if btf.kind(id).is_any_enum() && vlen(btf, id) != vlen(btf, canonical) =>
            {
                return declared_enum(&named(id));
            }
            What::ForwardResolved { forward, .. } | What::ForwardStays { forward, .. } => {
                let with = only.unwrap_or(names[0]);
                return format!(
                    "Only “{with}” looks at {} once more: the pass that resolves forwards by their names is from 2022.",
                    named(forward)
                );
            }
            _ => {}
        }
    }
    let typedef = whats().find_map(|what| match *what {
        What::Found { id, .. } | What::Canonical { id, .. } if btf.kind(id) == Kind::Typedef => {
            Some(id)
        }
        _ => None,
    });
    if let (Some(id), true) = (typedef, algorithms.contains(&Algorithm::Article)) {
        return format!(
            "{} is a typedef. Since December 2025 a walk compares typedefs in pass 3; before, they were settled in pass 5, with the other references.",
            named(id)
        );
    }
    match only {
        Some(name) => {
            format!("Only “{name}” does this step: what came before has left the other less to do.")
        }
        None => "Both look at the same types here, and decide differently.".to_owned(),
    }
}

fn declared_enum(name: &str) -> String {
    format!(
        "{name} and its declaration have one name. The article of 2018 compares their values; today a declaration without values is replaced by a definition of its name."
    )
}

fn vlen(btf: &Btf, id: TypeId) -> u32 {
    btf.get(id).map_or(0, |ty| ty.vlen())
}
