//! `.debug_str`, or a part of it.

use std::cell::Cell;

/// The strings of `.debug_str`: all of them, or those of a part of it that is in memory.
///
/// A large relocatable file has the strings of each of its parts in a row, so the part that a unit refers to is small
/// beside all of them. Who asks for a string outside of the part gets none, and the part notes it: the answer is then to
/// be asked for again, with all strings.
///
/// ```
/// use encode::DebugStr;
/// use std::cell::Cell;
///
/// let all = b"\0int\0char\0long\0";
/// assert_eq!(DebugStr::whole(all).string(5), b"char");
/// let missed = Cell::new(false);
/// let part = DebugStr::part(&all[5..10], 5, &missed);
/// assert_eq!((part.string(5), missed.get()), (&b"char"[..], false));
/// assert_eq!((part.string(1), missed.get()), (&b""[..], true));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct DebugStr<'a> {
    bytes: &'a [u8],
    /// Where the bytes are in the section.
    start: u64,
    /// Of a part: whether a string outside of it was asked for.
    missed: Option<&'a Cell<bool>>,
}

impl<'a> DebugStr<'a> {
    /// The whole section.
    pub fn whole(bytes: &'a [u8]) -> DebugStr<'a> {
        DebugStr {
            bytes,
            start: 0,
            missed: None,
        }
    }

    /// The bytes from `start` on. `missed` is set when a string is asked for that is not in them, or not to its end.
    pub fn part(bytes: &'a [u8], start: u64, missed: &'a Cell<bool>) -> DebugStr<'a> {
        DebugStr {
            bytes,
            start,
            missed: Some(missed),
        }
    }

    /// The string at an offset of the section, without its NUL; empty if it is outside.
    pub fn string(&self, offset: u64) -> &'a [u8] {
        self.start_of_string(offset, usize::MAX)
    }

    /// At most so many first bytes of the string at an offset.
    pub fn start_of_string(&self, offset: u64, most: usize) -> &'a [u8] {
        let rest = self.rest(offset).unwrap_or_default();
        let start = rest.get(..most).unwrap_or(rest);
        let Some(end) = memchr::memchr(0, start) else {
            if let Some(missed) = self.missed.filter(|_| start.len() < most) {
                missed.set(true);
            }
            return start;
        };
        &start[..end]
    }

    /// Whether these bytes are at an offset.
    #[inline]
    pub(crate) fn has(&self, bytes: &[u8], offset: u64) -> bool {
        let there = self.rest(offset).and_then(|rest| rest.get(..bytes.len()));
        there == Some(bytes)
    }

    #[inline]
    fn rest(&self, offset: u64) -> Option<&'a [u8]> {
        let offset = usize::try_from(offset.checked_sub(self.start)?).ok()?;
        self.bytes.get(offset..)
    }
}
