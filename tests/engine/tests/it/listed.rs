//! Plans by the list of units in `.debug_aranges`: the same as those that find the units one after the other, or
//! refuted by a worker.

use elf::Elf;
use engine_tests::{
    FileSource, encode, encode_shards, encode_with, read_test_file, small_shards, units,
};
use pipeline::{Error, NoCompanions, Options, Plan};
use proptest::prelude::*;
use std::ops::Range;

/// Plans by the list; whether that was done.
fn listed(file: &[u8], options: &Options) -> (Plan, bool) {
    let plan = pipeline::plan_listed(file, options, &NoCompanions).unwrap();
    let listed = plan.listed;
    (plan, listed)
}

/// A plan as text, but for how it was made.
fn text(plan: Plan) -> String {
    format!(
        "{:?}",
        Plan {
            listed: false,
            relocations: None,
            relies_on_order: false,
            ..plan
        }
    )
}

/// The sample without the unit that its list has not, which is the last.
fn complete_sample() -> Vec<u8> {
    let mut file = read_test_file("sample/sample.elf");
    let plan = pipeline::plan(&file, &Options::default()).unwrap();
    let size = plan.unit_offset(plan.units() - 1);
    let elf = Elf::parse(&file).unwrap();
    let at = elf
        .sections
        .iter()
        .position(|section| section.name == ".debug_info");
    let header = u64::from_le_bytes(file[40..48].try_into().unwrap()) as usize + 64 * at.unwrap();
    file[header + 32..header + 40].copy_from_slice(&size.to_le_bytes());
    file
}

fn list_of(file: &[u8]) -> Range<usize> {
    let elf = Elf::parse(file).unwrap();
    let list = elf.section(".debug_aranges").unwrap();
    list.offset as usize..(list.offset + list.size) as usize
}

#[test]
fn a_complete_list_gives_the_same_plan_and_the_same_result() {
    let file = complete_sample();
    for options in [Options::default(), small_shards()] {
        let (plan, is_listed) = listed(&file, &options);
        assert!(is_listed);
        assert_eq!(plan.units(), 6);
        let found = encode_shards(&file, &plan, |count| (0..count).collect()).unwrap();
        assert_eq!(found.bytes, encode(&file).unwrap().bytes);
        assert_eq!(text(plan), text(pipeline::plan(&file, &options).unwrap()));
    }
}

#[test]
#[ignore = "needs the real kernel"]
fn a_kernel_lists_all_its_units() {
    let path = std::env::var_os("BTFSCOPE_KERNEL");
    let path = path.expect("BTFSCOPE_KERNEL names the kernel; cargo xtask test sets it");
    let kernel = FileSource::open(path.as_ref());
    let options = Options::default();
    let plan = pipeline::plan_listed(&kernel, &options, &NoCompanions).unwrap();
    assert!(plan.listed);
    assert_eq!(text(plan), text(pipeline::plan(&kernel, &options).unwrap()));
}

#[test]
fn a_worker_finds_a_unit_that_is_not_listed() {
    let file = read_test_file("sample/sample.elf");
    let (plan, is_listed) = listed(&file, &Options::default());
    assert!(is_listed);
    assert_eq!(plan.units(), 6, "of 7");
    let error = encode_shards(&file, &plan, |count| (0..count).collect()).unwrap_err();
    assert!(matches!(error, Error::UnlistedUnits), "{error}");
}

#[test]
#[ignore = "needs gcc, objcopy"]
fn what_a_plan_must_know_more_of_is_not_taken_from_the_list() {
    let shop = units("listed");
    for (flags, is_listed) in [
        ("-gdwarf-5", true),
        ("-gdwarf-5 -gsplit-dwarf", true),
        ("-gdwarf-4 -gsplit-dwarf", true),
        // Type units come first, and the list begins after them.
        ("-gdwarf-5 -fdebug-types-section", false),
        ("-gdwarf-4 -fdebug-types-section", false),
    ] {
        let file = shop.link("gcc", flags, "program");
        let (plan, found) = listed(&file, &Options::default());
        assert_eq!(found, is_listed, "{flags}");
        let result = encode_shards(&file, &plan, |count| (0..count).collect());
        let refuted = matches!(result, Err(Error::UnlistedUnits));
        assert_eq!(refuted, is_listed && flags != "-gdwarf-5", "{flags}");
        if !is_listed || !refuted {
            assert_eq!(
                text(plan),
                text(pipeline::plan(&file, &Options::default()).unwrap())
            );
        }
    }
    // A relocatable file: the list has relocations.
    let object = shop.read("first.o");
    assert!(!listed(&object, &Options::default()).1);
    shop.run("objcopy --compress-debug-sections=zlib program packed");
    assert!(!listed(&shop.read("packed"), &Options::default()).1);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_list_leads_to_another_result(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        near in any::<bool>(),
    ) {
        let mut file = complete_sample();
        let expected = encode_with(&file, &small_shards()).unwrap().bytes;
        let list = list_of(&file);
        for (at, byte) in changes {
            // The sets have 48 bytes each: near changes hit their headers.
            let at = at.index(list.len());
            let at = if near { at / 48 * 48 + at % 12 } else { at };
            file[list.start + at] = byte;
        }
        let (plan, is_listed) = listed(&file, &small_shards());
        match encode_shards(&file, &plan, |count| (0..count).collect()) {
            Ok(outcome) => prop_assert_eq!(outcome.bytes, expected),
            Err(error) => {
                prop_assert!(is_listed);
                prop_assert!(matches!(error, Error::UnlistedUnits), "{}", error);
            }
        }
    }
}
