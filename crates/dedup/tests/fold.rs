//! Folding units in front of the reference engine changes nothing, not even the order of anything: types,
//! strings and map are those of the reference engine alone, which [`dedup::dedup_observed`] runs.

mod common;
#[path = "libbpf/programs.rs"]
mod programs;

use btf::Btf;
use common::outcome;
use dedup::fold::{Unfit, less};
use dedup::{Options, dedup, dedup_observed};

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
        match less(&btf, options.rebuild_strings) {
            Ok(folded) => {
                self.folded += 1;
                self.types += btf.len();
                self.left_out += btf.len() - folded.btf.len();
                assert_eq!(folded.map.len(), btf.len());
            }
            Err(Unfit::Strings) => {
                let mut rebuilt = btf.clone();
                dedup::rebuild_strings(&mut rebuilt).unwrap();
                if let Ok(folded) = less(&rebuilt, false) {
                    self.folded += 1;
                    self.types += btf.len();
                    self.left_out += btf.len() - folded.btf.len();
                }
            }
            Err(_) => {}
        }
        let alone = dedup_observed(btf.clone(), options, &mut ());
        let both = dedup(btf, options);
        self.errors += usize::from(alone.is_err());
        match (alone, both) {
            (Ok(alone), Ok(both)) => assert_eq!(outcome(&alone), outcome(&both), "{what}"),
            (Err(alone), Err(both)) => assert_eq!(alone, both, "{what}"),
            (alone, both) => panic!("{what}: {alone:?} and {both:?}"),
        }
    }
}

/// Seeds of each way; `BTFSCOPE_SEEDS` gives another number.
fn seeds(usual: u64) -> u64 {
    let given = std::env::var("BTFSCOPE_SEEDS").ok();
    given.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn look_at_all(ways: &[(&str, fn(u64) -> Btf)], seeds: u64, options: &Options) {
    for (name, make) in ways {
        let mut seen = Seen::default();
        for seed in 0..seeds {
            seen.look_at(make(seed), options, &format!("{name}, seed {seed}"));
        }
        eprintln!("{name}: {seen:?}");
        let split = make(0).base().is_some();
        let least = if split { 0 } else { seen.inputs / 2 };
        assert!(seen.folded >= least, "{name}: {seen:?}");
        assert!(split || seen.left_out * 10 > seen.types, "{name}: {seen:?}");
    }
}

#[test]
fn folding_changes_nothing() {
    look_at_all(&programs::WAYS, seeds(2048), &Options::default());
}

#[test]
fn folding_many_units_changes_nothing() {
    look_at_all(&programs::LONG, seeds(512), &Options::default());
}

#[test]
fn strings_can_stay_as_they_are() {
    let options = Options {
        rebuild_strings: false,
        ..Options::default()
    };
    look_at_all(&programs::LONG, seeds(256), &options);
}
