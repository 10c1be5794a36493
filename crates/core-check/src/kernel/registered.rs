//! For which types of programs a kernel registers its sets of kfuncs: that is written in its code alone.
//!
//! Each set has a call of `register_btf_kfunc_id_set(TYPE, &REGISTRATION)` when the kernel starts, and the registration is a pair of
//! pointers, of which the second is the set. Of x86-64 the calls are read; how other machines load their arguments is not.

use elf::{Elf, ReadAt, Symbols};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// `EM_X86_64`.
const X86_64: u16 = 62;
const FUNCTION: &[u8] = b"register_btf_kfunc_id_set";
/// Code that runs when the kernel starts.
const SECTION: &str = ".init.text";
/// Compilers load arguments shortly before a call.
const BEFORE: usize = 128;
/// No type of program has a number so large.
const MOST_TYPES: u32 = 64;

/// The numbers of types (`BPF_PROG_TYPE_…`) by the address of the set.
pub(super) fn types<R: ReadAt + ?Sized>(
    elf: &Elf,
    source: &R,
    symbols: &Symbols,
) -> FxHashMap<u64, BTreeSet<u32>> {
    let mut found: FxHashMap<u64, BTreeSet<u32>> = FxHashMap::default();
    let function = symbols.iter().find(|symbol| symbol.name == FUNCTION);
    let (Some(function), Some(section)) = (function, elf.section(SECTION)) else {
        return found;
    };
    if elf.machine != X86_64 || section.is_nobits() {
        return found;
    }
    let Ok(code) = elf.read_section_unrelocated(source, section) else {
        return found;
    };
    for at in 0..code.len() {
        // call and jmp
        let (Some(0xe8 | 0xe9), Some(distance)) = (code.get(at), word(&code, at + 1)) else {
            continue;
        };
        let next = section.addr.wrapping_add(at as u64 + 5);
        if next.wrapping_add_signed(i64::from(distance as i32)) != function.value {
            continue;
        }
        let before = code.get(at.saturating_sub(BEFORE)..at).unwrap_or_default();
        let Some((number, registration)) = arguments(before) else {
            continue;
        };
        if let Some(set) = pointer(elf, source, registration.wrapping_add(8)) {
            found.entry(set).or_default().insert(number);
        }
    }
    found
}

/// The last values of the first two arguments.
fn arguments(code: &[u8]) -> Option<(u32, u64)> {
    let places = || (0..code.len()).rev();
    // mov $NUMBER, %edi, or xor %edi, %edi
    let number = places().find_map(|at| match code.get(at..at + 2)? {
        [0xbf, _] => word(code, at + 1).filter(|&number| number < MOST_TYPES),
        [0x31, 0xff] => Some(0),
        _ => None,
    });
    // mov $ADDRESS, %rsi
    let address = places().find_map(|at| match code.get(at..at + 3)? {
        [0x48, 0xc7, 0xc6] => word(code, at + 3),
        _ => None,
    });
    Some((number?, i64::from(address? as i32) as u64))
}

fn word(code: &[u8], at: usize) -> Option<u32> {
    let four = code.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*four))
}

/// A pointer in the data of the file.
fn pointer<R: ReadAt + ?Sized>(elf: &Elf, source: &R, address: u64) -> Option<u64> {
    let mut sections = elf.sections.iter();
    let section = sections.find(|section| {
        let end = section.addr.saturating_add(section.size);
        section.is_loaded() && !section.is_nobits() && (section.addr..end).contains(&address)
    })?;
    let mut bytes = [0; 8];
    let offset = section.offset.checked_add(address - section.addr)?;
    source.read_at(offset, &mut bytes).ok()?;
    Some(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_loads_before_a_call_are_its_arguments() {
        let code = b"\xbf\x05\0\0\0\x48\xc7\xc6\x20\x1e\x10\x82\xbf\x1a\0\0\0\x90";
        assert_eq!(arguments(code), Some((26, 0xffff_ffff_8210_1e20)));
        let code = b"\x48\xc7\xc6\x20\x1e\x10\x82\xbf\x1a\0\0\0\x31\xff";
        assert_eq!(arguments(code).map(|(number, _)| number), Some(0));
        assert_eq!(arguments(b"\xbf\x1a\0\0\0"), None);
        assert_eq!(arguments(b""), None);
    }
}
