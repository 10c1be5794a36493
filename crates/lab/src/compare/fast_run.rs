//! The fast path as a run on the types of the units: what it merged comes first, and the exact engine's events name a
//! type by its id in the units.

use crate::fast::share;
use crate::{Event, Run, Units, run};
use btf::{Btf, TypeId};
use dedup::Options;

/// Runs the fast path and the exact engine. `Err` says why it cannot.
pub(crate) fn fast_run(units: &Units, many_shards: bool, options: &Options) -> Result<Run, String> {
    let shared = share(units, many_shards);
    let shared = shared.filter(|shared| {
        let types: usize = shared.onto.iter().map(Vec::len).sum();
        types == units.btf.len()
    });
    let shared = shared.ok_or_else(|| match units.base() {
        Some(_) => "the lab shows the fast path only without a base: remove the base".to_owned(),
        None => "functions, variables and tags come beside the fast path and are not shown here"
            .to_owned(),
    })?;
    let mut fast = run(&shared.left, options).map_err(|error| error.to_string())?;
    let mut onto: Vec<TypeId> = shared.onto.into_iter().flatten().collect();
    let own = |at: usize| TypeId(u32::try_from(at + 1).unwrap_or(u32::MAX));
    let stands = stands_for(&units.btf, &shared.left.btf, &mut onto);
    let stands_for = |id: TypeId| stands.get(id.index()).copied().unwrap_or_default();
    let merged = onto.iter().enumerate().map(|(at, &to)| Event::Merged {
        from: own(at),
        to: stands_for(to),
    });
    let merged = merged.filter(|event| !matches!(event, Event::Merged { from, to } if from == to));
    let engine = fast.events.iter().map(|event| event.renamed(stands_for));
    fast.events = merged.chain(engine).collect();
    fast.deduped.map = onto.iter().map(|&id| fast.deduped.new_id(id)).collect();
    Ok(fast)
}

/// For each id of `left` the first type of the units that became it.
///
/// References to a declaration whose name has one definition lead to that definition, so `onto` does too; but the
/// declaration is in `left`, and the engine replaces it. `onto` is mended.
fn stands_for(btf: &Btf, left: &Btf, onto: &mut [TypeId]) -> Vec<TypeId> {
    let mut found = vec![TypeId::VOID; left.end_id().index()];
    let alike = |id: TypeId, to: TypeId| match (btf.get(id), left.get(to)) {
        (Some(a), Some(b)) => a.kind() == b.kind() && a.vlen() == b.vlen(),
        _ => false,
    };
    let own = |at: usize| TypeId(u32::try_from(at + 1).unwrap_or(u32::MAX));
    for (at, &to) in onto.iter().enumerate() {
        if let Some(place) = found.get_mut(to.index())
            && *place == TypeId::VOID
            && alike(own(at), to)
        {
            *place = own(at);
        }
    }
    for (to, ty) in left.types() {
        if found.get(to.index()) != Some(&TypeId::VOID) {
            continue;
        }
        let is_it = |id: TypeId| {
            let info = btf.get(id).map(|own| own.info());
            info == Some(ty.info()) && btf.name(id) == left.name(to)
        };
        for (at, place) in onto
            .iter_mut()
            .enumerate()
            .filter(|(at, _)| is_it(own(*at)))
        {
            *place = to;
            if let Some(first) = found.get_mut(to.index()).filter(|id| **id == TypeId::VOID) {
                *first = own(at);
            }
        }
    }
    found
}
