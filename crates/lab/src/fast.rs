//! The fast path over the same units: what is surely equal becomes one by hashing, and the exact engine gets
//! the rest.

use crate::{Run, Units, run};
use btf::{Btf, Kind, StringTable, TypeId};
use dedup::Options;
use dedup::sharing::{MergedNodes, NodeRef, Sharer};
use serde::{Deserialize, Serialize};

/// What the fast path did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FastPath {
    /// Types of all units.
    pub types: u32,
    /// Distinct nodes of each shard.
    pub shards: Vec<u32>,
    /// Distinct nodes when the shards are merged.
    pub nodes: u32,
    /// Types that the exact engine gets.
    pub left: u32,
    /// Pairs that it visits then.
    pub visits: u64,
    /// Whether its result is the same, type by type.
    pub same: bool,
}

/// Whether types of this kind go through the nodes. Functions, variables and tags come beside them, and are not
/// shown here.
fn is_shared(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Func | Kind::Var | Kind::Datasec | Kind::DeclTag | Kind::TypeTag
    )
}

/// Units after the fast path, before the exact engine.
pub(crate) struct Shared {
    /// The units without functions.
    plain: Units,
    /// What the exact engine gets.
    pub left: Units,
    /// For each unit, for each of its types in `plain`, the id in `left`.
    pub onto: Vec<Vec<TypeId>>,
    /// Distinct nodes of each shard, and when they are merged.
    nodes: (Vec<u32>, u32),
}

/// Takes the fast path; `None` where units have tags or variables, none has a type, or they are on a base.
pub fn fast_path(units: &Units, many_shards: bool, options: &Options) -> Option<FastPath> {
    let Shared {
        plain, left, nodes, ..
    } = share(units, many_shards)?;
    let (fast, reference) = (run(&left, options).ok()?, run(&plain, options).ok()?);
    Some(FastPath {
        types: u32::try_from(plain.btf.len()).ok()?,
        shards: nodes.0,
        nodes: nodes.1,
        left: u32::try_from(left.btf.len()).ok()?,
        visits: visits(&fast),
        same: printed(&fast.deduped.btf) == printed(&reference.deduped.btf),
    })
}

/// Merges what is surely equal; `None` where units have tags or variables, none has a type, or they are on a base.
pub(crate) fn share(units: &Units, many_shards: bool) -> Option<Shared> {
    // Nobody but a tag refers to a function.
    let beside = units.btf.types().filter(|(_, ty)| !is_shared(ty.kind()));
    if units.btf.is_empty()
        || units.base().is_some()
        || beside.clone().any(|(_, ty)| ty.kind() != Kind::Func)
    {
        return None;
    }
    let parts: Vec<Btf> = (0..units.ids.len()).map(|unit| part(units, unit)).collect();
    let plain = Units::of(&parts).ok()?;
    let mut merged = MergedNodes::new();
    let mut names = Btf::new();
    let mut shards = Vec::new();
    let mut references: Vec<Vec<NodeRef>> = Vec::new();
    let per_shard = if many_shards { 1 } else { parts.len() };
    for shard in parts.chunks(per_shard.max(1)) {
        let mut own = StringTable::new();
        let mut sharer = Sharer::new();
        let first = references.len();
        for unit in shard {
            let (mut words, mut starts) = (Vec::new(), Vec::new());
            for (_, ty) in unit.types() {
                starts.push(u32::try_from(words.len()).ok()?);
                let mut type_words = ty.words().to_vec();
                for name in btf::names_mut(&mut type_words) {
                    let text = unit.string(btf::StringOffset(*name)).unwrap_or_default();
                    *name = own.intern(text)?.0;
                }
                words.extend(type_words);
            }
            sharer.add_unit(&words, &starts, u32::MAX);
            let ids = 1..=u32::try_from(unit.len()).ok()?;
            references.push(ids.map(|id| sharer.reference(id)).collect());
        }
        let shared = sharer.finish();
        shards.push(u32::try_from(shared.starts.len()).ok()?);
        let translation = merged.add(shared, |name| {
            let text = own.get(name).unwrap_or_default();
            names.intern(text).unwrap_or_default()
        });
        let new = references.iter_mut().skip(first).flatten();
        new.for_each(|reference| *reference = translation.reference(*reference));
    }
    let expanded = merged.expand(names, &[], NodeRef::VOID).ok()?;
    let onto = (0..).zip(&references).map(|(unit, own)| {
        let ids = own.iter().map(|&reference| expanded.id(unit, reference));
        ids.collect()
    });
    Some(Shared {
        onto: onto.collect(),
        plain,
        nodes: (shards, u32::try_from(merged.len()).ok()?),
        left: Units::whole(expanded.btf),
    })
}

/// Pairs that a run visits.
pub(crate) fn visits(run: &Run) -> u64 {
    let visited = |event: &&crate::Event| matches!(event, crate::Event::Visit { .. });
    run.events.iter().filter(visited).count() as u64
}

fn printed(btf: &Btf) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = btf::print::raw::write_all(&mut text, btf);
    text
}

/// The shared types of a unit, as a BTF of its own.
fn part(units: &Units, unit: usize) -> Btf {
    let ids = units.ids.get(unit).cloned().unwrap_or_default();
    let mut numbers = vec![0; ids.len()];
    let mut next = 0;
    for (id, number) in ids.clone().zip(&mut numbers) {
        if is_shared(units.btf.kind(TypeId(id))) {
            next += 1;
            *number = next;
        }
    }
    let mut part = Btf::new();
    for id in ids.clone() {
        let Some(ty) = units.btf.get(TypeId(id)) else {
            continue;
        };
        if !is_shared(ty.kind()) {
            continue;
        }
        let mut words = ty.words().to_vec();
        for word in btf::refs_mut(&mut words) {
            let own = word.checked_sub(ids.start);
            *word = own
                .and_then(|own| numbers.get(own as usize).copied())
                .unwrap_or(0);
        }
        for name in btf::names_mut(&mut words) {
            let text = units
                .btf
                .string(btf::StringOffset(*name))
                .unwrap_or_default();
            // As many strings as before.
            *name = part.intern(text).unwrap_or_default().0;
        }
        // As many types as before, or fewer.
        let _ = part.push(&words);
    }
    part
}
