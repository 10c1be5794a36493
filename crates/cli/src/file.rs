//! Files as sources of bytes.

use crate::failure::Failure;
use elf::{ReadAt, ReadError};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

/// A regular file that is read by ranges, with `pread`.
///
/// It is not mapped: a mapped file that another process cuts short kills the reader.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    file: File,
    metadata: Metadata,
}

impl Source {
    /// Opens a regular file.
    pub fn open(path: &Path) -> Result<Source, Failure> {
        let (file, metadata) = open(path)?;
        if !metadata.is_file() {
            return Err(Failure::of(
                path,
                "this is not a regular file, whose parts can be read in any order; write it to a file first",
            ));
        }
        Ok(Source {
            path: path.to_owned(),
            file,
            metadata,
        })
    }

    /// Opens those of the paths that are regular files, so that no output is written over them. A pipe or
    /// device cannot be replaced by renaming.
    pub fn open_regular<'p>(
        paths: impl IntoIterator<Item = &'p Path>,
    ) -> Result<Vec<Source>, Failure> {
        let is_regular = |path: &&Path| std::fs::metadata(path).is_ok_and(|found| found.is_file());
        paths
            .into_iter()
            .filter(is_regular)
            .map(Source::open)
            .collect()
    }

    /// Opens a file that is known to be a regular one, in the system's words where that fails.
    pub fn open_plain(path: &Path) -> io::Result<Source> {
        let file = File::open(path)?;
        Ok(Source {
            metadata: file.metadata()?,
            path: path.to_owned(),
            file,
        })
    }

    /// Where it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The open file.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Its metadata when it was opened.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Whether `other` is this very file under whatever name.
    pub fn is_same_file(&self, other: &Metadata) -> bool {
        (self.metadata.dev(), self.metadata.ino()) == (other.dev(), other.ino())
    }

    /// Its first bytes, at most `most`.
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
        self.file.read_exact_at(buf, offset).map_err(|error| {
            if error.kind() == io::ErrorKind::UnexpectedEof {
                ReadError::end_of_source(offset, len)
            } else {
                ReadError::failed(offset, len, error)
            }
        })
    }
}

/// Opens a file of any type but a directory.
pub fn open(path: &Path) -> Result<(File, Metadata), Failure> {
    let file = File::open(path).map_err(|error| cannot_open(path, &error))?;
    let metadata = file.metadata().map_err(|error| cannot_open(path, &error))?;
    if metadata.is_dir() {
        return Err(Failure::of(path, "this is a directory; name a file in it"));
    }
    Ok((file, metadata))
}

fn cannot_open(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::of(path, "there is no such file"),
        io::ErrorKind::PermissionDenied => Failure::of(path, "you may not read this file"),
        _ => Failure::of(path, format!("the file cannot be opened: {error}")),
    }
}
