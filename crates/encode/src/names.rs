//! Names: from the string sections of DWARF to offsets in one table of distinct strings.

use btf::{StringOffset, StringTable};
use rustc_hash::FxHashMap;

/// The distinct names of everything encoded so far.
///
/// A linker's `.debug_str` holds each string once, so most names are found by their offset alone.
#[derive(Debug)]
pub struct Names {
    strings: StringTable,
    by_debug_str: FxHashMap<u32, StringOffset>,
    by_supplementary_str: FxHashMap<u32, StringOffset>,
    /// Whose `.debug_str` the offsets are of: [`crate::Sections::str_identity`].
    identity: u32,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            strings: StringTable::new(),
            by_debug_str: FxHashMap::default(),
            by_supplementary_str: FxHashMap::default(),
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
        self.by_debug_str.clear();
        self.by_supplementary_str.clear();
        std::mem::replace(&mut self.strings, StringTable::new())
    }

    /// The offset of a string by its bytes. A table that is full (4 GiB) gives the empty name.
    pub fn intern(&mut self, string: &[u8]) -> StringOffset {
        self.strings.intern(string).unwrap_or_default()
    }

    /// Says whose `.debug_str` offsets are of from here on.
    pub(crate) fn enter(&mut self, identity: u32) {
        if self.identity != identity {
            self.by_debug_str.clear();
            self.identity = identity;
        }
    }

    /// The offset of the string at `offset` of `.debug_str`.
    pub(crate) fn intern_debug_str(&mut self, debug_str: &[u8], offset: u64) -> StringOffset {
        let Ok(key) = u32::try_from(offset) else {
            return self.intern(string_at(debug_str, offset));
        };
        if let Some(&name) = self.by_debug_str.get(&key) {
            return name;
        }
        let name = self.intern(string_at(debug_str, offset));
        self.by_debug_str.insert(key, name);
        name
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
        if let Some(&name) = self.by_supplementary_str.get(&key) {
            return name;
        }
        let name = self.intern(string_at(debug_str, offset));
        self.by_supplementary_str.insert(key, name);
        name
    }
}

/// The NUL-terminated string at `offset`; empty when it lies outside.
pub(crate) fn string_at(section: &[u8], offset: u64) -> &[u8] {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|at| section.get(at..))
        .unwrap_or_default();
    let end = rest
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(rest.len());
    &rest[..end]
}
