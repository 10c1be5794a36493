//! What an output path names: a file that will be replaced, or something that is written to directly. Links are followed to their end, as
//! compilers and shells do.

use crate::failure::Failure;
use crate::file::Source;
use crate::file_name::is_stdout;
use std::fs::{File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// How many symbolic links are followed, as many as Linux does.
const MOST_LINKS: usize = 40;
/// The number of standard output.
const STDOUT: u32 = 1;

/// What an output path names.
#[derive(Debug)]
pub enum Target {
    /// The file with this name, which no link is, will be replaced or created.
    Replace {
        /// Its path.
        file: PathBuf,
        /// The directory of the file.
        folder: PathBuf,
    },
    /// A device or a pipe.
    Direct,
    /// A file that is open already, by its number: `-`, `/dev/stdout`, `/dev/fd/3`. It is written from where it is, since the program that
    /// opened it may write more.
    Descriptor(u32),
}

impl Target {
    /// What `path` names. Refused if it is a directory or one of `inputs`.
    pub fn find(path: &Path, inputs: &[&Source]) -> Result<Target, Failure> {
        if is_stdout(path) {
            return Ok(Target::Descriptor(STDOUT));
        }
        let Some(end) = end_of_links(path) else {
            let cause = "its symbolic links lead in a circle; name a file";
            return Err(Failure::of(path, cause));
        };
        let there = match std::fs::metadata(path) {
            Ok(there) => Some(there),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Failure::unwritten(path, &error)),
        };
        if let Some(there) = &there {
            refuse(path, there, inputs)?;
        }
        if let Some(number) = descriptor(&end) {
            return Ok(Target::Descriptor(number));
        }
        match there {
            Some(there) if there.is_file() => {
                let name = std::fs::canonicalize(path);
                name.map(|name| Target::replace(&name))
                    .map_err(|error| Failure::unwritten(path, &error))
            }
            Some(_) => Ok(Target::Direct),
            None => Target::create(path, &end),
        }
    }

    /// The file with this name, which exists.
    pub fn replace(file: &Path) -> Target {
        Target::Replace {
            file: file.to_owned(),
            folder: folder_of(file),
        }
    }

    /// The file to which `path` leads, which does not exist.
    fn create(path: &Path, file: &Path) -> Result<Target, Failure> {
        let folder = folder_of(file);
        let leads = match path == file {
            true => String::new(),
            false => format!("the link leads to {}, and ", file.display()),
        };
        let ends_as_directory = file.as_os_str().as_encoded_bytes().ends_with(b"/");
        if ends_as_directory || file.file_name().is_none() {
            let cause = format!("{leads}a directory of this name does not exist; name a file");
            return Err(Failure::of(path, cause));
        }
        if !folder.exists() {
            let folder = folder.display();
            let cause = format!("{leads}the directory {folder} does not exist; make it first");
            return Err(Failure::of(path, cause));
        }
        Ok(Target::replace(file))
    }

    /// The open file for a target that is written to directly; `None` for one that is replaced.
    pub fn open(&self, path: &Path) -> io::Result<Option<File>> {
        match self {
            Target::Replace { .. } => Ok(None),
            Target::Direct => OpenOptions::new().write(true).open(path).map(Some),
            Target::Descriptor(number) => opened(*number, path).map(Some),
        }
    }

    /// Whether this is standard output.
    pub fn is_stdout(&self) -> bool {
        matches!(self, Target::Descriptor(STDOUT))
    }

    /// Whether both are the same file.
    pub fn is_same_file(&self, other: &Target) -> bool {
        match (self, other) {
            (
                Target::Replace {
                    file: a,
                    folder: in_a,
                },
                Target::Replace {
                    file: b,
                    folder: in_b,
                },
            ) => {
                let same = |a: &Path, b: &Path| {
                    std::fs::canonicalize(a).ok() == std::fs::canonicalize(b).ok()
                };
                a.file_name() == b.file_name() && same(in_a, in_b)
            }
            (Target::Descriptor(a), Target::Descriptor(b)) => a == b,
            _ => false,
        }
    }
}

fn refuse(path: &Path, there: &Metadata, inputs: &[&Source]) -> Result<(), Failure> {
    if there.is_dir() {
        let cause = "this is a directory; name a file in it to write to";
        return Err(Failure::of(path, cause));
    }
    if there.is_file() && inputs.iter().any(|input| input.is_same_file(path)) {
        let cause = "this is the input file, which is not written over; name another file";
        return Err(Failure::of(path, cause));
    }
    Ok(())
}

/// The path behind all links of the last name; `None` if they have no end. Links to directories on the way are left to the
/// system.
fn end_of_links(path: &Path) -> Option<PathBuf> {
    let mut end = path.to_owned();
    for _ in 0..MOST_LINKS {
        // The links in a folder of open files lead to what is open, perhaps without a name.
        if descriptor(&end).is_some() {
            return Some(end);
        }
        // What is no link, or cannot be read, is the end.
        let Ok(next) = std::fs::read_link(&end) else {
            return Some(tidied(end, path));
        };
        end = folder_of(&end).join(next);
    }
    None
}

/// Without the `./` that a link's own folder brings.
fn tidied(end: PathBuf, path: &Path) -> PathBuf {
    match end.strip_prefix(".") {
        Ok(short) if end != path => short.to_owned(),
        _ => end,
    }
}

/// The number of an open file of this process, if the path is that of one (`/proc/self/fd/1`).
fn descriptor(path: &Path) -> Option<u32> {
    let number = path.file_name()?.to_str()?.parse().ok()?;
    let folder = std::fs::canonicalize(folder_of(path)).ok()?;
    // Where no `/proc` exists, `/dev/fd` is a folder of its own.
    let is_own = std::fs::canonicalize("/proc/self/fd").is_ok_and(|own| folder == own);
    (is_own || folder == Path::new("/dev/fd")).then_some(number)
}

#[cfg(unix)]
fn opened(number: u32, path: &Path) -> io::Result<File> {
    use std::os::fd::AsFd;
    match number {
        STDOUT => Ok(io::stdout().as_fd().try_clone_to_owned()?.into()),
        2 => Ok(io::stderr().as_fd().try_clone_to_owned()?.into()),
        // Appends: a new handle would begin at the start and overwrite what is there.
        _ => OpenOptions::new().append(true).open(path),
    }
}

#[cfg(not(unix))]
fn opened(_number: u32, path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).open(path)
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}
