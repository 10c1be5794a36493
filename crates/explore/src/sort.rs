//! Sorting with one copy of the algorithm: a generic sort takes 10 kB of wasm for each type that it sorts.

use std::cmp::Ordering;

/// The values in order; equal ones keep theirs.
pub(crate) fn sorted<T: Clone>(all: &[T], compare: &dyn Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(all.len(), &|a, b| match (all.get(a), all.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let values = order.into_iter().filter_map(|at| all.get(at as usize));
    values.cloned().collect()
}

/// The values in order, without a copy of any; equal ones keep theirs.
pub(crate) fn in_order<T>(all: Vec<T>, compare: &dyn Fn(&T, &T) -> Ordering) -> Vec<T> {
    let order = order(all.len(), &|a, b| match (all.get(a), all.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut places: Vec<Option<T>> = all.into_iter().map(Some).collect();
    let take = |at: u32| places.get_mut(at as usize).and_then(Option::take);
    order.into_iter().filter_map(take).collect()
}

/// The indices of the values in order.
fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(count).collect();
    order.sort_by(|&a, &b| compare(a as usize, b as usize));
    order
}
