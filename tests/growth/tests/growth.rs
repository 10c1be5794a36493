//! The cost of every command grows with its input, but for what is known not to.

use growth_tests::{Growth, Known, PANICKED, Selection, UNEXPLAINED, measure};
use std::path::Path;
use std::{env, fs};

/// Bytes of the inputs. Small ones, so that all commands on all inputs take seconds under valgrind.
const SIZES: [usize; 2] = [4 << 10, 16 << 10];
/// A command that takes more on the smaller input is not run on the larger one, and counts as growing too fast: 500
/// blocks a byte, where those that grow with their input take 250 at most.
const MOST_BLOCKS: u64 = 2_000_000;

#[test]
#[ignore = "needs valgrind, taskset"]
fn costs_grow_with_the_input() {
    let program = Path::new(env!("CARGO_BIN_EXE_btfscope-growth-tests"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("growth");
    let selection = Selection {
        generators: Vec::new(),
        commands: Vec::new(),
        sizes: SIZES.to_vec(),
        most_blocks: MOST_BLOCKS,
    };
    let growths = Growth::of(measure(program, &selection, &folder).unwrap());
    assert!(
        growths.len() > 1000,
        "only {} commands were measured",
        growths.len()
    );
    for growth in &growths {
        let codes = growth.measurements.iter().map(|one| one.cost.exit);
        let panicked = codes.into_iter().any(|exit| exit == PANICKED);
        assert!(
            !panicked,
            "{} panics on {}",
            growth.command, growth.generator
        );
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("known.txt");
    let known = Known::read(&fs::read_to_string(&file).unwrap_or_default()).unwrap();
    let measured = Known::measured(&growths, &known);
    if env::var_os("BTFSCOPE_BLESS").is_some() {
        fs::write(&file, Known::write(&measured)).unwrap();
    }
    let known = Known::read(&fs::read_to_string(&file).unwrap()).unwrap();
    let (new, gone) = Known::differences(&known, &measured);
    assert!(
        new.is_empty(),
        "the cost of these grows faster than the input: {new:#?}\nsee it by: btfscope-growth-tests exponents --sizes 4096,16384 \
         --generator NAME --command COMMAND"
    );
    assert!(
        gone.is_empty(),
        "the cost of these now grows with the input; remove them from known.txt by BTFSCOPE_BLESS=1: {gone:#?}"
    );
    let unexplained: Vec<&Known> = known
        .iter()
        .filter(|one| one.reason == UNEXPLAINED)
        .collect();
    assert!(
        unexplained.is_empty(),
        "give reasons in known.txt: {unexplained:#?}"
    );
}
