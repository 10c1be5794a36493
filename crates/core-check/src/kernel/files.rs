//! The files of a folder with a kernel: which is the kernel, and what the others are to it.

/// What a file is to a kernel, by its name; raw BTF also by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileRole {
    /// Its name begins with `vmlinux`.
    Kernel,
    /// A module, or raw BTF, which beside a kernel is that of a module.
    Module,
    /// `System.map…` or `kallsyms…`.
    Symbols,
    /// `config…`.
    Config,
}

/// What a file of this path is, whose first bytes are `head`; `None` for any other file.
///
/// ```
/// use core_check::{FileRole, role_of};
///
/// assert_eq!(role_of("6.1/vmlinux-6.1.0", b""), Some(FileRole::Kernel));
/// assert_eq!(role_of("6.1/kernel/fs/xfs.ko", b""), Some(FileRole::Module));
/// assert_eq!(role_of("btf/xfs", &[0x9f, 0xeb]), Some(FileRole::Module));
/// assert_eq!(role_of("6.1/System.map-6.1.0", b"0 T a"), Some(FileRole::Symbols));
/// assert_eq!(role_of("6.1/modules.dep", b""), None);
/// ```
pub fn role_of(path: &str, head: &[u8]) -> Option<FileRole> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let begins = |with: &str| name.starts_with(with);
    let ends = [".ko", ".ko.debug", ".btf"];
    if begins("vmlinux") {
        Some(FileRole::Kernel)
    } else if ends.iter().any(|end| name.ends_with(end)) || is_raw_btf(head) {
        Some(FileRole::Module)
    } else if begins("System.map") || begins("kallsyms") {
        Some(FileRole::Symbols)
    } else if begins("config") {
        Some(FileRole::Config)
    } else {
        None
    }
}

/// Whether bytes begin as raw BTF does, in either byte order.
fn is_raw_btf(head: &[u8]) -> bool {
    matches!(head, [0x9f, 0xeb, ..] | [0xeb, 0x9f, ..])
}

/// A text in pieces that compare as people count: digits as numbers, which come before letters. A piece is whether it is text,
/// the number, and the text. Files beside a kernel are in this order of their paths.
pub fn natural(text: &str) -> Vec<(bool, u64, String)> {
    let mut pieces: Vec<(bool, u64, String)> = Vec::new();
    for one in text.chars() {
        let digit = one.to_digit(10);
        match (pieces.last_mut(), digit) {
            (Some((false, number, _)), Some(digit)) => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some((true, _, piece)), None) => piece.push(one),
            (_, Some(digit)) => pieces.push((false, u64::from(digit), String::new())),
            (_, None) => pieces.push((true, 0, one.to_string())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = ["7.2", "6.12", "6.1", "6.1.9"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["6.1", "6.1.9", "6.12", "7.2"]);
    }
}
