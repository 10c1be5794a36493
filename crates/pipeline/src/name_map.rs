//! Names of a shard as the names of the whole.

use crate::error::Error;
use btf::{Btf, StringOffset};
use budget::Allowance;
use encode::{NamePlace, string_at};
use rustc_hash::FxHashMap;

/// Bytes of strings to a word of [`NameMap::starts`].
const BLOCK: usize = u64::BITS as usize;

/// Translates names of a shard, each once, and adds those that are used to the names of the whole.
pub(crate) struct NameMap<'a> {
    from: &'a [u8],
    to: &'a mut Btf,
    /// A bit for each byte of `from` where a string starts.
    starts: Vec<u64>,
    /// How many strings start before each word of `starts`.
    before: Vec<u32>,
    /// The new offset of each string, by its number; 0 where it was not asked for yet.
    known: Vec<u32>,
    by_offset: Option<ByOffset<'a>>,
    overflows: bool,
    allowance: &'a mut Allowance,
}

/// Names that are offsets in `.debug_str`.
#[derive(Debug)]
pub(crate) struct ByOffset<'a> {
    pub debug_str: &'a [u8],
    /// The names of the whole that were asked for, by offset.
    pub known: &'a mut FxHashMap<u32, StringOffset>,
}

impl<'a> NameMap<'a> {
    /// The strings of a shard, on their way to `to`; of a shard whose names are [`NamePlace`]s, `by_offset` too.
    pub fn new(
        from: &'a [u8],
        by_offset: Option<ByOffset<'a>>,
        to: &'a mut Btf,
        allowance: &'a mut Allowance,
    ) -> NameMap<'a> {
        let (mut starts, mut before, mut count) = (Vec::new(), Vec::new(), 0);
        let mut is_start = true;
        for block in from.chunks(BLOCK) {
            let mut word = 0;
            for (bit, &byte) in block.iter().enumerate() {
                word |= u64::from(is_start) << bit;
                is_start = byte == 0;
            }
            before.push(count);
            count += word.count_ones();
            starts.push(word);
        }
        NameMap {
            from,
            to,
            starts,
            before,
            known: vec![0; count as usize],
            by_offset,
            overflows: false,
            allowance,
        }
    }

    /// Counts bytes of names that are copied. Once there are too many, no more are added to the whole.
    pub fn spend(&mut self, bytes: u64) {
        let _checked_at_the_end = self.allowance.spend(bytes);
    }

    /// Fails if names are missing in the whole.
    ///
    /// # Errors
    ///
    /// More bytes were to be copied than allowed, or than BTF has room for.
    pub fn check(&self) -> Result<(), Error> {
        self.allowance.check()?;
        if self.overflows {
            return Err(btf::Error::TooLarge {
                what: "more than 4 GiB of names",
            }
            .into());
        }
        Ok(())
    }

    /// The text of a name.
    pub fn text(&self, name: StringOffset) -> &'a [u8] {
        let Some(by_offset) = &self.by_offset else {
            return string_at(self.from, u64::from(name.0));
        };
        match NamePlace::of(name) {
            NamePlace::Nowhere => &[],
            NamePlace::DebugStr(offset) => string_at(by_offset.debug_str, u64::from(offset)),
            NamePlace::Run(offset) => string_at(self.from, u64::from(offset.0)),
        }
    }

    /// The name in the whole.
    pub fn translate(&mut self, name: StringOffset) -> StringOffset {
        let Some(by_offset) = &self.by_offset else {
            return self.translate_in_run(name);
        };
        match NamePlace::of(name) {
            NamePlace::Nowhere => StringOffset::EMPTY,
            NamePlace::Run(offset) => self.translate_in_run(offset),
            NamePlace::DebugStr(offset) => match by_offset.known.get(&offset) {
                Some(&known) => known,
                None => self.translate_new(offset, by_offset.debug_str),
            },
        }
    }

    /// The name in the whole of one in `.debug_str` that was not asked for yet.
    #[inline(never)]
    fn translate_new(&mut self, offset: u32, debug_str: &[u8]) -> StringOffset {
        // Names that are not copied any more are not worth reading.
        if self.allowance.is_exceeded() {
            return StringOffset::EMPTY;
        }
        let added = self.add(string_at(debug_str, u64::from(offset)));
        if let Some(by_offset) = &mut self.by_offset
            && !added.is_empty()
        {
            by_offset.known.insert(offset, added);
        }
        added
    }

    /// The name in the whole of one in the strings of the shard.
    fn translate_in_run(&mut self, name: StringOffset) -> StringOffset {
        if name.is_empty() {
            return name;
        }
        let number = self.number(name.0 as usize);
        if let Some(&known) = number.and_then(|number| self.known.get(number))
            && known != 0
        {
            return StringOffset(known);
        }
        if self.allowance.is_exceeded() {
            return StringOffset::EMPTY;
        }
        let added = self.add(string_at(self.from, u64::from(name.0)));
        if let Some(known) = number.and_then(|number| self.known.get_mut(number)) {
            *known = added.0;
        }
        added
    }

    /// Adds a name to the whole; gives none once there are too many.
    fn add(&mut self, text: &[u8]) -> StringOffset {
        if self.allowance.is_exceeded() {
            return StringOffset::EMPTY;
        }
        let before = self.to.strings().as_bytes().len();
        let Ok(offset) = self.to.intern(text) else {
            self.overflows = true;
            return StringOffset::EMPTY;
        };
        self.spend((self.to.strings().as_bytes().len() - before) as u64);
        offset
    }

    /// How many strings start before the one at `offset`; `None` where no string starts.
    fn number(&self, offset: usize) -> Option<usize> {
        let (at, bit) = (offset / BLOCK, offset % BLOCK);
        let word = *self.starts.get(at)?;
        let below = word & ((1 << bit) - 1);
        let number = self.before.get(at)?.saturating_add(below.count_ones());
        (word >> bit & 1 == 1).then_some(number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use budget::{Budget, Resource};

    #[test]
    fn names_keep_their_texts_and_are_added_once() {
        let texts: Vec<String> = (0..300)
            .map(|n| "x".repeat(n % 9 + 1) + &n.to_string())
            .collect();
        let mut from = vec![0];
        let offsets: Vec<u32> = texts
            .iter()
            .map(|text| {
                let offset = from.len() as u32;
                from.extend_from_slice(text.as_bytes());
                from.push(0);
                offset
            })
            .collect();
        let mut to = Btf::new();
        let mut allowance = Budget::STANDARD.allowance(Resource::Names, 0);
        let mut names = NameMap::new(&from, None, &mut to, &mut allowance);
        let twice = offsets.iter().chain(&offsets);
        let found: Vec<StringOffset> = twice
            .map(|&offset| names.translate(StringOffset(offset)))
            .collect();
        // Damaged: within a string, and outside.
        let tail = names.translate(StringOffset(offsets[8] + 1));
        assert_eq!(names.translate(StringOffset(1 << 30)), StringOffset::EMPTY);
        assert_eq!(names.translate(StringOffset::EMPTY), StringOffset::EMPTY);
        names.check().unwrap();
        assert_eq!(found[..300], found[300..]);
        assert_eq!(to.str(tail), texts[8][1..]);
        for (offset, text) in found.iter().zip(&texts) {
            assert_eq!(&to.str(*offset), text);
        }
    }
}
