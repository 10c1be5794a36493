//! Two ways from units to types: shared while encoding, and all of them one after the other.

use btf::{Btf, Data, Kind, TypeId};
use pipeline::{Features, NoCompanions, Options, Worker};

use crate::job::encode;

/// Units that are encoded by themselves.
const MOST_UNITS: u32 = 64;

/// The types are the same in both ways.
///
/// # Panics
///
/// If they are not.
pub fn run(data: &[u8]) {
    let options = Options {
        features: Features::NONE,
        // What the kernel refuses is mended after the merge.
        keep_refused: true,
        shard_bytes: 1,
        ..Options::default()
    };
    let Ok(plan) = pipeline::plan(data, &options) else {
        return;
    };
    if plan.units() > MOST_UNITS {
        return;
    }
    let Ok(shared) = encode(data, &options, &NoCompanions, None) else {
        return;
    };
    if !shared.statistics.units.failed.is_empty() {
        return;
    }
    let Ok(mut worker) = Worker::new(data, &plan) else {
        return;
    };
    let mut all = Btf::new();
    for unit in 0..plan.units() {
        let Ok(types) = worker.encode_unit(&plan, unit) else {
            return;
        };
        if let Some(types) = types {
            append(&mut all, &types);
        }
    }
    // All arrays of a file are counted with its first `int`, those of a unit by itself with the unit's.
    if has_several_index_types(&all) {
        return;
    }
    let Ok(deduped) = dedup::dedup_observed(all, &dedup::Options::default(), &mut Quiet) else {
        return;
    };
    let comparison = btf::compare::compare(&shared.btf, &deduped.btf);
    // Functions are added after the merge, with prototypes of their own.
    let of_function = |kind| matches!(kind, Kind::Func | Kind::FuncProto);
    let added = &comparison.only_in_a;
    assert!(
        comparison.only_in_b.is_empty() && added.iter().all(|one| of_function(one.kind)),
        "sharing changes the types: {comparison:#?}"
    );
}

/// Whether the units have several types that may count arrays: `int`s that differ, damaged ones, or none.
fn has_several_index_types(all: &Btf) -> bool {
    let is_int = |id| matches!(&*all.name(id), "int" | "__SANITIZED_FAKE_INT__");
    let counting = all.types().filter_map(|(id, ty)| match ty.data() {
        Data::Array(array) => Some(array.index),
        _ => (ty.kind() == Kind::Int && is_int(id)).then_some(id),
    });
    let mut looks = counting.map(|id| {
        let words = all.get(id).map(|ty| ty.words());
        (all.name(id), words.and_then(|words| words.get(1..)))
    });
    let first = looks.next();
    looks.any(|other| Some(other) != first)
}

/// Observes nothing, so the exact engine runs alone.
struct Quiet;

impl dedup::Observer for Quiet {}

/// Adds the types of a unit behind those of others.
fn append(all: &mut Btf, unit: &Btf) {
    let before = all.end_id().0 - unit.first_id().0;
    for (_, ty) in unit.types() {
        let mut words = ty.words().to_vec();
        for name in btf::names_mut(&mut words) {
            let text = unit.string(btf::StringOffset(*name)).unwrap_or_default();
            *name = all.intern(text).map_or(0, |offset| offset.0);
        }
        for id in btf::refs_mut(&mut words) {
            if TypeId(*id) != TypeId::VOID {
                *id += before;
            }
        }
        all.push(&words)
            .expect("words of a type are those of a type");
    }
}
