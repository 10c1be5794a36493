//! Images without a header that says where the payload is: compressed streams are looked for in all bytes.

use super::range;
use crate::decode::{self, Tail};
use crate::error::Error;
use crate::extract::unread;
use crate::format::{Compression, Format, HEAD_BYTES};
use crate::layer::{BUFFER, Layer};
use crate::limits::Limits;
use elf::ReadAt;
use std::io::Read;

/// Bytes that are looked at together.
const STEP: usize = 1 << 20;
/// Bytes that tell whether a stream begins somewhere.
const MARK: usize = 16;
/// So many places are tried. Three bytes of a gzip stream also occur by chance, once in 16 MiB.
const TRIES: usize = 256;
/// A stream that gives so many bytes, and no archive, is a kernel: none is smaller.
const KERNEL: u64 = 1 << 20;

/// The decompressed kernel in a file, if there is one.
pub(crate) fn payload<'a>(
    name: &str,
    source: &'a dyn ReadAt,
    limits: &Limits,
) -> Result<Option<Layer<'a>>, Error> {
    let (mut at, len) = (0u64, source.len());
    let mut tries = 0;
    let mut buffer = vec![0; STEP + MARK];
    while at < len {
        let want = usize::try_from(len - at)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let bytes = buffer.get_mut(..want).unwrap_or_default();
        source.read_at(at, bytes).map_err(|error| unread(&error))?;
        let starts = want.min(STEP);
        for start in 0..starts {
            let rest = bytes.get(start..).unwrap_or_default();
            let Some(compression) = stream(rest) else {
                continue;
            };
            tries += 1;
            if tries > TRIES {
                return Ok(None);
            }
            let place = at + start as u64;
            let open = || {
                let layer = range(name, source, place..len, limits);
                decode::open(compression, layer, Tail::Ignored, None)
            };
            if open().is_ok_and(is_kernel) {
                return open().map(Some);
            }
        }
        at += starts as u64;
    }
    Ok(None)
}

/// The stream that begins here, by its first bytes.
fn stream(bytes: &[u8]) -> Option<Compression> {
    // The first bytes of all formats, so that most places cost one comparison.
    if !matches!(
        bytes.first()?,
        0x1f | 0xfd | 0x28 | b'B' | 0x04 | 0x02 | 0x89 | 0x5d
    ) {
        return None;
    }
    match Format::of(bytes.get(..MARK).unwrap_or(bytes)) {
        // Flags that no gzip stream has.
        Format::Compressed(Compression::Gzip) if bytes.get(3)? & 0xe0 != 0 => None,
        Format::Compressed(compression) => Some(compression),
        _ => None,
    }
}

fn is_kernel(mut layer: Layer<'_>) -> bool {
    match layer.peek(HEAD_BYTES.min(BUFFER)) {
        Ok(head) => match Format::of(head) {
            Format::Elf => return true,
            Format::Archive(_) => return false,
            _ => {}
        },
        Err(_) => return false,
    }
    let mut left = KERNEL;
    let mut buffer = vec![0; BUFFER];
    while left > 0 {
        match layer.read(&mut buffer) {
            Ok(0) | Err(_) => return false,
            Ok(read) => left = left.saturating_sub(read as u64),
        }
    }
    true
}
