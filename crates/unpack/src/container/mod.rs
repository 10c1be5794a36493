//! Archives: entries one after the other.

mod ar;
mod cpio;
mod rpm;
mod tar;
mod zip;

use crate::error::Error;
use std::io;

pub(crate) use ar::Ar;
pub(crate) use cpio::Cpio;
pub(crate) use rpm::payload;
pub(crate) use tar::{Tar, is_tar};
pub(crate) use zip::Zip;

/// One entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path, without a root, `.`, and `..`.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
    /// Its bytes; `None` if only reading them tells (ZIP archives that were written to a pipe).
    pub size: Option<u64>,
}

/// What an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryKind {
    /// A file with its bytes.
    File,
    /// A folder.
    Folder,
    /// A link, which is not followed.
    Link {
        /// Where it leads, as the archive says.
        target: String,
    },
    /// A device, a pipe, a file with holes, or what else no kernel is.
    Other,
}

/// Reads entries from front to back.
pub(crate) trait Container {
    /// Passes over the rest of the current entry, and reads the header of the next one.
    fn next_entry(&mut self) -> Result<Option<Entry>, Error>;

    /// Passes over at most so many bytes of the current entry. Whether it should be asked again before the next entry.
    fn skip_some(&mut self, _most: u64) -> Result<bool, Error> {
        Ok(false)
    }

    /// Reads the current entry's bytes.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize>;

    /// Bytes of the archive that were taken.
    fn position(&self) -> u64;

    /// The archive's name in messages.
    fn name(&self) -> &str;
}

/// Reads at most `left` bytes of a layer into `buf`. An early end is an error.
fn part(
    layer: &mut crate::layer::Layer<'_>,
    left: &mut u64,
    buf: &mut [u8],
    what: &'static str,
) -> io::Result<usize> {
    let step = usize::try_from(*left).unwrap_or(usize::MAX).min(buf.len());
    let Some(buf) = buf.get_mut(..step).filter(|buf| !buf.is_empty()) else {
        return Ok(0);
    };
    let read = io::Read::read(layer, buf)?;
    if read == 0 {
        return Err(Error::Cut {
            what,
            place: layer.place(),
        }
        .into());
    }
    *left -= read as u64;
    Ok(read)
}
