//! Ways to make a BTF of a seed.

use crate::common::{Random, Traits, random_split, random_units};
use crate::sharing::program::{Program, Shape, Unit};
use crate::sharing::ways;
use btf::Btf;
use dedup::{Options, dedup};
use std::sync::Arc;

/// A name, and how a seed becomes a BTF.
pub type Way = (&'static str, fn(u64) -> Btf);

/// By name.
pub const WAYS: [Way; 7] = [
    ("graphs", |seed| random_units(seed, Traits::HARD)),
    ("graphs on a base", |seed| {
        random_split(seed, Traits::HARD, finished)
    }),
    ("graphs on a base as it came", |seed| {
        random_split(seed, Traits::HARD, |base| base)
    }),
    ("units", |seed| ways::joined(None, &units(seed, Shape::C)).0),
    ("units that repeat types", |seed| {
        ways::joined(None, &units(seed, Shape::COPIES)).0
    }),
    ("a module", |seed| module(seed, Shape::C)),
    ("a module that repeats types", |seed| {
        module(seed, Shape::COPIES)
    }),
];

/// Programs of many units.
pub const LONG: [Way; 3] = [
    ("many graphs", |seed| {
        let mut random = Random(seed);
        let program = crate::common::Program::random(&mut random, Traits::HARD);
        let mut btf = Btf::new();
        program.add_units(&mut btf, 12 + seed as usize % 20, &mut random);
        btf
    }),
    ("many units", |seed| many(seed, Shape::C)),
    ("many units that repeat types", |seed| {
        many(seed, Shape::COPIES)
    }),
];

fn many(seed: u64, shape: Shape) -> Btf {
    let mut random = Random(seed);
    let program = Program::random(&mut random, shape);
    let count = 12 + random.below(20);
    let units: Vec<Unit> = (0..count).map(|_| program.unit(&mut random)).collect();
    ways::joined(None, &units).0
}

fn finished(btf: Btf) -> Btf {
    let mut btf = dedup(btf, &Options::default()).unwrap().btf;
    btf.index_strings();
    btf
}

fn units(seed: u64, shape: Shape) -> Vec<Unit> {
    let mut random = Random(seed);
    let program = Program::random(&mut random, shape);
    let count = 2 + random.below(5);
    (0..count).map(|_| program.unit(&mut random)).collect()
}

fn module(seed: u64, shape: Shape) -> Btf {
    let units = units(seed, shape);
    let (kernel, module) = units.split_at(1);
    let base = finished(ways::joined(None, kernel).0);
    ways::joined(Some(&Arc::new(base)), module).0
}
