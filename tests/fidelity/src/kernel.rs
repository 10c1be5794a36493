//! The running kernel as a judge of BTF.

use crate::cell::Cell;
use crate::run::Workbench;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// One type, `int`, for a machine of this byte order.
fn smallest() -> Vec<u8> {
    let words: [u32; 9] = [24, 0, 16, 16, 5, 1, 1 << 24, 4, 1 << 24 | 32];
    let mut bytes = 0xeb9f_u16.to_ne_bytes().to_vec();
    bytes.extend([1, 0]);
    bytes.extend(words.iter().flat_map(|word| word.to_ne_bytes()));
    bytes.extend(b"\0int\0");
    bytes
}

/// The kernel that this program runs on, if it lets the user load BTF.
#[derive(Debug)]
pub struct Kernel {
    release: Option<String>,
    accepted: AtomicUsize,
    refused: AtomicUsize,
}

impl Kernel {
    /// Tries to load the smallest BTF.
    ///
    /// # Errors
    ///
    /// When that file cannot be written.
    pub fn find(bench: &Workbench) -> Result<Kernel, String> {
        let probe = bench.path().join("probe.btf");
        std::fs::write(&probe, smallest()).map_err(|error| error.to_string())?;
        let loaded = bench.run("", &load(&probe)).ok;
        let release = match loaded {
            true => Some(bench.must("", "uname -r")?.trim().to_owned()),
            false => None,
        };
        Ok(Kernel {
            release,
            accepted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
        })
    }

    /// Whether it accepts a file, and if not, why. `None`: it cannot be asked, or the file is for another machine.
    pub fn accepts(
        &self,
        bench: &Workbench,
        cell: &Cell,
        file: &Path,
    ) -> Option<Result<(), String>> {
        let other = !cell.toolchain.is_native() || cell.flags.contains("-m32");
        if self.release.is_none() || other {
            return None;
        }
        let done = bench.run("", &load(file));
        let (count, verdict) = match done.ok {
            true => (&self.accepted, Ok(())),
            false => (&self.refused, Err(done.output.trim().to_owned())),
        };
        count.fetch_add(1, Ordering::Relaxed);
        Some(verdict)
    }

    /// What was asked, in a sentence.
    #[must_use]
    pub fn says(&self) -> String {
        match &self.release {
            Some(release) => format!(
                "Linux {release}, on which this ran, accepted {} files and refused {}.",
                self.accepted.load(Ordering::Relaxed),
                self.refused.load(Ordering::Relaxed)
            ),
            None => "The kernel on which this ran does not let this user load BTF.".to_owned(),
        }
    }
}

fn load(file: &Path) -> String {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("load.py");
    format!("python3 -IS {} {}", script.display(), file.display())
}
