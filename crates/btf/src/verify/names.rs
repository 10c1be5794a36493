//! Which names the kernel accepts.
//!
//! The kernel's character classes are those of Latin-1, so letters above 0x7f count as letters.

use crate::{Btf, StringOffset};

/// The longest name that a kernel takes, without its NUL (its `KSYM_NAME_LEN`, 6.1 and later).
const MAX_LEN: usize = 512;
/// The same before 6.1.
const OLD_MAX_LEN: usize = 128;
/// How many bytes of a name tell whether a kernel accepts it.
const LOOKED_AT: usize = MAX_LEN + 1;

/// A name, without what no rule looks at.
pub(super) fn of(btf: &Btf, name: StringOffset) -> Option<&[u8]> {
    btf.string_start(name, LOOKED_AT)
}

/// Whether the newest kernel accepts the bytes as the name of a type, member, value, parameter, function, or variable: a
/// letter of Latin-1, `_`, or `.`, then these and digits, 512 bytes at most. Names of INT and FLOAT may be anything.
///
/// ```
/// use btf::verify::is_identifier;
///
/// assert!(is_identifier(b"task_struct") && is_identifier(b"init.isra.0"));
/// assert!(!is_identifier(b"Vec<u8>") && !is_identifier(b""));
/// ```
pub fn is_identifier(name: &[u8]) -> bool {
    let start = |&byte: &u8| is_letter(byte) || byte == b'_' || byte == b'.';
    name.len() <= MAX_LEN
        && name.first().is_some_and(start)
        && name.iter().all(|byte| start(byte) || byte.is_ascii_digit())
}

/// Whether kernels before 6.1 refuse a name for its length.
pub(super) fn is_long(name: &[u8]) -> bool {
    name.len() > OLD_MAX_LEN
}

/// A name of a section before 6.9: an identifier. A later kernel takes any printable characters.
pub(super) fn is_old_section(name: &[u8]) -> bool {
    is_identifier(name)
}

/// A name of a section: one or more printable characters.
pub(super) fn is_section(name: &[u8]) -> bool {
    (1..=MAX_LEN).contains(&name.len()) && name.iter().all(|&byte| is_printable(byte))
}

fn is_letter(byte: u8) -> bool {
    // 0xd7 and 0xf7 are the signs of multiplication and division.
    byte.is_ascii_alphabetic() || (byte >= 0xc0 && byte != 0xd7 && byte != 0xf7)
}

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte) || byte >= 0xa0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for good in ["a", "_", "task_struct", "x1", ".L0", "f.isra.0"] {
            assert!(is_identifier(good.as_bytes()), "{good}");
        }
        for bad in ["", "1a", "a!", "a b", "core::ptr", "a<b>"] {
            assert!(!is_identifier(bad.as_bytes()), "{bad}");
        }
        assert!(is_identifier(&[b'a'; 512]) && !is_identifier(&[b'a'; 513]));
        assert!(is_identifier(b"\xe9t\xe9") && !is_identifier(b"\xc3\xa9"));
    }

    #[test]
    fn sections() {
        assert!(is_section(b".data..percpu") && is_section(b".rodata.str1.1 $x"));
        assert!(!is_section(b"") && !is_section(b".data\t") && !is_section(&[b'.'; 513]));
    }
}
