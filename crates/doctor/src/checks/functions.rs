//! Functions that the kernel names in `.BTF_ids` besides kfuncs: hooks that programs attach to, iterators, lists of
//! the verifier.

use crate::examine::Encoded;
use crate::id_sets::IdSets;
use crate::named::Functions;
use crate::problem::Problem;
use std::collections::BTreeSet;

/// Prefixes of functions without which nothing that a program asks for fails: the kernel names hooks of all
/// configurations.
const OPTIONAL: [&str; 0] = [];

/// Functions that have no FUNC.
pub(crate) fn check(
    ids: &IdSets,
    functions: &Functions,
    encoded: Option<&Encoded>,
) -> Option<Problem> {
    let kfuncs: BTreeSet<&String> = ids.kfuncs.iter().flat_map(|set| &set.functions).collect();
    let others = ids.functions.iter().filter(|name| !kfuncs.contains(name));
    let missing: Vec<&str> = others
        .map(String::as_str)
        .filter(|name| functions.find(name).is_none())
        .filter(|name| !OPTIONAL.iter().any(|prefix| name.starts_with(prefix)))
        .collect();
    (!missing.is_empty()).then(|| Problem::FunctionsMissing {
        missing: Encoded::missing(encoded, missing),
        of: ids.functions.len() as u64,
    })
}
