//! What the fuzzer found once does no harm: every input of the committed corpus, given to its target.

use std::fs;

use fuzz_targets::{TARGETS, corpus, find};

use crate::fuzz;

fn replay(name: &str) {
    let target = find(name).expect("the table has this target");
    let path = fuzz(&format!("corpus/{name}.tar.gz"));
    let archive = fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let inputs = corpus::read(&archive).expect("an archive of inputs");
    assert!(inputs.len() > 10, "{name} has {} inputs", inputs.len());
    for (input, bytes) in inputs {
        // The name of an input is the only way to find it again.
        println!("{name}/{input}: {} bytes", bytes.len());
        (target.run)(&bytes);
    }
}

macro_rules! replays {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                replay(stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_replayed() {
            let replayed = [$(stringify!($name)),*];
            let targets = TARGETS.iter().map(|target| target.name);
            assert_eq!(targets.collect::<Vec<_>>(), replayed);
        }
    };
}

replays! {
    elf, encode, encode_all, sharing, program, companions, package, module, btf, dedup, split, ext, core_check, doctor, unpack,
    image, lab, links, lessons, questions, unchecked, stored, messages,
}
