//! Output files, which appear complete or not at all.

use crate::failure::Failure;
use crate::file::Source;
use crate::target::Target;
use crate::unfinished::Unfinished;
use crate::{file_name, inline, platform};
use elf::{Piece, Splice};
use std::fs::{File, Permissions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A file that is complete but for its name. Dropping it removes it.
#[derive(Debug)]
#[must_use = "without [`commit`] the file is removed"]
pub struct Written<'a> {
    output: &'a Output,
    /// `None` if it was written in place.
    unfinished: Option<(Unfinished, &'a Path)>,
}

impl Written<'_> {
    fn name(self) -> Result<(), Failure> {
        match self.unfinished {
            None => Ok(()),
            Some((file, name)) => {
                let named = file.persist(name);
                named.map_err(|error| failed(&self.output.path, &error))
            }
        }
    }

    fn folder(&self) -> Option<&Path> {
        match &self.output.target {
            Target::Replace { folder, .. } => Some(folder),
            Target::Direct | Target::Descriptor(_) => None,
        }
    }
}

/// Gives the files of a run their names, unless an input was changed meanwhile.
///
/// Several runs may write the same files. Each file is then that of the last run; for several files, such as split BTF and its base, a lock
/// on the first one's directory keeps those of one run together.
pub fn commit<'s>(
    written: Vec<Written<'_>>,
    inputs: impl IntoIterator<Item = &'s Source>,
) -> Result<(), Failure> {
    inputs.into_iter().try_for_each(Source::refuse_changed)?;
    let folder = match written.len() {
        ..=1 => None,
        _ => written.iter().find_map(Written::folder),
    };
    let _locked = folder.and_then(locked);
    written.into_iter().try_for_each(Written::name)
}

/// A directory, locked if that can be had within a second: a build that runs the command may hold a lock of its own on it.
fn locked(folder: &Path) -> Option<File> {
    let folder = File::open(folder).ok()?;
    for _ in 0..100 {
        match folder.try_lock() {
            Ok(()) => return Some(folder),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            Err(TryLockError::Error(_)) => return None,
        }
    }
    None
}

/// How the names of unfinished files start.
const UNFINISHED: &str = ".btfscope-";

/// What is added to the path of split BTF for that of its distilled base.
const BASE_ENDING: &str = ".base";

/// A file to be written, checked before the work that fills it starts.
///
/// The bytes go to a new file in the same directory, which takes the name when it is complete. Other hard links of a file that is
/// replaced keep its old contents. What is not a regular file (a device, a pipe) is written to directly.
#[derive(Debug)]
pub struct Output {
    /// The path as the user named it.
    path: PathBuf,
    target: Target,
}

impl Output {
    /// Checks that `path` can be written and is not one of `inputs`.
    pub fn check(path: &Path, inputs: &[&Source]) -> Result<Output, Failure> {
        Output::new(path, Target::find(path, inputs)?)
    }

    /// The input file itself, links followed: it is replaced when its successor is complete.
    pub fn in_place(source: &Source) -> Result<Output, Failure> {
        let path = source.path();
        if file_name::is_stdin(path) {
            return Err(Failure::of(path, "it cannot be replaced; name a file"));
        }
        if source.is_unpacked() {
            let cause = "it is a package or image, in which no file is replaced; take the file out with btfscope unpack";
            return Err(Failure::of(path, cause));
        }
        let name = std::fs::canonicalize(path).map_err(|error| failed(path, &error))?;
        Output::new(path, Target::replace(&name))
    }

    fn new(path: &Path, target: Target) -> Result<Output, Failure> {
        if let Target::Replace { folder, .. } = &target {
            // Fails now instead of after minutes of work. The file has no name, so nothing is left behind.
            tempfile::tempfile_in(folder).map_err(|error| failed(path, &error))?;
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

    /// The file of the distilled base, next to that of the split BTF.
    pub fn base(&self, inputs: &[&Source]) -> Result<Output, Failure> {
        self.beside(BASE_ENDING, inputs)
    }

    /// The file of the inline sites, next to that of the BTF on which they are based.
    pub fn inline_sites(&self, inputs: &[&Source]) -> Result<Output, Failure> {
        self.beside(inline::ENDING, inputs)
    }

    /// A file whose name is this one's and an ending.
    fn beside(&self, ending: &str, inputs: &[&Source]) -> Result<Output, Failure> {
        if let Target::Descriptor(_) = self.target {
            let cause = format!(
                "this run writes two files, and the second is called as the first with {ending} at its end; name a file"
            );
            return Err(Failure::of_output(&self.path, cause));
        }
        Output::check(&with_ending(&self.path, ending), inputs)
    }

    /// Whether this is standard output.
    pub fn is_stdout(&self) -> bool {
        self.target.is_stdout()
    }

    /// Whether both are the same file.
    pub fn is_same_file(&self, other: &Output) -> bool {
        self.target.is_same_file(&other.target)
    }

    /// Writes a file with these bytes.
    pub fn write_bytes(&self, bytes: &[u8]) -> Result<Written<'_>, Failure> {
        self.write(None, |file| file.write_all(bytes))
    }

    /// Writes a file with the bytes of another, from its start.
    pub fn write_file(&self, from: &File) -> Result<Written<'_>, Failure> {
        self.write(None, |file| {
            let mut from = from;
            from.rewind()?;
            io::copy(&mut from, file).map(drop)
        })
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
            let Some(mut file) = self.target.open(&self.path).map_err(failed)? else {
                return Err(failed(io::ErrorKind::NotFound.into()));
            };
            fill(&mut file).map_err(|error| match error.kind() {
                io::ErrorKind::BrokenPipe => Failure::reader_gone(),
                _ => failed(error),
            })?;
            return Ok(Written {
                output: self,
                unfinished: None,
            });
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
        synced(file.sync_data()).map_err(failed)?;
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

/// The path of the distilled base, next to that of the split BTF.
pub fn base_path(split: &Path) -> PathBuf {
    with_ending(split, BASE_ENDING)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
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

/// Waits until the bytes are on the disk. The name is given after that, so a crash of the system leaves the earlier file or the whole
/// new one, and never an empty one that a build takes for up to date. File systems of other machines tell only here
/// that they are full.
fn synced(result: io::Result<()>) -> io::Result<()> {
    match result {
        // Some file systems have no such call.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        result => result,
    }
}

/// The failure for an output that could not be written, of which nothing is left.
fn failed(path: &Path, error: &io::Error) -> Failure {
    match file_name::is_stdout(path) {
        true => Failure::stdout(error),
        false => Failure::unwritten(path, error),
    }
}
