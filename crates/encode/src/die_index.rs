//! Finding DIEs of one sort by their keys.

use crate::clearing::clear_map;
use rustc_hash::FxHashMap;

/// Where the DIEs of a list are. Those of the unit being encoded come first, in the order of their keys;
/// those of other units follow as they were met.
#[derive(Debug, Default)]
pub(crate) struct DieIndex {
    own: usize,
    others: FxHashMap<u32, u32>,
}

impl DieIndex {
    /// Notes that the first `own` DIEs are those of the unit itself.
    pub fn close_own(&mut self, own: usize) {
        self.own = own;
        clear_map(&mut self.others);
    }

    /// Notes the DIEs of other units that were added to the list.
    pub fn close<T>(&mut self, list: &[T], key: impl Fn(&T) -> u32) {
        let others = list.iter().enumerate().skip(self.own);
        self.others
            .extend(others.map(|(at, item)| (key(item), at as u32)));
    }

    /// The place of a DIE in the list.
    pub fn find<T>(&self, list: &[T], wanted: u32, key: impl Fn(&T) -> u32) -> Option<usize> {
        let own = list.get(..self.own).unwrap_or_default();
        match own.binary_search_by_key(&wanted, key) {
            Ok(at) => Some(at),
            Err(_) => self.others.get(&wanted).map(|&at| at as usize),
        }
    }
}
