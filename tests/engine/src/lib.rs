//! What the tests of the whole engine have in common.
//!
//! `sample.rs` and `kernel.rs` hold the result against pahole's, `toolchains.rs` against what several
//! compilers and binutils make of one program, `hostile.rs` gives damaged and made-up DWARF, `job.rs`
//! lets workers die.

mod beside;
mod describe;
pub mod dwarf;
mod file;
mod run;
mod units;
mod workshop;

pub use beside::{Folder, encode_in_turns};
pub use describe::describe;
pub use file::{FileRange, FileSource};
pub use run::{
    Supplement, encode, encode_beside, encode_in_one_process, encode_shards, encode_with, merge,
    small_shards, spent,
};
pub use units::{assert_same, encode_whole, excluded, units};
pub use workshop::{Workshop, tool};

use std::path::PathBuf;

/// A file of the repository's `tests` folder.
pub fn test_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(name)
}

/// The bytes of a file of the repository's `tests` folder.
///
/// # Panics
///
/// When it cannot be read.
pub fn read_test_file(name: &str) -> Vec<u8> {
    let path = test_file(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The types of `btf` as text, in the order of ids, as `bpftool btf dump file X format raw` prints them.
pub fn raw(btf: &btf::Btf) -> String {
    let mut text = String::new();
    // Writing into memory has no way to fail.
    let _ = btf::print::raw::write_all(&mut text, btf);
    text
}
