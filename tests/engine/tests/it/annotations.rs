//! `DW_TAG_GNU_annotation` that no compiler makes. `tests/faults/annotations` has gcc's.

use crate::patience;
use engine_tests::dwarf::constants::*;
use engine_tests::dwarf::{Abbreviations, UnitWriter, file_of};
use engine_tests::{encode, raw};
use pipeline::Outcome;

const ANNOTATION: u64 = 0x6001;
const GNU_ANNOTATION: u64 = 0x2139;
const CONST_VALUE: u64 = 0x1c;
const REF_ADDR: u64 = 0x10;

/// The result of one unit that `build` writes, given the codes of an annotation, of one that names a next one, and
/// of a pointer; the last form is that of its reference.
fn outcome(form: u64, build: impl FnOnce(&mut UnitWriter, [u64; 3])) -> Outcome {
    let mut abbreviations = Abbreviations::default();
    let value = [(NAME, STRING), (CONST_VALUE, STRING)];
    let last = abbreviations.add(ANNOTATION, false, &value);
    let named = [value[0], value[1], (GNU_ANNOTATION, REF4)];
    let with_next = abbreviations.add(ANNOTATION, false, &named);
    let pointer = [(TYPE, REF4), (GNU_ANNOTATION, form)];
    let pointer = abbreviations.add(POINTER, false, &pointer);
    let mut unit = UnitWriter::new("annotations.c");
    build(&mut unit, [last, with_next, pointer]);
    let file = file_of(abbreviations, &[unit.finish()]);
    let found = patience::in_time(|| encode(&file)).unwrap();
    found.btf.check_references().unwrap();
    found
}

/// The raw types of such a unit.
fn types(form: u64, build: impl FnOnce(&mut UnitWriter, [u64; 3])) -> String {
    raw(&outcome(form, build).btf)
}

#[test]
fn annotations_before_and_behind_the_die_that_names_them() {
    for form in [REF4, REF_ADDR] {
        let found = types(form, |unit, [last, with_next, pointer]| {
            let int = unit.int();
            let inner = unit.start(last);
            unit.text("btf_type_tag").text("inner");
            let behind = unit.here() + 9;
            unit.die(pointer).word32(int).word32(behind);
            assert_eq!(unit.start(with_next), behind);
            unit.text("btf_type_tag").text("outer").word32(inner);
        });
        let tags: Vec<&str> = found
            .lines()
            .filter(|line| line.contains("TYPE_TAG"))
            .collect();
        let expected = [
            "[2] TYPE_TAG 'outer' type_id=3",
            "[3] TYPE_TAG 'inner' type_id=1",
        ];
        assert_eq!(tags, expected, "{found}");
    }
}

#[test]
fn references_that_lead_to_no_annotation_give_no_tag() {
    for offset in [0, 1, 11, 12, 0x1000, u32::MAX] {
        for form in [REF4, REF_ADDR] {
            let found = outcome(form, |unit, [_, _, pointer]| {
                let int = unit.int();
                unit.die(pointer).word32(int).word32(offset);
                unit.die(pointer).word32(int).word32(int);
            });
            assert_eq!(found.statistics.dangling_references, 2);
            let found = raw(&found.btf);
            assert!(found.contains("PTR '(anon)' type_id=1"), "{found}");
            assert!(!found.contains("TAG"), "{found}");
        }
    }
}

/// Each of many pointers names a chain of annotations that has no end.
#[test]
fn rings_of_annotations_are_none() {
    let found = types(REF4, |unit, [_, with_next, pointer]| {
        let int = unit.int();
        let ring = unit.start(with_next);
        unit.text("btf_type_tag").text("ring").word32(ring);
        for _ in 0..100_000 {
            unit.die(pointer).word32(int).word32(ring);
        }
    });
    assert!(found.contains("PTR '(anon)' type_id=1"), "{found}");
    assert!(!found.contains("TAG"), "{found}");
}
