//! What an observer is told adds up to the result.

use crate::common::{Traits, random_split, random_units};
use btf::{Btf, FwdKind, Kind, Member, StringOffset, TypeId};
use dedup::{Observer, Options, Pass, Reason, Via, dedup, dedup_observed};
use proptest::prelude::*;

/// Applies what it hears to a map of its own.
struct Replay {
    map: Vec<u32>,
    new: Vec<u32>,
}

impl Replay {
    fn new(btf: &Btf) -> Replay {
        Replay {
            map: (0..btf.end_id().0).collect(),
            new: (0..btf.end_id().0).collect(),
        }
    }

    fn give_up(&mut self, from: TypeId, to: TypeId) {
        self.map[from.index()] = to.0;
    }

    fn result(&self, first: u32) -> Vec<u32> {
        (first..self.map.len() as u32)
            .map(|mut id| {
                for _ in 0..self.map.len() {
                    id = self.map[id as usize];
                }
                self.new[id as usize]
            })
            .collect()
    }
}

impl Observer for Replay {
    fn merged(&mut self, from: TypeId, to: TypeId) {
        self.give_up(from, to);
    }
    fn forward_resolved(&mut self, forward: TypeId, to: TypeId) {
        self.give_up(forward, to);
    }
    fn reference_merged(&mut self, from: TypeId, to: TypeId) {
        self.give_up(from, to);
    }
    fn renumbered(&mut self, old: TypeId, new: TypeId) {
        assert_eq!(self.map[old.index()], old.0, "only what is kept gets an id");
        self.new[old.index()] = new.0;
    }
}

fn check(input: Btf, options: &Options) {
    let first = input.first_id().0;
    let silent = dedup(input.clone(), options).unwrap();
    let mut replay = Replay::new(&input);
    let observed = dedup_observed(input, options, &mut replay).unwrap();
    assert_eq!(observed.map, silent.map);
    assert_eq!(
        crate::common::outcome(&observed),
        crate::common::outcome(&silent)
    );
    let map: Vec<u32> = observed.map.iter().map(|id| id.0).collect();
    assert_eq!(replay.result(first), map);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_events_make_the_map(
        seed: u64, force_collisions: bool, resolve_forwards: bool, match_forwards: bool
    ) {
        let options = Options::default().force_collisions(force_collisions).resolve_forwards(resolve_forwards).match_forwards(match_forwards);
        check(random_units(seed, Traits::HARD), &options);
        check(random_split(seed, Traits::HARD, |base| base), &options);
    }
}

/// Writes down what it hears.
#[derive(Default)]
struct Log(Vec<String>);

impl Observer for Log {
    fn pass_start(&mut self, pass: Pass) {
        self.0.push(format!("{pass:?}"));
    }
    fn candidate(&mut self, candidate: TypeId, canonical: TypeId) {
        self.0.push(format!("candidate {candidate} {canonical}"));
    }
    fn compare_start(&mut self, candidate: TypeId, canonical: TypeId) {
        self.0.push(format!("compare {candidate} {canonical}"));
    }
    fn visit(&mut self, candidate: TypeId, canonical: TypeId, depth: u32, via: Via) {
        self.0
            .push(format!("visit {candidate} {canonical} {depth} {via:?}"));
    }
    fn hypothesis(&mut self, canonical: TypeId, candidate: TypeId) {
        self.0.push(format!("assume {canonical} {candidate}"));
    }
    fn cycle_closed(&mut self, candidate: TypeId, canonical: TypeId) {
        self.0.push(format!("cycle {candidate} {canonical}"));
    }
    fn contradiction(&mut self, canonical: TypeId, had: TypeId, wants: TypeId, identical: bool) {
        self.0.push(format!(
            "contradiction {canonical} {had} {wants} {identical}"
        ));
    }
    fn forward_assumed(&mut self, forward: TypeId, full: TypeId) {
        self.0.push(format!("forward {forward} {full}"));
    }
    fn not_equal(&mut self, candidate: TypeId, canonical: TypeId, reason: Reason) {
        self.0
            .push(format!("differ {candidate} {canonical} {reason:?}"));
    }
    fn compare_end(&mut self, candidate: TypeId, canonical: TypeId, equal: bool) {
        self.0
            .push(format!("compared {candidate} {canonical} {equal}"));
    }
    fn merged(&mut self, from: TypeId, to: TypeId) {
        self.0.push(format!("merged {from} {to}"));
    }
    fn forward_resolved(&mut self, forward: TypeId, to: TypeId) {
        self.0.push(format!("resolved {forward} {to}"));
    }
    fn reference_merged(&mut self, from: TypeId, to: TypeId) {
        self.0.push(format!("reference {from} {to}"));
    }
}

fn strukt(btf: &mut Btf, name: &str, members: &[(StringOffset, u32)]) {
    let members: Vec<Member> = members
        .iter()
        .enumerate()
        .map(|(at, &(name, ty))| Member {
            name,
            ty: TypeId(ty),
            bit_offset: 64 * at as u32,
            bitfield_size: 0,
        })
        .collect();
    btf.add_composite(Kind::Struct, name, 16, &members).unwrap();
}

fn composite_pass(btf: Btf) -> Vec<String> {
    let mut log = Log::default();
    dedup_observed(btf, &Options::default(), &mut log).unwrap();
    let at = |pass: &str| log.0.iter().position(|line| line == pass).unwrap();
    log.0[at("Composites") + 1..at("Forwards")].to_vec()
}

#[test]
fn a_list_is_walked_until_it_closes() {
    let mut btf = Btf::new();
    let next = btf.intern(b"next").unwrap();
    let data = btf.intern(b"data").unwrap();
    for unit in [0, 4] {
        strukt(&mut btf, "node", &[(next, unit + 2), (data, unit + 3)]);
        btf.add_ptr(TypeId(unit + 1)).unwrap();
        btf.add_ptr(TypeId(unit + 4)).unwrap();
        if unit == 0 {
            strukt(&mut btf, "data", &[]);
        } else {
            btf.add_fwd("data", FwdKind::Struct).unwrap();
        }
    }
    assert_eq!(
        composite_pass(btf),
        [
            "candidate [5] [1]",
            "compare [5] [1]",
            "visit [5] [1] 0 Root",
            "assume [1] [5]",
            "visit [6] [2] 1 Member(0)",
            "assume [2] [6]",
            "visit [5] [1] 2 Target",
            "cycle [5] [1]",
            "visit [7] [3] 1 Member(1)",
            "assume [3] [7]",
            "visit [8] [4] 2 Target",
            "assume [4] [8]",
            "forward [8] [4]",
            "merged [5] [1]",
            "resolved [8] [4]",
            "compared [5] [1] true",
        ]
    );
}

#[test]
fn a_difference_is_named_where_it_is() {
    let mut btf = Btf::new();
    let a = btf.intern(b"a").unwrap();
    for (unit, name) in [(0, "x"), (3, "y")] {
        strukt(&mut btf, "outer", &[(a, unit + 2)]);
        btf.add_ptr(TypeId(unit + 3)).unwrap();
        let part = btf.intern(name.as_bytes()).unwrap();
        strukt(&mut btf, "inner", &[(part, 0)]);
    }
    let log = composite_pass(btf);
    assert!(
        log.contains(&"differ [6] [3] PartName(0)".to_owned()),
        "{log:?}"
    );
    assert!(
        log.contains(&"compared [4] [1] false".to_owned()),
        "{log:?}"
    );
}

#[test]
fn copies_and_contradictions_are_told_apart() {
    // In the second unit `a` and `b` are of two structs, which are copies of each other or are not.
    for (second, identical) in [("in", true), ("on", false)] {
        let mut btf = Btf::new();
        let [a, b, i] = ["a", "b", "i"].map(|name| btf.intern(name.as_bytes()).unwrap());
        let second = btf.intern(second.as_bytes()).unwrap();
        let first = btf.intern(b"in").unwrap();
        strukt(&mut btf, "s", &[(a, 2), (b, 2)]);
        strukt(&mut btf, "", &[(i, 3)]);
        btf.add_ptr(TypeId(4)).unwrap();
        strukt(&mut btf, "leaf", &[(first, 0)]);
        strukt(&mut btf, "s", &[(a, 6), (b, 7)]);
        strukt(&mut btf, "", &[(i, 8)]);
        strukt(&mut btf, "", &[(i, 9)]);
        btf.add_ptr(TypeId(10)).unwrap();
        btf.add_ptr(TypeId(11)).unwrap();
        strukt(&mut btf, "leaf", &[(first, 0)]);
        strukt(&mut btf, "leaf", &[(second, 0)]);
        let log = composite_pass(btf);
        let expected = format!("contradiction [2] [6] [7] {identical}");
        assert!(log.contains(&expected), "{log:#?}");
        let expected = format!("compared [5] [1] {identical}");
        assert!(log.contains(&expected), "{log:#?}");
    }
}

#[test]
fn without_copies_a_second_candidate_is_a_difference() {
    // The second unit has two copies of what the first has once.
    let mut btf = Btf::new();
    let [a, b] = ["a", "b"].map(|name| btf.intern(name.as_bytes()).unwrap());
    strukt(&mut btf, "s", &[(a, 2), (b, 2)]);
    btf.add_float("float", 4).unwrap();
    strukt(&mut btf, "s", &[(a, 5), (b, 6)]);
    btf.add_float("float", 4).unwrap();
    btf.add_ptr(TypeId(2)).unwrap();
    btf.add_ptr(TypeId(2)).unwrap();
    // Pointers, so that a walk and not an earlier pass decides.
    let s = btf.words_mut(TypeId(1)).unwrap();
    (s[4], s[7]) = (7, 7);
    btf.add_ptr(TypeId(4)).unwrap();
    let types = |options: Options| dedup(btf.clone(), &options).unwrap().map[2];
    assert_eq!(types(Options::default()), TypeId(1));
    assert_ne!(types(Options::default().allow_copies(false)), TypeId(1));
}

#[test]
fn typedefs_that_are_not_walked_are_settled_with_the_references() {
    let mut btf = Btf::new();
    for unit in [0, 2] {
        btf.add_float("float", 4).unwrap();
        btf.add_typedef("real", TypeId(unit + 1)).unwrap();
    }
    let mut log = Log::default();
    let late = Options::default().walk_typedefs(false);
    let deduped = dedup_observed(btf.clone(), &late, &mut log).unwrap();
    assert_eq!(deduped.btf.len(), 2);
    let at = |line: &str| log.0.iter().position(|own| own == line);
    assert!(at("References") < at("candidate [4] [2]"), "{:#?}", log.0);
    assert_eq!(dedup(btf, &Options::default()).unwrap().btf.len(), 2);
    // What refers to itself is equal only to a walk.
    let mut endless = Btf::new();
    endless.add_typedef("a", TypeId(2)).unwrap();
    endless.add_ptr(TypeId(1)).unwrap();
    assert!(dedup(endless.clone(), &Options::default()).is_ok());
    let refused = dedup(endless, &late);
    assert!(matches!(refused, Err(dedup::Error::Loop { .. })));
}

#[test]
fn arrays_of_different_elements_are_no_copies() {
    let mut btf = Btf::new();
    let [a, b, i] = ["a", "b", "i"].map(|name| btf.intern(name.as_bytes()).unwrap());
    let array = |btf: &mut Btf, element| {
        btf.add_array(btf::Array {
            element: TypeId(element),
            index: TypeId(4),
            count: 4,
        })
        .unwrap();
    };
    strukt(&mut btf, "s", &[(a, 2), (b, 2)]);
    strukt(&mut btf, "", &[(i, 3)]);
    array(&mut btf, 4);
    btf.add_float("double", 8).unwrap();
    btf.add_float("_Complex", 8).unwrap();
    strukt(&mut btf, "s", &[(a, 7), (b, 8)]);
    strukt(&mut btf, "", &[(i, 9)]);
    strukt(&mut btf, "", &[(i, 10)]);
    array(&mut btf, 4);
    array(&mut btf, 5);
    let log = composite_pass(btf);
    let expected = "contradiction [2] [7] [8] false".to_owned();
    assert!(log.contains(&expected), "{log:#?}");
}

#[test]
fn every_difference_has_its_reason() {
    let first = "STRUCT in 8 a:0@0";
    for (second, reason) in [
        ("STRUCT on 8 a:0@0", "Name"),
        ("STRUCT in 4 a:0@0", "Size"),
        ("STRUCT in 8 a:0@0 b:0@32", "Count"),
        ("STRUCT in 8 b:0@0", "PartName(0)"),
        ("STRUCT in 8 a:0@32", "PartValue(0)"),
    ] {
        let mut btf = Btf::new();
        let text =
            format!("STRUCT out 8 p:2@0\nPTR 3\n{first}\nSTRUCT out 8 p:5@0\nPTR 6\n{second}");
        crate::graph::add(&mut btf, &text);
        let log = composite_pass(btf);
        let expected = format!("differ [6] [3] {reason}");
        assert!(log.contains(&expected), "{expected}: {log:#?}");
    }
}
