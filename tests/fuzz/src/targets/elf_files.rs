//! ELF files: everything that `elf` offers.

use std::collections::HashMap;
use std::ops::Range;

use elf::{Elf, Joined, ReadError, RelocatedReader, Section};

/// Sections of which everything is read.
const MOST_SECTIONS: usize = 64;
/// Bytes of the ranges that are relocated by themselves, and how many of a section are.
const RANGE: usize = 40;
const MOST_RANGES: usize = 256;

/// Reads a file in all ways, and adds BTF to it.
pub fn run(data: &[u8]) {
    let file = match Elf::parse(data) {
        Ok(file) => file,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    if let Ok(symbols) = file.symbols(data) {
        symbols.iter().count();
    }
    for section in file.sections.iter().take(MOST_SECTIONS) {
        if let Err(error) = file.read_section(data, section) {
            let _ = error.to_string();
        }
        let _ = file.read_section_unrelocated(data, section);
        relocate_by_ranges(&file, data, section);
        let middle = section.data_size() / 2;
        let _ = file.read_section_range(data, section, middle..middle.saturating_add(16));
        let Ok(mut stream) = file.section_stream(data, section) else {
            continue;
        };
        let mut buffer = [0; 64];
        while stream.remaining() > 64 && stream.read_exact(&mut buffer).is_ok() {
            let _ = stream.skip(4096);
        }
    }
    let _ = file.read_sections_named(data, ".BTF");
    let _ = file.random_access();
    let _ = file.first_section_beyond(data.len() as u64);
    join(&file, data);
    patch(&file, data);
}

/// Ranges of a section that are relocated one by one have the bytes of the whole section, if its relocations are in order.
fn relocate_by_ranges(file: &Elf, data: &[u8], section: &Section) {
    let Ok(whole) = file.read_section(data, section) else {
        return;
    };
    let Ok(Some(ranges)) = file.relocated_ranges(data, section) else {
        return;
    };
    if ranges.are_in_order(file, data) != Ok(true) {
        return;
    }
    let mut reader = RelocatedReader::default();
    for start in (0..whole.len()).step_by(RANGE).take(MOST_RANGES) {
        let end = whole.len().min(start + RANGE);
        // An end may cut a field; then the range is refused.
        if let Ok(part) = reader.read(file, data, &ranges, start as u64..end as u64) {
            assert_eq!(
                part.bytes,
                &whole[start..end],
                "{} from {start} on",
                section.name
            );
        }
    }
}

/// A file and its half without the bytes of plain sections, joined, have the sections of the file.
fn join(file: &Elf, data: &[u8]) {
    let Some((half, table)) = without_bytes(file, data) else {
        return;
    };
    let Ok(joined) = Joined::new(half.as_slice(), data) else {
        return;
    };
    // The sections of a damaged file may overlap more than a file of that length may claim.
    let Ok(again) = Elf::parse(&joined) else {
        return;
    };
    let mut names: HashMap<&str, u32> = HashMap::new();
    for section in &file.sections {
        *names.entry(&section.name).or_default() += 1;
    }
    // Sections of a damaged file may overlap the table of headers, which is another in the joined file.
    let has_changed = |section: &Section| {
        section.offset < table.end && table.start < section.offset.saturating_add(section.size)
    };
    for (own, joined_one) in file
        .sections
        .iter()
        .zip(&again.sections)
        .take(MOST_SECTIONS)
    {
        if joined_one.is_nobits()
            || own.sh_type != joined_one.sh_type
            || names[&*own.name] > 1
            || has_changed(own)
        {
            continue;
        }
        let one = file.read_section_unrelocated(data, own);
        let other = again.read_section_unrelocated(&joined, joined_one);
        if let (Ok(one), Ok(other)) = (one, other) {
            assert!(one == other, "joining changes {}", own.name);
        }
    }
}

/// The file with `SHT_NOBITS` in the header of every section with a name and bytes of its own; and where the table of headers is.
fn without_bytes(file: &Elf, data: &[u8]) -> Option<(Vec<u8>, Range<u64>)> {
    const NOBITS: u32 = 8;
    let mut half = data.to_vec();
    let is_64 = *data.get(4)? == 2;
    let is_big = *data.get(5)? == 2;
    let (table, entry) = if is_64 { (0x28, 0x3a) } else { (0x20, 0x2e) };
    let number = |at: usize, bytes: usize| {
        let from = data.get(at..at + bytes)?;
        let digit = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(match is_big {
            true => from.iter().fold(0, digit),
            false => from.iter().rev().fold(0, digit),
        })
    };
    let table = number(table, if is_64 { 8 } else { 4 })?;
    let entry = number(entry, 2)?;
    for section in &file.sections {
        let is_plain = matches!(section.sh_type, 1 | 7);
        if !is_plain || section.name.is_empty() || section.name.contains("debug") {
            continue;
        }
        let header = table.checked_add(entry.checked_mul(u64::from(section.index.0))?)?;
        let kind = usize::try_from(header).ok()?.checked_add(4)?;
        let bytes = match is_big {
            true => NOBITS.to_be_bytes(),
            false => NOBITS.to_le_bytes(),
        };
        half.get_mut(kind..kind.checked_add(4)?)?
            .copy_from_slice(&bytes);
    }
    let bytes = entry.checked_mul(file.sections.len() as u64)?;
    Some((half, table..table.checked_add(bytes)?))
}

/// A file to which a section was added is an ELF file with that section.
fn patch(file: &Elf, data: &[u8]) {
    const BTF: [u8; 4] = [0x9f, 0xeb, 1, 0];
    let Ok(patched) = elf::patch_btf(file, data, BTF.to_vec()) else {
        return;
    };
    let mut bytes = Vec::new();
    let written = patched.splice.write_to(data, &mut |part: &[u8]| {
        bytes.extend_from_slice(part);
        Ok::<(), ReadError>(())
    });
    if written.is_err() {
        return;
    }
    let again = Elf::parse(bytes.as_slice()).expect("a patched file is an ELF file");
    let found = again.read_sections_named(bytes.as_slice(), ".BTF");
    let found = found.expect("the added section can be read");
    assert_eq!(
        found, BTF,
        "the added section has the bytes that were added"
    );
}
