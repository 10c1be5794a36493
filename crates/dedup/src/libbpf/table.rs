//! The kept types, by hash.
//!
//! If several kept types are equivalent to a candidate, the order of equal hashes decides which of them it becomes. So
//! the order is libbpf's: newest first; each time the table doubles (when it would be more than three quarters full),
//! the chains are reversed.

use super::enums::Place;

/// The end of a chain.
pub(super) const NONE: u32 = u32::MAX;
const FIRST_BITS: u32 = 2;

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) hash: u64,
    /// The id of the kept type.
    pub(super) id: u32,
    /// Next entry of the bucket, or [`NONE`].
    pub(super) next: u32,
}

/// Buckets of entries chained through one array.
pub(super) struct Table {
    entries: Vec<Entry>,
    buckets: Vec<u32>,
    bits: u32,
}

impl Table {
    pub(super) fn new() -> Table {
        Table {
            entries: Vec::new(),
            buckets: vec![NONE; 1 << FIRST_BITS],
            bits: FIRST_BITS,
        }
    }

    /// First entry of the bucket that `hash` falls into; its own hash may be another.
    pub(super) fn bucket(&self, hash: u64) -> u32 {
        self.buckets
            .get(bucket_of(hash, self.bits))
            .copied()
            .unwrap_or(NONE)
    }

    /// The entry at a position from [`Table::bucket`] or [`Entry::next`].
    pub(super) fn entry(&self, at: u32) -> Option<Entry> {
        self.entries.get(at as usize).copied()
    }

    pub(super) fn insert(&mut self, hash: u64, id: u32) {
        if (self.entries.len() + 1) * 4 > self.buckets.len() * 3 {
            self.grow();
        }
        let at = self.entries.len() as u32;
        let bucket = bucket_of(hash, self.bits);
        let next = std::mem::replace(&mut self.buckets[bucket], at);
        self.entries.push(Entry { hash, id, next });
    }

    /// How often the table has doubled.
    pub(super) fn doubled(&self) -> u32 {
        self.bits - FIRST_BITS
    }

    /// Where the newest entry is, of the type `id`.
    pub(super) fn newest(&self, id: u32) -> Place {
        Place {
            id,
            at: self.entries.len() as u32,
            doubled: self.doubled(),
        }
    }

    /// Gives entries other hashes. Entries that can be equal to one candidate had one old hash, so they keep their order. The order of
    /// others does not matter.
    pub(super) fn rehash(&mut self, mut hash: impl FnMut(Entry) -> u64) {
        let mut buckets = vec![NONE; self.buckets.len()];
        let mut last = vec![NONE; self.buckets.len()];
        for &head in &self.buckets {
            let mut at = head;
            while let Some(&entry) = self.entries.get(at as usize) {
                let hash = hash(entry);
                let bucket = bucket_of(hash, self.bits);
                match self.entries.get_mut(last[bucket] as usize) {
                    Some(before) => before.next = at,
                    None => buckets[bucket] = at,
                }
                last[bucket] = at;
                let next = entry.next;
                self.entries[at as usize] = Entry {
                    hash,
                    next: NONE,
                    ..entry
                };
                at = next;
            }
        }
        self.buckets = buckets;
    }

    fn grow(&mut self) {
        let bits = self.bits + 1;
        let mut buckets = vec![NONE; 1 << bits];
        for &head in &self.buckets {
            let mut at = head;
            while let Some(entry) = self.entries.get_mut(at as usize) {
                let bucket = bucket_of(entry.hash, bits);
                let next = entry.next;
                entry.next = std::mem::replace(&mut buckets[bucket], at);
                at = next;
            }
        }
        self.bits = bits;
        self.buckets = buckets;
    }
}

/// Fibonacci hashing: the top bits of the product with 2^64 / golden ratio.
fn bucket_of(hash: u64, bits: u32) -> usize {
    (hash.wrapping_mul(11_400_714_819_323_198_485) >> (64 - bits)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(table: &Table, hash: u64) -> Vec<u32> {
        let mut at = table.bucket(hash);
        let mut ids = Vec::new();
        while let Some(entry) = table.entry(at) {
            if entry.hash == hash {
                ids.push(entry.id);
            }
            at = entry.next;
        }
        ids
    }

    #[test]
    fn equal_hashes_come_newest_first_and_turn_round_when_the_table_doubles() {
        let mut table = Table::new();
        for id in 1..=3 {
            table.insert(7, id);
        }
        assert_eq!(ids(&table, 7), [3, 2, 1]);
        table.insert(7, 4);
        assert_eq!(
            ids(&table, 7),
            [4, 1, 2, 3],
            "three quarters of four were full"
        );
        assert_eq!(ids(&table, 8), [0u32; 0]);
    }

    #[test]
    fn other_hashes_keep_the_order() {
        let mut table = Table::new();
        for id in 0..100 {
            table.insert(u64::from(id % 3), id);
        }
        let of_even = |table: &Table| -> Vec<u32> {
            let all = ids(table, 1).into_iter();
            all.filter(|id| id % 2 == 0).collect()
        };
        let before = of_even(&table);
        table.rehash(|entry| (entry.hash + 1) * 1000 + u64::from(entry.id % 2));
        assert_eq!(ids(&table, 2000), before);
        assert_eq!(ids(&table, 2001).len() + before.len(), 33);
        assert_eq!(ids(&table, 1), [0u32; 0]);
    }

    #[test]
    fn nothing_is_lost_when_the_table_grows() {
        let mut table = Table::new();
        for id in 0..10_000u32 {
            table.insert(u64::from(id % 1000) * 31, id);
        }
        for hash in 0..1000u64 {
            assert_eq!(ids(&table, hash * 31).len(), 10);
        }
    }
}
