//! What watching costs: the exact engine over a BTF, in turns without an observer and with one that counts.
//!
//! `bench-observer IN.btf [ROUNDS]` prints a line: seconds of each (the least of the rounds), and how many calls were
//! counted. Without an observer the calls are not compiled in; `cargo xtask test --only instructions` guards that.

use btf::TypeId;
use dedup::{Observer, Options, Via};
use std::time::Instant;

/// Counts what a walk tells.
#[derive(Default)]
struct Count(u64);

impl Observer for Count {
    fn visit(&mut self, _: TypeId, _: TypeId, _: u32, _: Via) {
        self.0 += 1;
    }
    fn hypothesis(&mut self, _: TypeId, _: TypeId) {
        self.0 += 1;
    }
    fn cycle_closed(&mut self, _: TypeId, _: TypeId) {
        self.0 += 1;
    }
    fn merged(&mut self, _: TypeId, _: TypeId) {
        self.0 += 1;
    }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("bench-observer IN.btf [ROUNDS]");
    let rounds: u32 = args
        .next()
        .map_or(5, |rounds| rounds.parse().expect("a number"));
    let bytes = std::fs::read(&path).expect("a file that can be read");
    let btf = btf::parse(&bytes, None).expect("BTF");
    let options = Options::default();
    let (mut off, mut on, mut calls) = (f64::MAX, f64::MAX, 0);
    for _ in 0..rounds {
        let input = btf.clone();
        let start = Instant::now();
        let plain = dedup::dedup_observed(input, &options, &mut ()).expect("it ends");
        off = off.min(start.elapsed().as_secs_f64());
        let (input, mut count) = (btf.clone(), Count::default());
        let start = Instant::now();
        let watched = dedup::dedup_observed(input, &options, &mut count).expect("it ends");
        on = on.min(start.elapsed().as_secs_f64());
        assert_eq!(plain.map, watched.map, "watching changes nothing");
        calls = count.0;
    }
    println!(
        "off {off:.3} s, counting {on:.3} s, {calls} calls, {:.2} times",
        on / off
    );
}
