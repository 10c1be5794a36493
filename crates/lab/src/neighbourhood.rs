//! A type of a kernel with what is around it, small enough for the laboratory.

use btf::{Btf, FwdKind, Info, Kind, TypeId};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A type and what it reaches, as lines that [`crate::raw::unit`] reads back, some `most` types long.
///
/// Named structs and unions are taken whole, the nearest first, while there is room; of the others the name is taken,
/// as a forward declaration. Everything else that is reached is taken. `None` when there is no such type.
pub fn neighbourhood(btf: &Btf, root: TypeId, most: usize) -> Option<String> {
    btf.get(root).filter(|_| root.0 != 0)?;
    let whole = taken_whole(btf, root, most);
    // What is written, in the order in which it is reached; ids count from 1.
    let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
    let mut order: Vec<TypeId> = Vec::new();
    let mut open: VecDeque<TypeId> = VecDeque::from([root]);
    while let Some(id) = open.pop_front() {
        if id.0 == 0 || numbers.contains_key(&id.0) {
            continue;
        }
        order.push(id);
        numbers.insert(id.0, u32::try_from(order.len()).ok()?);
        if is_cut(btf, id) && !whole.contains(&id.0) {
            continue;
        }
        open.extend(btf.get(id)?.refs());
    }
    let mut small = Btf::new();
    for &id in &order {
        let ty = btf.get(id)?;
        let mut words = match is_cut(btf, id) && !whole.contains(&id.0) {
            true => forward(ty.kind(), ty.name().0),
            false => ty.words().to_vec(),
        };
        for word in btf::refs_mut(&mut words) {
            *word = numbers.get(word).copied().unwrap_or(0);
        }
        for name in btf::names_mut(&mut words) {
            let text = btf.string(btf::StringOffset(*name)).unwrap_or_default();
            *name = small.intern(text).ok()?.0;
        }
        small.push(&words).ok()?;
    }
    let mut text = String::new();
    btf::print::raw::write_all(&mut text, &small).ok()?;
    Some(text)
}

/// Whether a type can be cut down to its name.
fn is_cut(btf: &Btf, id: TypeId) -> bool {
    btf.kind(id).is_composite() && !btf.name(id).is_empty()
}

/// The words of a forward declaration.
fn forward(kind: Kind, name: u32) -> Vec<u32> {
    let kind = match kind {
        Kind::Union => FwdKind::Union,
        _ => FwdKind::Struct,
    };
    vec![name, Info::new(Kind::Fwd, 0, kind == FwdKind::Union).0, 0]
}

/// The named structs and unions that there is room for: each costs what can be reached from it without meeting another.
fn taken_whole(btf: &Btf, root: TypeId, most: usize) -> BTreeSet<u32> {
    let mut whole = BTreeSet::new();
    let mut seen: BTreeSet<u32> = BTreeSet::new();
    let mut open: VecDeque<TypeId> = VecDeque::from([root]);
    while let Some(id) = open.pop_front() {
        if whole.contains(&id.0) {
            continue;
        }
        // All that it brings, down to the next names.
        let mut brings: BTreeSet<u32> = BTreeSet::new();
        let mut names = Vec::new();
        let mut inner = vec![id];
        while let Some(at) = inner.pop() {
            let Some(ty) = btf.get(at) else { continue };
            for id in ty.refs() {
                if id.0 != 0 && !seen.contains(&id.0) && brings.insert(id.0) {
                    match is_cut(btf, id) {
                        true => names.push(id),
                        false => inner.push(id),
                    }
                }
            }
        }
        if id != root && seen.len() + brings.len() > most {
            continue;
        }
        whole.insert(id.0);
        seen.insert(id.0);
        seen.extend(brings);
        names.sort_unstable();
        open.extend(names);
    }
    whole
}
