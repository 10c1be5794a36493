//! BTF whose types stay in their file: a pass over them reads a piece at a time.

use crate::header::HEADER_LEN_LAYOUT;
use crate::parse::{PIECE, check_strings, extend_words, room};
use crate::{Endian, Error, Header, Info, StringTable, walk};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// How many words are read ahead at most.
const AHEAD: usize = 1 << 15;

/// How many words a type takes, by its info word: 3 and more. `None` for kinds that this crate does not know.
///
/// ```
/// use btf::{Info, Kind, word_count};
///
/// assert_eq!(word_count(Info::new(Kind::Ptr, 0, false)), Some(3));
/// assert_eq!(word_count(Info::new(Kind::Struct, 2, false)), Some(9)); // two members of three words
/// ```
#[inline]
pub fn word_count(info: Info) -> Option<usize> {
    usize::try_from(3 + walk::tail_len(info)?).ok()
}

/// A BTF without a base and a layout section. Its strings are in memory; of its types only those at hand.
///
/// ```
/// use btf::{Error, Pieces};
///
/// let file = std::fs::read("tests/data/inventory.btf")?;
/// let at = |offset: u64, to: &mut [u8]| -> Result<(), Error> {
///     let from = offset as usize;
///     Ok(to.copy_from_slice(&file[from..from + to.len()]))
/// };
/// let mut pieces = Pieces::open(file.len() as u64, at)?.expect("plain BTF");
/// let count = pieces.words.count();
/// assert_eq!(pieces.words.get(0..count)?.len() * 4, btf::Btf::parse(&file)?.type_bytes());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Pieces<F> {
    /// The strings.
    pub strings: StringTable,
    /// The byte order of the file.
    pub endian: Endian,
    /// The words of the types, which are not checked.
    pub words: Words<F>,
}

impl<F> Pieces<F> {
    /// Opens the BTF that takes all of `len` bytes; `at` reads as for [`read`](crate::read). `None` if it has a layout section, or
    /// if it is followed by anything.
    ///
    /// # Errors
    ///
    /// Those of `at`, and of [`Btf::parse`](crate::Btf::parse) but for the types.
    pub fn open<E: From<Error>>(len: u64, mut at: F) -> Result<Option<Pieces<F>>, E>
    where
        F: FnMut(u64, &mut [u8]) -> Result<(), E>,
    {
        let mut fixed = [0; HEADER_LEN_LAYOUT as usize];
        let fixed = &mut fixed[..len.min(u64::from(HEADER_LEN_LAYOUT)) as usize];
        at(0, fixed)?;
        let (header, big) = Header::read(fixed, len)?;
        let body = u64::from(header.hdr_len);
        if header.layout_len != 0 || body + header.body_len() != len {
            return Ok(None);
        }
        let mut strings = room("string", header.str_len, header.str_len)?;
        strings.resize(header.str_len as usize, 0);
        at(body + u64::from(header.str_off), &mut strings)?;
        check_strings(&strings, false)?;
        let endian = if big { Endian::Big } else { Endian::Little };
        Ok(Some(Pieces {
            strings: StringTable::from_bytes(0, strings),
            endian,
            words: Words {
                at,
                endian,
                offset: body + u64::from(header.type_off),
                count: header.type_len as usize / 4,
                first: 0,
                window: Vec::new(),
                bytes: vec![0; PIECE],
            },
        }))
    }
}

/// The words of the types of [`Pieces`], in the host's byte order.
pub struct Words<F> {
    at: F,
    endian: Endian,
    /// Where the types begin in the file.
    offset: u64,
    count: usize,
    /// The number of the first word in the window.
    first: usize,
    window: Vec<u32>,
    bytes: Vec<u8>,
}

impl<F> Words<F> {
    /// How many words all types take.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Some of the words; none if the types end before `range` does. What is read in order is read once.
    ///
    /// # Errors
    ///
    /// Those of the function that reads.
    pub fn get<E>(&mut self, range: Range<usize>) -> Result<&[u32], E>
    where
        F: FnMut(u64, &mut [u8]) -> Result<(), E>,
    {
        if range.start > range.end || range.end > self.count {
            return Ok(&[]);
        }
        if range.start < self.first || range.end > self.first + self.window.len() {
            self.move_to(&range)?;
        }
        let own = range.start - self.first..range.end - self.first;
        Ok(self.window.get(own).unwrap_or_default())
    }

    fn move_to<E>(&mut self, range: &Range<usize>) -> Result<(), E>
    where
        F: FnMut(u64, &mut [u8]) -> Result<(), E>,
    {
        let mut ahead = 0;
        match range.start.checked_sub(self.first) {
            Some(passed) if passed <= self.window.len() => {
                ahead = self.window.len().min(AHEAD);
                // What moves is less than what goes.
                if passed >= self.window.len() / 2 {
                    self.window.drain(..passed);
                    self.first = range.start;
                }
            }
            _ => {
                self.window.clear();
                self.first = range.start;
            }
        }
        let end = range.end.saturating_add(ahead).min(self.count);
        let mut next = self.first + self.window.len();
        while next < end {
            let piece = ((end - next) * 4).min(PIECE);
            let piece = self.bytes.get_mut(..piece).unwrap_or_default();
            (self.at)(self.offset + next as u64 * 4, piece)?;
            extend_words(&mut self.window, piece, self.endian);
            next += piece.len() / 4;
        }
        Ok(())
    }
}

impl<F> fmt::Debug for Words<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words")
            .field("count", &self.count)
            .finish_non_exhaustive()
    }
}
