//! Sections of an EFI program (PE), of which a unified kernel image has one with the kernel.

use crate::error::Error;
use crate::extract::unread;
use elf::ReadAt;
use std::ops::Range;

/// A program may have so many sections; systemd's tools write about ten.
const MOST_SECTIONS: u16 = 96;

/// Where the bytes of a section are; `None` if the program has no such section, or its headers make no sense.
pub(crate) fn section(source: &dyn ReadAt, name: &[u8; 8]) -> Result<Option<Range<u64>>, Error> {
    let read = |offset: u64, len: usize| -> Result<Option<Vec<u8>>, Error> {
        if offset
            .checked_add(len as u64)
            .is_none_or(|end| end > source.len())
        {
            return Ok(None);
        }
        let mut bytes = vec![0; len];
        let got = source.read_at(offset, &mut bytes);
        got.map_err(|error| unread(&error))?;
        Ok(Some(bytes))
    };
    let word = |bytes: &[u8], at: usize| {
        let word = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
        u64::from(u32::from_le_bytes(*word.unwrap_or(&[0; 4])))
    };
    let short = |bytes: &[u8], at: usize| word(bytes, at) as u16;
    let Some(start) = read(0, 64)? else {
        return Ok(None);
    };
    let header = word(&start, 0x3c);
    let Some(coff) = read(header, 24)?.filter(|coff| coff.starts_with(b"PE\0\0")) else {
        return Ok(None);
    };
    let (count, optional) = (short(&coff, 6), short(&coff, 20));
    let table = header + 24 + u64::from(optional);
    for index in 0..count.min(MOST_SECTIONS) {
        let Some(row) = read(table + u64::from(index) * 40, 40)? else {
            return Ok(None);
        };
        if !row.starts_with(name) {
            continue;
        }
        // The size in memory is the exact one; that in the file is rounded up.
        let (virtual_size, raw_size, at) = (word(&row, 8), word(&row, 16), word(&row, 20));
        let len = match virtual_size {
            0 => raw_size,
            exact => exact.min(raw_size),
        };
        return Ok(at
            .checked_add(len)
            .filter(|end| *end <= source.len())
            .map(|end| at..end));
    }
    Ok(None)
}
