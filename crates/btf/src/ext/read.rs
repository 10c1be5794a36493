//! Reading `.BTF.ext`: the same bounds as libbpf's.

use super::{BtfExt, ExtError, ExtTable, Record, word};
use crate::{Endian, MAGIC};
use alloc::vec;
use alloc::vec::Vec;

/// Bytes of the header up to the fields of `line_info`, which every one has.
const HEADER: u32 = 24;
/// Bytes of the header with the fields of `core_relo`.
const HEADER_CORE: u32 = 32;

pub(super) fn parse(bytes: Vec<u8>) -> Result<BtfExt, ExtError> {
    let len = bytes.len() as u64;
    let Some(&[a, b, version, flags]) = bytes.first_chunk::<4>() else {
        return Err(ExtError::TooShort {
            len,
            need: u64::from(HEADER),
        });
    };
    let found = u16::from_le_bytes([a, b]);
    let endian = match found {
        MAGIC => Endian::Little,
        swapped if swapped.swap_bytes() == MAGIC => Endian::Big,
        _ => return Err(ExtError::BadMagic { found }),
    };
    if (version, flags) != (1, 0) {
        return Err(ExtError::BadVersion { version, flags });
    }
    if len < u64::from(HEADER) {
        return Err(ExtError::TooShort {
            len,
            need: u64::from(HEADER),
        });
    }
    let field = |at: usize| word(&bytes, at, endian).unwrap_or(0);
    let hdr_len = field(4);
    if hdr_len < HEADER || !hdr_len.is_multiple_of(4) || u64::from(hdr_len) > len {
        return Err(ExtError::BadHeaderLength { hdr_len, len });
    }
    let mut tables = vec![
        (ExtTable::Functions, field(8), field(12)),
        (ExtTable::Lines, field(16), field(20)),
    ];
    if hdr_len >= HEADER_CORE {
        tables.push((ExtTable::CoreRelocations, field(24), field(28)));
    }
    let mut ext = BtfExt {
        endian,
        refs: Vec::new(),
        names: Vec::new(),
        records: Vec::new(),
        bytes,
    };
    for (table, offset, size) in tables {
        // An empty table has no place.
        if size != 0 {
            read_table(&mut ext, table, hdr_len, offset, size)?;
        }
    }
    Ok(ext)
}

/// The least size of a table's records, and which of their words are ids and string offsets.
fn shape(table: ExtTable) -> (u32, &'static [usize], &'static [usize]) {
    match table {
        ExtTable::Functions => (8, &[1], &[]),
        ExtTable::Lines => (16, &[], &[1, 2]),
        ExtTable::CoreRelocations => (16, &[1], &[2]),
    }
}

fn read_table(
    ext: &mut BtfExt,
    table: ExtTable,
    hdr_len: u32,
    offset: u32,
    size: u32,
) -> Result<(), ExtError> {
    let after = ext.bytes.len() as u64 - u64::from(hdr_len);
    if !offset.is_multiple_of(4) {
        return Err(ExtError::Misaligned { table, offset });
    }
    if u64::from(offset) + u64::from(size) > after {
        return Err(ExtError::TableOutOfBounds {
            table,
            offset,
            size,
            len: after,
        });
    }
    // Inside the section, as was just checked, so sums of these fit.
    let start = hdr_len as usize + offset as usize;
    let end = start + size as usize;
    let (least, refs, names) = shape(table);
    let short = |at: usize, need: u64| ExtError::TableCutShort {
        table,
        offset: at as u64,
        need,
        have: (end - at) as u64,
    };
    if size < 4 {
        return Err(short(start, 4));
    }
    let record_size = ext.word(start);
    if record_size < least || !record_size.is_multiple_of(4) {
        return Err(ExtError::BadRecordSize {
            table,
            size: record_size,
            least,
        });
    }
    let mut at = start + 4;
    if at == end {
        return Err(ExtError::NoRecords {
            table,
            offset: at as u64,
        });
    }
    while at < end {
        if end - at < 8 {
            return Err(short(at, 8));
        }
        let count = ext.word(at + 4);
        if count == 0 {
            return Err(ExtError::NoRecords {
                table,
                offset: at as u64,
            });
        }
        let need = 8 + u64::from(count) * u64::from(record_size);
        if need > (end - at) as u64 {
            return Err(short(at, need));
        }
        let section = at;
        ext.names.push((table, section));
        at += 8;
        for _ in 0..count {
            ext.records.push((table, Record { section, at }));
            ext.refs
                .extend(refs.iter().map(|&word| (table, at + word * 4)));
            ext.names
                .extend(names.iter().map(|&word| (table, at + word * 4)));
            at += record_size as usize;
        }
    }
    Ok(())
}
