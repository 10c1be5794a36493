//! The table of targets, the programs of the fuzzer, and its manifest name the same targets.

use std::collections::BTreeSet;
use std::fs;

use fuzz_targets::TARGETS;

use crate::fuzz;

fn targets() -> BTreeSet<String> {
    TARGETS
        .iter()
        .map(|target| target.name.to_owned())
        .collect()
}

#[test]
fn every_target_has_a_program_and_every_program_a_target() {
    let folder = fs::read_dir(fuzz("fuzz_targets")).expect("the folder of programs");
    let names = folder.map(|entry| {
        let path = entry.expect("an entry of that folder").path();
        let name = path
            .file_stem()
            .expect("a file has a name")
            .to_string_lossy();
        let text = fs::read_to_string(&path).expect("the program's text");
        let call = format!("fuzz::program!(\"{name}\");");
        assert!(text.contains(&call), "{name}.rs calls {call}");
        name.into_owned()
    });
    assert_eq!(names.collect::<BTreeSet<_>>(), targets());
}

#[test]
fn the_manifest_lists_every_program() {
    let manifest = fs::read_to_string(fuzz("Cargo.toml")).expect("the manifest");
    let paths = manifest.lines().filter_map(|line| {
        let path = line.strip_prefix("path = \"fuzz_targets/")?;
        path.strip_suffix(".rs\"").map(str::to_owned)
    });
    assert_eq!(paths.collect::<BTreeSet<_>>(), targets());
}
