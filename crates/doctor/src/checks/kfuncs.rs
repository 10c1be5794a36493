//! Kfuncs: each has a FUNC, a tag, a prototype without implicit arguments, and the id that the link wrote.

use super::EXAMPLES;
use crate::examine::Encoded;
use crate::id_sets::{IdSet, IdSets};
use crate::named::Functions;
use crate::problem::Problem;
use btf::{Btf, Data, Kind, TypeId};
use std::collections::{BTreeMap, BTreeSet};

/// A kfunc's flag: the verifier passes its last arguments (`KF_IMPLICIT_ARGS`, Linux 7.0).
const IMPLICIT_ARGS: u32 = 1 << 16;

/// What is wrong with kfuncs, and how many functions the sets name. Kernels up to 6.8 do not say which sets are
/// kfuncs, so that of those nothing is known.
pub(crate) fn check(
    btf: &Btf,
    ids: &IdSets,
    functions: &Functions,
    encoded: Option<&Encoded>,
) -> (Vec<Problem>, u64) {
    let mut problems = Vec::new();
    let named: BTreeSet<&str> = ids
        .kfuncs
        .iter()
        .flat_map(|set| set.functions.iter().map(String::as_str))
        .collect();
    let of = named.len() as u64;
    let missing: Vec<&str> = named
        .iter()
        .copied()
        .filter(|name| functions.find(name).is_none())
        .collect();
    if !missing.is_empty() {
        problems.push(Problem::KfuncsWithoutFunction {
            missing: Encoded::missing(encoded, missing),
            of,
        });
    }
    let untagged: Vec<String> = named
        .iter()
        .filter(|name| {
            functions
                .find(name)
                .is_some_and(|id| !functions.is_kfunc(id))
        })
        .map(|&name| name.to_owned())
        .collect();
    if !untagged.is_empty() {
        problems.push(Problem::KfuncsUntagged {
            names: untagged,
            of,
        });
    }
    let other = misplaced(btf, &ids.kfuncs);
    let misplaced = other.is_some();
    problems.extend(other);
    let (left, flagged) = if misplaced {
        by_set(btf, &ids.kfuncs, functions)
    } else {
        by_flags(btf, &ids.kfuncs, functions)
    };
    if !left.is_empty() {
        problems.push(Problem::ImplicitArguments {
            names: left,
            of: flagged,
        });
    }
    (problems, of)
}

/// Ids that lead to no function of their set.
fn misplaced(btf: &Btf, sets: &[IdSet]) -> Option<Problem> {
    let (mut count, mut of, mut examples) = (0, 0, Vec::new());
    for set in sets.iter().filter(|set| set.is_resolved()) {
        let names: BTreeSet<&str> = set.functions.iter().map(String::as_str).collect();
        for &(id, _) in set.pairs.iter().filter(|(id, _)| *id != 0) {
            of += 1;
            let kind = btf.kind(TypeId(id));
            let name = btf.name(TypeId(id));
            if kind == Kind::Func && names.contains(&*name) {
                continue;
            }
            count += 1;
            if examples.len() < EXAMPLES {
                examples.push(format!("[{id}] {kind} '{name}'"));
            }
        }
    }
    (count > 0).then_some(Problem::IdsOfOtherBtf {
        count,
        of,
        examples,
    })
}

/// Kfuncs that show implicit arguments although their flags hide them, and how many flags do.
fn by_flags(btf: &Btf, sets: &[IdSet], functions: &Functions) -> (Vec<String>, u64) {
    let mut flags = BTreeMap::new();
    for set in sets {
        if set.is_resolved() {
            let own = set.pairs.iter().filter(|(id, _)| *id != 0);
            flags.extend(own.map(|&(id, own)| (btf.name(TypeId(id)).into_owned(), own)));
        } else {
            let own = set.functions.iter().zip(&set.pairs);
            flags.extend(own.map(|(name, &(_, own))| (name.clone(), own)));
        }
    }
    flags.retain(|_, flags| *flags & IMPLICIT_ARGS != 0);
    let of = flags.len() as u64;
    let shows = |name: &String| functions.find(name).is_some_and(|id| has_implicit(btf, id));
    (flags.into_keys().filter(shows).collect(), of)
}

/// As [`by_flags`], where ids lead elsewhere and flags belong to nobody: of the sets in which flags hide arguments, the
/// functions that show some.
fn by_set(btf: &Btf, sets: &[IdSet], functions: &Functions) -> (Vec<String>, u64) {
    let (mut names, mut of) = (BTreeSet::new(), 0);
    for set in sets {
        let hide = set
            .pairs
            .iter()
            .filter(|(_, flags)| flags & IMPLICIT_ARGS != 0);
        let hide = hide.count();
        of += hide as u64;
        let shows = |name: &&String| functions.find(name).is_some_and(|id| has_implicit(btf, id));
        if hide > 0 {
            names.extend(set.functions.iter().filter(shows).cloned());
        }
    }
    (names.into_iter().collect(), of)
}

/// Whether a parameter of a function is one that the verifier passes.
fn has_implicit(btf: &Btf, func: TypeId) -> bool {
    let Some(Data::Func { proto, .. }) = btf.get(func).map(|ty| ty.data()) else {
        return false;
    };
    let proto = btf.get(proto);
    proto.is_some_and(|proto| {
        proto
            .params()
            .any(|param| pipeline::is_implicit_argument(btf, param.ty))
    })
}

/// As [`check`], for a module. Its ids in `.BTF_ids` are those of the link: the kernel moves them when it loads a module
/// that has a distilled base, so only names are compared.
pub(crate) fn check_module(btf: &Btf, ids: &IdSets, functions: &Functions) -> (Vec<Problem>, u64) {
    let (mut problems, of) = check(btf, ids, functions, None);
    problems.retain(|problem| !matches!(problem, Problem::IdsOfOtherBtf { .. }));
    (problems, of)
}
