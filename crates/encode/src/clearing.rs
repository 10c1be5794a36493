//! Emptying maps that one unit may have made large.

use rustc_hash::{FxHashMap, FxHashSet};

/// A map of no more places is cleared whatever it contains.
const SMALL: usize = 1024;
/// A larger one is, if at least one of so many places is taken.
const SPARSE: usize = 16;

fn is_sparse(len: usize, capacity: usize) -> bool {
    capacity > SMALL && capacity / SPARSE > len
}

/// Empties a map in time proportional to what it contains: clearing one that an earlier unit made large would cost every small
/// unit after it as much as the large one.
///
/// ```
/// let mut map = (0..100_000).map(|key| (key, ())).collect();
/// encode::clear_map(&mut map);
/// assert!(map.is_empty() && map.capacity() >= 100_000); // another large unit may follow
/// map.insert(1, ());
/// encode::clear_map(&mut map);
/// assert_eq!(map.capacity(), 0);
/// ```
#[inline(never)] // one copy for all maps of a type
pub fn clear_map<K, V>(map: &mut FxHashMap<K, V>) {
    match is_sparse(map.len(), map.capacity()) {
        true => *map = FxHashMap::default(),
        false => map.clear(),
    }
}

/// The same of a set.
pub(crate) fn clear_set<T>(set: &mut FxHashSet<T>) {
    match is_sparse(set.len(), set.capacity()) {
        true => *set = FxHashSet::default(),
        false => set.clear(),
    }
}
