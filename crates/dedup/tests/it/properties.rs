//! What holds for the result of any program's types.

use crate::common::{Random, Traits, outcome, random_units, spelled};
use btf::{Btf, FwdKind, TypeId};
use dedup::{Observer, Options, dedup, dedup_observed};
use proptest::prelude::*;
use std::sync::Arc;

/// Programs as they mostly are: one definition a tag, seen by every unit, no copies inside a unit.
const PLAIN: Traits = Traits {
    declared: 0,
    variants: 0,
    copies: false,
    same_tags: false,
};

/// Watches, so that the engine takes each step that it tells of.
struct Watching;

impl Observer for Watching {}

/// Enumerations of three names, half of them equal to others, a few only declared; declarations of structs let the table double at other
/// times.
fn enumerations(btf: &mut Btf, random: &mut Random, count: usize) {
    for at in 0..count {
        let name = ["a", "b", "c"][random.below(3)];
        let value = btf.intern(b"v").unwrap();
        let values: Vec<_> = (0..random.below(3))
            .map(|_| (value, random.below(3) as i64))
            .collect();
        let size = [4, 8][random.below(2)];
        match random.below(4) {
            0 => btf.add_enum64(name, size, false, &values),
            1 => btf.add_fwd(&format!("t{at}"), FwdKind::Struct),
            _ => btf.add_enum(name, size, false, &values),
        }
        .unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn enumerations_are_those_that_the_walk_finds(
        seed: u64, of_base in 0_usize..30, own in 1_usize..60, match_forwards: bool, match_enums: bool, force_collisions: bool
    ) {
        let mut random = Random(seed);
        let mut base = Btf::new();
        enumerations(&mut base, &mut random, of_base);
        let mut input = Btf::split(Arc::new(base));
        enumerations(&mut input, &mut random, own);
        let options = Options::default()
            .match_forwards(match_forwards)
            .match_enums(match_enums)
            .force_collisions(force_collisions);
        let walked = dedup_observed(input.clone(), &options, &mut Watching).unwrap();
        let looked_up = dedup_observed(input, &options, &mut ()).unwrap();
        prop_assert_eq!(outcome(&walked), outcome(&looked_up));
    }

    #[test]
    fn references_and_the_map_are_sound(seed: u64) {
        let input = random_units(seed, Traits::HARD);
        let deduped = dedup(input.clone(), &Options::default()).unwrap();
        deduped.btf.check_references().unwrap();
        prop_assert_eq!(deduped.map.len(), input.len());
        for ((id, ty), &new) in input.types().zip(&deduped.map) {
            let kept = deduped.btf.get(new).unwrap();
            prop_assert_eq!(input.str(ty.name()), deduped.btf.str(kept.name()), "{}", id);
        }
        for new in 1..deduped.btf.end_id().0 {
            prop_assert!(deduped.map.contains(&TypeId(new)), "{} comes from nowhere", new);
        }
    }

    #[test]
    fn runs_come_to_rest(seed: u64) {
        let mut last = dedup(random_units(seed, Traits::HARD), &Options::default()).unwrap().btf;
        for _ in 0..8 {
            let next = dedup(last.clone(), &Options::default()).unwrap().btf;
            prop_assert!(next.len() <= last.len());
            if spelled(&next) == spelled(&last) {
                return Ok(());
            }
            last = next;
        }
        prop_assert!(false, "still changing");
    }

    #[test]
    fn hashes_do_not_matter(seed: u64) {
        for resolve_forwards in [true, false] {
            let options = Options::default().resolve_forwards(resolve_forwards);
            let forced = options.force_collisions(true);
            let input = random_units(seed, Traits::HARD);
            prop_assert_eq!(
                outcome(&dedup(input.clone(), &options).unwrap()),
                outcome(&dedup(input, &forced).unwrap())
            );
        }
    }

    #[test]
    fn colours_do_not_matter(
        seed: u64, resolve_forwards: bool, match_forwards: bool, match_enums: bool, walk_typedefs: bool, allow_copies: bool
    ) {
        let options = Options::default()
            .resolve_forwards(resolve_forwards)
            .match_forwards(match_forwards)
            .match_enums(match_enums)
            .walk_typedefs(walk_typedefs)
            .allow_copies(allow_copies);
        let input = random_units(seed, Traits::HARD);
        let walked = dedup_observed(input.clone(), &options, &mut ());
        let coloured = dedup_observed(input, &options.colour_first(true), &mut ());
        prop_assert_eq!(walked.map(|deduped| outcome(&deduped)).ok(), coloured.map(|deduped| outcome(&deduped)).ok());
    }

    #[test]
    fn unique_strings_need_no_rebuilding(seed: u64) {
        let mut input = random_units(seed, Traits::HARD);
        let rebuilt = dedup(input.clone(), &Options::default()).unwrap();
        // The same types with each string once.
        let mut unique = btf::Btf::new();
        for (_, ty) in input.types() {
            let mut words = ty.words().to_vec();
            for name in btf::names_mut(&mut words) {
                let string = input.string(btf::StringOffset(*name)).unwrap();
                *name = unique.intern(string)?.0;
}
            unique.push(&words).unwrap();
        }
        let strings = unique.strings().as_bytes().to_vec();
        input = unique;
        let options = Options::default().rebuild_strings(false);
        let kept = dedup(input, &options).unwrap();
        prop_assert_eq!(&kept.map, &rebuilt.map);
        prop_assert_eq!(spelled(&kept.btf), spelled(&rebuilt.btf));
        prop_assert_eq!(kept.btf.strings().as_bytes(), strings);
    }
}

#[test]
fn what_units_share_is_saved() {
    let (mut before, mut after) = (0, 0);
    for seed in 0..200 {
        let input = random_units(seed, PLAIN);
        before += input.len();
        after += dedup(input, &Options::default()).unwrap().btf.len();
    }
    assert!(after * 3 < before * 2, "{before} types became {after}");
}

#[test]
fn a_second_run_changes_next_to_nothing() {
    // Not nothing: the rules compare some graphs before all that is below them is settled.
    let changed = (0..1000)
        .filter(|&seed| {
            let once = dedup(random_units(seed, PLAIN), &Options::default()).unwrap();
            let twice = dedup(once.btf.clone(), &Options::default()).unwrap();
            spelled(&once.btf) != spelled(&twice.btf)
        })
        .count();
    assert!(changed <= 5, "{changed} of 1000");
}
