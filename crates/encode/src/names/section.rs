//! Names of a section that were met, told by their content.

use super::recent::RecentNames;
use crate::clearing::clear_map;
use crate::debug_str::DebugStr;
use btf::{StringOffset, StringTable};
use rustc_hash::FxHashMap;

/// Names of a section that were met.
///
/// A unit refers to most names several times, at one offset; those that were asked for lately are known by it.
/// Headers are read again by every unit, so a name usually follows the one it followed the last time; that is
/// looked at first, and next to it in memory. Files that were linked without merging strings have the same names at other
/// offsets in each of their parts: then a look at the text confirms the guess.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// By their offset.
    recent: RecentNames,
    known: Vec<Known>,
    /// Index in `known` by the place in the table of strings.
    by_string: FxHashMap<u32, u32>,
    /// Long names by their offset in the section, so that no text is read each time that it is referred to.
    long: FxHashMap<u32, StringOffset>,
    last: u32,
}

/// Names of so many bytes are long.
const LONG: usize = 256;
/// How many names are known by their offset, as a power of 2: a table of 64 KiB, as fast as one of 256 KiB.
const RECENT_BITS: u32 = 13;

/// A name of less than [`LONG`] bytes.
#[derive(Clone, Copy, Debug)]
struct Known {
    name: StringOffset,
    /// Where its text begins in the table of strings, and its bytes without the NUL.
    string: u32,
    len: u32,
    /// Index of the name that followed the last time.
    next: u32,
}

impl Known {
    /// Whether its text stands at `offset` of a section.
    #[inline]
    fn is_at(&self, section: DebugStr<'_>, offset: u32, strings: &StringTable) -> bool {
        let rest = strings.as_bytes().get(self.string as usize..);
        let own = rest.and_then(|rest| rest.get(..self.len as usize + 1));
        own.is_some_and(|own| section.has(own, u64::from(offset)))
    }
}

impl Section {
    /// The name at `offset`, if it was asked for lately, is the expected one, or a long one that is known.
    #[inline]
    pub fn find(
        &mut self,
        offset: u32,
        section: DebugStr<'_>,
        strings: &StringTable,
    ) -> Option<StringOffset> {
        if let Some(name) = self.recent.find(offset) {
            return Some(name);
        }
        let last = self.last as usize;
        if let Some(next) = self.known.get(last).map(|known| known.next)
            && let Some(known) = self.known.get(next as usize)
            && known.is_at(section, offset, strings)
        {
            self.last = next;
            self.recent.note(offset, known.name, RECENT_BITS);
            return Some(known.name);
        }
        match self.long.is_empty() {
            true => None,
            false => self.long.get(&offset).copied(),
        }
    }

    /// Notes a name that was not expected; its text is at `string` in the table of strings.
    pub fn note(&mut self, offset: u32, name: StringOffset, string: StringOffset, len: usize) {
        if len >= LONG {
            self.long.insert(offset, name);
            return;
        }
        self.recent.note(offset, name, RECENT_BITS);
        let next = self.known.len() as u32;
        let at = *self.by_string.entry(string.0).or_insert(next);
        if at == next {
            self.known.push(Known {
                name,
                string: string.0,
                len: len as u32,
                next: next.saturating_add(1),
            });
        }
        if let Some(known) = self.known.get_mut(self.last as usize) {
            known.next = at;
        }
        self.last = at;
    }

    /// Offsets are of another section from here on.
    pub fn leave(&mut self) {
        self.recent.clear();
        clear_map(&mut self.long);
    }
}
