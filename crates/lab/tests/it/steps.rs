//! What the engine told adds up to what it gave, and every step is a sentence.

use btf::TypeId;
use dedup::Options;
use lab::{Abi, Run, State, Units, c, run, sentence, sentences, spell, steps};

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
    let said = sentences(&units.btf, &run, &steps(&units.btf, &run));
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
            let steps = steps(&units.btf, &run);
            let mut at = 0;
            for step in &steps {
                assert!(!sentence(&units.btf, step, &state).is_empty());
                assert_eq!(step.events.start, at, "no event is left out");
                at = step.events.end;
                step.apply(&run.events, &mut state);
            }
            assert_eq!(at, run.events.len());
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
fn a_cycle_is_walked_in_words() {
    let list = "struct list { struct list *next; int value; };";
    let units = units(&[list, list]);
    let (run, said) = watched(&units);
    let expected = [
        "Pass 1 of 7, strings: the units’ own strings are 41 bytes. Each name is stored once now, 21 bytes: equal names have equal offsets.",
        "Pass 2 of 7, primitives: 2 of the 6 types refer to no other type. Two of these are equal if their records are.",
        "Look up `[3] int` (hash c207baeb): no canonical type has this hash, so `[3]` becomes canonical.",
        "Look up `[6] int` (hash c207baeb): `[3]` has the same hash. Compare them.",
        "`[6]` and `[3]`: their records are identical, so `[6]` is replaced by `[3]`.",
        "Pass 3 of 7, structs: two are equal only if what they refer to matches as well. A hash finds the pairs; a walk over both \
         graphs decides.",
        "Look up `[1] struct list` (hash b534205e): no canonical type has this hash, so `[1]` becomes canonical.",
        "Look up `[4] struct list` (hash b534205e): `[1]` has the same hash. Compare them.",
        "Assume `[1]` ≡ `[4]`. Name, size, member names and offsets match. Now compare the members’ types.",
        "Member `next`: both are pointers. Assume `[2]` ≡ `[5]` and compare what they point to.",
        "They point to `[4]` and `[1]`: `[1]` ≡ `[4]` is already assumed. This is how cycles end.",
        "Member `value`: `[6]` was replaced by `[3]` in pass 2: equal.",
        "No difference was found: all assumptions hold. `[4]` is replaced by `[1]`.",
        "Pass 4 of 7, forwards: no forward declaration is left. Nothing to do.",
        "Pass 5 of 7, references: structs are settled now, so pointers are equal if they point to the same canonical type; other \
         references likewise.",
        "Look up `[2] *struct list` (hash 3e000001): no canonical type has this hash, so `[2]` becomes canonical.",
        "Look up `[5] *struct list` (hash 3e000001): `[2]` has the same hash. Compare them.",
        "`[5]` and `[2]`: both point to `[1]`, so `[5]` is replaced by `[2]`.",
        "Pass 6 of 7, compaction: 3 types are removed. The 3 canonical types come first and keep their ids, up to `[3]`.",
        "Pass 7 of 7, remap: no canonical type refers to one whose id has changed. Nothing to do.",
        "Done: 6 types are 3 now.",
    ];
    assert_eq!(said, expected);
    assert_eq!(units.unit_of(TypeId(4)), Some(1));
    assert_eq!(run.deduped.btf.len(), 3);
}

#[test]
fn the_strings_of_each_unit_become_one_section() {
    use lab::Strings;
    let lab = lab::Lab::new(lab::scenario::find("strings").expect("a scenario").setup);
    let (units, run) = lab.result().expect("units");
    let strings = Strings::of(units).expect("few");
    let after = run.deduped.btf.strings();
    let listed: Vec<(u32, &str)> = strings
        .after
        .iter()
        .map(|row| (row.offset, row.text.as_str()))
        .collect();
    let engine: Vec<(u32, String)> = after
        .iter()
        .map(|(offset, text)| (offset.0, String::from_utf8_lossy(text).into_owned()))
        .collect();
    assert_eq!(listed.len(), engine.len());
    for ((offset, text), (own, engine)) in listed.iter().zip(&engine) {
        assert_eq!(
            (*offset, *text),
            (*own, engine.as_str()),
            "as the engine has it"
        );
    }
    assert_eq!(strings.bytes, (57, 27));
    let of = |text: &str| strings.before.iter().filter(|row| row.text == text).count();
    assert_eq!((of("list"), of("owner"), of("list_init")), (2, 1, 1));
    let orphan = strings.before.iter().find(|row| row.text == "list_init");
    assert_eq!(
        orphan.map(|row| (row.uses.len(), row.unit)),
        Some((0, Some(1)))
    );
    let new = strings.visits.iter().filter(|visit| visit.is_new).count();
    assert_eq!((strings.visits.len(), new), (11, 5));
    // Every scenario lists what the engine leaves.
    for one in lab::scenario::all() {
        let lab = lab::Lab::new(one.setup);
        let overview = lab.overview();
        let names = overview.names.expect("few names");
        assert_eq!(u64::from(names.bytes.0), overview.strings.0, "{}", one.slug);
        assert_eq!(u64::from(names.bytes.1), overview.strings.1, "{}", one.slug);
    }
}

/// One difference a row: the unit, the other unit, and the sentence.
const DIFFERENCES: [(&str, &str, &str); 12] = [
    (
        "struct a { int x; unsigned y; };",
        "struct a { int x; int y; };",
        "`[5] int` and `[3] unsigned int`: their names differ.",
    ),
    (
        "struct a { struct b *b; }; struct b { int x; };",
        "struct a { struct b *b; }; struct b { long x; };",
        "`[6] struct b` is 8 bytes, `[2] struct b` is 4: different.",
    ),
    (
        "enum e { A = 4 };",
        "enum e { A = 5 };",
        "`A` is 5 in `[2] enum e`, 4 in `[1] enum e`: different. No other type has this hash, so `[2]` becomes canonical.",
    ),
    (
        "enum e { A };",
        "enum e { B };",
        "Value 1 is `B` in `[2] enum e`, `A` in `[1] enum e`: different names. No other type has this hash, so `[2]` becomes canonical.",
    ),
    (
        "enum e { A };",
        "enum e { A = -1 };",
        "`[2] enum e` is signed, `[1] enum e` is unsigned: different. No other type has this hash, so `[2]` becomes canonical.",
    ),
    (
        "enum e { A };",
        "enum e { A, B };",
        "`[2] enum e` has 2 values, `[1] enum e` has 1: different. No other type has this hash, so `[2]` becomes canonical.",
    ),
    (
        "struct a { int x[2]; };",
        "struct a { int *x; };",
        "`[7] *int` is a PTR, `[4] [2]int` is an ARRAY: different kinds.",
    ),
    (
        "struct a { int (*x)[2]; };",
        "struct a { int (*x)[3]; };",
        "`[9] [3]int` has 3 elements, `[4] [2]int` has 2: different.",
    ),
    (
        "struct a { int (*x)(int y); };",
        "struct a { int (*x)(int z); };",
        "Parameter 1 is `z` in `[7] prototype`, `y` in `[3] prototype`: different names.",
    ),
    (
        "struct a { struct b { int x, y; } *b; };",
        "struct a { struct b { int y, x; } *b; };",
        "Member 1 is `y` in `[6] struct b`, `x` in `[2] struct b`: different names.",
    ),
    (
        "struct a { union b *b; }; union b { int x; };",
        "struct a { struct b *b; };",
        "`[6] forward struct b` declares a struct, but `[2] union b` is a union: different kinds.",
    ),
    (
        "struct a { struct b { int x : 2; int y : 4; } *b; };",
        "struct a { struct b { int x : 3; int y : 4; } *b; };",
        "Member `x` is 3 bits wide in `[6] struct b`, 2 in `[2] struct b`: different.",
    ),
];

#[test]
fn every_difference_is_named_with_its_values() {
    let mut wrong = Vec::new();
    for (one, other, wanted) in DIFFERENCES {
        let (_, said) = watched(&units(&[one, other]));
        if !said.iter().any(|line| line == wanted) {
            wrong.push((wanted, said));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
