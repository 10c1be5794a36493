//! Inputs that once went wrong, one of each kind, and what is right. `tests/faults/` has them with their sources.

use crate::common::Place;
use std::path::{Path, PathBuf};

fn input(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/faults")
        .join(name)
}

/// Relocatable files of machines whose relocations few tools know: the types are the ones that pahole 1.32 writes.
#[test]
fn relocations_of_rare_machines_are_applied() {
    for machine in ["arc", "m68k"] {
        let place = Place::new();
        let object = input(&format!("relocations/{machine}.o"));
        let expected = input(&format!("relocations/{machine}.pahole-1.32.btf"));
        let ours = place.path("ours.btf");
        // `long double` of m68k is less aligned than any kernel takes: a warning says so.
        let encode = [
            "encode".as_ref(),
            object.as_os_str(),
            "-o".as_ref(),
            ours.as_os_str(),
        ];
        assert_eq!(place.run(encode).code, 0);
        let differences = place.run(["diff".as_ref(), ours.as_os_str(), expected.as_os_str()]);
        assert_eq!(differences.code, 0, "{machine}: {}", differences.stdout);
    }
}
