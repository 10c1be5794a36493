//! A section that contains several BTFs, one after the other.
//!
//! `gcc -gbtf`, for one, writes a `.BTF` into each object. A linker without BTF support concatenates the sections of
//! its inputs, perhaps with zeros in between, so that each object's BTF keeps its own header.

use crate::layout::KnownLong;
use crate::parse::read_at;
use crate::{Btf, Error, MAGIC, StringTable, names_mut, refs_mut};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

/// Bytes that are looked through at once for the next BTF.
const PIECE: usize = 1 << 16;

/// All types of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parts {
    /// The types of all BTFs, those of the first with their own ids and the others behind them. Types that several
    /// objects have exist several times, until `dedup` makes them one. A string of several BTFs exists several times too.
    pub btf: Btf,
    /// Where in the section each BTF is; usually there is one.
    pub ranges: Vec<Range<u64>>,
    /// Where in the section bytes begin that are neither padding nor another BTF, and how many there are. They are not
    /// read.
    pub rest: Option<(u64, u64)>,
}

/// Reads all BTFs of the bytes of a `.BTF` section; with `base` as split BTF.
///
/// [`Btf::parse`] reads the first alone, as other readers do.
///
/// ```
/// use btf::parse_parts;
///
/// let one = std::fs::read("tests/data/inventory.btf")?;
/// let two = [one.as_slice(), &[0, 0], &one].concat();
/// let parts = parse_parts(&two, None)?;
/// assert_eq!((parts.ranges.len(), parts.btf.len(), parts.rest), (2, 28, None));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`Btf::parse`] for the first BTF, and [`Error::Part`] for the others.
pub fn parse_parts(bytes: &[u8], base: Option<Arc<Btf>>) -> Result<Parts, Error> {
    let at = |offset: u64, to: &mut [u8]| {
        let range = usize::try_from(offset).ok().and_then(|at| bytes.get(at..));
        if let Some(from) = range.and_then(|from| from.get(..to.len())) {
            to.copy_from_slice(from);
        }
        Ok(())
    };
    read_parts(bytes.len() as u64, at, base)
}

/// Like [`parse_parts`], for a section of `len` bytes that is not in memory, as [`read`](crate::read) reads it.
///
/// # Errors
///
/// Those of `at`, and of [`parse_parts`].
pub fn read_parts<E: From<Error>>(
    len: u64,
    mut at: impl FnMut(u64, &mut [u8]) -> Result<(), E>,
    base: Option<Arc<Btf>>,
) -> Result<Parts, E> {
    let (btf, mut end) = read_at(0, len, &mut at, base.clone())?;
    let mut parts = Parts {
        btf,
        ranges: vec![Range { start: 0, end }],
        rest: None,
    };
    while let Some(start) = skip_zeros(end, len, &mut at)? {
        if !starts_with_magic(start, len, &mut at)? {
            parts.rest = Some((start, len - start));
            break;
        }
        let number = parts.ranges.len() as u64 + 1;
        let of_part = |error: Error| Error::Part {
            number,
            offset: start,
            error: Box::new(error),
        };
        // What `at` says of the file stays as it is; what is wrong with the BTF gets its place.
        let mut failed = None;
        let read = read_at(
            start,
            len - start,
            &mut |offset, to: &mut [u8]| {
                at(offset, to).map_err(|error| {
                    failed = Some(error);
                    Error::TooShort { len: 0, need: 0 }
                })
            },
            base.clone(),
        );
        if let Some(error) = failed {
            return Err(error);
        }
        let (part, after) = read.map_err(of_part)?;
        if parts.ranges.len() == 1 {
            // So that what leads nowhere in the first does not lead into the others either.
            let mut all = parts.btf.empty_like();
            all.append(&parts.btf)?;
            parts.btf = all;
        }
        parts.btf.append(&part).map_err(of_part)?;
        parts.ranges.push(Range { start, end: after });
        end = after;
    }
    parts.btf.shrink();
    Ok(parts)
}

/// The first byte from `start` on that is not zero.
fn skip_zeros<E>(
    start: u64,
    len: u64,
    at: &mut impl FnMut(u64, &mut [u8]) -> Result<(), E>,
) -> Result<Option<u64>, E> {
    let mut next = start;
    // Usually no byte follows, or the next BTF after a few.
    let mut size = 16;
    let mut piece = vec![0; 16];
    while next < len {
        let take = (len - next).min(size as u64) as usize;
        piece.resize(size, 0);
        let bytes = &mut piece[..take];
        at(next, bytes)?;
        if let Some(found) = bytes.iter().position(|&byte| byte != 0) {
            return Ok(Some(next + found as u64));
        }
        next += take as u64;
        size = PIECE;
    }
    Ok(None)
}

fn starts_with_magic<E>(
    start: u64,
    len: u64,
    at: &mut impl FnMut(u64, &mut [u8]) -> Result<(), E>,
) -> Result<bool, E> {
    let mut two = [0; 2];
    if len - start < two.len() as u64 {
        return Ok(false);
    }
    at(start, &mut two)?;
    Ok([u16::from_le_bytes(two), u16::from_be_bytes(two)].contains(&MAGIC))
}

impl Btf {
    /// No types and no strings, on the same base.
    fn empty_like(&self) -> Btf {
        Btf {
            base: self.base.clone(),
            words: Vec::new(),
            starts: Vec::new(),
            strings: StringTable::from_bytes(self.strings.start(), Vec::new()),
            long: KnownLong::default(),
            endian: self.endian,
            layout: self.layout.clone(),
        }
    }

    /// Adds the own types and strings of `from`, which has the same base, behind those of this BTF.
    fn append(&mut self, from: &Btf) -> Result<(), Error> {
        let mixed = |what| Err(Error::Mixed { what });
        if self.endian != from.endian {
            return mixed("byte order");
        }
        if from.layout.is_some() && self.layout != from.layout {
            // Of known kinds the layout says nothing new.
            match (from.needs_layout(), self.needs_layout()) {
                (None, None) => {}
                _ => return mixed("layout section"),
            }
        }
        let first = self.first_id().0;
        let types = u64::from(self.end_id().0) + from.len() as u64;
        let words = self.words.len() as u64 + from.words.len() as u64;
        let strings = u64::from(self.strings.end()) + from.strings.as_bytes().len() as u64;
        if types.max(words).max(strings) > u64::from(u32::MAX) {
            return Err(Error::TooLarge {
                what: "the BTFs of one section have together more than 32 bits can count",
            });
        }
        let moved = self.end_id().0 - first;
        let (from_strings, moved_strings) = (
            from.strings.start(),
            self.strings.end() - self.strings.start(),
        );
        self.long.forget();
        let start = self.words.len();
        self.words.extend_from_slice(&from.words);
        for (index, &at) in from.starts.iter().enumerate() {
            let end = from
                .starts
                .get(index + 1)
                .map_or(from.words.len(), |&end| end as usize);
            let words = &mut self.words[start + at as usize..start + end];
            // A reference or name that leads nowhere in its part must not lead into another.
            for name in names_mut(words) {
                if *name >= from.strings.end() {
                    *name = u32::MAX;
                } else if *name >= from_strings && *name != 0 {
                    *name += moved_strings;
                }
            }
            for id in refs_mut(words) {
                if *id >= from.end_id().0 {
                    *id = u32::MAX;
                } else if *id >= first {
                    *id += moved;
                }
            }
            self.starts.push((start + at as usize) as u32);
        }
        self.strings.append(from.strings.as_bytes());
        Ok(())
    }

    /// Gives back the memory that appending took in advance.
    fn shrink(&mut self) {
        self.words.shrink_to_fit();
        self.starts.shrink_to_fit();
    }
}
