//! Sharing while encoding changes nothing: units shared in runs, merged, expanded and deduplicated give
//! the same types in the same order as all their types one after the other, deduplicated.

mod contested;
pub mod program;
pub mod ways;
mod writer;

use crate::common::Random;
use btf::{Btf, Kind};
use program::{Program, Shape, Unit};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::cell::Cell;
use std::sync::Arc;
use ways::{Outcome, naive, naive_on, shared, shared_on};

/// Random units of a random program.
pub fn units(seed: u64, shape: Shape) -> Vec<Unit> {
    let mut random = Random(seed);
    let program = Program::random(&mut random, shape);
    let count = 1 + random.below(shape.most - 1);
    (0..count).map(|_| program.unit(&mut random)).collect()
}

/// Random cuts of so many units into runs.
fn cuts(units: usize, seed: u64) -> Vec<usize> {
    let mut random = Random(seed);
    let mut cuts: Vec<usize> = (1..units).filter(|_| random.chance(40)).collect();
    cuts.push(units);
    cuts
}

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 0,
        ..ProptestConfig::with_cases(4096)
    }
}

/// Both ways have the same result. Of two types of a unit that become one, libbpf keeps the one that it meets first on
/// its way along references; sharing has made them one before: the same types, in another order.
fn same(expected: &Outcome, found: &Outcome) -> Result<(), TestCaseError> {
    if expected.repeats {
        let comparison = btf::compare::compare(&expected.btf, &found.btf);
        prop_assert!(comparison.is_equal(), "{:#?}", comparison);
        return Ok(());
    }
    prop_assert_eq!(&expected.types, &found.types);
    prop_assert_eq!(&expected.copies, &found.copies);
    prop_assert_eq!(&expected.bytes, &found.bytes);
    Ok(())
}

#[test]
fn sharing_changes_nothing() {
    let ordered = Cell::new(0);
    let test = |seed| {
        let units = units(seed, Shape::C);
        let expected = naive(&units);
        let found = shared(&units, &cuts(units.len(), seed ^ 0x5eed));
        ordered.set(ordered.get() + u32::from(!expected.repeats));
        same(&expected, &found)
    };
    run(test);
    assert!(
        ordered.get() > 2048,
        "{} cases compare order",
        ordered.get()
    );
}

/// Names that several units define in their own ways: most matter to few types, some to the order of all.
#[test]
fn sharing_changes_nothing_where_names_have_several_definitions() {
    run(|seed| {
        let units = units(seed, Shape::VARIANTS);
        let expected = naive(&units);
        let found = shared(&units, &cuts(units.len(), seed ^ 0x5eed));
        same(&expected, &found)
    });
}

/// A kernel of some units, a module of the others: what the module only declares can be defined by either or
/// by both, and the base has declarations of its own.
#[test]
fn sharing_changes_nothing_on_a_base() {
    let (cases, settled, open) = (Cell::new(0), Cell::new(0), Cell::new(0));
    run(|seed| {
        let units = units(seed, Shape::C);
        if units.len() < 3 {
            return Ok(());
        }
        let (kernel, module) = units.split_at(1 + seed as usize % 2);
        let mut base = naive(kernel).btf;
        base.index_strings();
        let base = Arc::new(base);
        let expected = naive_on(Some(&base), module);
        let found = shared_on(Some(&base), module, &cuts(module.len(), seed ^ 0x5eed));
        cases.set(cases.get() + 1);
        let defined = |btf: &Btf, name: &str| {
            let mut types = btf.types();
            types.any(|(id, ty)| ty.kind().is_composite() && btf.name(id) == name)
        };
        let declared = |btf: &Btf| -> Vec<String> {
            let forwards = btf.types().filter(|(_, ty)| ty.kind() == Kind::Fwd);
            forwards.map(|(id, _)| btf.name(id).into_owned()).collect()
        };
        let any = |names: Vec<String>, btf: &Btf| names.iter().any(|name| defined(btf, name));
        settled.set(settled.get() + u32::from(any(declared(&base), &expected.btf)));
        open.set(open.get() + u32::from(any(declared(&expected.btf), &base)));
        same(&expected, &found)
    });
    let (cases, settled, open) = (cases.get(), settled.get(), open.get());
    assert!(
        cases > 2048 && settled > 128 && open > 64,
        "{cases} {settled} {open}"
    );
}

#[test]
fn types_that_a_unit_says_twice_become_the_same_types() {
    let repeats = Cell::new(0);
    run(|seed| {
        let units = units(seed, Shape::COPIES);
        let expected = naive(&units);
        repeats.set(repeats.get() + u32::from(expected.repeats));
        let found = shared(&units, &cuts(units.len(), seed ^ 0x5eed));
        let comparison = btf::compare::compare(&expected.btf, &found.btf);
        prop_assert!(comparison.is_equal(), "{:#?}", comparison);
        Ok(())
    });
    assert!(repeats.get() > 512, "{} cases have repeats", repeats.get());
}

#[test]
fn cuts_do_not_matter() {
    run(|seed| {
        let units = units(seed, Shape::COPIES);
        let one = shared(&units, &[units.len()]);
        let each: Vec<usize> = (1..=units.len()).collect();
        for other in [each, cuts(units.len(), seed)] {
            let other = shared(&units, &other);
            prop_assert_eq!(&one.bytes, &other.bytes);
            prop_assert_eq!(&one.copies, &other.copies);
        }
        Ok(())
    });
}

/// The same seeds in each run, with that of a failure in its message.
fn run(test: impl Fn(u64) -> Result<(), TestCaseError>) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config(), rng);
    if let Err(error) = runner.run(&any::<u64>(), test) {
        panic!("{error}");
    }
}
