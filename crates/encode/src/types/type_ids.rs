//! From DIE offsets to type ids.
//!
//! While a unit is walked a reference may lead to a DIE that comes later, so words hold the DIE's key
//! with [`KEY`] set; [`TypeIds::resolve`] turns keys into ids when the walk is over.

use crate::unit::Unit;
use rustc_hash::FxHashMap;

/// Marks a word that holds a key: an offset from the start of the units being encoded.
pub(crate) const KEY: u32 = 1 << 31;
/// The entry of a DIE that stands for `void`.
const VOID: u32 = u32::MAX;
/// Beyond this many bytes of units a map takes the place of the table.
const TABLE_LIMIT: usize = 64 << 20;
/// How many DIEs that stand for another type are followed.
const ALIAS_LIMIT: usize = 64;

/// Ids of the types of the units being encoded, by key.
#[derive(Debug, Default)]
pub(crate) struct TypeIds {
    table: Vec<u32>,
    map: FxHashMap<u32, u32>,
    touched: Vec<u32>,
    aliases: FxHashMap<u32, u32>,
}

impl TypeIds {
    /// Forgets all entries and makes room for units of `len` bytes.
    pub(crate) fn reset(&mut self, len: usize) {
        for &key in &self.touched {
            if let Some(entry) = self.table.get_mut(key as usize) {
                *entry = 0;
            }
        }
        self.touched.clear();
        self.map.clear();
        self.aliases.clear();
        if len <= TABLE_LIMIT && self.table.len() < len {
            self.table.reserve_exact(len - self.table.len());
            self.table.resize(len, 0);
        }
    }

    /// Notes that the DIE at `key` is the type `id`.
    pub(crate) fn define(&mut self, key: u32, id: u32) {
        match self.table.get_mut(key as usize) {
            Some(entry) => {
                *entry = id;
                self.touched.push(key);
            }
            None => {
                self.map.insert(key, id);
            }
        }
    }

    /// Notes that the DIE at `key` is `void`.
    pub(crate) fn define_void(&mut self, key: u32) {
        self.define(key, VOID);
    }

    /// Notes that the DIE at `key` is the type that `target`, a word, leads to.
    pub(crate) fn define_alias(&mut self, key: u32, target: u32) {
        if target & KEY == 0 {
            self.define_void(key);
        } else {
            self.aliases.insert(key, target & !KEY);
        }
    }

    /// The id of the DIE at `key`; `None` when no type stands there.
    pub(crate) fn id(&self, mut key: u32) -> Option<u32> {
        for _ in 0..ALIAS_LIMIT {
            match self.table.get(key as usize).or_else(|| self.map.get(&key)) {
                Some(&VOID) => return Some(0),
                Some(&id) if id != 0 => return Some(id),
                _ => key = *self.aliases.get(&key)?,
            }
        }
        None
    }

    /// The id a word stands for; dangling references are counted and become `void`.
    #[inline]
    pub(crate) fn resolve(&self, word: u32, dangling: &mut u32) -> u32 {
        if word & KEY == 0 {
            return word;
        }
        match self.table.get((word & !KEY) as usize) {
            Some(&id) if id != 0 && id != VOID => id,
            _ => self.resolve_rare(word, dangling),
        }
    }

    #[cold]
    fn resolve_rare(&self, word: u32, dangling: &mut u32) -> u32 {
        self.id(word & !KEY).unwrap_or_else(|| {
            *dangling += 1;
            0
        })
    }

    /// Turns the keys in all words of a unit into ids. Types without a name that refer to a later type without
    /// one, or to themselves, are put into `later`: a ring has one.
    pub(crate) fn resolve_all(&self, unit: &mut Unit, later: &mut Vec<u32>) {
        let mut dangling = 0;
        later.clear();
        let count = unit.starts.len();
        for index in 0..count {
            let start = unit.starts[index] as usize;
            let end = unit
                .starts
                .get(index + 1)
                .map_or(unit.words.len(), |&end| end as usize);
            let id = index as u32 + 1;
            let mut farthest = 0;
            btf::refs_mut(&mut unit.words[start..end]).for_each(|word| {
                if *word & KEY != 0 {
                    *word = self.resolve(*word, &mut dangling);
                    farthest = farthest.max(*word);
                }
            });
            if farthest < id || unit.words.get(start) != Some(&0) {
                continue;
            }
            let name_of = |id: u32| {
                let start = unit.starts.get(id as usize - 1);
                start.and_then(|&start| unit.words.get(start as usize))
            };
            if end - start > 3 || name_of(farthest) == Some(&0) {
                later.push(id);
            }
        }
        unit.dangling += dangling;
    }
}
