//! Two BTFs compared with each other by tools that are not ours.

use crate::run::Workbench;
use std::path::{Path, PathBuf};

/// How two BTFs relate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `bpftool` prints the same: the same types with the same ids.
    Identical,
    /// The same types under other ids.
    SameTypes,
    /// What is only in one of them.
    Differ(String),
}

/// Compares two files of raw BTF. `ignore`: first words of signatures that are left out, as
/// `btfcmp.py` takes them.
///
/// # Errors
///
/// When a tool cannot read one of them.
pub fn compare(
    bench: &Workbench,
    ours: &Path,
    theirs: &Path,
    ignore: &str,
) -> Result<Relation, String> {
    if ignore.is_empty() && json(bench, ours)? == json(bench, theirs)? {
        return Ok(Relation::Identical);
    }
    let ignore = match ignore {
        "" => String::new(),
        kinds => format!("--ignore {kinds}"),
    };
    let done = bench.run(
        "",
        &format!(
            "python3 {} {} {} --show 6 {ignore}",
            script().display(),
            ours.display(),
            theirs.display()
        ),
    );
    let mut said = done
        .output
        .lines()
        .skip_while(|line| !line.starts_with("only in A"));
    match (done.ok, said.next()) {
        (true, Some(_)) => Ok(Relation::SameTypes),
        (false, Some(first)) => {
            let rest: Vec<&str> = said.collect();
            Ok(Relation::Differ(
                format!("{first}\n{}", rest.join("\n"))
                    .replace("only in A", "only ours")
                    .replace("only in B", "only pahole's"),
            ))
        }
        (_, None) => Err(format!("btfcmp.py: {}", done.complaint)),
    }
}

/// What `bpftool` reads, as JSON.
///
/// # Errors
///
/// When it cannot read the file.
pub fn json(bench: &Workbench, file: &Path) -> Result<String, String> {
    bench.must("", &format!("bpftool -j btf dump file {}", file.display()))
}

fn script() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("btfcmp.py")
}
