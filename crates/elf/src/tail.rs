//! How much of the old file's end a patched file can leave out, so that patching again does not grow it.

use crate::error::Error;
use crate::header::{SectionHeader, segment_range};
use crate::parse::Elf;
use crate::read_at::ReadAt;
use std::collections::BinaryHeap;

/// Between parts that can go there may be so many zero bytes of alignment.
const MAX_GAP: u64 = 64;

/// Program headers are read in steps of this many.
const STEP: u64 = 1 << 12;

/// The end of what must be copied of the old file.
///
/// `dead` are ranges that nothing refers to any more: the old section header table, the old table of
/// section names, the bytes of replaced sections. Those at the very end are left out, with the
/// alignment before them. Anything else at the end stays, even if no header speaks of it.
///
/// `kept` are the headers of all sections whose bytes stay where they are.
pub(crate) fn copied_end<'a, R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    kept: impl Iterator<Item = &'a SectionHeader>,
    dead: Vec<(u64, u64)>,
) -> Result<u64, Error> {
    let file_len = source.len();
    let mut needed = elf.class.file_header_size() as u64;
    for header in kept {
        needed = needed.max(header.offset.saturating_add(header.size));
    }
    needed = needed.max(segments_end(elf, source)?).min(file_len);

    let dead = dead.into_iter();
    let dead = dead.filter(|&(offset, size)| size != 0 && offset >= needed);
    // The one that ends last comes first; a sort of so few would be 4 kB of code.
    let mut dead: BinaryHeap<(u64, u64)> = dead
        .map(|(offset, size)| (offset.saturating_add(size), offset))
        .collect();
    let mut cut = file_len;
    while let Some((end, offset)) = dead.pop() {
        if end > cut || !is_padding(source, end, cut)? {
            break;
        }
        cut = offset;
    }
    // Alignment in front of what went goes too, or each round would add to it.
    if cut < file_len && cut - needed < MAX_GAP && is_padding(source, needed, cut)? {
        cut = needed;
    }
    Ok(cut)
}

fn is_padding<R: ReadAt + ?Sized>(source: &R, start: u64, end: u64) -> Result<bool, Error> {
    let len = end.saturating_sub(start);
    if len >= MAX_GAP {
        return Ok(false);
    }
    let mut gap = vec![0; len as usize];
    source.read_at(start, &mut gap)?;
    Ok(gap.iter().all(|byte| *byte == 0))
}

/// The end of the last segment in the file, and of the program header table.
fn segments_end<R: ReadAt + ?Sized>(elf: &Elf, source: &R) -> Result<u64, Error> {
    let size = elf.class.program_header_size() as u64;
    let (offset, count) = (elf.header.phoff, elf.phnum);
    if offset == 0 || count == 0 {
        return Ok(0);
    }
    if u64::from(elf.header.phentsize) != size {
        // Segments of an unknown shape: nothing is left out.
        return Ok(source.len());
    }
    let have = source.len();
    let need = count.saturating_mul(size);
    let Some(table_end) = offset.checked_add(need).filter(|end| *end <= have) else {
        return Err(Error::Truncated {
            what: "program header table",
            offset,
            need,
            have,
        });
    };
    let mut end = table_end;
    let mut done = 0;
    while done < count {
        let step = (count - done).min(STEP);
        let mut bytes = vec![0; (step * size) as usize];
        source.read_at(offset + done * size, &mut bytes)?;
        for raw in bytes.chunks_exact(size as usize) {
            if let Some((start, len)) = segment_range(elf.class, elf.endian, raw) {
                end = end.max(start.saturating_add(len));
            }
        }
        done += step;
    }
    Ok(end)
}
