//! What a file is by its first bytes, for those who read types from it. The crate `unpack` knows what a kernel may be packed in.

/// How many bytes from the start of a file [`FileFormat::of`] wants to see.
pub const HEAD_BYTES: usize = 64;

/// The format of a file. ELF files and BTF can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileFormat {
    /// An ELF file.
    Elf,
    /// The bytes of a `.BTF` section, of either byte order.
    Btf,
    /// No bytes at all.
    Empty,
    /// None of these.
    Unknown,
}

impl FileFormat {
    /// The format of a file with these first [`HEAD_BYTES`], or fewer if it has no more.
    pub fn of(head: &[u8]) -> FileFormat {
        match head {
            [] => FileFormat::Empty,
            head if elf::file_is_elf(head) => FileFormat::Elf,
            [0x9f, 0xeb, ..] | [0xeb, 0x9f, ..] => FileFormat::Btf,
            _ => FileFormat::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        assert_eq!(FileFormat::of(b"\x7fELF\x02\x01"), FileFormat::Elf);
        assert_eq!(FileFormat::of(&[0x9f, 0xeb, 1, 0]), FileFormat::Btf);
        assert_eq!(FileFormat::of(&[0xeb, 0x9f, 1, 0]), FileFormat::Btf);
        assert_eq!(FileFormat::of(b""), FileFormat::Empty);
        assert_eq!(FileFormat::of(b"\x7fEL"), FileFormat::Unknown);
        assert_eq!(FileFormat::of(b"int ma"), FileFormat::Unknown);
    }
}
