//! Names: from the string sections of DWARF to numbers that are equal where the names are.

mod place;
mod recent;
mod section;

pub use place::NamePlace;

use crate::debug_str::DebugStr;
use btf::{StringOffset, StringTable};
use budget::{Allowance, Budget, OverBudget, Resource};
use recent::{RecentNames, number_of_short};
use rustc_hash::FxHashMap;
use section::Section;

/// Short names whose bytes are remembered, as a power of 2.
const SHORT_BITS: u32 = 8;

/// The distinct names of everything encoded so far.
///
/// By content ([`Names::new`]) a name is its offset in a table of strings. By offset ([`Names::by_offset`])
/// most names are never looked at: a linker's `.debug_str` holds each string once, so that its offset (and
/// one more: 0 is no name) will do. Where that does not hold, a name has several numbers, which shows when
/// [`Names::resolve`] takes them to texts.
#[derive(Debug)]
pub struct Names {
    strings: StringTable,
    debug_str: Section,
    supplementary_str: Section,
    line_str: Section,
    /// Whose `.debug_str` the offsets are of: [`crate::Sections::str_identity`].
    identity: u32,
    by_offset: bool,
    /// By their bytes.
    short: RecentNames,
    allowance: Allowance,
}

/// Names by offset, as offsets in a table of strings.
#[derive(Debug)]
pub struct Resolved<'a> {
    strings: StringTable,
    known: FxHashMap<u32, StringOffset>,
    debug_str: &'a [u8],
    by_offset: bool,
    allowance: Allowance,
    /// Whether one of them has no bytes.
    has_empty: bool,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            strings: StringTable::new(),
            debug_str: Section::default(),
            supplementary_str: Section::default(),
            line_str: Section::default(),
            identity: 0,
            by_offset: false,
            short: RecentNames::default(),
            allowance: Budget::STANDARD.allowance(Resource::Names, u64::MAX),
        }
    }
}

impl Names {
    /// No names; each is told by its content.
    pub fn new() -> Names {
        Names::default()
    }

    /// No names; those in the file's own `.debug_str` are told by their offset.
    pub fn by_offset() -> Names {
        Names {
            by_offset: true,
            ..Names::default()
        }
    }

    /// The same names, of which so many bytes may be copied. Once more are, all further names are empty, and
    /// [`Names::check`] is an error.
    #[must_use]
    pub fn within(mut self, allowance: Allowance) -> Names {
        self.allowance = allowance;
        self
    }

    /// Fails if names are missing because there are too many bytes of them.
    ///
    /// # Errors
    ///
    /// More bytes were to be copied than allowed, or than a table holds (2 GiB).
    pub fn check(&self) -> Result<(), OverBudget> {
        self.allowance.check()
    }

    /// Whether [`Names::check`] fails: no further name is worth reading.
    pub fn are_too_many(&self) -> bool {
        self.allowance.is_exceeded()
    }

    /// Counts bytes of a name that is kept elsewhere.
    pub fn spend(&mut self, bytes: usize) {
        let _checked_later = self.allowance.spend(bytes as u64);
    }

    /// The strings of names by content; of names by offset, those that are not in `.debug_str`.
    pub fn into_strings(self) -> StringTable {
        self.strings
    }

    /// The text of a name of a unit whose `.debug_str` this is.
    pub fn text<'t>(&'t self, name: StringOffset, debug_str: DebugStr<'t>) -> &'t [u8] {
        let place = match self.by_offset {
            true => NamePlace::of(name),
            false => NamePlace::Run(name),
        };
        match place {
            NamePlace::Nowhere => &[],
            NamePlace::DebugStr(offset) => debug_str.string(u64::from(offset)),
            NamePlace::Run(offset) => self.strings.get(offset).unwrap_or_default(),
        }
    }

    /// The name with these bytes; empty once there are too many ([`Names::check`]).
    pub fn intern(&mut self, string: &[u8]) -> StringOffset {
        let offset = intern(&mut self.strings, string, &mut self.allowance);
        match offset.0 {
            0 => offset,
            _ if self.by_offset => NamePlace::name_in_run(offset),
            _ => offset,
        }
    }

    /// The name that stands in place as these bytes.
    #[inline]
    pub(crate) fn in_place(&mut self, text: &[u8]) -> StringOffset {
        let Some(number) = number_of_short(text) else {
            return self.intern(text);
        };
        if let Some(name) = self.short.find(number) {
            return name;
        }
        let name = self.intern(text);
        self.short.note(number, name, SHORT_BITS);
        name
    }

    /// Takes all names to their texts; `debug_str` is the file's own.
    pub fn resolve(self, debug_str: &[u8]) -> Resolved<'_> {
        Resolved {
            strings: self.strings,
            known: FxHashMap::default(),
            debug_str,
            by_offset: self.by_offset,
            allowance: self.allowance,
            has_empty: false,
        }
    }

    /// Says whose `.debug_str` and `.debug_line_str` offsets are of from here on.
    pub(crate) fn enter(&mut self, identity: u32) {
        if self.identity != identity {
            self.debug_str.leave();
            self.line_str.leave();
            self.identity = identity;
        }
    }

    /// The name at `offset` of `.debug_str`.
    #[inline(always)] // once for each of millions
    pub(crate) fn in_debug_str(&mut self, debug_str: DebugStr<'_>, offset: u64) -> StringOffset {
        if self.by_offset
            && self.identity == 0
            && let Some(name) = NamePlace::name_in_debug_str(offset)
        {
            return name;
        }
        self.by_content(Origin::DebugStr, debug_str, offset)
    }

    /// The name at `offset` of the supplementary file's `.debug_str`.
    pub(crate) fn in_supplementary_str(
        &mut self,
        debug_str: DebugStr<'_>,
        offset: u64,
    ) -> StringOffset {
        self.by_content(Origin::Supplementary, debug_str, offset)
    }

    /// The name at `offset` of `.debug_line_str`.
    pub(crate) fn in_line_str(&mut self, line_str: DebugStr<'_>, offset: u64) -> StringOffset {
        self.by_content(Origin::LineStr, line_str, offset)
    }

    /// The name at `offset` of a section, told by its content.
    #[inline(never)]
    fn by_content(&mut self, origin: Origin, section: DebugStr<'_>, offset: u64) -> StringOffset {
        let met = match origin {
            Origin::DebugStr => &mut self.debug_str,
            Origin::Supplementary => &mut self.supplementary_str,
            Origin::LineStr => &mut self.line_str,
        };
        let key = u32::try_from(offset).ok();
        let key = key.filter(|&key| key != RecentNames::NO_NUMBER);
        if let Some(name) = key.and_then(|key| met.find(key, section, &self.strings)) {
            return name;
        }
        // Names that are not copied any more are not worth reading.
        if self.allowance.is_exceeded() {
            return StringOffset::EMPTY;
        }
        let text = section.string(offset);
        let string = intern(&mut self.strings, text, &mut self.allowance);
        if string.is_empty() {
            return string;
        }
        let name = match self.by_offset {
            true => NamePlace::name_in_run(string),
            false => string,
        };
        if let Some(key) = key {
            met.note(key, name, string, text.len());
        }
        name
    }
}

/// Where a name's offset leads.
#[derive(Clone, Copy, Debug)]
enum Origin {
    DebugStr,
    Supplementary,
    LineStr,
}

impl Resolved<'_> {
    /// The offset of a name in the strings.
    pub fn offset(&mut self, name: StringOffset) -> StringOffset {
        if !self.by_offset {
            return name;
        }
        let place = match NamePlace::of(name) {
            NamePlace::Nowhere => return name,
            NamePlace::Run(offset) => return offset,
            NamePlace::DebugStr(offset) => offset,
        };
        if let Some(&known) = self.known.get(&name.0) {
            return known;
        }
        if self.allowance.is_exceeded() {
            return StringOffset::EMPTY;
        }
        let text = string_at(self.debug_str, u64::from(place));
        let offset = intern(&mut self.strings, text, &mut self.allowance);
        self.has_empty |= text.is_empty();
        self.known.insert(name.0, offset);
        offset
    }

    /// The strings; `None` when a name turned out to be none, so that names must be told by content.
    ///
    /// # Errors
    ///
    /// As [`Names::check`].
    pub fn into_strings(self) -> Result<Option<StringTable>, OverBudget> {
        self.allowance.check()?;
        Ok((!self.has_empty).then_some(self.strings))
    }
}

/// The offset of a string, which is added if that is allowed and the table has room for it.
fn intern(strings: &mut StringTable, string: &[u8], allowance: &mut Allowance) -> StringOffset {
    if allowance.is_exceeded() {
        return StringOffset::EMPTY;
    }
    let before = strings.as_bytes().len();
    let offset = strings.intern(string);
    let added = match offset {
        Some(offset) if NamePlace::is_in_reach(offset) => strings.as_bytes().len() - before,
        _ => usize::MAX,
    };
    match allowance.spend(added as u64) {
        Ok(()) => offset.unwrap_or_default(),
        Err(_) => StringOffset::EMPTY,
    }
}

/// The NUL-terminated string at `offset`; empty when it lies outside.
pub fn string_at(section: &[u8], offset: u64) -> &[u8] {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|at| section.get(at..))
        .unwrap_or_default();
    let end = memchr::memchr(0, rest).unwrap_or(rest.len());
    &rest[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same texts twice, as two parts of a file have them that were linked without merging strings; a long one among them.
    fn repeated() -> (Vec<u8>, Vec<(u64, Vec<u8>)>) {
        let texts = ["task", "pid", "a", &"long".repeat(100), "pid_t", ""];
        let (mut section, mut places) = (b"\0".to_vec(), Vec::new());
        for text in texts.iter().chain(&texts) {
            places.push((section.len() as u64, text.as_bytes().to_vec()));
            section.extend_from_slice(text.as_bytes());
            section.push(0);
        }
        (section, places)
    }

    #[test]
    fn one_text_is_one_name_wherever_it_stands_and_in_any_order() {
        let (section, places) = repeated();
        let mut names = Names::new();
        let backwards = places.iter().rev();
        for (offset, text) in places.iter().chain(&places).chain(backwards) {
            let section = DebugStr::whole(&section);
            let name = names.in_debug_str(section, *offset);
            assert_eq!(names.text(name, section), text);
            assert_eq!(name, names.intern(text));
        }
    }

    #[test]
    fn the_same_offsets_of_another_section_are_other_names() {
        let mut names = Names::new();
        for identity in [1, 2, 1] {
            names.enter(identity);
            for text in [&b"\0one\0two\0"[..], b"\0six\0ten\0"] {
                names.enter(identity * 10 + u32::from(text[1]));
                for offset in [1, 5, 1] {
                    let section = DebugStr::whole(text);
                    let name = names.in_debug_str(section, offset);
                    let at = offset as usize;
                    assert_eq!(names.text(name, section), &text[at..at + 3]);
                }
            }
        }
    }

    #[test]
    fn what_no_nul_ends_is_told_from_what_one_does() {
        let mut names = Names::new();
        let whole = names.in_debug_str(DebugStr::whole(b"\0abcd\0"), 1);
        names.enter(1);
        assert_eq!(names.in_debug_str(DebugStr::whole(b"\0abcd"), 1), whole);
        names.enter(2);
        let other = names.in_debug_str(DebugStr::whole(b"\0abc"), 1);
        assert_eq!(names.text(other, DebugStr::default()), b"abc");
    }
}
