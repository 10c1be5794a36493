//! Output files, which appear complete or not at all.

use crate::failure::Failure;
use crate::file::Source;
use crate::unfinished::Unfinished;
use crate::{file_name, inline, platform};
use elf::{Piece, Splice};
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file that is complete but for its name. Dropping it removes it.
#[derive(Debug)]
#[must_use = "without `commit` the file is removed"]
pub struct Written<'a> {
    output: &'a Output,
    /// `None` if it was written in place.
    unfinished: Option<(Unfinished, &'a Path)>,
}

impl Written<'_> {
    /// Gives the file its name.
    pub fn commit(self) -> Result<(), Failure> {
        match self.unfinished {
            None => Ok(()),
            Some((file, name)) => {
                let named = file.persist(name);
                named.map_err(|error| failed(&self.output.path, &error))
            }
        }
    }
}

/// How the names of unfinished files start.
const UNFINISHED: &str = ".btfscope-";

/// A file to be written, checked before the work that fills it starts.
///
/// The bytes go to a new file in the same directory, which takes the name when it is complete. What is
/// not a regular file (a device, a pipe) is written to directly.
#[derive(Debug)]
pub struct Output {
    /// The path as the user named it.
    path: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// The file with this name, links followed, will be replaced.
    Replace {
        file: PathBuf,
        folder: PathBuf,
    },
    Direct,
}

impl Output {
    /// Checks that `path` can be written and is not one of `inputs`.
    pub fn check(path: &Path, inputs: &[&Source]) -> Result<Output, Failure> {
        let target = match std::fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                return Err(Failure::of(
                    path,
                    "this is a directory; name a file in it to write to",
                ));
            }
            Ok(there) if there.is_file() => {
                if inputs.iter().any(|input| input.is_same_file(path)) {
                    return Err(Failure::of(
                        path,
                        "this is the input file, which is not written over; name another file",
                    ));
                }
                Target::replace(&std::fs::canonicalize(path).map_err(|error| failed(path, &error))?)
            }
            Ok(_) => Target::Direct,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Target::replace(path),
            Err(error) => return Err(failed(path, &error)),
        };
        Output::new(path, target)
    }

    /// The input file itself, links followed: it is replaced when its successor is complete.
    pub fn in_place(source: &Source) -> Result<Output, Failure> {
        let path = source.path();
        if file_name::is_stdin(path) {
            return Err(Failure::of(path, "it cannot be replaced; name a file"));
        }
        let name = std::fs::canonicalize(path).map_err(|error| failed(path, &error))?;
        Output::new(path, Target::replace(&name))
    }

    fn new(path: &Path, target: Target) -> Result<Output, Failure> {
        if let Target::Replace { folder, .. } = &target {
            // Fails now instead of after minutes of work. The file has no name, so nothing is left behind.
            tempfile::tempfile_in(folder).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => Failure::of(
                    path,
                    format!("the directory {} does not exist", folder.display()),
                ),
                _ => failed(path, &error),
            })?;
        }
        Ok(Output {
            path: path.to_owned(),
            target,
        })
    }

    /// The path that the file will have.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether both are the same file.
    pub fn is_same_file(&self, other: &Output) -> bool {
        match (&self.target, &other.target) {
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
                let folders = (
                    std::fs::canonicalize(in_a).ok(),
                    std::fs::canonicalize(in_b).ok(),
                );
                a.file_name() == b.file_name() && folders.0 == folders.1
            }
            _ => false,
        }
    }

    /// Writes a file with these bytes.
    pub fn write_bytes(&self, bytes: &[u8]) -> Result<Written<'_>, Failure> {
        self.write(None, |file| file.write_all(bytes))
    }

    /// Writes a new file made of parts of `source`, with its permissions. `copied` gets the number of bytes
    /// done so far.
    ///
    /// The kernel copies ranges if it can (`copy_file_range`), so on file systems that
    /// share blocks they take neither time nor space.
    pub fn write_splice(
        &self,
        splice: &Splice,
        source: &Source,
        copied: &mut dyn FnMut(u64),
    ) -> Result<Written<'_>, Failure> {
        self.write(source.permissions(), |file| {
            let mut done = 0;
            for piece in &splice.pieces {
                match piece {
                    Piece::Section { bytes, .. } | Piece::Bytes(bytes) => file.write_all(bytes)?,
                    Piece::Copy { offset, len } => {
                        copy(source, *offset, *len, file, &mut |part| {
                            copied(done + part);
                        })?
                    }
                }
                done += piece.len();
                copied(done);
            }
            Ok(())
        })
    }

    fn write(
        &self,
        permissions: Option<Permissions>,
        fill: impl FnOnce(&mut File) -> io::Result<()>,
    ) -> Result<Written<'_>, Failure> {
        let failed = |error: io::Error| failed(&self.path, &error);
        let Target::Replace { file: name, folder } = &self.target else {
            let mut file = OpenOptions::new()
                .write(true)
                .open(&self.path)
                .map_err(failed)?;
            return match fill(&mut file) {
                Ok(()) => Ok(Written {
                    output: self,
                    unfinished: None,
                }),
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    Err(Failure::reader_gone())
                }
                Err(error) => Err(failed(error)),
            };
        };
        // If an error ends this function, dropping the builder's file removes it.
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        if let Some(permissions) = platform::for_new_file() {
            // The umask is applied, as to any new file.
            builder.permissions(permissions);
        }
        let mut unfinished = Unfinished::create(&builder, folder).map_err(failed)?;
        let file = unfinished.file().map_err(failed)?;
        fill(file).map_err(failed)?;
        let permissions = match permissions {
            Some(permissions) => Some(permissions),
            None => std::fs::metadata(name)
                .ok()
                .map(|there| there.permissions()),
        };
        if let Some(permissions) = permissions {
            file.set_permissions(permissions).map_err(failed)?;
        }
        Ok(Written {
            output: self,
            unfinished: Some((unfinished, name)),
        })
    }
}

impl Target {
    fn replace(file: &Path) -> Target {
        let folder = match file.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        Target::Replace {
            file: file.to_owned(),
            folder: folder.to_owned(),
        }
    }
}

/// The path of the distilled base, next to that of the split BTF.
pub fn base_path(split: &Path) -> PathBuf {
    let mut name = split.as_os_str().to_owned();
    name.push(".base");
    PathBuf::from(name)
}

/// The path of the inline sites, next to that of the BTF on which they are based.
pub fn inline_path(types: &Path) -> PathBuf {
    let mut name = types.as_os_str().to_owned();
    name.push(inline::ENDING);
    PathBuf::from(name)
}

/// How many bytes are copied between two reports.
const STEP: u64 = 16 << 20;

fn copy(
    source: &Source,
    offset: u64,
    len: u64,
    to: &mut File,
    copied: &mut dyn FnMut(u64),
) -> io::Result<()> {
    let mut from = source.file();
    from.seek(SeekFrom::Start(offset))?;
    let mut done = 0;
    while done < len {
        let step = (len - done).min(STEP);
        if io::copy(&mut from.take(step), to)? != step {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("{} became shorter meanwhile", source.path().display()),
            ));
        }
        done += step;
        copied(done);
    }
    Ok(())
}

/// The failure for an output that could not be written, of which nothing is left.
fn failed(path: &Path, error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    let cause = match error.kind() {
        Kind::StorageFull => "its device is full; free some space or write elsewhere".to_owned(),
        Kind::QuotaExceeded => {
            "your quota on its device is used up; free some room or write elsewhere".to_owned()
        }
        Kind::FileTooLarge => {
            "the file would become larger than its file system or a limit (ulimit -f) allows"
                .to_owned()
        }
        Kind::PermissionDenied => "you may not write here".to_owned(),
        Kind::ReadOnlyFilesystem => "its file system is read-only; write elsewhere".to_owned(),
        _ => format!("it could not be written: {error}"),
    };
    Failure::of(path, cause)
}
