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
use alloc::vec::Vec;
use core::ops::AddAssign;

/// The figures of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct KindCounts {
    /// By the number of the kind, up to the highest that was counted. Types of a known number to which a layout gives a
    /// length of its own are counted by themselves, [`OF_LAYOUT`] further on.
    rows: Vec<Row>,
}

/// Numbers of kinds have 7 bits.
const OF_LAYOUT: u8 = 128;

/// At which row the figures of a kind are kept.
fn index(kind: Kind) -> u8 {
    let number = kind.number() % OF_LAYOUT;
    match kind {
        Kind::Unknown(_) if Kind::from_number(number).shape().is_some() => OF_LAYOUT + number,
        _ => number,
    }
}

/// The kind whose figures a row has.
fn kind_at(index: u8) -> Kind {
    match index.checked_sub(OF_LAYOUT) {
        None => Kind::from_number(index),
        Some(number) => Kind::Unknown(number),
    }
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
        *self.row_mut(index(kind)) += Row { types: 1, bytes };
    }

    /// Adds the counts of another BTF.
    pub fn merge(&mut self, other: &KindCounts) {
        for (number, &row) in (0..).zip(&other.rows) {
            *self.row_mut(number) += row;
        }
    }

    /// The figures of one kind.
    pub fn row(&self, kind: Kind) -> Row {
        let row = self.rows.get(usize::from(index(kind)));
        row.copied().unwrap_or_default()
    }

    fn row_mut(&mut self, number: u8) -> &mut Row {
        let index = usize::from(number);
        if index >= self.rows.len() {
            self.rows.resize(index + 1, Row::default());
        }
        &mut self.rows[index]
    }

    /// The kinds with at least one type, in the order of their numbers.
    pub fn present(&self) -> impl Iterator<Item = (Kind, Row)> + '_ {
        let rows = (0..).zip(&self.rows).filter(|(_, row)| row.types > 0);
        rows.map(|(number, &row)| (kind_at(number), row))
    }

    /// The sum over all kinds: number of types, and length of the type section in bytes.
    pub fn total(&self) -> Row {
        let mut total = Row::default();
        for &row in &self.rows {
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
        assert!(
            counts
                .present()
                .map(|(kind, _)| kind)
                .eq([Kind::Int, Kind::Ptr])
        );
        #[cfg(feature = "serde")]
        {
            let text = serde_json::to_string(&counts).unwrap();
            assert_eq!(serde_json::from_str::<KindCounts>(&text).unwrap(), counts);
        }
    }
}
