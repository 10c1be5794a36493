//! Files to which an input refers, found where compilers, linkers, and distributions leave them.

use crate::file::Source;
use crate::file_name;
use elf::ReadAt;
use pipeline::{Companion, Companions, NotOpened};
use std::io;
use std::path::{Path, PathBuf};

/// Where distributions keep debug files by their build id.
const BUILD_IDS: &str = "/usr/lib/debug/.build-id";

/// The companions that the command line names.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// The file of `--supplementary`.
    pub supplementary: Option<PathBuf>,
    /// The package of `--dwp`.
    pub package: Option<PathBuf>,
    /// The directory of `--dwo-dir`.
    pub folders: Vec<PathBuf>,
}

/// Finds companions relative to the input's folder, unless the command line names them.
#[derive(Debug)]
pub struct Beside {
    file: PathBuf,
    folder: PathBuf,
    named: Named,
}

impl Beside {
    /// The companions of `file`.
    pub fn new(file: &Path, named: Named) -> Beside {
        // Links are relative to the file itself, not to a symbolic link to it.
        let real = file.canonicalize().unwrap_or_else(|_| file.to_owned());
        Beside {
            folder: real.parent().map(Path::to_owned).unwrap_or_default(),
            file: file.to_owned(),
            named,
        }
    }

    /// Where a companion may be, the likeliest place first, and whether the command line names it.
    fn places(&self, companion: &Companion) -> (Vec<PathBuf>, bool) {
        let named = match companion {
            Companion::Package => &self.named.package,
            Companion::Supplementary { .. } => &self.named.supplementary,
            _ => &None,
        };
        if let Some(path) = named {
            return (vec![path.clone()], true);
        }
        let mut places = match companion {
            Companion::Package => {
                let mut name = self.file.as_os_str().to_owned();
                name.push(".dwp");
                vec![PathBuf::from(name)]
            }
            Companion::Supplementary { name, id } => self.supplementary(name, id),
            Companion::SplitUnit {
                name, directory, ..
            } => self.split_unit(Path::new(name), directory.as_deref().map(Path::new)),
            _ => Vec::new(),
        };
        places.dedup();
        (places, false)
    }

    fn supplementary(&self, name: &str, id: &[u8]) -> Vec<PathBuf> {
        let mut places = vec![self.folder.join(name)];
        if let Some(own) = Path::new(name).file_name() {
            places.push(self.folder.join(own));
        }
        let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
        if let Some((start, rest)) = hex.split_at_checked(2).filter(|(_, rest)| !rest.is_empty()) {
            let folder = Path::new(BUILD_IDS).join(start);
            places.push(folder.join(format!("{rest}.debug")));
        }
        places
    }

    fn split_unit(&self, name: &Path, directory: Option<&Path>) -> Vec<PathBuf> {
        let own = std::slice::from_ref(&self.folder);
        let (mut places, folders) = match &self.named.folders[..] {
            // Joining with an absolute path gives that path.
            [] => (vec![directory.unwrap_or(&self.folder).join(name)], own),
            folders => (Vec::new(), folders),
        };
        for folder in folders {
            if name.is_relative() {
                places.push(folder.join(name));
            }
            places.extend(name.file_name().map(|name| folder.join(name)));
        }
        places
    }
}

impl Companions for Beside {
    fn open(&self, companion: &Companion) -> Result<Box<dyn ReadAt + '_>, NotOpened> {
        let (places, named) = self.places(companion);
        let mut failed = None;
        for place in &places {
            let reason = match open(place) {
                Ok(source) => return Ok(Box::new(source)),
                Err(error) if is_absent(&error) && !named => continue,
                Err(error) if is_absent(&error) => "the file does not exist".to_owned(),
                Err(error) => error.to_string(),
            };
            failed.get_or_insert(NotOpened::Failed {
                name: place.display().to_string(),
                reason,
            });
        }
        let looked: Vec<String> = places
            .iter()
            .map(|place| place.display().to_string())
            .collect();
        Err(failed.unwrap_or_else(|| NotOpened::Missing {
            name: companion.to_string(),
            looked: format!("not at {}", looked.join(", nor at ")),
            advice: match companion {
                Companion::Supplementary { .. } => "name it with --supplementary",
                _ => "name its folder with --dwo-dir or a package with --dwp, or build again",
            },
        }))
    }
}

/// Opens a regular file. Its type is checked first, since opening a pipe would wait for a writer.
fn open(place: &Path) -> io::Result<Source> {
    if file_name::is_stdin(place) {
        return Source::open(place)
            .map_err(|failure| io::Error::other(failure.message().to_owned()));
    }
    let metadata = std::fs::metadata(place)?;
    if metadata.is_dir() {
        return Err(io::Error::other("this is a directory"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("this is not a regular file"));
    }
    Source::open_plain(place)
}

fn is_absent(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | InvalidInput)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(input: &str, folders: &[PathBuf], name: &str, directory: &str) -> Vec<String> {
        let beside = Beside {
            file: PathBuf::from(input),
            folder: Path::new(input).parent().unwrap().to_owned(),
            named: Named {
                folders: folders.to_vec(),
                ..Named::default()
            },
        };
        let companion = Companion::SplitUnit {
            name: name.to_owned(),
            directory: Some(directory.to_owned()),
            id: 1,
        };
        let (places, named) = beside.places(&companion);
        assert!(!named);
        places
            .iter()
            .map(|place| place.display().to_string())
            .collect()
    }

    #[test]
    fn files_are_looked_for_where_the_compiler_ran_then_beside_the_input() {
        assert_eq!(
            places("out/vmlinux", &[], "kernel/fork.dwo", "/build"),
            [
                "/build/kernel/fork.dwo",
                "out/kernel/fork.dwo",
                "out/fork.dwo"
            ]
        );
        assert_eq!(
            places("vmlinux", &[], "/tmp/fork.dwo", "/build"),
            ["/tmp/fork.dwo", "fork.dwo"]
        );
    }

    #[test]
    fn folders_that_are_named_are_the_only_ones() {
        let folders = [PathBuf::from("a"), PathBuf::from("b")];
        assert_eq!(
            places("vmlinux", &folders, "x/fork.dwo", "/build"),
            ["a/x/fork.dwo", "a/fork.dwo", "b/x/fork.dwo", "b/fork.dwo"]
        );
        assert_eq!(
            places("vmlinux", &folders, "/x/fork.dwo", "/build"),
            ["a/fork.dwo", "b/fork.dwo"]
        );
    }
}
