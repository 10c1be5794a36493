//! `cargo bench -p btfscope-bench-stages --features divan`, with `BTFSCOPE_KERNEL=vmlinux` for a kernel instead of the
//! sample.

use bench_stages::{Dwarf, Types, expand, merge, runs, share};
use btf::{Btf, StringTable};
use dedup::Options;
use divan::{Bencher, black_box};
use encode::Names;
use std::sync::LazyLock;

static DWARF: LazyLock<Dwarf> = LazyLock::new(|| Dwarf::read().expect("a file with DWARF"));
static TYPES: LazyLock<(Vec<Types>, StringTable)> = LazyLock::new(|| DWARF.types());
static EXPANDED: LazyLock<Btf> = LazyLock::new(|| {
    let (units, strings) = &*TYPES;
    expand(&merge(runs(units)), strings).expect("few enough types")
});

fn main() {
    divan::main();
}

/// From DIEs to the types of each unit.
#[divan::bench]
fn walk(bencher: Bencher) {
    let dwarf = &*DWARF;
    bencher.bench(|| {
        let mut types = 0;
        dwarf.encode(&mut Names::by_offset(), |unit| types += unit.len());
        types
    });
}

/// From the types of units to their nodes.
#[divan::bench(name = "share")]
fn sharing(bencher: Bencher) {
    let (units, _) = &*TYPES;
    bencher.bench(|| share(black_box(units)));
}

/// From the nodes of several runs to those of all.
#[divan::bench(name = "merge")]
fn merging(bencher: Bencher) {
    let runs = runs(&TYPES.0);
    bencher.with_inputs(|| runs.clone()).bench_values(merge);
}

/// From nodes to types.
#[divan::bench(name = "expand")]
fn expanding(bencher: Bencher) {
    let (units, strings) = &*TYPES;
    let merged = merge(runs(units));
    bencher.bench(|| expand(black_box(&merged), strings));
}

/// The exact engine.
#[divan::bench]
fn dedup(bencher: Bencher) {
    let types = &*EXPANDED;
    let inputs = bencher.with_inputs(|| types.clone());
    inputs.bench_values(|types| ::dedup::dedup(types, &Options::default()));
}

/// All types as C.
#[divan::bench]
fn print(bencher: Bencher) {
    let types = ::dedup::dedup(EXPANDED.clone(), &Options::default()).expect("within the budget");
    bencher.bench(|| {
        let mut text = String::new();
        btf::print::c::print_c(&types.btf, &mut text).map(|()| text.len())
    });
}
