//! Folding units in front of the exact engine changes nothing, not even the order of anything: types,
//! strings and map are those of the exact engine alone, which [`dedup::dedup_observed`] runs.

use crate::common::outcome;
use crate::libbpf::programs;
use crate::sharing::program::Shape;
use crate::sharing::units as random_units;
use crate::sharing::ways::joined;
use btf::{Btf, Pieces, TypeId, WriteOptions};
use dedup::prefold::{Unfit, fold};
use dedup::{Deduped, Error, Options, dedup, dedup_in_pieces, dedup_observed};
use std::sync::Arc;

/// What was seen of so many inputs.
#[derive(Debug, Default)]
struct Seen {
    inputs: usize,
    folded: usize,
    /// Types that folding left out.
    types: usize,
    left_out: usize,
    errors: usize,
}

impl Seen {
    /// Holds both ways against each other.
    fn look_at(&mut self, btf: Btf, options: &Options, what: &str) {
        self.inputs += 1;
        match fold(&btf, options.rebuild_strings) {
            Ok(folded) => {
                self.folded += 1;
                self.types += btf.len();
                self.left_out += btf.len() - folded.btf.len();
                assert_eq!(folded.map.len(), btf.len());
            }
            Err(Unfit::Strings) => {
                let mut rebuilt = btf.clone();
                dedup::rebuild_strings(&mut rebuilt, budget::Budget::STANDARD).unwrap();
                if let Ok(folded) = fold(&rebuilt, false) {
                    self.folded += 1;
                    self.types += btf.len();
                    self.left_out += btf.len() - folded.btf.len();
                }
            }
            Err(_) => {}
        }
        let alone = dedup_observed(btf.clone(), options, &mut ());
        let pieces = in_pieces(&btf, options);
        let is_folded = btf.base().is_none() && fold(&btf, options.rebuild_strings).is_ok();
        let both = dedup(btf, options);
        if let (Ok(alone), Ok(Some(pieces))) = (&alone, &pieces) {
            assert_eq!(outcome(alone), outcome(pieces), "{what}, in pieces");
        }
        assert_eq!(
            pieces.err(),
            alone.as_ref().err().filter(|_| is_folded).cloned()
        );
        self.errors += usize::from(alone.is_err());
        match (alone, both) {
            (Ok(alone), Ok(both)) => assert_eq!(outcome(&alone), outcome(&both), "{what}"),
            (Err(alone), Err(both)) => assert_eq!(alone, both, "{what}"),
            (alone, both) => panic!("{what}: {alone:?} and {both:?}"),
        }
    }
}

/// Deduplicates types that are in a file; `None` if that takes all of them in memory.
fn in_pieces(btf: &Btf, options: &Options) -> Result<Option<Deduped>, Error> {
    let file = match btf.to_bytes(WriteOptions::default()) {
        Ok(file) if btf.base().is_none() => file,
        _ => return Ok(None),
    };
    let at = |offset: u64, to: &mut [u8]| -> Result<(), btf::Error> {
        let from = offset as usize;
        to.copy_from_slice(&file[from..from + to.len()]);
        Ok(())
    };
    let pieces = Pieces::open(file.len() as u64, at)?.expect("plain BTF");
    let deduped = dedup_in_pieces(pieces, options)?;
    assert_eq!(
        deduped.is_some(),
        fold(btf, options.rebuild_strings).is_ok()
    );
    Ok(deduped)
}

/// Seeds of each way; `BTFSCOPE_SEEDS` gives another number.
fn seeds(usual: u64) -> u64 {
    let given = std::env::var("BTFSCOPE_SEEDS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn look_at_all(ways: &[programs::Way], seeds: u64, options: &Options) {
    for (name, make) in ways {
        let mut seen = Seen::default();
        for seed in 0..seeds {
            seen.look_at(make(seed), options, &format!("{name}, seed {seed}"));
        }
        eprintln!("{name}: {seen:?}");
        let split = make(0).base().is_some();
        if split {
            // What a base has is for the exact engine.
            assert_eq!(seen.folded, 0, "{name}: {seen:?}");
        } else {
            assert!(seen.folded >= seen.inputs / 2, "{name}: {seen:?}");
            assert!(seen.left_out * 10 > seen.types, "{name}: {seen:?}");
        }
    }
}

#[test]
fn folding_changes_nothing() {
    look_at_all(&programs::WAYS, seeds(2048), &Options::default());
}

/// Names that several units define in their own ways: most matter to few types, some to the order of all.
#[test]
fn folding_changes_nothing_where_names_have_several_definitions() {
    let shape = Shape {
        // A cycle through no name cannot be folded.
        typedef_cycles: false,
        ..Shape::VARIANTS
    };
    let mut seen = Seen::default();
    for seed in 0..seeds(2048) {
        let (btf, _) = joined(None, &random_units(seed, shape));
        seen.look_at(btf, &Options::default(), &format!("seed {seed}"));
    }
    assert!(seen.folded >= seen.inputs / 2, "{seen:?}");
    assert!(seen.left_out * 4 > seen.types, "{seen:?}");
}

#[test]
fn folding_many_units_changes_nothing() {
    look_at_all(&programs::LONG, seeds(512), &Options::default());
}

#[test]
fn strings_can_stay_as_they_are() {
    let options = Options::default().rebuild_strings(false);
    look_at_all(&programs::LONG, seeds(256), &options);
}

/// Units that each say an INT, and a struct with a pointer to itself.
fn units(count: usize) -> Btf {
    let mut btf = Btf::new();
    for _ in 0..count {
        let first = btf.end_id().0;
        let pointer = first + 1;
        let of = first + 2;
        let unit = format!("INT int 4\nPTR {of}\nSTRUCT pair 16 a:{pointer}@0 b:{first}@64");
        crate::graph::add(&mut btf, &unit);
    }
    btf
}

/// Runs are taken one by one while types are read. One that a later reference makes longer is taken again.
#[test]
fn a_reference_may_lead_far_back() {
    for (count, far) in [(200, 20), (400, 3), (400, 100)] {
        let mut btf = units(count);
        let last = btf.end_id().0;
        // To a struct of an earlier unit, so that all units from there on are one run.
        crate::graph::add(&mut btf, &format!("PTR {}", last - 3 * far));
        let more = units(count);
        let folded = fold(&btf, true).expect("many runs are left");
        assert!(folded.btf.len() < btf.len(), "{count}, {far}");
        Seen::default().look_at(btf, &Options::default(), &format!("{count}, {far}"));
        Seen::default().look_at(more, &Options::default(), &format!("{count}"));
    }
}

#[test]
fn what_is_not_sure_is_left_to_the_reference_engine() {
    let unfit = |more: &str| {
        let mut btf = units(3);
        crate::graph::add(&mut btf, more);
        let said = fold(&btf, true).err();
        Seen::default().look_at(btf, &Options::default(), more);
        said
    };
    // The three units have ids up to 9.
    assert_eq!(unfit(""), None);
    assert_eq!(unfit("FWD pair"), None);
    assert_eq!(unfit("FWD -"), Some(Unfit::Nameless));
    assert_eq!(unfit("ENUM - 4"), Some(Unfit::Nameless));
    assert_eq!(unfit("TYPEDEF t 11\nPTR 10"), Some(Unfit::Cycle));
    assert_eq!(unfit("PTR 99"), Some(Unfit::Damaged));
    assert_eq!(unfit("VAR v 1\nPTR 10"), Some(Unfit::Damaged));
    let joined = "STRUCT all 24 a:3@0 b:6@64 c:9@128";
    assert_eq!(unfit(joined), Some(Unfit::OneRun));
    let mut split = Btf::split(Arc::new(units(2)));
    crate::graph::add(&mut split, "INT int 4\nINT int 4");
    assert_eq!(fold(&split, true).err(), Some(Unfit::Split));
}

#[test]
fn copies_that_are_too_deep_are_left_to_the_reference_engine() {
    for (depth, fits) in [(3, true), (20, false)] {
        let mut btf = units(40);
        for _ in 0..2 {
            let first = btf.end_id().0;
            let mut text = String::new();
            let mut heads = Vec::new();
            for copy in 0..2 {
                let start = first + copy * depth;
                heads.push(start + depth - 1);
                text += &format!("ARRAY 1 1 {depth}\n");
                for below in start..start + depth - 1 {
                    text += &format!("ARRAY {below} 1 2\n");
                }
            }
            let (a, b) = (heads[0], heads[1]);
            text += &format!("STRUCT deep 64 a:{a}@0 b:{b}@64\n");
            crate::graph::add(&mut btf, &text);
        }
        let said = fold(&btf, true).err();
        assert_eq!(said, (!fits).then_some(Unfit::Deep), "{depth}");
        Seen::default().look_at(btf, &Options::default(), "depth");
    }
}

/// A run that repeats a name gives its types nodes of their own. Runs that follow have the same words in the same order, but the
/// name once, so that the next node is predicted wrongly.
#[test]
fn all_types_of_a_name_that_a_run_repeats_are_kept() {
    let mut btf = units(20);
    for twice in [true, false, true, false, false] {
        let first = btf.end_id().0;
        let (pointer, twin) = (first + 1, first + 2);
        let mut unit =
            format!("INT int 4\nPTR {twin}\nSTRUCT twin 16 a:{pointer}@0 b:{first}@64\n");
        if twice {
            unit += &format!("STRUCT twin 16 a:{pointer}@0 b:{first}@64\n");
        }
        crate::graph::add(&mut btf, &unit);
    }
    let folded = fold(&btf, true).expect("many runs are left");
    let twins = folded
        .btf
        .types()
        .filter(|(id, _)| folded.btf.name(*id) == "twin");
    assert_eq!(twins.count(), 7);
    Seen::default().look_at(btf, &Options::default(), "twins");
}

#[test]
fn errors_name_types_of_the_input() {
    let mut btf = units(3);
    crate::graph::add(&mut btf, "PROTO 11\nPROTO 10");
    assert!(fold(&btf, true).is_ok());
    let error = dedup(btf, &Options::default()).unwrap_err();
    assert!(
        matches!(error, Error::Loop { id: TypeId(10), .. }),
        "{error:?}"
    );
}

#[test]
fn an_index_type_of_the_first_unit_does_not_hold_units_together() {
    let mut btf = Btf::new();
    for unit in 0..4 {
        let first = btf.end_id().0;
        let array = first + 1;
        let unit = format!("INT int 4\nARRAY {first} 1 {unit}\nARRAY {first} 1 4\nPTR {array}");
        crate::graph::add(&mut btf, &unit);
    }
    let folded = fold(&btf, true).unwrap();
    assert!(folded.btf.len() < btf.len());
    Seen::default().look_at(btf, &Options::default(), "index");
}

/// Of two equal prototypes the pointer that stands before both leads to the second, which is kept; but the first
/// names its parameter before the struct between them names anything.
#[test]
fn a_copy_that_is_left_out_still_names_its_strings_first() {
    let mut btf = units(3);
    crate::graph::add(
        &mut btf,
        "PTR 13
        PROTO 0 p:1
        STRUCT s 4 z:1@0
        PROTO 0 p:1
        PTR 11
        STRUCT u 24 k:10@0 l:14@64 m:12@128",
    );
    let folded = fold(&btf, true).unwrap();
    assert!(!folded.from.contains(&11) && folded.from.contains(&13));
    Seen::default().look_at(btf, &Options::default(), "strings");
}

/// A tag on a function of a later unit has that unit's prototype settled before an earlier unit's.
#[test]
fn declaration_tags_lead_into_later_units() {
    let mut btf = units(8);
    crate::graph::add(
        &mut btf,
        "DECLTAG t 29 -1
        PROTO 0 p:1
        FUNC f 26
        PROTO 0 p:1
        FUNC g 28
        STRUCT last 4 z:1@0",
    );
    assert!(fold(&btf, true).is_ok());
    Seen::default().look_at(btf, &Options::default(), "tag");
}
