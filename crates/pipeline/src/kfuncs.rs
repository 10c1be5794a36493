//! Kernel functions that BPF programs may call, as the kernel lists them in `.BTF_ids`.

use elf::{Elf, Endian, ReadAt, Symbols};
use rustc_hash::FxHashMap;

/// A set's flag: its functions are kfuncs (`BTF_SET8_KFUNCS`).
const SET_OF_KFUNCS: u32 = 1;
/// A kfunc's flag that becomes the tag `bpf_fastcall` (`KF_FASTCALL`).
pub(crate) const FASTCALL: u32 = 1 << 12;
/// Flags of a kfunc whose result, first or second parameter points into an arena (`KF_ARENA_RET`,
/// `KF_ARENA_ARG1`, `KF_ARENA_ARG2`).
pub(crate) const ARENA_RESULT: u32 = 1 << 13;
pub(crate) const ARENA_FIRST: u32 = 1 << 14;
pub(crate) const ARENA_SECOND: u32 = 1 << 15;
/// A set begins with its count and flags; a pair of id and flags follows for each function.
const PAIR: u64 = 8;

const SET: &[u8] = b"__BTF_ID__set8__";
const FUNC: &[u8] = b"__BTF_ID__func__";

/// Names of kfuncs with their flags.
pub(crate) type Kfuncs = FxHashMap<Vec<u8>, u32>;

/// Reads the sets of kfuncs. A file without `.BTF_ids`, or with sets from before the flag existed
/// (kernels up to 6.8), has none.
pub(crate) fn read<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    symbols: &Symbols,
) -> Result<Kfuncs, elf::Error> {
    let mut kfuncs = Kfuncs::default();
    let Some(section) = elf
        .section(".BTF_ids")
        .filter(|section| !section.is_nobits())
    else {
        return Ok(kfuncs);
    };
    let bytes = elf.read_section(source, section)?;
    let word = |offset: u64| -> Option<u32> {
        let at = usize::try_from(offset).ok()?;
        let four = *bytes.get(at..)?.first_chunk::<4>()?;
        Some(match elf.endian {
            Endian::Little => u32::from_le_bytes(four),
            Endian::Big => u32::from_be_bytes(four),
        })
    };
    let start = section.addr;
    let mut sets = Vec::new();
    for symbol in symbols.iter().filter(|symbol| symbol.name.starts_with(SET)) {
        let Some(offset) = symbol.value.checked_sub(start) else {
            continue;
        };
        if word(offset + 4).is_some_and(|flags| flags & SET_OF_KFUNCS != 0) {
            sets.push((offset, offset.saturating_add(symbol.size)));
        }
    }
    sets.sort_unstable();
    for symbol in symbols.iter() {
        let Some(rest) = symbol.name.strip_prefix(FUNC) else {
            continue;
        };
        let Some(offset) = symbol.value.checked_sub(start) else {
            continue;
        };
        let after = sets.partition_point(|&(first, _)| first <= offset);
        let Some(&(first, end)) = after.checked_sub(1).and_then(|at| sets.get(at)) else {
            continue;
        };
        if offset < first + PAIR || offset >= end {
            continue;
        }
        // The name is followed by two underscores and a number that makes the symbol unique.
        let Some(cut) = rest.windows(2).rposition(|pair| pair == b"__") else {
            continue;
        };
        let flags = word(offset + 4).unwrap_or(0);
        // Of several sets the last symbol counts.
        kfuncs.insert(rest[..cut].to_vec(), flags);
    }
    Ok(kfuncs)
}
