//! The distilled base of a module: what its split BTF needs to know of the base, so that another build can take its place.

use crate::{Row, view};
use btf::distill::{Distilled, distill, relocate};
use btf::{Btf, TypeId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A module's distilled base beside the full one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistilledBase {
    /// For each type of the full base, in order, its id on the distilled base; none for a type that the module does not
    /// need.
    pub ids: Vec<Option<u32>>,
    /// The types of the distilled base.
    pub base: Vec<Row>,
    /// The module's types on it: first its own, then those taken over from the full base.
    pub split: Vec<Row>,
    /// Bytes of the types of the full base and of the distilled one.
    pub bytes: (u64, u64),
}

/// A module on another build of its base.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relocated {
    /// The types of the other build.
    pub base: Vec<Row>,
    /// For each type of the distilled base, in order, the type of the other build that has taken its place.
    pub ids: Vec<u32>,
    /// The module's types on the other build.
    pub split: Vec<Row>,
}

impl DistilledBase {
    /// The distilled base of split BTF.
    ///
    /// # Errors
    ///
    /// As [`distill`], in words.
    pub(crate) fn of(split: &Btf) -> Result<DistilledBase, String> {
        let distilled = distill(split).map_err(|error| error.to_string())?;
        let bytes = |btf: &Btf| btf.type_bytes() as u64;
        let full = split.base().map_or(0, |base| bytes(base));
        Ok(DistilledBase {
            ids: ids(split, &distilled.split),
            base: view::types(&distilled.base, |_| None),
            split: view::types(&distilled.split, |_| None),
            bytes: (full, bytes(&distilled.base)),
        })
    }
}

impl Relocated {
    /// Puts split BTF, by way of its distilled base, onto another build of that base.
    ///
    /// # Errors
    ///
    /// As [`distill`] and [`relocate`], in words.
    pub(crate) fn of(split: &Btf, other: &Arc<Btf>) -> Result<Relocated, String> {
        let Distilled { base, split } = distill(split).map_err(|error| error.to_string())?;
        let relocated = relocate(&split, other).map_err(|error| error.to_string())?;
        let found = ids(&split, &relocated);
        Ok(Relocated {
            base: view::types(other, |_| None),
            ids: found.into_iter().flatten().take(base.len()).collect(),
            split: view::types(&relocated, |_| None),
        })
    }
}

/// For each type of the base of `old` the id that references to it have in `new`, which has the same types in the same
/// order, and maybe more behind them.
fn ids(old: &Btf, new: &Btf) -> Vec<Option<u32>> {
    let first = old.first_id();
    let mut ids: Vec<Option<u32>> = vec![None; first.index() - 1];
    let own = new.types().map(|(id, _)| id);
    let mut open: Vec<(TypeId, TypeId)> = old.types().map(|(id, _)| id).zip(own).collect();
    while let Some((one, other)) = open.pop() {
        let (Some(one), Some(other)) = (old.get(one), new.get(other)) else {
            continue;
        };
        for (from, to) in one.refs().zip(other.refs()) {
            let place = from.index().checked_sub(1).and_then(|at| ids.get_mut(at));
            if let Some(place @ None) = place {
                *place = Some(to.0);
                // What was taken over refers to further types; what is distilled has no members.
                open.push((from, to));
            }
        }
    }
    ids
}
