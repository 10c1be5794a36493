//! Temporary files without names: where they are, and whether there is room for them.

use std::env;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Notes the folder that the command line names, once.
pub fn use_folder(folder: Option<&Path>) {
    if let Some(folder) = folder {
        let _first_one_counts = FOLDER.set(folder.to_owned());
    }
}

/// The folder of temporary files.
pub fn folder() -> PathBuf {
    FOLDER.get().cloned().unwrap_or_else(env::temp_dir)
}

/// A new file for `size` bytes, if that is known. Nothing is left of it when the command ends, however it does.
pub fn file(size: Option<u64>) -> io::Result<File> {
    let folder = folder();
    if let (Some(size), Some(free)) = (size, free(&folder))
        && size > free
    {
        let cause = format!(
            "{} MB are needed in {}, where {} MB are free; name another folder with --tmp",
            megabytes(size),
            folder.display(),
            free / 1_000_000
        );
        return Err(io::Error::new(io::ErrorKind::StorageFull, cause));
    }
    tempfile::tempfile_in(&folder).map_err(unwritten)
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// The error of a temporary file, which is not one of the input, and says so.
pub fn unwritten(error: io::Error) -> io::Error {
    use io::ErrorKind as Kind;
    let cause = match error.kind() {
        Kind::StorageFull => "its device is full; free some space",
        Kind::QuotaExceeded => "your quota on its device is used up; free some space",
        Kind::FileTooLarge => {
            "it would become larger than its file system or a limit (ulimit -f) allows; raise the limit"
        }
        Kind::PermissionDenied => "you may not write there; change its permissions",
        Kind::ReadOnlyFilesystem => "its file system is read-only; mount it for writing",
        Kind::NotFound => "this folder does not exist; make it",
        _ => "",
    };
    let cause = match cause {
        "" => format!("{error}; name"),
        known => format!("{known}, or name"),
    };
    let cause = format!(
        "its temporary file in {} could not be written: {cause} another folder with --tmp or TMPDIR",
        folder().display()
    );
    io::Error::new(error.kind(), cause)
}

/// Bytes that are free for this user in a folder, if the system says.
#[cfg(unix)]
fn free(folder: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    stat.f_bavail.checked_mul(stat.f_frsize)
}

/// Bytes that are free for this user in a folder, if the system says.
#[cfg(not(unix))]
fn free(_folder: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn room_that_is_missing_is_said_before() {
        let error = file(Some(u64::MAX)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        let text = error.to_string();
        assert!(
            text.starts_with("18446744073710 MB are needed in "),
            "{text}"
        );
        assert!(file(Some(10)).is_ok());
    }
}
