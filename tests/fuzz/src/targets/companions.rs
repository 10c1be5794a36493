//! Files with companions: split DWARF, packages, supplementary files.

use elf::ReadAt;
use pipeline::{Companion, Companions, NoCompanions, NotOpened, Options};

use super::encode::everything;
use crate::input::two_files;
use crate::job::{Beside, encode, judge};

/// A file, and one that stands for each companion.
pub fn run(data: &[u8]) {
    let Some((file, beside)) = two_files(data) else {
        return;
    };
    if let Ok(outcome) = encode(file, &options(), &Beside(beside), None) {
        judge(&outcome, None);
    }
}

/// A file with skeleton units, and a package.
pub fn package(data: &[u8]) {
    let Some((file, package)) = two_files(data) else {
        return;
    };
    if let Ok(outcome) = encode(file, &options(), &Package(package), None) {
        judge(&outcome, None);
    }
}

fn options() -> Options {
    Options {
        features: everything(),
        ..Options::default()
    }
}

/// A package and nothing else.
struct Package<'a>(&'a [u8]);

impl Companions for Package<'_> {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        match companion {
            Companion::Package => Ok(Box::new(self.0)),
            other => NoCompanions.open(other),
        }
    }
}
