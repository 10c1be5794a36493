//! The functions that a kernel's file lists as kfuncs: `.BTF_ids` has sets of them, also where the BTF tags none.

use super::registered;
use elf::{Elf, Endian, ReadAt, Symbols};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Kfuncs by name, each with the types of programs for which its sets are registered, as far as that is known.
pub(super) type Kfuncs = FxHashMap<Vec<u8>, Option<BTreeSet<u32>>>;

const SET: &[u8] = b"__BTF_ID__set8__";
const FUNC: &[u8] = b"__BTF_ID__func__";
/// A set's flag: its functions are kfuncs. Sets have it since Linux 6.9; before, all of them are of kfuncs.
const OF_KFUNCS: u32 = 1;
/// A set begins with its count and flags, of 4 bytes each.
const HEAD: u64 = 8;

/// The sets of kfuncs; `None` if the file has no set, or not the bytes of the section.
pub(super) fn read<R: ReadAt + ?Sized>(elf: &Elf, source: &R, symbols: &Symbols) -> Option<Kfuncs> {
    let section = elf.section(".BTF_ids")?;
    if section.is_nobits() {
        return None;
    }
    let bytes = elf.read_section(source, section).ok()?;
    let flags = |offset: u64| -> Option<u32> {
        let at = usize::try_from(offset.checked_add(4)?).ok()?;
        let four = *bytes.get(at..)?.first_chunk::<4>()?;
        Some(match elf.endian {
            Endian::Little => u32::from_le_bytes(four),
            Endian::Big => u32::from_be_bytes(four),
        })
    };
    let mut sets: Vec<(u64, u64, u32)> = Vec::new();
    let mut functions: Vec<(u64, &[u8])> = Vec::new();
    for symbol in symbols.iter() {
        let Some(offset) = symbol.value.checked_sub(section.addr) else {
            continue;
        };
        if symbol.name.starts_with(SET) {
            if let Some(flags) = flags(offset) {
                sets.push((offset, offset.saturating_add(symbol.size), flags));
            }
        } else if let Some(name) = symbol.name.strip_prefix(FUNC).and_then(without_number) {
            functions.push((offset, name));
        }
    }
    if sets.is_empty() {
        return None;
    }
    let has_flags = sets.iter().any(|(_, _, flags)| flags & OF_KFUNCS != 0);
    sets.retain(|(_, _, flags)| !has_flags || flags & OF_KFUNCS != 0);
    sets.sort_unstable();
    let types = registered::types(elf, source, symbols);
    let mut kfuncs = Kfuncs::default();
    for (offset, name) in functions {
        let before = sets.partition_point(|&(start, ..)| start + HEAD <= offset);
        let last = before.checked_sub(1).and_then(|last| sets.get(last));
        let Some(&(start, ..)) = last.filter(|&&(_, end, _)| offset < end) else {
            continue;
        };
        let of_set = types.get(&section.addr.saturating_add(start));
        match kfuncs.get_mut(name) {
            None => {
                kfuncs.insert(name.to_vec(), of_set.cloned());
            }
            // It is in several sets: if one of them is not known, its types are not.
            Some(known) => match (known.as_mut(), of_set) {
                (Some(known), Some(more)) => known.extend(more),
                _ => *known = None,
            },
        }
    }
    Some(kfuncs)
}

/// Two underscores and a number, which make the symbol unique, follow the name.
fn without_number(symbol: &[u8]) -> Option<&[u8]> {
    let cut = symbol.windows(2).rposition(|pair| pair == b"__")?;
    symbol.get(..cut)
}
