//! A program of several units that have types in common and types of the same name that differ.

use crate::{Workshop, encode_with};
use btf::compare;
use pipeline::{Options, Outcome};
use std::path::Path;

/// Flags for code without a library, so that compilers add nothing of their own.
const BARE: &str = "-std=gnu11 -ffreestanding -fno-pic -fno-stack-protector";

/// A folder with the program's sources.
///
/// # Panics
///
/// When they cannot be copied.
#[must_use]
pub fn units(name: &str) -> Workshop {
    let shop = Workshop::new(name);
    let programs = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
    for file in ["shared.h", "first.c", "second.c"] {
        shop.write(file, read(&programs.join("units").join(file)));
    }
    // What dwz calls a file is its build id.
    let script = String::from_utf8_lossy(&read(&programs.join("link.lds"))).into_owned();
    shop.write("link.lds", script.replace("*(.note.*) ", ""));
    shop
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Workshop {
    /// Compiles both units into objects, `first.o` and `second.o`.
    pub fn compile(&self, compiler: &str, flags: &str) {
        for unit in ["first", "second"] {
            self.run(&format!(
                "{compiler} {BARE} {flags} -c {unit}.c -o {unit}.o"
            ));
        }
    }

    /// Compiles and links both units as `name`.
    pub fn link(&self, compiler: &str, flags: &str, name: &str) -> Vec<u8> {
        self.compile(compiler, flags);
        self.run(&format!(
            "ld --build-id=sha1 -T link.lds -o {name} first.o second.o"
        ));
        self.read(name)
    }

    /// Compiles and links both units at once, with link-time optimisation.
    pub fn link_optimized(&self, compiler: &str, flags: &str, name: &str) -> Vec<u8> {
        self.run(&format!(
            "{compiler} {BARE} {flags} -nostdlib -nostartfiles -static -Wl,-T,link.lds -o {name} first.c second.c"
        ));
        self.read(name)
    }
}

/// Encodes a file as its DWARF has it, none of whose units may be left out for a defect.
///
/// # Panics
///
/// When it is not encoded.
#[must_use]
pub fn encode_whole(file: &[u8], what: &str) -> Outcome {
    let options = Options {
        keep_refused: true,
        ..Options::default()
    };
    let outcome = encode_with(file, &options).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(
        outcome.statistics.units.failed.is_empty(),
        "{what}: {:?}",
        outcome.statistics.units
    );
    outcome
}

/// Sees that two BTFs have the same types.
///
/// # Panics
///
/// When they differ.
pub fn assert_same(found: &Outcome, expected: &Outcome, what: &str) {
    let comparison = compare::compare(&found.btf, &expected.btf);
    assert!(comparison.is_equal(), "{what}: {comparison:#?}");
}

/// Number of units that were left out for a reason that begins so.
#[must_use]
pub fn excluded(outcome: &Outcome, start: &str) -> u64 {
    let all = outcome.statistics.units.excluded.iter();
    all.filter(|reason| reason.reason.starts_with(start))
        .map(|reason| reason.count)
        .sum()
}
