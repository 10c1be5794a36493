//! Reading a `.BTF` section.

use crate::header::{HEADER_LEN_LAYOUT, LayoutEntry};
use crate::{Btf, Endian, Error, Header, Info, Layout, StringTable, TypeId, walk};
use std::sync::Arc;

/// Bytes that [`read`] asks for at once.
const PIECE: usize = 1 << 16;

/// Reads the bytes of a `.BTF` section, of either byte order and header length; `base` for split BTF.
///
/// Bounds are checked, references and names are not: see [`Btf::check_references`].
pub fn parse(bytes: &[u8], base: Option<Arc<Btf>>) -> Result<Btf, Error> {
    let at = |offset: u64, to: &mut [u8]| {
        // `Header::read` has checked that the sections lie inside.
        let range = usize::try_from(offset).ok().and_then(|at| bytes.get(at..));
        if let Some(from) = range.and_then(|from| from.get(..to.len())) {
            to.copy_from_slice(from);
        }
        Ok(())
    };
    read(bytes.len() as u64, at, base)
}

/// Like [`parse`], for `len` bytes that `at` reads: it fills a buffer with those at an offset. They are asked
/// for piece by piece, so that the types are in memory once.
///
/// # Errors
///
/// Those of `at`, and of [`parse`].
pub fn read<E: From<Error>>(
    len: u64,
    mut at: impl FnMut(u64, &mut [u8]) -> Result<(), E>,
    base: Option<Arc<Btf>>,
) -> Result<Btf, E> {
    let mut start = [0; HEADER_LEN_LAYOUT as usize];
    let start = &mut start[..len.min(u64::from(HEADER_LEN_LAYOUT)) as usize];
    at(0, start)?;
    let (header, big) = Header::read(start, len)?;
    let body = u64::from(header.hdr_len);
    let endian = if big { Endian::Big } else { Endian::Little };
    let words = read_words(
        body + u64::from(header.type_off),
        header.type_len,
        endian,
        &mut at,
    )?;
    let layout = if header.hdr_len >= HEADER_LEN_LAYOUT && header.layout_len != 0 {
        let mut bytes = vec![0; header.layout_len as usize];
        at(body + u64::from(header.layout_off), &mut bytes)?;
        Some(read_layout(&bytes, endian))
    } else {
        None
    };
    let mut strings = vec![0; header.str_len as usize];
    at(body + u64::from(header.str_off), &mut strings)?;
    check_strings(&strings, base.is_some())?;

    let string_start = base.as_ref().map_or(0, |base| base.strings.end());
    let mut btf = Btf {
        base,
        words,
        starts: Vec::new(),
        strings: StringTable::from_bytes(string_start, strings),
        endian,
        layout,
    };
    btf.starts = index_types(&btf)?;
    Ok(btf)
}

fn read_words<E>(
    offset: u64,
    len: u32,
    endian: Endian,
    at: &mut impl FnMut(u64, &mut [u8]) -> Result<(), E>,
) -> Result<Vec<u32>, E> {
    let mut words = Vec::with_capacity(len as usize / 4);
    let mut buffer = vec![0; PIECE.min(len as usize)];
    let end = offset + u64::from(len);
    let mut next = offset;
    while next < end {
        let piece = (end - next).min(PIECE as u64) as usize;
        let piece = &mut buffer[..piece];
        at(next, piece)?;
        next += piece.len() as u64;
        let four = piece.as_chunks::<4>().0.iter();
        match endian {
            Endian::Little => words.extend(four.map(|&word| u32::from_le_bytes(word))),
            Endian::Big => words.extend(four.map(|&word| u32::from_be_bytes(word))),
        }
    }
    Ok(words)
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
