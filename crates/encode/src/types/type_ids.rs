//! From DIE offsets to type ids.
//!
//! A reference to a DIE that was read earlier becomes the id of its type at once ([`TypeIds::early_id`]), if the type that has it
//! is written whole. All other words hold the DIE's key with [`KEY`] set; [`TypeIds::resolve_all`] turns keys into ids when the
//! walk is over.

use crate::clearing::clear_map;
use crate::unit::Unit;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Marks a word that holds a key: an offset from the start of the units being encoded.
pub(crate) const KEY: u32 = 1 << 31;
/// The target of an alias of `void`.
const VOID: u32 = u32::MAX;
/// Beyond this many bytes of units a map takes the place of the table.
const TABLE_LIMIT: usize = 64 << 20;
/// How many DIEs that stand for another type are followed.
const ALIAS_LIMIT: usize = 64;
/// How many keys have one first id.
const BLOCK: usize = 64;

/// Ids of the types of the units being encoded, by key.
///
/// Types follow the order of their DIEs, apart from those that enclose others. So the ids within a few bytes of a unit differ by
/// little, and the table takes little more than a byte for each byte of the unit.
#[derive(Debug, Default)]
pub(crate) struct TypeIds {
    /// For each key the distance of its id from the first of its block, and one; 0 if it is not here.
    distances: Vec<u8>,
    /// The id that was defined first in each block of keys.
    firsts: Vec<u32>,
    /// Ids that are too far from the first of their block, or have no place in the table.
    others: FxHashMap<u32, u32>,
    aliases: FxHashMap<u32, u32>,
    /// Types whose references were resolved when they were written, but for those in `late`.
    settled: Vec<Range<u32>>,
    late: Vec<Late>,
}

/// A reference of a settled type to a DIE that had no type yet.
#[derive(Clone, Copy, Debug)]
struct Late {
    /// The number of its word.
    word: u32,
    /// The type that has it.
    owner: u32,
}

/// Where the late references and the settled types end that are known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark(usize);

impl TypeIds {
    /// Forgets all entries and makes room for units of `len` bytes.
    pub(crate) fn reset(&mut self, len: usize) {
        clear_map(&mut self.others);
        clear_map(&mut self.aliases);
        self.settled.clear();
        self.late.clear();
        self.distances.clear();
        self.firsts.clear();
        if len <= TABLE_LIMIT {
            self.distances.resize(len, 0);
            self.firsts.resize(len.div_ceil(BLOCK), 0);
        }
    }

    /// Notes that the DIE at `key` is the type `id`. Ids that are defined later are never smaller.
    #[inline]
    pub(crate) fn define(&mut self, key: u32, id: u32) {
        let at = key as usize;
        let place = self.distances.get_mut(at);
        if let (Some(distance), Some(first)) = (place, self.firsts.get_mut(at / BLOCK)) {
            if *first == 0 {
                *first = id;
            }
            if let Some(known @ 1..) = id.checked_sub(*first).map(|known| known + 1)
                && let Ok(known) = u8::try_from(known)
            {
                *distance = known;
                return;
            }
        }
        self.others.insert(key, id);
    }

    /// Notes that the DIE at `key` is `void`.
    pub(crate) fn define_void(&mut self, key: u32) {
        self.aliases.insert(key, VOID);
    }

    /// Notes that the DIE at `key` is the type that `target`, a word, leads to.
    pub(crate) fn define_alias(&mut self, key: u32, target: u32) {
        if target & KEY == 0 {
            self.define_void(key);
        } else {
            self.aliases.insert(key, target & !KEY);
        }
    }

    /// The id of the DIE at `key`, if the table has it.
    #[inline(always)] // once for each of millions
    fn in_table(&self, key: u32) -> Option<u32> {
        let at = key as usize;
        match *self.distances.get(at)? {
            0 => None,
            distance => Some(self.firsts.get(at / BLOCK)? + u32::from(distance) - 1),
        }
    }

    /// The id of the DIE at `key`; `None` when no type stands there.
    pub(crate) fn id(&self, mut key: u32) -> Option<u32> {
        for _ in 0..ALIAS_LIMIT {
            if let Some(id) = self
                .in_table(key)
                .or_else(|| self.others.get(&key).copied())
            {
                return Some(id);
            }
            key = match *self.aliases.get(&key)? {
                VOID => return Some(0),
                target => target,
            };
        }
        None
    }

    /// The id a word stands for; dangling references are counted and become `void`.
    #[inline]
    pub(crate) fn resolve(&self, word: u32, dangling: &mut u32) -> u32 {
        if word & KEY == 0 {
            return word;
        }
        match self.in_table(word & !KEY) {
            Some(id) => id,
            None => self.resolve_rare(word, dangling),
        }
    }

    #[cold]
    fn resolve_rare(&self, word: u32, dangling: &mut u32) -> u32 {
        self.id(word & !KEY).unwrap_or_else(|| {
            *dangling += 1;
            0
        })
    }

    /// The id of the DIE at `key`, if a settled type that refers to it can have it by now.
    #[inline(always)] // once for each of millions
    pub(crate) fn early_id(&self, key: u32) -> Option<u32> {
        self.in_table(key)
    }

    /// Notes that word number `word` of the unit, which belongs to the type `owner`, holds a key.
    pub(crate) fn note_late(&mut self, word: usize, owner: u32) {
        let word = word as u32;
        self.late.push(Late { word, owner });
    }

    /// What is known by now of types that will be settled.
    pub(crate) fn mark(&self) -> Mark {
        Mark(self.late.len())
    }

    /// Forgets the references since the mark: the types that have them are not written.
    pub(crate) fn forget(&mut self, Mark(late): Mark) {
        self.late.truncate(late);
    }

    /// Notes types whose references are ids, or noted as late.
    pub(crate) fn settle(&mut self, types: Range<u32>) {
        match self.settled.last_mut() {
            _ if types.is_empty() => {}
            Some(last) if last.end == types.start => last.end = types.end,
            _ => self.settled.push(types),
        }
    }

    /// Turns the keys in all words of a unit into ids. Types without a name that refer to a later type without
    /// one, or to themselves, are put into `later`: a ring has one.
    pub(crate) fn resolve_all(&self, unit: &mut Unit, later: &mut Vec<u32>) {
        later.clear();
        let mut dangling = 0;
        for &Late { word, owner } in &self.late {
            let Some(place) = unit.words.get_mut(word as usize) else {
                continue;
            };
            let id = self.resolve(*place, &mut dangling);
            *place = id;
            if id >= owner && may_close_ring(unit, owner, id) && later.last() != Some(&owner) {
                later.push(owner);
            }
        }
        let mut first = 1;
        let ends = self
            .settled
            .iter()
            .map(|settled| (settled.start, settled.end));
        for (end, next) in ends.chain([(unit.next_id(), 0)]) {
            for id in first..end {
                self.resolve_type(unit, id, later, &mut dangling);
            }
            first = next;
        }
        unit.dangling += dangling;
    }

    fn resolve_type(&self, unit: &mut Unit, id: u32, later: &mut Vec<u32>, dangling: &mut u32) {
        let mut farthest = 0;
        btf::refs_mut(unit.type_words_mut(id)).for_each(|word| {
            if *word & KEY != 0 {
                *word = self.resolve(*word, dangling);
                farthest = farthest.max(*word);
            }
        });
        if farthest >= id && may_close_ring(unit, id, farthest) {
            later.push(id);
        }
    }
}

/// Whether a type that refers to `farthest`, itself or a later type, may be on a ring of types without a name.
fn may_close_ring(unit: &Unit, id: u32, farthest: u32) -> bool {
    let is_nameless = |words: Option<&[u32]>| words.and_then(<[u32]>::first) == Some(&0);
    let words = unit.type_words(id);
    let has_several = words.is_some_and(|words| words.len() > 3);
    is_nameless(words) && (has_several || is_nameless(unit.type_words(farthest)))
}
