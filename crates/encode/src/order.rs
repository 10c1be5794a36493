//! The order of lists that are seldom sorted.
//!
//! Rust compiles the standard library's sort once for each type of item, which takes 4 kB of the page's engine each time. Here
//! all lists have one.

/// The numbers of items in the order of their keys; those of one key stay in their order.
pub(crate) fn by_keys(keys: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    let mut keyed: Vec<(u64, u32)> = keys.zip(0..).collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, number)| number as usize)
}

#[cfg(test)]
mod tests {
    use super::by_keys;

    #[test]
    fn equal_keys_stay_in_their_order() {
        let order: Vec<usize> = by_keys([7, 3, 7, 1, 3].into_iter()).collect();
        assert_eq!(order, [3, 1, 4, 0, 2]);
    }
}
