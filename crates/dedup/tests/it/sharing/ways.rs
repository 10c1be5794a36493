//! The two ways from units to deduplicated types.

use super::program::{INDEX, Unit, Words, typed};
use crate::common::spelled;
use btf::{Btf, Kind, StringTable};
use dedup::sharing::{AddedType, MergedNodes, NodeRef, Sharer};
use dedup::{Options, dedup};
use std::sync::Arc;

/// What comes out.
#[derive(Debug)]
pub struct Outcome {
    /// Types by id, names spelled out.
    pub types: Vec<(Vec<u32>, Vec<String>)>,
    /// How many types of units each stands for.
    pub copies: Vec<u32>,
    pub bytes: Vec<u8>,
    pub btf: Btf,
    /// Two types of a unit became one.
    pub repeats: bool,
    /// How many types the exact engine was given.
    pub given: usize,
}

fn named(words: &Words, mut name: impl FnMut(&str) -> u32) -> Vec<u32> {
    let mut own = words.words.clone();
    let mut names = words.names.iter();
    for word in btf::names_mut(&mut own) {
        *word = names.next().map_or(0, |text| name(text));
    }
    own
}

fn with_refs(mut words: Vec<u32>, f: impl Fn(u32) -> u32) -> Vec<u32> {
    for word in btf::refs_mut(&mut words) {
        *word = f(*word);
    }
    words
}

/// All types of all units one after the other.
pub fn naive(units: &[Unit]) -> Outcome {
    naive_on(None, units)
}

/// The same as split BTF.
pub fn naive_on(base: Option<&Arc<Btf>>, units: &[Unit]) -> Outcome {
    let (btf, spans) = joined(base, units);
    finish(btf, None, &spans)
}

/// All types of all units one after the other, as they are, and where each unit's types are.
pub fn joined(base: Option<&Arc<Btf>>, units: &[Unit]) -> (Btf, Vec<(usize, usize)>) {
    let mut btf = empty(base);
    let mut firsts = Vec::new();
    let index = btf.end_id().0 - 1 + units[0].int;
    let mut spans = Vec::new();
    for unit in units {
        let first = btf.end_id().0 - 1;
        firsts.push(first);
        spans.push((btf.len(), unit.types.len()));
        let translate = |word: u32| match word {
            0 => 0,
            INDEX => index,
            own => first + own,
        };
        for words in unit.types.iter().chain(&unit.beside) {
            let words = named(words, |text| btf.intern(text.as_bytes()).unwrap().0);
            btf.push(&with_refs(words, translate)).unwrap();
        }
    }
    for (unit, first) in units.iter().zip(firsts) {
        for (name, parts) in &unit.functions {
            let parts = parts
                .iter()
                .map(|&part| if part == 0 { 0 } else { first + part });
            add_function(&mut btf, name, &parts.collect::<Vec<_>>());
        }
    }
    (btf, spans)
}

fn empty(base: Option<&Arc<Btf>>) -> Btf {
    base.cloned().map_or_else(Btf::new, Btf::split)
}

/// Units shared in runs that end where `cuts` say.
pub fn shared(units: &[Unit], cuts: &[usize]) -> Outcome {
    shared_on(None, units, cuts)
}

/// The same as split BTF.
pub fn shared_on(base: Option<&Arc<Btf>>, units: &[Unit], cuts: &[usize]) -> Outcome {
    let mut merged = MergedNodes::new();
    let mut names = empty(base);
    let mut extras = Vec::new();
    let mut functions = Vec::new();
    let mut index = None;
    let mut start = 0;
    for &end in cuts {
        let mut own = StringTable::new();
        let mut sharer = Sharer::new();
        let mut beside: Vec<(u32, Words, NodeRef)> = Vec::new();
        let mut called: Vec<(u32, &str, Vec<NodeRef>)> = Vec::new();
        let mut int = None;
        for (number, unit) in units.iter().enumerate().take(end).skip(start) {
            let (mut words, mut starts) = (Vec::new(), Vec::new());
            for ty in &unit.types {
                starts.push(words.len() as u32);
                words.extend(named(ty, |text| own.intern(text.as_bytes()).unwrap().0));
            }
            sharer.add_unit(&words, &starts, INDEX);
            int.get_or_insert(sharer.reference(unit.int));
            for ty in &unit.beside {
                beside.push((number as u32, ty.clone(), sharer.reference(ty.words[2])));
            }
            for (name, parts) in &unit.functions {
                let parts = parts.iter().map(|&part| sharer.reference(part)).collect();
                called.push((number as u32, name, parts));
            }
        }
        let translation = merged.add(sharer.finish(), |name| {
            let text = own.get(name).unwrap();
            names.intern(text).unwrap()
        });
        index = index.or(int.map(|int| translation.reference(int)));
        for (unit, ty, target) in beside {
            let words = named(&ty, |text| names.intern(text.as_bytes()).unwrap().0);
            let words = with_refs(words, |_| translation.reference(target).0);
            extras.push(AddedType { unit, words });
        }
        for (unit, name, parts) in called {
            let parts: Vec<NodeRef> = parts
                .iter()
                .map(|&part| translation.reference(part))
                .collect();
            functions.push((unit, name, parts));
        }
        start = end;
    }
    let mut expanded = merged.expand(names, &extras, index.unwrap()).unwrap();
    let mut btf = std::mem::take(&mut expanded.btf);
    for (unit, name, parts) in functions {
        let parts: Vec<u32> = parts
            .iter()
            .map(|&part| expanded.id(unit, part).0)
            .collect();
        add_function(&mut btf, name, &parts);
    }
    finish(btf, Some(&expanded.copies), &[])
}

fn add_function(btf: &mut Btf, name: &str, parts: &[u32]) {
    let params: Vec<(&str, Vec<u32>)> = parts[1..].iter().map(|&part| ("p", vec![part])).collect();
    let proto = typed(Kind::FuncProto, false, "", &parts[..1], &params);
    let proto = named(&proto, |text| btf.intern(text.as_bytes()).unwrap().0);
    let proto = btf.push(&proto).unwrap();
    let func = typed(Kind::Func, false, name, &[proto.0], &[]);
    let func = named(&func, |text| btf.intern(text.as_bytes()).unwrap().0);
    btf.push(&func).unwrap();
}

fn finish(btf: Btf, copies: Option<&[u32]>, units: &[(usize, usize)]) -> Outcome {
    let given = btf.len();
    let deduped = dedup(btf, &Options::default()).unwrap();
    let mut total = vec![0; deduped.btf.len()];
    let first = deduped.btf.first_id().0;
    for (at, &id) in deduped.map.iter().enumerate() {
        // Types of a base are not counted.
        if let Some(own) = id.0.checked_sub(first) {
            total[own as usize] += copies
                .and_then(|copies| copies.get(at).copied())
                .unwrap_or(1);
        }
    }
    let repeats = units.iter().any(|&(start, len)| {
        let mut ids = deduped.map[start..start + len].to_vec();
        ids.sort_unstable();
        ids.dedup();
        ids.len() < len
    });
    Outcome {
        given,
        repeats,
        types: spelled(&deduped.btf),
        copies: total,
        bytes: deduped.btf.to_bytes(btf::WriteOptions::default()).unwrap(),
        btf: deduped.btf,
    }
}
