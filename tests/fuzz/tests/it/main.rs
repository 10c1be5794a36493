//! The fuzzer's corpus, replayed, and its table of targets.

mod programs;
mod replay;
mod table;

use std::path::PathBuf;

/// A file or folder of `fuzz/`.
fn fuzz(path: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    folder.join(path)
}
