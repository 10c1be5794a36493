//! How many types of each kind a BTF has, and how many bytes they take.
//!
//! ```
//! use btf::{Btf, Kind, stats::KindCounts};
//!
//! let btf = Btf::parse(&std::fs::read("tests/data/inventory.btf")?)?;
//! let counts = KindCounts::of(&btf);
//! assert_eq!(counts.row(Kind::Int).types, 3);
//! assert_eq!(counts.row(Kind::Struct).bytes, 12 + 6 * 12); // six members
//! assert_eq!(counts.total().bytes, btf.type_bytes() as u64);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::{Btf, Kind};
use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// The figures of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Number of types of the kind.
    pub types: u64,
    /// Bytes that these types take in the type section, members included.
    pub bytes: u64,
}

impl AddAssign for Row {
    fn add_assign(&mut self, other: Row) {
        self.types = self.types.saturating_add(other.types);
        self.bytes = self.bytes.saturating_add(other.bytes);
    }
}

/// The figures of every kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindCounts {
    /// One row for each kind, indexed by `kind as usize`.
    pub rows: [Row; Kind::COUNT],
}

impl KindCounts {
    /// Counts the own types of `btf`; those of a base are not counted.
    pub fn of(btf: &Btf) -> KindCounts {
        let mut counts = KindCounts::default();
        for (_, ty) in btf.types() {
            counts.add(ty.kind(), ty.byte_len() as u64);
        }
        counts
    }

    /// Counts one more type of `kind` that takes `bytes` in the type section.
    pub fn add(&mut self, kind: Kind, bytes: u64) {
        self.rows[kind as usize] += Row { types: 1, bytes };
    }

    /// Adds the counts of another BTF.
    pub fn merge(&mut self, other: &KindCounts) {
        for (row, other) in self.rows.iter_mut().zip(other.rows) {
            *row += other;
        }
    }

    /// The figures of one kind.
    pub fn row(&self, kind: Kind) -> Row {
        self.rows[kind as usize]
    }

    /// The kinds with at least one type, in the order of their numbers.
    pub fn present(&self) -> impl Iterator<Item = (Kind, Row)> + '_ {
        Kind::ALL
            .into_iter()
            .map(|kind| (kind, self.row(kind)))
            .filter(|(_, row)| row.types > 0)
    }

    /// The sum over all kinds: number of types, and length of the type section in bytes.
    pub fn total(&self) -> Row {
        let mut total = Row::default();
        for row in self.rows {
            total += row;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Int, IntEncoding, TypeId};

    #[test]
    fn counts_add_up_to_the_type_section() {
        let mut btf = Btf::new();
        let int = Int {
            size: 4,
            encoding: IntEncoding::SIGNED,
            offset: 0,
            bits: 32,
        };
        let int = btf.add_int("int", int).unwrap();
        btf.add_ptr(int).unwrap();
        btf.add_ptr(TypeId::VOID).unwrap();
        let mut counts = KindCounts::of(&btf);
        assert_eq!(
            counts.row(Kind::Int),
            Row {
                types: 1,
                bytes: 16
            }
        );
        assert_eq!(
            counts.row(Kind::Ptr),
            Row {
                types: 2,
                bytes: 24
            }
        );
        assert_eq!(counts.total().bytes, btf.type_bytes() as u64);
        counts.merge(&KindCounts::of(&btf));
        assert_eq!(
            counts.total(),
            Row {
                types: 6,
                bytes: 80
            }
        );
        let text = serde_json::to_string(&counts).unwrap();
        let back: KindCounts = serde_json::from_str(&text).unwrap();
        assert_eq!(back, counts);
        let kinds: Vec<Kind> = back.present().map(|(kind, _)| kind).collect();
        assert_eq!(kinds, [Kind::Int, Kind::Ptr]);
    }
}
