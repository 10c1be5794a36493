//! Input files as sources of bytes.

use crate::failure::Failure;
use crate::spool::spool;
use crate::{file_name, platform, stdin, unpacked};
use elf::{ReadAt, ReadError};
use same_file::Handle;
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::path::{Path, PathBuf};

/// A regular file that is read by ranges, with `pread`; standard input if the path is `-`.
///
/// It is not mapped, since a mapped file that another process truncates kills the reader.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    file: File,
    metadata: Metadata,
    /// Whether it is a temporary file with the contents of a pipe or of a file in a package, which has no permissions of its
    /// own.
    temporary: bool,
    /// The package from which the file was taken.
    package: Option<File>,
}

impl Source {
    /// Opens a regular file, or the kernel in a package, compressed file, or boot image.
    pub fn open(path: &Path) -> Result<Source, Failure> {
        let source = Source::open_itself(path)?;
        let (_, member) = unpacked::named(path);
        match unpacked::open(path, &source.file, member)? {
            None => Ok(source),
            Some(inner) => Ok(Source {
                metadata: inner
                    .metadata()
                    .map_err(|error| cannot_open(path, &error))?,
                file: inner,
                temporary: true,
                package: Some(source.file),
                ..source
            }),
        }
    }

    /// Opens a regular file as it is.
    pub fn open_itself(path: &Path) -> Result<Source, Failure> {
        if file_name::is_stdin(path) {
            let (file, temporary) = stdin::open()?;
            let metadata = file.metadata();
            return Ok(Source {
                metadata: metadata.map_err(|error| cannot_open(path, &error))?,
                path: path.to_owned(),
                file,
                temporary,
                package: None,
            });
        }
        let (file, metadata) = open(path)?;
        if !metadata.is_file() {
            return Err(Failure::of(
                path,
                "this is not a regular file, whose parts can be read in any order; write it to a file first",
            ));
        }
        // Files of /proc state a length of 0 whatever they contain.
        if metadata.len() == 0 && platform::read_exact_at(&file, &mut [0], 0).is_ok() {
            let mut file = file;
            return Source::spooled(path, &mut file);
        }
        Ok(Source {
            path: path.to_owned(),
            file,
            metadata,
            temporary: false,
            package: None,
        })
    }

    /// A temporary file with what a pipe or device at `path` had.
    pub fn spooled(path: &Path, pipe: &mut File) -> Result<Source, Failure> {
        let unread = |error: io::Error| {
            Failure::of(
                path,
                format!("it could not be read: {error}; write it to a file first, and name that"),
            )
        };
        let file = spool(path, pipe)?;
        Ok(Source {
            metadata: file.metadata().map_err(unread)?,
            path: path.to_owned(),
            file,
            temporary: true,
            package: None,
        })
    }

    /// Opens the paths that are regular files, so that no output overwrites them. A pipe or
    /// device cannot be replaced by renaming.
    pub fn open_regular<'p>(
        paths: impl IntoIterator<Item = &'p Path>,
    ) -> Result<Vec<Source>, Failure> {
        let is_regular = |path: &&Path| is_regular(path);
        paths
            .into_iter()
            .filter(is_regular)
            .map(Source::open)
            .collect()
    }

    /// Opens a file that is known to be a regular one. The error is the system's.
    pub fn open_plain(path: &Path) -> io::Result<Source> {
        let file = File::open(path)?;
        Ok(Source {
            metadata: file.metadata()?,
            path: path.to_owned(),
            file,
            temporary: false,
            package: None,
        })
    }

    /// Whether the file is in another, which was named.
    pub fn is_unpacked(&self) -> bool {
        self.package.is_some()
    }

    /// The path that was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// The permissions; `None` for a temporary file.
    pub fn permissions(&self) -> Option<Permissions> {
        (!self.temporary).then(|| platform::plain(&self.metadata.permissions()))
    }

    /// Whether `other` is this file, or the package that it is in, perhaps under another name.
    pub fn is_same_file(&self, other: &Path) -> bool {
        let named = self.package.as_ref().unwrap_or(&self.file);
        let own = named.try_clone().and_then(Handle::from_file);
        own.is_ok_and(|own| Handle::from_path(other).is_ok_and(|other| own == other))
    }

    /// Refuses a file that was written to since it was opened: what was read of it is perhaps a mixture. A file that took
    /// its name is another one, and changes nothing. Whether one that got a new time was written to would take another
    /// reading of all its bytes to tell, so it is refused too.
    pub fn refuse_changed(&self) -> Result<(), Failure> {
        let now = self.file.metadata();
        let now = now.map_err(|error| cannot_open(&self.path, &error))?;
        let is_as_long = now.len() == self.metadata.len();
        let is_as_old = now.modified().ok() == self.metadata.modified().ok();
        let cause = match (is_as_long, is_as_old) {
            _ if self.temporary => return Ok(()),
            (true, true) => return Ok(()),
            (true, false) => {
                "the file was written to, or got a new time (touch), while it was read; nothing was written; run this again when the file \
                 is complete"
            }
            (false, _) => {
                "the file was changed while it was read; nothing was written; try again when it is complete"
            }
        };
        Err(Failure::of(&self.path, cause))
    }

    /// At most `most` bytes from the start.
    pub fn start(&self, most: usize) -> Result<Vec<u8>, Failure> {
        let len = usize::try_from(self.len()).unwrap_or(usize::MAX).min(most);
        let mut bytes = vec![0; len];
        match self.read_at(0, &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(error) => Err(Failure::of(&self.path, error)),
        }
    }
}

impl ReadAt for Source {
    fn len(&self) -> u64 {
        self.metadata.len()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<(), ReadError> {
        let len = buf.len() as u64;
        platform::read_exact_at(&self.file, buf, offset).map_err(|error| {
            let is_beyond = offset.checked_add(len).is_none_or(|end| end > self.len());
            match error.kind() {
                io::ErrorKind::UnexpectedEof if is_beyond => ReadError::end_of_source(offset, len),
                // This ends the job: to leave out the units behind the cut would be a wrong result.
                io::ErrorKind::UnexpectedEof => ReadError::failed(offset, len, CUT),
                _ => ReadError::failed(offset, len, error),
            }
        })
    }
}

const CUT: &str = "the file became shorter while it was read; try again when it is complete";

/// Whether this is a regular file, or standard input, which is read like one.
pub fn is_regular(path: &Path) -> bool {
    file_name::is_stdin(path) || unpacked::named(path).0.is_file()
}

/// Opens a file of any type but a directory.
pub fn open(path: &Path) -> Result<(File, Metadata), Failure> {
    let file = match file_name::is_stdin(path) {
        true => stdin::open()?.0,
        false => File::open(unpacked::named(path).0).map_err(|error| cannot_open(path, &error))?,
    };
    let metadata = file.metadata().map_err(|error| cannot_open(path, &error))?;
    if metadata.is_dir() {
        return Err(Failure::of(path, "this is a directory; name a file in it"));
    }
    Ok((file, metadata))
}

fn cannot_open(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::of(path, "the file does not exist"),
        io::ErrorKind::PermissionDenied => Failure::of(path, "you may not read this file"),
        _ => Failure::of(path, format!("the file cannot be opened: {error}")),
    }
}
