//! What a kernel states about itself: `linux_banner`.

use elf::{ReadAt, ReadError};

/// How the text begins.
const START: &[u8] = b"Linux version ";
/// The most that is read of it.
const MOST: usize = 1024;
/// Bytes that are searched together.
const STEP: usize = 1 << 20;

/// The kernel's `linux_banner`, which it prints first when it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Banner {
    /// All of it, in one line.
    pub text: String,
    /// The release: what `uname -r` prints.
    pub release: String,
}

impl Banner {
    fn read(text: &[u8]) -> Option<Banner> {
        let rest = text.strip_prefix(START)?;
        if !rest.first()?.is_ascii_digit() {
            return None;
        }
        let end = text.iter().position(|byte| !matches!(byte, b' '..=b'~'))?;
        let text = str::from_utf8(text.get(..end)?).ok()?;
        let release = text.strip_prefix("Linux version ")?.split(' ').next()?;
        Some(Banner {
            text: text.to_owned(),
            release: release.to_owned(),
        })
    }
}

/// Looks for the banner in all bytes of a kernel.
///
/// # Errors
/// The source could not be read.
pub fn banner(source: &(impl ReadAt + ?Sized)) -> Result<Option<Banner>, ReadError> {
    let finder = memchr::memmem::Finder::new(START);
    let (mut at, len) = (0u64, source.len());
    let mut buffer = vec![0; STEP + MOST];
    while at < len {
        let want = usize::try_from(len - at)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let bytes = buffer.get_mut(..want).unwrap_or_default();
        source.read_at(at, bytes)?;
        let bytes = &*bytes;
        for start in finder.find_iter(bytes).take_while(|start| *start < STEP) {
            let text = bytes.get(start..).unwrap_or_default();
            if let Some(banner) = Banner::read(text.get(..MOST).unwrap_or(text)) {
                return Ok(Some(banner));
            }
        }
        at += want.min(STEP) as u64;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_of_the_banner_is_not_taken_for_it() {
        let mut kernel = b"Linux version %s (%s)\n".to_vec();
        kernel.resize(STEP - 8, 0);
        kernel.extend(b"Linux version 6.1.0-47-amd64 (debian-kernel@lists.debian.org) #1 SMP\n\0");
        let found = banner(&kernel).unwrap().expect("it is there");
        assert_eq!(found.release, "6.1.0-47-amd64");
        assert!(found.text.ends_with("#1 SMP"));
        assert_eq!(banner(&vec![b'L'; 100]).unwrap(), None);
    }
}
