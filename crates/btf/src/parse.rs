//! Reading a `.BTF` section.

use crate::header::{HEADER_LEN_LAYOUT, LayoutEntry};
use crate::{Btf, Endian, Error, Header, Info, Layout, StringTable, TypeId, walk};
use std::sync::Arc;

/// Reads the bytes of a `.BTF` section, of either byte order and header length; `base` for split BTF.
///
/// Bounds are checked, references and names are not: see [`Btf::check_references`].
pub fn parse(bytes: &[u8], base: Option<Arc<Btf>>) -> Result<Btf, Error> {
    let (header, big) = Header::read(bytes)?;
    let body = &bytes[header.hdr_len as usize..];
    let section = |offset: u32, len: u32| -> &[u8] {
        // `Header::read` has checked that the sections lie inside.
        body.get(offset as usize..(offset as usize + len as usize))
            .unwrap_or_default()
    };
    let endian = if big { Endian::Big } else { Endian::Little };
    let words = read_words(section(header.type_off, header.type_len), endian);
    let layout = (header.hdr_len >= HEADER_LEN_LAYOUT && header.layout_len != 0)
        .then(|| read_layout(section(header.layout_off, header.layout_len), endian));
    let string_bytes = section(header.str_off, header.str_len);
    check_strings(string_bytes, base.is_some())?;

    let string_start = base.as_ref().map_or(0, |base| base.strings.end());
    let mut btf = Btf {
        base,
        words,
        starts: Vec::new(),
        strings: StringTable::from_bytes(string_start, string_bytes.to_vec()),
        endian,
        layout,
    };
    btf.starts = index_types(&btf)?;
    Ok(btf)
}

fn read_words(bytes: &[u8], endian: Endian) -> Vec<u32> {
    let words = bytes.as_chunks::<4>().0.iter();
    match endian {
        Endian::Little => words.map(|&word| u32::from_le_bytes(word)).collect(),
        Endian::Big => words.map(|&word| u32::from_be_bytes(word)).collect(),
    }
}

fn read_layout(bytes: &[u8], endian: Endian) -> Layout {
    let entry = |&[info_size, element_size, a, b]: &[u8; 4]| LayoutEntry {
        info_size,
        element_size,
        flags: match endian {
            Endian::Little => u16::from_le_bytes([a, b]),
            Endian::Big => u16::from_be_bytes([a, b]),
        },
    };
    Layout {
        entries: bytes.as_chunks::<4>().0.iter().map(entry).collect(),
    }
}

/// A base's strings start with the empty one; a split section may be empty. Both end with NUL.
fn check_strings(bytes: &[u8], split: bool) -> Result<(), Error> {
    let good = match (bytes.first(), bytes.last()) {
        (Some(&first), Some(&0)) => split || first == 0,
        (None, None) => split,
        _ => false,
    };
    if good {
        Ok(())
    } else {
        Err(Error::BadStrings {
            len: bytes.len() as u32,
        })
    }
}

fn index_types(btf: &Btf) -> Result<Vec<u32>, Error> {
    let first = btf.first_id().0;
    let words = &btf.words;
    let mut starts = Vec::new();
    let mut at = 0usize;
    while at < words.len() {
        let id = TypeId(first.saturating_add(starts.len() as u32));
        let offset = at as u64 * 4;
        let have = (words.len() - at) as u64;
        let out_of_bounds = |need: u64| Error::TypeOutOfBounds {
            id,
            offset,
            need: need * 4,
            have: have * 4,
        };
        if have < 3 {
            return Err(out_of_bounds(3));
        }
        let info = Info(words[at + 1]);
        let tail = match walk::tail_words(info) {
            Some(tail) => tail,
            None => layout_tail(btf, info).ok_or(Error::UnknownKind {
                id,
                offset,
                kind: info.kind_number(),
            })?,
        };
        let need = 3 + tail;
        if need > have {
            return Err(out_of_bounds(need));
        }
        // `at` is below `header.type_len / 4`, which is a u32.
        starts.push(at as u32);
        at += need as usize;
    }
    starts.shrink_to_fit();
    Ok(starts)
}

/// The words after the first three of a kind that only the layout section knows; split BTF falls back
/// to its base's layout.
fn layout_tail(btf: &Btf, info: Info) -> Option<u64> {
    let mut owner = Some(btf);
    while let Some(btf) = owner {
        if let Some(layout) = &btf.layout
            && info.kind_number() != 0
            && let Some(entry) = layout.entries.get(info.kind_number() as usize)
        {
            let bytes =
                u64::from(entry.info_size) + u64::from(entry.element_size) * u64::from(info.vlen());
            return bytes.is_multiple_of(4).then_some(bytes / 4);
        }
        owner = btf.base.as_deref();
    }
    None
}
