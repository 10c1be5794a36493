//! Files that an input refers to, found beside it.

use crate::file::Source;
use elf::ReadAt;
use pipeline::{Companion, Companions, NotOpened};
use std::path::{Path, PathBuf};

/// Where distributions keep debug files by their build id.
const BUILD_IDS: &str = "/usr/lib/debug/.build-id";

/// Finds companions from the input's own folder on, unless the command line names them.
#[derive(Debug)]
pub struct Beside {
    folder: PathBuf,
    supplementary: Option<PathBuf>,
}

impl Beside {
    /// Companions of `file`, its supplementary file at `supplementary` where that is given.
    pub fn new(file: &Path, supplementary: Option<PathBuf>) -> Beside {
        // Links are relative to the file itself, not to a symbolic link to it.
        let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        Beside {
            folder: real.parent().map(Path::to_owned).unwrap_or_default(),
            supplementary,
        }
    }

    /// Where a supplementary file may be, the likeliest first.
    fn places(&self, name: &str, id: &[u8]) -> Vec<PathBuf> {
        if let Some(path) = &self.supplementary {
            return vec![path.clone()];
        }
        let mut places = vec![self.folder.join(name)];
        if let Some(own) = Path::new(name).file_name() {
            places.push(self.folder.join(own));
        }
        let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some((start, rest)) = hex.split_at_checked(2).filter(|(_, rest)| !rest.is_empty()) {
            places.push(
                Path::new(BUILD_IDS)
                    .join(start)
                    .join(format!("{rest}.debug")),
            );
        }
        places.dedup();
        places
    }
}

impl Companions for Beside {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        let places = match companion {
            Companion::Supplementary { name, id } => self.places(name, id),
            _ => Vec::new(),
        };
        let is_there = |path: &&PathBuf| self.supplementary.is_some() || path.exists();
        if let Some(path) = places.iter().find(is_there) {
            return match Source::open(path) {
                Ok(source) => Ok(Box::new(source)),
                Err(failure) => Err(NotOpened::Failed {
                    name: path.display().to_string(),
                    reason: failure.cause(path),
                }),
            };
        }
        let looked: Vec<String> = places
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        Err(NotOpened::Missing {
            name: companion.to_string(),
            looked: format!("not at {}", looked.join(", nor at ")),
            advice: "name it with --supplementary",
        })
    }
}
