//! Names with several definitions: what they cost, and whom they matter to.

use super::program::{Unit, Words, typed};
use super::ways::{Outcome, naive, shared};
use btf::Kind;

/// How many names have several definitions.
const NAMES: u32 = 6;

/// Writes the types of a unit; references are ids from 1 on.
struct Types(Vec<Words>);

impl Types {
    fn new() -> Types {
        Types(vec![typed(Kind::Int, false, "int", &[4, 0x0100_0020], &[])])
    }

    /// The id of the next type.
    fn next(&self) -> u32 {
        self.0.len() as u32 + 1
    }

    fn declare(&mut self, name: &str) -> u32 {
        self.add(typed(Kind::Fwd, false, name, &[0], &[]))
    }

    /// A struct of `size` bytes with a pointer to each of `targets`.
    fn define(&mut self, name: &str, size: u32, targets: &[u32]) -> u32 {
        let first = self.next();
        for &to in targets {
            self.add(typed(Kind::Ptr, false, "", &[to], &[]));
        }
        let members: Vec<_> = (0..)
            .zip(targets)
            .map(|(at, _)| ("m", vec![first + at, 64 * at]))
            .collect();
        self.add(typed(Kind::Struct, false, name, &[size], &members))
    }

    fn add(&mut self, words: Words) -> u32 {
        self.0.push(words);
        self.0.len() as u32
    }

    fn unit(self) -> Unit {
        Unit {
            types: self.0,
            int: 1,
            ..Unit::default()
        }
    }
}

/// A unit in which `root` leads to all names: `struct root` to `struct user0` and so on, each to `struct name0` and so on.
fn with_all() -> Unit {
    let mut types = Types::new();
    let users: Vec<u32> = (0..NAMES)
        .map(|number| {
            let name = types.define(&format!("name{number}"), 8, &[]);
            types.define(&format!("user{number}"), 16, &[name])
        })
        .collect();
    types.define("root", 64, &users);
    types.unit()
}

/// A unit that only declares what `root` leads to, and has its own `struct name<number>`. With `of_root` its user is
/// defined too, so that `root` leads to it.
fn with_own(number: u32, of_root: bool) -> Unit {
    let mut types = Types::new();
    let own = types.define(&format!("name{number}"), 100 + number, &[]);
    let users: Vec<u32> = (0..NAMES)
        .map(|at| match at == number && of_root {
            true => types.define(&format!("user{at}"), 16, &[own]),
            false => types.declare(&format!("user{at}")),
        })
        .collect();
    let root = types.define("root", 64, &users);
    types.define(&format!("driver{number}"), 32, &[own, root]);
    types.unit()
}

/// Units that share all types, and for each name one that has its own.
fn both_ways(of_root: bool) -> (Outcome, Outcome) {
    let mut units: Vec<Unit> = (0..20).map(|_| with_all()).collect();
    units.extend((0..NAMES).map(|number| with_own(number, of_root)));
    units.extend((0..20).map(|_| with_all()));
    (naive(&units), shared(&units, &[units.len()]))
}

#[test]
fn definitions_that_no_shared_struct_leads_to_cost_nothing() {
    let (naive, shared) = both_ways(false);
    assert_eq!(naive.types, shared.types);
    assert_eq!(naive.copies, shared.copies);
    // Each type once, declarations included, though six names have two definitions each.
    let declarations = NAMES as usize;
    assert_eq!(shared.given, naive.types.len() + declarations);
    let roots = |outcome: &Outcome| {
        let types = outcome.btf.types();
        types
            .filter(|(id, _)| outcome.btf.name(*id) == "root")
            .count()
    };
    assert_eq!(roots(&shared), 1);
}

#[test]
fn where_a_shared_struct_leads_to_several_definitions_each_unit_counts() {
    let (naive, shared) = both_ways(true);
    assert_eq!(naive.types, shared.types);
    assert_eq!(naive.copies, shared.copies);
    assert!(shared.given > 40 * NAMES as usize, "{} types", shared.given);
    let roots = shared.btf.types();
    let roots = roots
        .filter(|(id, _)| shared.btf.name(*id) == "root")
        .count();
    // Those of the single units pass for each other, as each only declares what the others define.
    assert_eq!(roots, 2);
}

/// Twenty units that share all types, and one that has its own of each name. There a struct for each name leads to it and to
/// the struct before, and nothing outside leads to these. A third sort of unit only declares the names.
fn with_chain(names: u32) -> (Outcome, Outcome) {
    let name = |number: u32| format!("name{number}");
    let (mut own, mut declaring) = (Types::new(), Types::new());
    let mut last = 1;
    for number in 0..names {
        let of = own.define(&name(number), 100, &[]);
        last = own.define(&format!("chain{number}"), 16, &[of, last]);
        let of = declaring.declare(&name(number));
        declaring.define(&format!("other{number}"), 24, &[of]);
    }
    let common = || {
        let mut types = Types::new();
        for number in 0..names {
            let of = types.define(&name(number), 8, &[]);
            types.define(&format!("user{number}"), 16, &[of]);
        }
        types.unit()
    };
    let mut units: Vec<Unit> = (0..20).map(|_| common()).collect();
    units.extend([own.unit(), declaring.unit()]);
    (naive(&units), shared(&units, &[units.len()]))
}

#[test]
fn beyond_the_steps_of_the_search_every_name_is_contested_and_the_result_is_the_same() {
    // The steps grow with the square of the names: they are fewer than two for each type of all units, and more.
    for (names, is_found) in [(10, true), (200, false)] {
        let (naive, shared) = with_chain(names);
        assert_eq!(naive.bytes, shared.bytes, "{names}");
        assert_eq!(naive.types, shared.types, "{names}");
        assert_eq!(naive.copies, shared.copies, "{names}");
        // Declarations included, which become what they declare or stay.
        let once = naive.types.len() + names as usize;
        assert_eq!(
            shared.given <= once,
            is_found,
            "{names} names: {} types of {once}",
            shared.given
        );
    }
}
