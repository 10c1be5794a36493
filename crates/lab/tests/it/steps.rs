//! What the engine told adds up to what it gave, and every step is a sentence.

use btf::TypeId;
use dedup::Options;
use lab::{Abi, Run, State, Units, c, run, sentence, spell};

fn units(texts: &[&str]) -> Units {
    let units: Vec<_> = texts
        .iter()
        .map(|text| c::unit(text, Abi::X86_64).expect(text))
        .collect();
    Units::of(&units).expect("small")
}

/// A run, and its steps in words.
fn watched(units: &Units) -> (Run, Vec<String>) {
    let run = run(units, &Options::default()).expect("it ends");
    let said = run.events.iter().map(|event| sentence(&units.btf, event));
    let said = said.collect();
    (run, said)
}

/// Pieces of which units are made: the same tags with the same members, with other members, and only declared.
const PIECES: [&str; 12] = [
    "struct list { struct list *next; int value; };",
    "struct list { struct list *next; long value; };",
    "struct list;",
    "struct tree { struct tree *left, *right; struct list *items; };",
    "union value { int number; char *text; struct list *list; };",
    "union value;",
    "enum colour { RED, GREEN };",
    "enum colour;",
    "struct file { union value *value; enum colour *colour; const char *name; };",
    "struct file { union value *value; enum colour *colour; const char *title; };",
    "typedef int (*compare_t)(const void *a, const void *b);",
    "struct inner { char bytes[8]; unsigned bit : 3; };",
];

#[test]
fn the_steps_make_the_result() {
    let mut merged = 0;
    // Every choice of three units of a few pieces each, spread over the numbers.
    for seed in 0..400_u64 {
        let mut texts = Vec::new();
        for unit in 0..3 {
            let mut mask = (seed * 3 + unit + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            let mut text = String::new();
            for piece in PIECES {
                // A tag is defined once a unit.
                let tag: String = piece.split_whitespace().take(2).collect();
                let clashes = piece.contains('{') && text.replace(' ', "").contains(&(tag + "{"));
                if mask & 1 == 1 && !clashes {
                    text += piece;
                    text.push('\n');
                }
                mask >>= 1;
            }
            texts.push(text);
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let units = units(&texts);
        for (force_collisions, resolve_forwards) in [(false, true), (true, true), (false, false)] {
            let options = Options::default()
                .force_collisions(force_collisions)
                .resolve_forwards(resolve_forwards);
            let run = run(&units, &options).expect("it ends");
            let mut state = State::new(&units.btf);
            for event in &run.events {
                state.apply(event);
                assert!(!sentence(&units.btf, event).is_empty());
            }
            for (id, _) in units.btf.types() {
                assert_eq!(
                    state.new_id(id),
                    Some(run.deduped.new_id(id)),
                    "{id} of {texts:#?}"
                );
            }
            merged += units.btf.len() - run.deduped.btf.len();
        }
    }
    assert!(merged > 1_000, "{merged}");
}

#[test]
fn a_unit_says_the_same_behind_another() {
    let text = "void call(const void *of, struct list { struct list *next; } *in, ...);";
    let units = units(&["struct first { int x; };", text]);
    let shift = units.ids[1].start - 1;
    assert_eq!(units.ids, [1..3, 3..9]);
    let alone = c::unit(text, Abi::X86_64).expect(text);
    for (id, ty) in alone.types() {
        let moved = TypeId(id.0 + shift);
        assert_eq!(spell(&units.btf, moved), spell(&alone, id));
        let behind = units.btf.get(moved).expect("as many");
        // `void` belongs to no unit.
        let shifted = |id: TypeId| TypeId(if id.0 == 0 { 0 } else { id.0 + shift });
        let wanted: Vec<TypeId> = ty.refs().map(shifted).collect();
        let found: Vec<TypeId> = behind.refs().collect();
        assert_eq!(found, wanted, "{moved}");
    }
}

#[test]
fn a_cycle_closes_in_words() {
    let list = "struct list { struct list *next; int value; };";
    let units = units(&[list, list]);
    let (run, said) = watched(&units);
    let from = said
        .iter()
        .position(|line| line.starts_with("The graphs below"))
        .expect("a walk");
    let expected = [
        "The graphs below `[4] struct list` and `[1] struct list` are walked side by side.",
        "The start: `[4] struct list` and `[1] struct list`.",
        "From here on `[1] struct list` is assumed to stand for `[4]`.",
        "Member 0: `[5] *struct list` and `[2] *struct list`.",
        "From here on `[2] *struct list` is assumed to stand for `[5]`.",
        "What they refer to: `[4] struct list` and `[1] struct list`.",
        "`[4] struct list` maps to `[1]` already: the cycle closes.",
    ];
    assert_eq!(said[from..from + expected.len()], expected, "{said:#?}");
    assert!(
        said.contains(&"`[4] struct list` is replaced by `[1]`.".to_owned()),
        "{said:#?}"
    );
    assert_eq!(units.unit_of(TypeId(4)), Some(1));
    assert_eq!(run.deduped.btf.len(), 3);
}

#[test]
fn a_member_that_differs_is_named() {
    let units = units(&[
        "struct a { int x; unsigned y; };",
        "struct a { int x; int y; };",
    ]);
    let (run, said) = watched(&units);
    let differ = "`[5] int` and `[3] unsigned int` differ: their names.";
    assert!(said.iter().any(|line| line == differ), "{said:#?}");
    assert_eq!(
        run.deduped
            .btf
            .types()
            .filter(|(_, ty)| ty.kind() == btf::Kind::Struct)
            .count(),
        2
    );
}
