//! Random programs of types: the same ones every time, and what a failure of any of them would be.

use fuzz_targets::{find, program};
use proptest::prelude::*;

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(200)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn btf_of_a_random_program_is_what_the_program_says(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        let target = find("program").expect("the table has this target");
        (target.run)(&bytes);
    }
}

#[test]
fn programs_have_everything_that_is_compared() {
    use program::{Program, Shown, Type};
    let mut random = 1_u32;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 24) as u8
    };
    let programs: Vec<Program> = (0..100)
        .map(|_| {
            let bytes: Vec<u8> = (0..1000).map(|_| next()).collect();
            Program::make(&mut program::Bytes::new(&bytes))
        })
        .collect();
    let has = |test: &dyn Fn(&Program) -> bool| programs.iter().filter(|one| test(one)).count() > 5;
    let any = |test: &'static dyn Fn(&Type) -> bool| has(&|one| one.types.iter().any(test));
    let member = |test: &'static dyn Fn(&program::Member) -> bool| {
        has(&|one| {
            let all = one.types.iter();
            all.filter_map(|ty| match ty {
                Type::Composite { members, .. } => Some(members),
                _ => None,
            })
            .flatten()
            .any(test)
        })
    };
    assert!(has(&|one| one.units.len() > 1));
    assert!(has(&|one| one.version == 3));
    assert!(has(&|one| one.big_endian));
    assert!(has(&|one| one.functions.len() > 1));
    assert!(has(&|one| one.variables.len() > 1));
    let declared = |shown: &Shown| matches!(shown, Shown::Declared(_));
    assert!(has(&|one| one.units.iter().flatten().any(declared)));
    assert!(any(&|ty| matches!(ty, Type::Composite { union: true, .. })));
    assert!(any(&|ty| matches!(ty, Type::Enum { size: 8, .. })));
    assert!(any(&|ty| matches!(ty, Type::Array { .. })));
    assert!(any(&|ty| matches!(
        ty,
        Type::Prototype { variadic: true, .. }
    )));
    assert!(member(&|one| one.width != 0));
    assert!(member(&|one| !one.named));
}
