//! BTF in the raw bytes of a kernel, which have no section headers any more.

use crate::error::Error;
use crate::extract::unread;
use budget::{Budget, Resource};
use elf::ReadAt;
use std::ops::Range;

/// Bytes that are searched together.
const STEP: usize = 1 << 20;
/// Bytes of the header that all versions have.
const HEADER: usize = 24;
/// The kernel's BTF has megabytes; programs that are compiled into it have less.
const LEAST: u64 = 64;

/// The largest BTF in a source that can be read whole, and in which every reference leads somewhere.
pub(crate) fn find(source: &dyn ReadAt, budget: Budget) -> Result<Option<Range<u64>>, Error> {
    let len = source.len();
    // Headers can overlap, so what reading them takes is counted.
    let mut allowance = budget.allowance(Resource::Unpacked, len);
    let mut best: Option<Range<u64>> = None;
    let (mut at, mut buffer) = (0u64, vec![0; STEP + HEADER]);
    while at < len {
        let want = usize::try_from(len - at)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let bytes = buffer.get_mut(..want).unwrap_or_default();
        source.read_at(at, bytes).map_err(|error| unread(&error))?;
        let bytes = &*bytes;
        for start in memchr::memchr2_iter(0x9f, 0xeb, bytes) {
            let place = at + start as u64;
            let rest = bytes.get(start..).unwrap_or_default();
            let Some(size) = size(rest).filter(|size| *size >= LEAST && *size <= len - place)
            else {
                continue;
            };
            let is_larger = best
                .as_ref()
                .is_none_or(|best| size > best.end - best.start);
            if start < STEP && is_larger {
                allowance.spend(size)?;
                if is_whole(source, place, size)? {
                    best = Some(place..place + size);
                }
            }
        }
        at += want.min(STEP) as u64;
    }
    Ok(best)
}

/// The bytes of the BTF whose header is here, if it is one.
fn size(bytes: &[u8]) -> Option<u64> {
    let header = bytes.first_chunk::<HEADER>()?;
    let is_big = match header {
        [0x9f, 0xeb, 1, 0, ..] => false,
        [0xeb, 0x9f, 1, 0, ..] => true,
        _ => return None,
    };
    let word = |at: usize| {
        let word = header.get(at..).and_then(|rest| rest.first_chunk::<4>());
        let word = *word.unwrap_or(&[0; 4]);
        u64::from(match is_big {
            true => u32::from_be_bytes(word),
            false => u32::from_le_bytes(word),
        })
    };
    let (header_len, types_at, types, strings_at, strings) =
        (word(4), word(8), word(12), word(16), word(20));
    let is_header = (24..=256).contains(&header_len) && header_len % 4 == 0;
    let is_sound = types > 0 && strings > 0 && types % 4 == 0 && types_at % 4 == 0;
    let end = (types_at + types).max(strings_at + strings);
    (is_header && is_sound).then_some(header_len + end)
}

fn is_whole(source: &dyn ReadAt, at: u64, size: u64) -> Result<bool, Error> {
    let Ok(len) = usize::try_from(size) else {
        return Ok(false);
    };
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(len).is_err() {
        return Ok(false);
    }
    bytes.resize(len, 0);
    source
        .read_at(at, &mut bytes)
        .map_err(|error| unread(&error))?;
    Ok(btf::parse(&bytes, None).is_ok_and(|btf| btf.check_references().is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BTF with one integer type, of either byte order.
    fn btf(is_big: bool) -> Vec<u8> {
        let word = |word: u32| match is_big {
            true => word.to_be_bytes(),
            false => word.to_le_bytes(),
        };
        let magic = 0xeb9fu16;
        let magic = match is_big {
            true => magic.to_be_bytes(),
            false => magic.to_le_bytes(),
        };
        let mut bytes = magic.to_vec();
        bytes.extend([1, 0]);
        let strings = b"\0int\0long enough to be found in bytes\0";
        for number in [24, 0, 16, 16, strings.len() as u32, 1, 1 << 24, 4, 32] {
            bytes.extend(word(number));
        }
        bytes.extend(strings);
        bytes
    }

    #[test]
    fn the_largest_that_can_be_read_is_found() {
        for is_big in [false, true] {
            let inner = btf(is_big);
            let mut image = vec![0x9f; 3 << 20];
            image.extend([0xeb, 1, 0, 24, 0, 0, 0]);
            let start = image.len() as u64;
            image.extend(&inner);
            image.extend([0xeb; 1000]);
            let found = find(&image, Budget::STANDARD).unwrap();
            assert_eq!(found, Some(start..start + inner.len() as u64));
        }
        let mut damaged = btf(false);
        damaged.truncate(70);
        assert_eq!(find(&damaged, Budget::STANDARD).unwrap(), None);
    }
}
