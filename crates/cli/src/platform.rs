//! What differs between systems: reading at an offset, and permissions of files.

use std::fs::{File, Permissions};
use std::io;

/// Fills `buf` from `offset` on, whatever the file's own position is.
#[cfg(unix)]
pub fn read_exact_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buf, offset)
}

/// Fills `buf` from `offset` on, whatever the file's own position is.
#[cfg(windows)]
pub fn read_exact_at(file: &File, mut buf: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buf.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buf, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => {
                offset += read as u64;
                buf = buf.get_mut(read..).unwrap_or_default();
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads some bytes from `offset` on, whatever the file's own position is; none at the end.
#[cfg(unix)]
pub fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, offset)
}

/// Reads some bytes from `offset` on, whatever the file's own position is; none at the end.
#[cfg(windows)]
pub fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, offset)
}

/// The permissions of a new file: everything that the umask leaves. `None` if only the directory decides.
#[cfg(unix)]
pub fn for_new_file() -> Option<Permissions> {
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

/// The permissions of a new file: everything that the umask leaves. `None` if only the directory decides.
#[cfg(windows)]
pub fn for_new_file() -> Option<Permissions> {
    None
}

/// The permissions to read, write, and run a file, without its other attributes.
#[cfg(unix)]
pub fn plain(permissions: &Permissions) -> Permissions {
    use std::os::unix::fs::PermissionsExt;
    Permissions::from_mode(permissions.mode() & 0o777)
}

/// The permissions to read, write, and run a file, without its other attributes.
#[cfg(windows)]
pub fn plain(permissions: &Permissions) -> Permissions {
    permissions.clone()
}
