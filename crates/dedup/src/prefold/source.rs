//! The types to fold, in memory or in a file.

use super::Unfit;
use super::cuts::Region;
use crate::sharing::tag_names::can_have_tag_name;
use btf::{Btf, Endian, Info, Layout, StringTable, Words, word_count};
use std::ops::Range;

/// Where the words of the types come from.
pub(super) trait Types {
    /// How many words they are.
    fn count(&self) -> usize;

    /// Some of the words; `None` if they cannot be read.
    fn words(&mut self, range: Range<usize>) -> Option<&[u32]>;
}

/// All words, in memory.
impl Types for &[u32] {
    fn count(&self) -> usize {
        self.len()
    }

    fn words(&mut self, range: Range<usize>) -> Option<&[u32]> {
        self.get(range)
    }
}

impl<E, F: FnMut(u64, &mut [u8]) -> Result<(), E>> Types for Words<F> {
    fn count(&self) -> usize {
        Words::count(self)
    }

    fn words(&mut self, range: Range<usize>) -> Option<&[u32]> {
        let count = range.len();
        self.get(range).ok().filter(|words| words.len() == count)
    }
}

/// What a BTF has beside its types.
pub(super) struct Beside<'a> {
    pub strings: &'a StringTable,
    pub endian: Endian,
    pub layout: Option<&'a Layout>,
}

impl<'a> Beside<'a> {
    pub fn of(btf: &'a Btf) -> Beside<'a> {
        Beside {
            strings: btf.strings(),
            endian: btf.endian,
            layout: btf.layout.as_ref(),
        }
    }
}

/// The types of a region.
pub(super) struct Run<'a> {
    pub start: u32,
    pub end: u32,
    words: &'a [u32],
    /// Where each type begins, and where the last one ends, counted like `first`.
    starts: &'a [u32],
    /// Where the words begin.
    first: u32,
    /// The types whose kind can have a tag name.
    pub tagged: &'a [u32],
}

/// Memory for where the types of a run begin, and which of them can have a tag name.
#[derive(Default)]
pub(super) struct Places {
    starts: Vec<u32>,
    tagged: Vec<u32>,
}

impl<'a> Run<'a> {
    /// The types of a region, which consist of `words`. Where they begin, and which of them can have a tag name, is known.
    pub fn at(
        region: &Region,
        words: &'a [u32],
        (starts, tagged): (&'a [u32], &'a [u32]),
    ) -> Result<Run<'a>, Unfit> {
        if starts.len() != (region.end - region.start) as usize + 1 {
            return Err(Unfit::Damaged);
        }
        Ok(Run {
            start: region.start,
            end: region.end,
            words,
            starts,
            first: region.words.start as u32,
            tagged,
        })
    }

    /// The types of a region, which consist of `words`.
    pub fn of(region: &Region, words: &'a [u32], places: &'a mut Places) -> Result<Run<'a>, Unfit> {
        let Places { starts, tagged } = places;
        starts.clear();
        tagged.clear();
        let mut at = 0;
        while let Some(&info) = words.get(at + 1) {
            let info = Info(info);
            if can_have_tag_name(info.kind()) {
                tagged.push(region.start + starts.len() as u32);
            }
            starts.push(at as u32);
            at += word_count(info).ok_or(Unfit::Damaged)?;
        }
        starts.push(at as u32);
        Ok(Run {
            start: region.start,
            end: region.end,
            words,
            starts,
            first: 0,
            tagged,
        })
    }

    /// The words of a type of the region; none for others.
    #[inline]
    pub fn words(&self, id: u32) -> &'a [u32] {
        let at = id.wrapping_sub(self.start) as usize;
        match self.starts.get(at..) {
            Some(&[start, end, ..]) => {
                let place = |word: u32| word.wrapping_sub(self.first) as usize;
                self.words.get(place(start)..place(end)).unwrap_or_default()
            }
            _ => &[],
        }
    }
}
