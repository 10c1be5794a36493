//! The string section of a BTF.

use crate::StringOffset;
use alloc::vec;
use alloc::vec::Vec;
use core::hash::Hasher;
use hashbrown::HashTable;
use memchr::memchr;
use rustc_hash::FxHasher;

/// The string section: NUL-terminated strings one after the other ([string encoding]).
///
/// [`StringTable::intern`] stores each string once. The strings of a file may contain duplicates, and bytes that are not
/// UTF-8. In split BTF, offsets continue those of the base. Most callers need [`Btf::intern`](crate::Btf::intern) and
/// [`Btf::str`](crate::Btf::str) only, which include the base.
///
/// ```
/// use btf::{StringOffset, StringTable};
///
/// let mut strings = StringTable::new();
/// let int = strings.intern(b"int").expect("below 4 GiB");
/// assert_eq!(strings.intern(b"int"), Some(int));
/// assert_eq!(strings.as_bytes(), b"\0int\0");
/// assert_eq!(strings.get(int), Some(&b"int"[..]));
/// assert_eq!(strings.get(StringOffset(9)), None);
/// ```
///
/// [string encoding]: https://docs.kernel.org/bpf/btf.html#string-encoding
#[derive(Clone, Default)]
pub struct StringTable {
    start: u32,
    bytes: Vec<u8>,
    /// Strings by content; empty until the first `intern`.
    index: HashTable<Entry>,
    indexed: bool,
}

/// A string that can be found by its content.
#[derive(Clone, Copy)]
struct Entry {
    /// Offset into `bytes` (without `start`).
    at: u32,
    /// Kept so that most others are told apart, and a table that grows is filled, without reading strings.
    hash: u32,
}

impl StringTable {
    /// A table that holds the empty string at offset 0.
    pub fn new() -> StringTable {
        StringTable {
            start: 0,
            bytes: vec![0],
            index: HashTable::new(),
            indexed: false,
        }
    }

    /// An empty table that continues a base whose strings take `start` bytes.
    pub fn split(start: u32) -> StringTable {
        StringTable {
            start,
            bytes: Vec::new(),
            index: HashTable::new(),
            indexed: false,
        }
    }

    /// A table of the bytes of a string section whose first string has the offset `start`: 0, or the end of the base's
    /// strings. The bytes are not checked; what no NUL ends is no string.
    pub fn from_bytes(start: u32, bytes: Vec<u8>) -> StringTable {
        StringTable {
            start,
            bytes,
            index: HashTable::new(),
            indexed: false,
        }
    }

    /// The bytes of the section, without the base's.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// First offset of this table: 0, or the end of the base's strings.
    pub fn start(&self) -> u32 {
        self.start
    }

    /// The offset after the last string, with the base's strings counted: where split BTF on this one starts.
    pub fn end(&self) -> u32 {
        self.start
            .saturating_add(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX))
    }

    /// The string at `offset`, without its NUL; `None` if `offset` lies outside this table, so also if it is the base's.
    pub fn get(&self, offset: StringOffset) -> Option<&[u8]> {
        let at = offset.0.checked_sub(self.start)? as usize;
        let rest = self.bytes.get(at..)?;
        let end = memchr(0, rest)?;
        Some(&rest[..end])
    }

    /// The first bytes of the string at `offset`, at most `most`: names that are suffixes of one long string are each read to
    /// here only.
    pub(crate) fn get_start(&self, offset: StringOffset, most: usize) -> Option<&[u8]> {
        let at = offset.0.checked_sub(self.start)? as usize;
        let rest = self.bytes.get(at..)?;
        let start = rest.get(..most).unwrap_or(rest);
        match memchr(0, start) {
            Some(end) => Some(&start[..end]),
            // The table ends with a NUL, unless it is damaged.
            None if rest.last() == Some(&0) => Some(start),
            None => self.get(offset).map(|_| start),
        }
    }

    /// The offset of the first string that equals `string`; `None` if it does not exist, or only as the end of another.
    /// The first call builds an index.
    pub fn find(&mut self, string: &[u8]) -> Option<StringOffset> {
        self.build_index();
        self.indexed_at(string, hash(string))
    }

    /// Like [`StringTable::find`], through an index if there is one and by a scan otherwise.
    pub(crate) fn find_in_index(&self, string: &[u8]) -> Option<StringOffset> {
        if !self.indexed {
            return self
                .iter()
                .find(|&(_, held)| held == string)
                .map(|(offset, _)| offset);
        }
        self.indexed_at(string, hash(string))
    }

    /// Builds the index by content, so that look-ups through `&self` need no scan. It exists after the first
    /// [`StringTable::find`] or [`StringTable::intern`] too.
    pub fn index_by_content(&mut self) {
        self.build_index();
    }

    /// The offset of `string`, added at the end if it is new. A NUL inside ends the string. `None` if the offsets would
    /// pass 4 GiB.
    pub fn intern(&mut self, string: &[u8]) -> Option<StringOffset> {
        self.build_index();
        let string = match memchr(0, string) {
            Some(end) => &string[..end],
            None => string,
        };
        let hash = hash(string);
        if let Some(found) = self.indexed_at(string, hash) {
            return Some(found);
        }
        let at = u32::try_from(self.bytes.len()).ok()?;
        at.checked_add(self.start)?
            .checked_add(u32::try_from(string.len()).ok()?.checked_add(1)?)?;
        self.bytes.extend_from_slice(string);
        self.bytes.push(0);
        self.index
            .insert_unique(spread(hash), Entry { at, hash }, |entry| spread(entry.hash));
        Some(StringOffset(at + self.start))
    }

    /// Adds the strings of another section at the end, those that exist already too.
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        (self.index, self.indexed) = (HashTable::new(), false);
    }

    fn indexed_at(&self, string: &[u8], hash: u32) -> Option<StringOffset> {
        let is_it = |entry: &Entry| entry.hash == hash && matches_at(&self.bytes, entry.at, string);
        let entry = self.index.find(spread(hash), is_it)?;
        Some(StringOffset(entry.at + self.start))
    }

    /// Every string of this table with its offset, in order, without the base's.
    pub fn iter(&self) -> impl Iterator<Item = (StringOffset, &[u8])> {
        let mut at = 0;
        core::iter::from_fn(move || {
            let rest = self.bytes.get(at..)?;
            let end = memchr(0, rest)?;
            let offset = StringOffset(u32::try_from(at).ok()?.checked_add(self.start)?);
            at += end + 1;
            Some((offset, &rest[..end]))
        })
    }

    fn build_index(&mut self) {
        if self.indexed {
            return;
        }
        self.indexed = true;
        let mut at = 0u32;
        while let Some(rest) = self
            .bytes
            .get(at as usize..)
            .filter(|rest| !rest.is_empty())
        {
            let Some(end) = memchr(0, rest) else {
                break;
            };
            let string = &rest[..end];
            let hash = hash(string);
            if self.indexed_at(string, hash).is_none() {
                self.index
                    .insert_unique(spread(hash), Entry { at, hash }, |entry| spread(entry.hash));
            }
            at += end as u32 + 1;
        }
    }
}

/// Tables are equal if their bytes and the offset of the first are; how strings are found does not count.
impl PartialEq for StringTable {
    fn eq(&self, other: &StringTable) -> bool {
        (self.start, &self.bytes) == (other.start, &other.bytes)
    }
}

impl Eq for StringTable {}

impl core::fmt::Debug for StringTable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("StringTable")
            .field("start", &self.start)
            .field("len", &self.bytes.len())
            .finish()
    }
}

fn matches_at(bytes: &[u8], at: u32, string: &[u8]) -> bool {
    let at = at as usize;
    bytes.get(at..at + string.len()) == Some(string) && bytes.get(at + string.len()) == Some(&0)
}

fn hash(string: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(string);
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

/// A hash in the bits where the table looks: it takes the lowest and the highest.
fn spread(hash: u32) -> u64 {
    u64::from(hash) | (u64::from(hash) << 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interning_stores_each_string_once() {
        let mut strings = StringTable::new();
        let int = strings.intern(b"int").unwrap();
        let long = strings.intern(b"long").unwrap();
        assert_eq!((int, long), (StringOffset(1), StringOffset(5)));
        assert_eq!(strings.intern(b"int"), Some(int));
        assert_eq!(strings.intern(b""), Some(StringOffset::EMPTY));
        assert_eq!(strings.as_bytes(), b"\0int\0long\0");
        assert_eq!(strings.get(long), Some(&b"long"[..]));
        assert_eq!(
            strings.get(StringOffset(2)),
            Some(&b"nt"[..]),
            "a tail is a string too"
        );
        assert_eq!(strings.get(StringOffset(10)), None);
    }

    #[test]
    fn a_split_table_counts_on_from_its_base() {
        let mut strings = StringTable::split(100);
        assert_eq!(strings.intern(b"a"), Some(StringOffset(100)));
        assert_eq!(strings.get(StringOffset(100)), Some(&b"a"[..]));
        assert_eq!(strings.get(StringOffset(0)), None);
        assert_eq!(strings.end(), 102);
    }

    #[test]
    fn a_table_read_from_a_file_is_indexed_by_content() {
        let mut strings = StringTable::from_bytes(0, b"\0a\0b\0a\0".to_vec());
        assert_eq!(
            strings.find(b"a"),
            Some(StringOffset(1)),
            "the first of two equal strings"
        );
        assert_eq!(strings.find(b"c"), None);
        assert_eq!(strings.iter().count(), 4);
    }
}
