//! At how many sites a function was inlined, in one file and in another.

use super::change::SitesChange;
use crate::explorer::Explorer;
use crate::inlined::InlineSites;
use std::collections::BTreeMap;

/// Functions that were inlined at another number of sites, by name. Functions of one name count together: static
/// functions share names, and BTF does not say which of the one file is which of the other.
pub(super) fn changed_sites(a: &Explorer, b: &Explorer) -> Vec<SitesChange> {
    let (of_a, of_b) = (by_name(a), by_name(b));
    let names = of_a
        .keys()
        .chain(of_b.keys().filter(|name| !of_a.contains_key(*name)));
    let mut changes: Vec<SitesChange> = names
        .map(|name| SitesChange {
            name: name.clone(),
            sites: [&of_a, &of_b].map(|of| of.get(name).copied().unwrap_or_default()),
        })
        .filter(|change| change.sites[0] != change.sites[1])
        .collect();
    changes.sort_by(|x, y| x.name.cmp(&y.name));
    changes
}

/// The sites that the BTF itself has, not those that were added to an explorer.
fn by_name(explorer: &Explorer) -> BTreeMap<String, u32> {
    let btf = explorer.btf();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for (function, count) in InlineSites::of(btf).counts() {
        let sum = counts.entry(btf.name(function).into_owned()).or_default();
        *sum = sum.saturating_add(count);
    }
    counts
}
