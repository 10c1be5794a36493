//! The header and the sections it names.
//!
//! The kernel wants the sections to fill what follows the header, in any order, without gap or overlap.

use super::{MAX_NAME_OFFSET, Subject, Target, VerifyError, feature};
use crate::{HEADER_LEN, HEADER_LEN_LAYOUT, MAGIC};
use alloc::vec::Vec;

/// Bytes of BTF a program may load.
pub(super) const MAX_SIZE: u64 = 16 * 1024 * 1024;

struct Section {
    name: &'static str,
    offset: u32,
    len: u32,
}

pub(super) fn check(bytes: &[u8], split: bool, target: Target) -> Result<(), VerifyError> {
    let len = bytes.len() as u64;
    if target.subject == Subject::Program && len > MAX_SIZE {
        return Err(VerifyError::TooLarge { len });
    }
    let Some(&[a, b, version, flags, c, d, e, f]) = bytes.first_chunk::<8>() else {
        return Err(VerifyError::NoHeaderLength { len });
    };
    let big = u16::from_be_bytes([a, b]) == MAGIC;
    let number = |bytes: [u8; 4]| match big {
        true => u32::from_be_bytes(bytes),
        false => u32::from_le_bytes(bytes),
    };
    let hdr_len = number([c, d, e, f]);
    let Some((header, body)) = bytes.split_at_checked(hdr_len as usize) else {
        return Err(VerifyError::NoHeader { hdr_len, len });
    };
    let known = match hdr_len {
        0..HEADER_LEN_LAYOUT => HEADER_LEN,
        _ => feature::header_len(target.release),
    } as usize;
    if header.iter().skip(known).any(|&byte| byte != 0) {
        return Err(VerifyError::UnknownHeader { hdr_len });
    }
    if !big && u16::from_le_bytes([a, b]) != MAGIC {
        let found = u16::from_le_bytes([a, b]);
        return Err(VerifyError::Magic { found });
    }
    if version != 1 {
        return Err(VerifyError::Version { found: version });
    }
    if flags != 0 {
        return Err(VerifyError::Flags { found: flags });
    }
    if body.is_empty() && !split {
        return Err(VerifyError::NoData);
    }

    let word = |at: usize| {
        let four = header.get(at..).and_then(|rest| rest.first_chunk::<4>());
        number(four.copied().unwrap_or_default())
    };
    let section = |name, at, present: bool| Section {
        name,
        offset: if present { word(at) } else { 0 },
        len: if present { word(at + 4) } else { 0 },
    };
    let types = section("type", 8, true);
    let strings = section("string", 16, true);
    let layout = section("layout", 24, hdr_len >= HEADER_LEN_LAYOUT);
    fill(&types, &strings, &layout, body.len() as u64)?;
    check_strings(&strings, body, split, hdr_len)?;
    check_layout(&layout)?;
    if !types.offset.is_multiple_of(4) {
        return Err(VerifyError::UnalignedTypes {
            offset: types.offset,
        });
    }
    if types.len == 0 && !split {
        return Err(VerifyError::NoTypes);
    }
    Ok(())
}

/// The sections fill `len` bytes.
fn fill(types: &Section, strings: &Section, layout: &Section, len: u64) -> Result<(), VerifyError> {
    // In the order of their offsets.
    let mut sections: Vec<&Section> = Vec::new();
    let layout = (layout.len != 0).then_some(layout);
    for section in [Some(types), Some(strings), layout].into_iter().flatten() {
        let at = sections.partition_point(|before| before.offset <= section.offset);
        sections.insert(at, section);
    }
    let mut total = 0u64;
    for section in sections {
        let (name, offset) = (section.name, u64::from(section.offset));
        if offset > len {
            return Err(VerifyError::SectionOffset {
                section: name,
                offset: section.offset,
                len,
            });
        }
        if offset > total {
            return Err(VerifyError::Gap {
                offset: total,
                len: offset - total,
            });
        }
        if offset < total {
            return Err(VerifyError::Overlap {
                section: name,
                offset: section.offset,
            });
        }
        if u64::from(section.len) > len - total {
            return Err(VerifyError::SectionTooLong {
                section: name,
                offset: section.offset,
                size: section.len,
            });
        }
        total += u64::from(section.len);
    }
    if total != len {
        return Err(VerifyError::Gap {
            offset: total,
            len: len - total,
        });
    }
    Ok(())
}

fn check_strings(
    strings: &Section,
    body: &[u8],
    split: bool,
    hdr_len: u32,
) -> Result<(), VerifyError> {
    let bad = VerifyError::Strings { len: strings.len };
    let start = strings.offset as usize;
    let bytes = body.get(start..).unwrap_or_default();
    let Some((bytes, rest)) = bytes.split_at_checked(strings.len as usize) else {
        return Err(bad);
    };
    if hdr_len < HEADER_LEN_LAYOUT && !rest.is_empty() {
        return Err(VerifyError::StringsNotLast {
            len: rest.len() as u64,
        });
    }
    match (bytes, bytes.last()) {
        ([], _) if split => Ok(()),
        ([first, ..], Some(0)) if strings.len - 1 <= MAX_NAME_OFFSET && (split || *first == 0) => {
            Ok(())
        }
        _ => Err(bad),
    }
}

fn check_layout(layout: &Section) -> Result<(), VerifyError> {
    if layout.len == 0 {
        return Ok(());
    }
    if !layout.offset.is_multiple_of(4) {
        return Err(VerifyError::UnalignedLayout {
            offset: layout.offset,
        });
    }
    if !layout.len.is_multiple_of(4) {
        return Err(VerifyError::LayoutLength { len: layout.len });
    }
    Ok(())
}
