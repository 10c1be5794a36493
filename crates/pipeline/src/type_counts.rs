//! Types before any sharing, by kind.

use crate::statistics::Measure;
use btf::{Btf, Kind, StringOffset, StringTable, Type};
use serde::{Deserialize, Serialize};

/// Types before any sharing, by kind, and their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TypeCounts {
    /// By the number of the kind, up to the highest that was counted.
    pub kinds: Vec<Measure>,
    /// How often a type, member, enumerator or parameter says a name.
    pub mentions: u64,
    /// Bytes of these names, each with its end.
    pub mention_bytes: u64,
}

/// Knows how long names are.
pub(crate) trait NameLengths {
    fn name_len(&self, name: StringOffset) -> usize;
}

impl NameLengths for StringTable {
    fn name_len(&self, name: StringOffset) -> usize {
        self.get(name).map_or(0, <[u8]>::len)
    }
}

impl NameLengths for Btf {
    fn name_len(&self, name: StringOffset) -> usize {
        self.string(name).map_or(0, <[u8]>::len)
    }
}

impl TypeCounts {
    /// Adds a type.
    pub fn add_type(&mut self, words: &[u32], lengths: &impl NameLengths) {
        self.add_types(words, 1, lengths);
    }

    /// Adds several types of the same words.
    pub fn add_types(&mut self, words: &[u32], copies: u64, lengths: &impl NameLengths) {
        let Some(ty) = Type::from_words(words) else {
            return;
        };
        let row = self.row(ty.kind());
        row.types += copies;
        row.bytes += copies * words.len() as u64 * 4;
        for name in ty.names().filter(|name| !name.is_empty()) {
            let len = lengths.name_len(name);
            self.mentions += copies;
            self.mention_bytes += copies * (len as u64 + 1);
        }
    }

    /// Adds the types of another run.
    pub fn add(&mut self, other: &TypeCounts) {
        let known = self.kinds.len().max(other.kinds.len());
        self.kinds.resize(known, Measure::default());
        for (row, measure) in self.kinds.iter_mut().zip(&other.kinds) {
            row.types += measure.types;
            row.bytes += measure.bytes;
        }
        self.mentions += other.mentions;
        self.mention_bytes += other.mention_bytes;
    }

    /// The types of one kind.
    pub fn of(&self, kind: Kind) -> Measure {
        let row = self.kinds.get(usize::from(kind.number()));
        row.copied().unwrap_or_default()
    }

    /// How many types of all kinds.
    pub fn types(&self) -> u64 {
        self.kinds.iter().map(|measure| measure.types).sum()
    }

    /// Bytes of the types of all kinds.
    pub fn bytes(&self) -> u64 {
        self.kinds.iter().map(|measure| measure.bytes).sum()
    }

    fn row(&mut self, kind: Kind) -> &mut Measure {
        let number = usize::from(kind.number());
        if number >= self.kinds.len() {
            self.kinds.resize(number + 1, Measure::default());
        }
        &mut self.kinds[number]
    }
}
