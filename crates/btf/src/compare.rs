//! Comparison of two BTFs by what their types mean, whatever their ids and order.
//!
//! Every type has a signature. In it a named struct, union or enumeration, a typedef, FUNC, VAR and the
//! like are represented by kind and name; everything else (pointers, arrays, prototypes, anonymous
//! structs) is spelled out in place. Where a name has several definitions, a digest of the definition
//! tells them apart. The two lists of signatures are compared as multisets.
//!
//! Signatures are 128-bit hashes; their texts are made for the differences only.
//!
//! ```
//! use btf::{Btf, TypeId, compare::compare};
//!
//! let bytes = std::fs::read("tests/data/inventory.btf")?;
//! let (old, mut new) = (Btf::parse(&bytes)?, Btf::parse(&bytes)?);
//! new.sort_by_name();
//! assert!(compare(&old, &new).is_equal(), "order and ids do not count");
//!
//! new.add_typedef("handle", TypeId::VOID)?;
//! let comparison = compare(&old, &new);
//! assert_eq!(comparison.differing(), 1);
//! assert_eq!(comparison.only_in_b[0].name, "handle");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::string::String;
use alloc::vec::Vec;
mod sign;
mod text;

use crate::stats::KindCounts;
use crate::{Btf, Kind, TypeId};
use core::cmp::Ordering;
use sign::Signatures;
use text::Texts;

/// How many types of a kind each of the two has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct KindPair {
    /// The kind that is counted.
    pub kind: Kind,
    /// Types in the first.
    pub a: u64,
    /// Types in the second.
    pub b: u64,
}

/// A type that one has and the other has not, or has less often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Difference {
    /// The kind of the type.
    pub kind: Kind,
    /// The name of the type, cut if it is long; empty for an anonymous type.
    pub name: String,
    /// What the type means, as text of at most some 2,000 characters; of 200 once the texts before have 16 MiB.
    pub signature: String,
    /// How many more of it this side has.
    pub count: u64,
    /// The id of one such type, in the BTF that has more of them.
    pub id: TypeId,
}

/// What two BTFs have of each kind, and what only one of them has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Comparison {
    /// The kinds that at least one has, in the order of their numbers.
    pub kinds: Vec<KindPair>,
    /// What only the first has, ordered by kind, name and signature.
    pub only_in_a: Vec<Difference>,
    /// What only the second has, ordered by kind, name and signature.
    pub only_in_b: Vec<Difference>,
}

impl Comparison {
    /// Whether both have the same types.
    pub fn is_equal(&self) -> bool {
        self.only_in_a.is_empty() && self.only_in_b.is_empty()
    }

    /// How many types differ, counted on both sides.
    pub fn differing(&self) -> u64 {
        let sides = self.only_in_a.iter().chain(&self.only_in_b);
        sides.map(|difference| difference.count).sum()
    }

    /// The number of own types of the first and of the second.
    pub fn types(&self) -> (u64, u64) {
        let sum = |count: fn(&KindPair) -> u64| self.kinds.iter().map(count).sum();
        (sum(|pair| pair.a), sum(|pair| pair.b))
    }
}

/// Compares the own types of two BTFs. Those of a base are not compared, but what refers to them is.
pub fn compare(a: &Btf, b: &Btf) -> Comparison {
    let several = sign::names_with_several_definitions(&[a, b]);
    let side = |btf| {
        let mut signatures = Signatures::new(btf, &several);
        let list = signatures.sorted();
        (signatures, list)
    };
    let (signatures_a, list_a) = side(a);
    let (signatures_b, list_b) = side(b);

    let mut texts = Texts::new();
    let mut comparison = Comparison {
        kinds: kinds(a, b),
        ..Comparison::default()
    };
    let (mut rest_a, mut rest_b) = (&list_a[..], &list_b[..]);
    loop {
        let next = match (rest_a.first(), rest_b.first()) {
            (None, None) => break,
            (Some(a), None) => a.0,
            (None, Some(b)) => b.0,
            (Some(a), Some(b)) => a.0.min(b.0),
        };
        let (in_a, in_b) = (take_run(&mut rest_a, next), take_run(&mut rest_b, next));
        match in_a.len().cmp(&in_b.len()) {
            Ordering::Equal => {}
            Ordering::Greater => {
                let extra = &in_a[in_b.len()..];
                comparison
                    .only_in_a
                    .extend(difference(&mut texts, &signatures_a, extra));
            }
            Ordering::Less => {
                let extra = &in_b[in_a.len()..];
                comparison
                    .only_in_b
                    .extend(difference(&mut texts, &signatures_b, extra));
            }
        }
    }
    comparison.only_in_a.sort();
    comparison.only_in_b.sort();
    comparison
}

fn kinds(a: &Btf, b: &Btf) -> Vec<KindPair> {
    let (a, b) = (KindCounts::of(a), KindCounts::of(b));
    let mut both = a.clone();
    both.merge(&b);
    let pair = |kind| KindPair {
        kind,
        a: a.row(kind).types,
        b: b.row(kind).types,
    };
    both.present().map(|(kind, _)| pair(kind)).collect()
}

/// Takes the entries with this signature from the front.
fn take_run<'a>(rest: &mut &'a [(u128, TypeId)], signature: u128) -> &'a [(u128, TypeId)] {
    let len = rest.iter().take_while(|entry| entry.0 == signature).count();
    let (run, after) = rest.split_at(len);
    *rest = after;
    run
}

fn difference(
    texts: &mut Texts,
    signatures: &Signatures<'_>,
    extra: &[(u128, TypeId)],
) -> Option<Difference> {
    let &(_, id) = extra.first()?;
    let ty = signatures.btf().get(id)?;
    Some(Difference {
        kind: ty.kind(),
        name: text::text_of(signatures.btf(), ty.name()),
        signature: texts.signature(signatures, id),
        count: extra.len() as u64,
        id,
    })
}
