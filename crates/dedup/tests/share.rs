//! Sharing while encoding changes nothing: units shared in runs, merged, expanded and deduplicated give
//! the same types in the same order as all their types one after the other, deduplicated.

mod common;
#[path = "share/program.rs"]
mod program;
#[path = "share/ways.rs"]
mod ways;

use common::Random;
use program::{Program, Shape, Unit};
use proptest::prelude::*;
use ways::{Outcome, naive, shared};

/// Random units of a random program.
fn units(seed: u64, shape: Shape) -> Vec<Unit> {
    let mut random = Random(seed);
    let program = Program::random(&mut random, shape);
    let count = 1 + random.below(6);
    (0..count).map(|_| program.unit(&mut random)).collect()
}

/// Random cuts of so many units into runs.
fn cuts(units: usize, seed: u64) -> Vec<usize> {
    let mut random = Random(seed);
    let mut cuts: Vec<usize> = (1..units).filter(|_| random.chance(40)).collect();
    cuts.push(units);
    cuts
}

fn check(seed: u64, shape: Shape) -> Result<(), TestCaseError> {
    let units = units(seed, shape);
    let expected: Outcome = naive(&units);
    let found = shared(&units, &cuts(units.len(), seed ^ 0x5eed));
    prop_assert_eq!(&expected.types, &found.types);
    prop_assert_eq!(&expected.copies, &found.copies);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 0, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn sharing_changes_nothing(seed: u64) {
        check(seed, Shape::C)?;
    }

    #[test]
    fn cuts_do_not_matter(seed: u64) {
        let units = units(seed, Shape::C);
        let one = shared(&units, &[units.len()]);
        let each: Vec<usize> = (1..=units.len()).collect();
        let each = shared(&units, &each);
        let some = shared(&units, &cuts(units.len(), seed));
        prop_assert_eq!(&one.bytes, &each.bytes);
        prop_assert_eq!(&one.bytes, &some.bytes);
        prop_assert_eq!(&one.copies, &each.copies);
        prop_assert_eq!(&one.copies, &some.copies);
    }
}
