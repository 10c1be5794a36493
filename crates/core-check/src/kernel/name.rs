//! Names without flavours, and names of modules.

/// The part of a name that relocations compare: without the last `___` that has something other than `_` on both sides,
/// and what follows.
///
/// ```
/// use core_check::essential;
///
/// assert_eq!(essential(b"task_struct___old"), b"task_struct");
/// assert_eq!(essential(b"a___b___c"), b"a___b");
/// assert_eq!(essential(b"four____v"), b"four____v");
/// assert_eq!(essential(b"___a"), b"___a");
/// ```
pub fn essential(name: &[u8]) -> &[u8] {
    let flavour = name
        .windows(5)
        .rposition(|five| five[0] != b'_' && &five[1..4] == b"___" && five[4] != b'_');
    match flavour {
        Some(before) => &name[..=before],
        None => name,
    }
}

/// A module's name by that of its file: `nf_tables` for `nf-tables.ko.debug`.
pub fn module_name(file: &str) -> String {
    let stem = file.split('.').next().unwrap_or_default();
    stem.replace('-', "_")
}

/// A name without the underscores around it.
pub(crate) fn trimmed(mut name: &[u8]) -> &[u8] {
    while let [b'_', rest @ ..] = name {
        name = rest;
    }
    while let [rest @ .., b'_'] = name {
        name = rest;
    }
    name
}
