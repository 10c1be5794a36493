//! Files under a folder, and fingerprints of them.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::failure::{Because, Outcome};

/// All files under `path` (or `path` itself), sorted; nothing where there is nothing.
pub fn under(path: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![path.to_path_buf()];
    while let Some(next) = open.pop() {
        if next.is_dir() {
            let entries = fs::read_dir(&next).because(format!("listing {}", next.display()))?;
            for entry in entries {
                open.push(entry.because(format!("listing {}", next.display()))?.path());
            }
        } else if next.is_file() {
            found.push(next);
        }
    }
    found.sort();
    Ok(found)
}

/// Passes bytes on and sums them up on the way.
pub struct Summed<W> {
    out: W,
    sum: Sha256,
}

impl<W> Summed<W> {
    pub fn new(out: W) -> Self {
        Self {
            out,
            sum: Sha256::new(),
        }
    }

    /// The SHA-256 of all that was written, in hexadecimal.
    pub fn sum(self) -> String {
        hex(&self.sum.finalize())
    }
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(bytes.get(..written).unwrap_or(bytes));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The SHA-256 of a stream in hexadecimal, and its length in bytes.
pub fn sha256(mut from: impl Read) -> io::Result<(String, u64)> {
    let mut sink = Summed::new(io::sink());
    let length = io::copy(&mut from, &mut sink)?;
    Ok((sink.sum(), length))
}

/// In hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One fingerprint of the names and the contents of all files under `paths`.
pub fn fingerprint(root: &Path, paths: &[&str]) -> Outcome<String> {
    let mut all = Sha256::new();
    for path in paths {
        for file in under(&root.join(path))? {
            let open = File::open(&file).because(format!("opening {}", file.display()))?;
            let (sum, length) = sha256(open).because(format!("reading {}", file.display()))?;
            let name = file.strip_prefix(root).unwrap_or(&file);
            all.update(format!("{} {length} {sum}\n", name.display()));
        }
    }
    Ok(hex(&all.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_hashed_and_counted() {
        let (sum, length) = sha256(&b"abc"[..]).unwrap();
        assert_eq!(
            sum,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(length, 3);
    }

    #[test]
    fn the_fingerprint_sees_names_and_contents() {
        let dir = std::env::temp_dir().join(format!("xtask-files-{}", std::process::id()));
        fs::create_dir_all(dir.join("in/deep")).unwrap();
        fs::write(dir.join("in/deep/a"), "1").unwrap();
        let first = fingerprint(&dir, &["in", "absent"]).unwrap();
        assert_eq!(first, fingerprint(&dir, &["in"]).unwrap());
        fs::write(dir.join("in/deep/a"), "2").unwrap();
        let second = fingerprint(&dir, &["in"]).unwrap();
        fs::rename(dir.join("in/deep/a"), dir.join("in/deep/b")).unwrap();
        let third = fingerprint(&dir, &["in"]).unwrap();
        fs::remove_dir_all(&dir).unwrap();
        assert_ne!(first, second);
        assert_ne!(second, third);
    }
}
