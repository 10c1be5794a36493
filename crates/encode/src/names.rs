//! Names: from the string sections of DWARF to offsets in one table of distinct strings.

use btf::{StringOffset, StringTable};
use rustc_hash::FxHashMap;

/// The distinct names of everything encoded so far.
///
/// A linker's `.debug_str` holds each string once, so most names are found by their offset alone.
#[derive(Debug)]
pub struct Names {
    strings: StringTable,
    debug_str: Section,
    supplementary_str: Section,
    /// Whose `.debug_str` the offsets are of: [`crate::Sections::str_identity`].
    identity: u32,
}

/// Names of a section that were met, by their offset there.
///
/// Headers are read again by every unit, so a name usually follows the one it followed the last time; that is
/// looked at first, and next to it in memory.
#[derive(Debug, Default)]
struct Section {
    known: Vec<Known>,
    /// Index in `known` by offset.
    by_offset: FxHashMap<u32, u32>,
    last: u32,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    offset: u32,
    name: StringOffset,
    /// Index of the name that followed the last time.
    next: u32,
}

impl Section {
    /// The name at `offset`; `intern` is asked the first time.
    #[inline]
    fn name(&mut self, offset: u32, intern: impl FnOnce() -> StringOffset) -> StringOffset {
        let last = self.last as usize;
        if let Some(next) = self.known.get(last).map(|known| known.next)
            && let Some(known) = self.known.get(next as usize)
            && known.offset == offset
        {
            self.last = next;
            return known.name;
        }
        let at = match self.by_offset.get(&offset) {
            Some(&at) => at,
            None => {
                let at = self.known.len() as u32;
                self.by_offset.insert(offset, at);
                self.known.push(Known {
                    offset,
                    name: intern(),
                    next: at + 1,
                });
                at
            }
        };
        if let Some(known) = self.known.get_mut(last) {
            known.next = at;
        }
        self.last = at;
        self.known[at as usize].name
    }

    fn clear(&mut self) {
        self.known.clear();
        self.by_offset.clear();
        self.last = 0;
    }
}

impl Default for Names {
    fn default() -> Names {
        Names {
            strings: StringTable::new(),
            debug_str: Section::default(),
            supplementary_str: Section::default(),
            identity: 0,
        }
    }
}

impl Names {
    /// An empty table.
    pub fn new() -> Names {
        Names::default()
    }

    /// The table.
    pub fn strings(&self) -> &StringTable {
        &self.strings
    }

    /// Takes the table and leaves an empty one.
    pub fn take(&mut self) -> StringTable {
        self.debug_str.clear();
        self.supplementary_str.clear();
        std::mem::replace(&mut self.strings, StringTable::new())
    }

    /// The offset of a string by its bytes. A table that is full (4 GiB) gives the empty name.
    pub fn intern(&mut self, string: &[u8]) -> StringOffset {
        self.strings.intern(string).unwrap_or_default()
    }

    /// Says whose `.debug_str` offsets are of from here on.
    pub(crate) fn enter(&mut self, identity: u32) {
        if self.identity != identity {
            self.debug_str.clear();
            self.identity = identity;
        }
    }

    /// The offset of the string at `offset` of `.debug_str`.
    #[inline]
    pub(crate) fn intern_debug_str(&mut self, debug_str: &[u8], offset: u64) -> StringOffset {
        let Ok(key) = u32::try_from(offset) else {
            return self.intern(string_at(debug_str, offset));
        };
        let strings = &mut self.strings;
        self.debug_str.name(key, || {
            let text = string_at(debug_str, offset);
            strings.intern(text).unwrap_or_default()
        })
    }

    /// The offset of the string at `offset` of the supplementary file's `.debug_str`.
    pub(crate) fn intern_supplementary_str(
        &mut self,
        debug_str: &[u8],
        offset: u64,
    ) -> StringOffset {
        let Ok(key) = u32::try_from(offset) else {
            return self.intern(string_at(debug_str, offset));
        };
        let strings = &mut self.strings;
        self.supplementary_str.name(key, || {
            let text = string_at(debug_str, offset);
            strings.intern(text).unwrap_or_default()
        })
    }
}

/// The NUL-terminated string at `offset`; empty when it lies outside.
pub(crate) fn string_at(section: &[u8], offset: u64) -> &[u8] {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|at| section.get(at..))
        .unwrap_or_default();
    let end = memchr::memchr(0, rest).unwrap_or(rest.len());
    &rest[..end]
}
